"""The state machines of work (W3): services check them, and a trigger on each status column enforces them.

An upcoming job goes back to `pending` when an edit raised its price. A job that was cancelled while people work stays
as it is until they are settled, then it is `completed` when anyone was approved and `canceled` otherwise. Applications
that a full job left without an answer stand by; one that was rejected by mistake can still be accepted.
"""

from core.state_machine import StateMachine

JOB = StateMachine(
    {
        "pending": {"upcoming", "canceled", "expired"},
        "upcoming": {"pending", "ongoing", "canceled", "expired"},
        "ongoing": {"completed"},
        "completed": set(),
        "canceled": set(),
        "expired": set(),
    }
)

APPLICATION = StateMachine(
    {
        "applied": {"accepted", "standing_by", "rejected", "withdrawn", "closed"},
        "standing_by": {"accepted", "rejected", "withdrawn", "closed"},
        "accepted": {"completed", "withdrawn", "no_show", "canceled"},
        "rejected": {"accepted"},
        "withdrawn": set(),
        "closed": set(),
        "completed": set(),
        "no_show": set(),
        "canceled": set(),
    }
)

ASSIGNMENT = StateMachine(
    {
        "scheduled": {"checked_in", "no_show", "canceled"},
        "checked_in": {"checked_out"},
        "checked_out": {"approved"},
        "approved": set(),
        "no_show": set(),
        "canceled": set(),
    }
)
