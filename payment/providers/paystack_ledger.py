"""Paystack's ledger of our balance, as its list has it: https://paystack.com/docs/api/transfer-control/#balance-ledger"""

from collections.abc import Sequence
from datetime import datetime

from payment.providers.http import ProviderHttp
from payment.providers.lists import Read, pages
from payment.providers.parsing import BalanceKobo, TextId, When, Wire, Word, read
from payment.providers.reports import BalanceLine

# The newest come first, a hundred at a time; more than this is a mistake in the window.
PAGES = 200


class LedgerRow(Wire):
    currency: Word
    difference: BalanceKobo
    model_responsible: Word
    model_row: TextId
    createdAt: When


def lines_since(http: ProviderHttp, data_of: Read, *, since: datetime) -> Sequence[BalanceLine]:
    """Every naira line from `since` on. Raises `OddAnswer` for one that cannot be read: the sums would be wrong."""
    found: list[BalanceLine] = []
    params = {"perPage": "100"}
    for rows in pages(http, data_of, "/balance/ledger", of="lines of our balance", most=PAGES, params=params):
        lines = [read(LedgerRow, row, provider=http.name) for row in rows]
        found += [
            BalanceLine(f"{line.model_responsible} {line.model_row}"[:80], line.difference, line.createdAt)
            for line in lines
            if line.createdAt >= since and line.currency == "NGN"
        ]
        if lines[-1].createdAt < since:
            break
    return found
