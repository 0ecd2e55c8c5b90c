"""The lanes of the queue: what waits in one never waits for another.

A lane is a queue with slots of its own in every worker process (`core.worker`), so that a provider or mail server that
hangs holds the slots of its lane and no others, and with a priority of its own, so that even a worker that serves all
queues takes codes first. Within a lane people are served in turn: whoever is told many things at once is told the later
ones after everybody else's first (`core.turns`).
"""

from enum import StrEnum


class Lane(StrEnum):
    # Codes and security mails, and what keeps the queue and the cache sound: seconds count.
    CODES = "codes"
    # Providers: webhooks, payouts, refunds, sweeps.
    MONEY = "money"
    # The clock of work: check-outs, approvals, expiry. No call leaves the house.
    WORK = "work"
    NOTICES = "notices"
    # Exports, clean-ups, whatever takes minutes.
    BULK = "bulk"


PRIORITY = {Lane.CODES: 10_000, Lane.MONEY: 5_000, Lane.WORK: 4_000, Lane.NOTICES: 0, Lane.BULK: -5_000}


def slots_of(text: str) -> dict[Lane, int]:
    """`codes=2 money=2` as a mapping. Raises ValueError for a lane that there is not, and for fewer than one slot."""
    slots: dict[Lane, int] = {}
    for part in text.split():
        name, _, number = part.partition("=")
        slots[Lane(name)] = int(number)
    if not slots or min(slots.values()) < 1:
        raise ValueError("Each lane needs a slot.")
    return slots
