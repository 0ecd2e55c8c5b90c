"""The state machines of work (W3): services check them, and a trigger on each status column enforces them.

An upcoming job goes back to `pending` when an edit raised its price. A job that was cancelled while people work stays
as it is until they are settled, then it is `completed` when anyone was approved and `canceled` otherwise. Applications
that a full job left without an answer stand by; one that was rejected by mistake can still be accepted.

What was said about attendance can be put right until it is approved: a check-out goes back to a check-in, a contested
check-in becomes a no-show, and a no-show returns to what was before it, which opens its application again.
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
        "completed": {"accepted"},
        "no_show": {"accepted"},
        "canceled": set(),
    }
)

ASSIGNMENT = StateMachine(
    {
        "scheduled": {"checked_in", "approved", "no_show", "canceled"},
        "checked_in": {"checked_out", "no_show"},
        "checked_out": {"checked_in", "approved", "no_show"},
        "approved": set(),
        "no_show": {"scheduled", "checked_in", "checked_out", "approved"},
        "canceled": set(),
    }
)
