"""Flutterwave v3. Facts: developer.flutterwave.com and the official SDK (Flutterwave/Node-v3).

Amounts are naira on the wire, with decimals. The webhook's `verif-hash` is a shared secret that does not bind the body,
so nothing in a webhook is believed but the reference to ask about.
"""

import hmac
from collections.abc import Mapping, Sequence

from pydantic import Field

from payment.providers.base import (
    BalanceTooLow,
    CardRefund,
    Charge,
    ChargeStatus,
    Checkout,
    DisputedCharge,
    Evidence,
    Notice,
    NoticeKind,
    OutcomeUnknown,
    Payee,
    Payout,
    PayoutStatus,
    ProviderBank,
    ProviderRefused,
    ReferenceUnknown,
    ReferenceUsed,
    RefundStatus,
)
from payment.providers.http import Answer, ProviderHttp
from payment.providers.parsing import FeeNairaToKobo, NairaToKobo, Prose, TextId, Wire, kobo_to_naira, read, read_event

CHARGE_STATUS = {
    "successful": ChargeStatus.SUCCEEDED,
    "failed": ChargeStatus.FAILED,
    "pending": ChargeStatus.PENDING,
}
PAYOUT_STATUS = {
    "SUCCESSFUL": PayoutStatus.SUCCEEDED,
    "FAILED": PayoutStatus.FAILED,
    "NEW": PayoutStatus.PENDING,
    "PENDING": PayoutStatus.PENDING,
}
REFUND_STATUS = {
    "completed": RefundStatus.PROCESSED,
    "failed": RefundStatus.FAILED,
}
# A checkout link lives this long; the reconciliation gives an attempt up only after it.
SESSION_MINUTES = 60
# How far back an unknown refund is looked for.
REFUND_PAGES = 10


class Started(Wire):
    link: str


class ChargeData(Wire):
    id: TextId
    tx_ref: str
    status: str
    amount: NairaToKobo
    currency: str
    app_fee: FeeNairaToKobo | None = None
    payment_type: Prose = ""
    processor_response: Prose = ""


class TransferData(Wire):
    id: TextId
    status: str
    reference: str
    amount: NairaToKobo
    currency: str = "NGN"
    fee: FeeNairaToKobo | None = None
    complete_message: Prose = ""
    # Numbers in the documentation's samples.
    requires_approval: int | None = 0
    is_approved: int | None = 1


class RefundData(Wire):
    id: TextId
    tx_id: TextId
    status: str
    amount_refunded: NairaToKobo


class Bank(Wire):
    code: str
    name: str


class Resolved(Wire):
    account_name: str = Field(min_length=1)


class Balance(Wire):
    currency: str
    available_balance: NairaToKobo


class Event(Wire):
    tx_ref: str | None = None
    reference: str | None = None


