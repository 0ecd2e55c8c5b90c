"""What Flutterwave settled. Facts: the official SDK's documentation of settlements.

A settlement shows its payments in one answer, without pages. `settlement_amount` is what of a payment came to us.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from pydantic import Field

from payment.providers.answers import Call
from payment.providers.flutterwave_accounts import deposit_reference
from payment.providers.http import ProviderHttp
from payment.providers.lists import Read, pages, readable
from payment.providers.parsing import (
    BalanceNairaToKobo,
    FeeNairaToKobo,
    NairaToKobo,
    Reference,
    TextId,
    When,
    Wire,
    Word,
    read,
)
from payment.providers.reports import SettledCharge, SettlementReport, Told

PAGES = 50


class SettlementData(Wire):
    id: TextId
    status: Word
    currency: Word
    due_date: When
    gross_amount: NairaToKobo
    app_fee: FeeNairaToKobo = None
    merchant_fee: FeeNairaToKobo = None
    stampduty_charge: FeeNairaToKobo = None
    net_amount: BalanceNairaToKobo


class SettledData(Wire):
    id: TextId
    tx_ref: Annotated[Reference, Field(min_length=1)]
    charged_amount: NairaToKobo
    settlement_amount: NairaToKobo
    currency: Word


class WithTransactions(Wire):
    transactions: list[SettledData]


def settlements(http: ProviderHttp, data_of: Read, *, since: datetime) -> Told[SettlementReport]:
    listed: list[object] = []
    params = {"from": since.date().isoformat()}
    for rows in pages(http, data_of, "/settlements", of="settlements", most=PAGES, params=params):
        listed += rows
    told = readable(SettlementData, listed, provider=http.name)
    return Told([_report(row) for row in told.rows], told.unreadable)


def settled_charges(http: ProviderHttp, data_of: Read, *, provider_id: str) -> Sequence[SettledCharge]:
    data = data_of(Call.LIST, http.get(f"/settlements/{quote(provider_id, safe='')}"))
    return [
        SettledCharge(
            provider_id=row.id,
            reference=deposit_reference(row.tx_ref, row.id),
            amount_kobo=row.charged_amount,
            fee_kobo=row.charged_amount - row.settlement_amount,
        )
        for row in read(WithTransactions, data, provider=http.name).transactions
        if row.currency == "NGN"
    ]


def _report(row: SettlementData) -> SettlementReport:
    return SettlementReport(
        provider_id=row.id,
        status=row.status,
        settled_at=row.due_date,
        gross_kobo=row.gross_amount,
        fees_kobo=sum(fee or 0 for fee in (row.app_fee, row.merchant_fee, row.stampduty_charge)),
        net_kobo=row.net_amount,
        currency=row.currency,
    )
