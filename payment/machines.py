"""The state machines of money (W3): services check them, and a trigger on each status column enforces them."""

from core.state_machine import StateMachine

# Late money is still money: a payment or attempt that failed or was given up may yet succeed.
PAYMENT = StateMachine(
    {
        "pending": {"succeeded", "failed", "abandoned"},
        "failed": {"succeeded"},
        "abandoned": {"succeeded"},
        "succeeded": set(),
    }
)

ATTEMPT = PAYMENT

REFUND = StateMachine(
    {
        "requested": {"processing"},
        "processing": {"processed", "failed"},
        "processed": set(),
        "failed": set(),
    }
)

# A transfer without a verdict is looked up by its reference until it has one (M7); even a paid one can come back.
WITHDRAWAL = StateMachine(
    {
        "requested": {"sending"},
        "sending": {"unknown", "paid", "failed"},
        "unknown": {"sending"},
        "paid": {"reversed"},
        "failed": set(),
        "reversed": set(),
    }
)

# A bank that took the money may give it back after all. What was won stays won: another attack is another chargeback.
CHARGEBACK = StateMachine(
    {
        "open": {"answered", "won", "lost"},
        "answered": {"won", "lost"},
        "lost": {"won"},
        "won": set(),
    }
)

# A number that was given back stands for nobody else.
VIRTUAL_ACCOUNT = StateMachine({"requested": {"active", "closed"}, "active": {"closed"}, "closed": set()})

# A second person decides, once; what was declined is proposed anew.
STAFF_MOVE = StateMachine({"proposed": {"approved", "declined"}, "approved": set(), "declined": set()})

# Whoever opened a dispute may take it back until staff have decided.
DISPUTE = StateMachine(
    {
        "open": {"under_review", "withdrawn"},
        "under_review": {"resolved", "withdrawn"},
        "resolved": set(),
        "withdrawn": set(),
    }
)

# A failed event may be processed again, by a retry or by staff (M8).
WEBHOOK = StateMachine(
    {
        "received": {"processed", "ignored", "failed"},
        "failed": {"received", "processed", "ignored"},
        "processed": set(),
        "ignored": set(),
    }
)
