"""Paystack's ledger of our balance, as its list has it: https://paystack.com/docs/api/transfer-control/#balance-ledger"""

from collections.abc import Callable, Sequence
from datetime import datetime

from payment.providers.base import BalanceLine, OutcomeUnknown
from payment.providers.parsing import TextId, Wire, read

# The newest come first, a hundred at a time; more than this is a mistake in the window.
MOST_PAGES = 200


class LedgerRow(Wire):
    currency: str
    difference: int
    model_responsible: str
    model_row: TextId
    createdAt: datetime


def lines_since(since: datetime, page: Callable[[int], object]) -> Sequence[BalanceLine]:
    """Every naira line from `since` on; `page` asks for one page. Raises `OutcomeUnknown` for what cannot be read."""
    found: list[BalanceLine] = []
    for number in range(1, MOST_PAGES + 1):
        rows = page(number)
        if not isinstance(rows, list):
            raise OutcomeUnknown("paystack answered no list of its ledger.")
        read_rows = [read(LedgerRow, row, provider="paystack") for row in rows]
        found += [
            BalanceLine(f"{row.model_responsible} {row.model_row}", row.difference, row.createdAt)
            for row in read_rows
            if row.createdAt >= since and row.currency == "NGN"
        ]
        if not read_rows or read_rows[-1].createdAt < since:
            return found
    raise OutcomeUnknown("paystack's ledger has no end.")
