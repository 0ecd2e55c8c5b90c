"""References: ours, unguessable, and of the one form that both providers take for payments and transfers."""

import secrets

PAYMENT, WITHDRAWAL, REFUND, STAFF, DEBT, ACCOUNT = "pay", "wdr", "rfd", "stf", "dbt", "acc"
# A chargeback that staff entered, under a number that its provider does not know, begins so.
BY_HAND = f"{STAFF}-"
# Of the payment of extra time: with the assignment, and all its extra minutes by then.
EXTRA_TIME = "extra-assignment"


def new_reference(prefix: str) -> str:
    """80 random bits: `pay-` and 20 hexadecimal digits."""
    return f"{prefix}-{secrets.token_hex(10)}"


def attempt_reference(payment_reference: str, number: int) -> str:
    """Each try at a provider has a reference of its own, from which the payment's can be read."""
    return f"{payment_reference}-{number}"


def funding_reference(provider: str, reference: str) -> str:
    """The name of incoming money in the books: references are unique per provider only."""
    return f"{provider}:{reference}"[:120]


def payment_references(reference: str) -> tuple[str, str]:
    """What a caller may name a payment by: its reference, or an attempt's, which is what a provider's redirect has."""
    return reference, reference.rpartition("-")[0]


def staff_memo(staff_id: int, reason: str) -> str:
    """Who of staff did it, and why, in the books for ever."""
    return f"Staff {staff_id}: {reason}"[:200]