class Flutterwave:
    name = "flutterwave"
    # v3 states no minimum for NGN: this one is ours.
    minimum_charge_kobo = 10_000

    def __init__(self, *, secret_key: str, webhook_hash: str, base_url: str, timeout_seconds: float) -> None:
        self.live = not secret_key.startswith("FLWSECK_TEST")
        self._webhook_hash = webhook_hash.encode()
        self._http = ProviderHttp(
            name=self.name, base_url=base_url, secret_key=secret_key, timeout_seconds=timeout_seconds
        )

    def initialise(
        self, *, reference: str, amount_kobo: int, email: str, name: str, callback_url: str, description: str
    ) -> Checkout:
        """developer.flutterwave.com/docs/flutterwave-standard-1"""
        payload = {
            "tx_ref": reference,
            "amount": kobo_to_naira(amount_kobo),
            "currency": "NGN",
            "redirect_url": callback_url,
            "customer": {"email": email, "name": name},
            "customizations": {"title": "Payshift", "description": description},
            "configurations": {"session_duration": SESSION_MINUTES},
        }
        started = read(Started, self._data(self._http.post("/payments", payload=payload)), provider=self.name)
        return Checkout(reference=reference, authorization_url=started.link)

    def verify(self, *, reference: str) -> Charge:
        """developer.flutterwave.com/docs/transaction-verification, by our reference.

        v3 answers do not tell test from live; the key that asked does, for a key sees only its own mode's payments.
        """
        answer = self._http.get("/transactions/verify_by_reference", params={"tx_ref": reference})
        data = read(ChargeData, self._data(answer, lookup=True), provider=self.name)
        if data.tx_ref != reference:
            raise OutcomeUnknown("flutterwave answered for another reference.")
        return Charge(
            reference=data.tx_ref,
            provider_id=data.id,
            status=CHARGE_STATUS.get(data.status.lower(), ChargeStatus.PENDING),
            amount_kobo=data.amount,
            currency=data.currency,
            live=self.live,
            fee_kobo=data.app_fee,
            channel=data.payment_type,
            message=data.processor_response,
        )

    def banks(self) -> Sequence[ProviderBank]:
        """GET /banks/NG"""
        rows = self._data(self._http.get("/banks/NG"))
        if not isinstance(rows, list):
            raise OutcomeUnknown("flutterwave answered no list of banks.")
        found = {bank.code: bank.name for bank in (read(Bank, row, provider=self.name) for row in rows)}
        return [ProviderBank(code=code, name=name) for code, name in sorted(found.items(), key=lambda item: item[1])]

    def resolve_account(self, *, bank_code: str, account_number: str) -> str:
        """POST /accounts/resolve: a read, although it is a POST."""
        payload = {"account_number": account_number, "account_bank": bank_code}
        data = self._data(self._http.post("/accounts/resolve", payload=payload))
        return read(Resolved, data, provider=self.name).account_name

    def transfer(self, *, reference: str, amount_kobo: int, payee: Payee, reason: str) -> Payout:
        """POST /transfers; the server's address must be on the dashboard's list."""
        payload = {
            "account_bank": payee.bank_code,
            "account_number": payee.account_number,
            "beneficiary_name": payee.account_name,
            "amount": kobo_to_naira(amount_kobo),
            "currency": "NGN",
            "debit_currency": "NGN",
            "narration": reason,
            "reference": reference,
        }
        return self._payout(
            read(TransferData, self._data(self._http.post("/transfers", payload=payload)), provider=self.name)
        )

    def verify_transfer(self, *, reference: str) -> Payout:
        """GET /transfers?reference= answers a list, and only an exact match is ours."""
        rows = self._data(self._http.get("/transfers", params={"reference": reference}), lookup=True)
        if not isinstance(rows, list):
            raise OutcomeUnknown("flutterwave answered no list of transfers.")
        found = [row for row in rows if isinstance(row, dict) and row.get("reference") == reference]
        if not found:
            raise ReferenceUnknown("flutterwave has no transfer under this reference.")
        if len(found) > 1:
            raise OutcomeUnknown("flutterwave has more than one transfer under one reference.")
        return self._payout(read(TransferData, found[0], provider=self.name))

    def refund(self, *, reference: str, amount_kobo: int, note: str) -> CardRefund:
        """POST /transactions/{id}/refund; the id is looked up first, for our books know the reference only."""
        charge = self.verify(reference=reference)
        payload = {"amount": kobo_to_naira(amount_kobo), "comments": note}
        data = self._data(self._http.post(f"/transactions/{charge.provider_id}/refund", payload=payload))
        return self._card_refund(read(RefundData, data, provider=self.name))

    def refunds_of(self, *, reference: str) -> Sequence[CardRefund]:
        """GET /refunds lists all refunds, newest first: those of this payment are picked out of the latest pages."""
        charge = self.verify(reference=reference)
        found: list[CardRefund] = []
        for page in range(1, REFUND_PAGES + 1):
            rows = self._data(self._http.get("/refunds", params={"page": str(page)}))
            if not isinstance(rows, list):
                raise OutcomeUnknown("flutterwave answered no list of refunds.")
            refunds = [read(RefundData, row, provider=self.name) for row in rows]
            found += [self._card_refund(refund) for refund in refunds if refund.tx_id == charge.provider_id]
            if not rows:
                break
        return found

    def chargeback(self, *, provider_id: str) -> DisputedCharge:
        """Flutterwave tells of them by mail and in the dashboard: staff enter them, and nothing is looked up."""
        raise ReferenceUnknown("flutterwave tells of chargebacks by mail only.")

    def open_chargebacks(self) -> Sequence[DisputedCharge]:
        return []

    def send_evidence(self, *, provider_id: str, evidence: Evidence) -> None:
        raise ProviderRefused("flutterwave takes evidence in its dashboard only.")

    def balance_kobo(self) -> int:
        """GET /balances/NGN"""
        return read(Balance, self._data(self._http.get("/balances/NGN")), provider=self.name).available_balance

    def signature_is_valid(self, *, body: bytes, headers: Mapping[str, str]) -> bool:
        """developer.flutterwave.com/docs/webhooks: the dashboard's secret hash, verbatim."""
        given = headers.get("verif-hash", "")
        return bool(self._webhook_hash) and hmac.compare_digest(self._webhook_hash, given.encode())

    def read_webhook(self, *, body: bytes) -> Notice:
        name, data = read_event(Event, body)
        if name.startswith("charge."):
            return Notice(event=name, kind=NoticeKind.CHARGE, reference=data.tx_ref or "")
        if name.startswith("transfer."):
            return Notice(event=name, kind=NoticeKind.TRANSFER, reference=data.reference or "")
        return Notice(event=name, kind=NoticeKind.OTHER, reference="")

    def _card_refund(self, refund: RefundData) -> CardRefund:
        return CardRefund(
            provider_id=refund.id,
            status=REFUND_STATUS.get(refund.status.lower(), RefundStatus.PENDING),
            amount_kobo=refund.amount_refunded,
            currency="NGN",
            message=refund.status,
        )

    def _payout(self, transfer: TransferData) -> Payout:
        return Payout(
            reference=transfer.reference,
            provider_id=transfer.id,
            status=PAYOUT_STATUS.get(transfer.status.upper(), PayoutStatus.PENDING),
            amount_kobo=transfer.amount,
            currency=transfer.currency,
            fee_kobo=transfer.fee,
            message=transfer.complete_message or transfer.status,
            needs_approval=bool(transfer.requires_approval) and not transfer.is_approved,
        )

    def _data(self, answer: Answer, *, lookup: bool = False) -> object:
        """The envelope's data, or the refusal that it tells: v3 gives no codes, so its words are matched."""
        if answer.ok and answer.body.get("status") == "success":
            return answer.body.get("data")
        message = answer.message or f"flutterwave answered {answer.status}."
        if answer.ok and "status" not in answer.body:
            raise OutcomeUnknown(message)
        words = message.lower()
        if answer.status == 404 or (lookup and ("no transaction" in words or "not found" in words)):
            raise ReferenceUnknown(message, code=answer.code)
        if "duplicate" in words or ("reference" in words and ("used" in words or "exist" in words)):
            raise ReferenceUsed(message, code=answer.code)
        if "insufficient" in words or ("balance" in words and "enough" in words):
            raise BalanceTooLow(message, code=answer.code)
        raise ProviderRefused(message, code=answer.code)
