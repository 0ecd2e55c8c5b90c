"""What Paystack settled, as its lists have it: paystack.com/docs/api/settlement"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from pydantic import Field

from payment.providers.http import ProviderHttp
from payment.providers.lists import Read, pages, readable
from payment.providers.parsing import BalanceKobo, FeeKobo, Kobo, Reference, TextId, When, Wire, Word, read
from payment.providers.reports import SettledCharge, SettlementReport, Told

PAGE = 100
PAGES = 200


class SettlementData(Wire):
    id: TextId
    status: Word
    currency: Word
    settlement_date: When
    total_processed: Kobo
    total_fees: Kobo
    effective_amount: BalanceKobo


class SettledData(Wire):
    id: TextId
    reference: Annotated[Reference, Field(min_length=1)]
    amount: Kobo
    fees: FeeKobo = None
    currency: Word


def settlements(http: ProviderHttp, data_of: Read, *, since: datetime) -> Told[SettlementReport]:
    listed: list[object] = []
    # The document knows no `from`, the documentation's page does: the newest come first.
    for rows in _pages(http, data_of, "/settlement", {"from": since.isoformat()}):
        listed += rows
        dates = [row.settlement_date for row in readable(SettlementData, rows, provider=http.name).rows]
        if dates and max(dates) < since:
            break
    told = readable(SettlementData, listed, provider=http.name)
    reports = [
        SettlementReport(
            provider_id=row.id,
            status=row.status,
            settled_at=row.settlement_date,
            gross_kobo=row.total_processed,
            fees_kobo=row.total_fees,
            net_kobo=row.effective_amount,
            currency=row.currency,
        )
        for row in told.rows
    ]
    return Told(reports, told.unreadable)


def settled_charges(http: ProviderHttp, data_of: Read, *, provider_id: str) -> Sequence[SettledCharge]:
    path = f"/settlement/{quote(provider_id, safe='')}/transactions"
    rows = [read(SettledData, row, provider=http.name) for page in _pages(http, data_of, path, {}) for row in page]
    return [
        SettledCharge(provider_id=row.id, reference=row.reference, amount_kobo=row.amount, fee_kobo=row.fees or 0)
        for row in rows
        if row.currency == "NGN"
    ]


def _pages(http: ProviderHttp, data_of: Read, path: str, params: dict[str, str]) -> Iterator[list[object]]:
    return pages(http, data_of, path, of="settlements", most=PAGES, params=params | {"perPage": str(PAGE)})
