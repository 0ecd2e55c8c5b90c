"""Paystack. Facts: the official OpenAPI document (PaystackOSS/openapi) and paystack.com/docs.

Amounts are kobo on the wire. The envelope's `status` is the status of the call; the money's is `data.status`. There is
no idempotency header: the reference is the idempotency.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

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
    ProviderUnreachable,
    ReferenceUnknown,
    ReferenceUsed,
    RefundStatus,
)
from payment.providers.http import Answer, ProviderHttp
from payment.providers.parsing import Kobo, Prose, TextId, Wire, read, read_event
from payment.providers.paystack_disputes import AWAITED, Transaction, disputed_charge

CHARGE_STATUS = {
    "success": ChargeStatus.SUCCEEDED,
    "failed": ChargeStatus.FAILED,
    "abandoned": ChargeStatus.ABANDONED,
    "reversed": ChargeStatus.REVERSED,
    "ongoing": ChargeStatus.PENDING,
    "pending": ChargeStatus.PENDING,
    "processing": ChargeStatus.PENDING,
    "queued": ChargeStatus.PENDING,
}
# abandoned: nobody gave the OTP; blocked and rejected: the transfer approval said so. All three moved no money.
PAYOUT_STATUS = {
    "success": PayoutStatus.SUCCEEDED,
    "failed": PayoutStatus.FAILED,
    "abandoned": PayoutStatus.FAILED,
    "blocked": PayoutStatus.FAILED,
    "rejected": PayoutStatus.FAILED,
    "reversed": PayoutStatus.REVERSED,
    "pending": PayoutStatus.PENDING,
    "otp": PayoutStatus.PENDING,
    "received": PayoutStatus.PENDING,
    "processing": PayoutStatus.PENDING,
    "queued": PayoutStatus.PENDING,
}
REFUND_STATUS = {
    "pending": RefundStatus.PENDING,
    "processing": RefundStatus.PENDING,
    "processed": RefundStatus.PROCESSED,
    "failed": RefundStatus.FAILED,
    "needs-attention": RefundStatus.NEEDS_ATTENTION,
}


class Started(Wire):
    authorization_url: str
    reference: str


class ChargeData(Wire):
    id: TextId
    domain: str
    status: str
    reference: str
    amount: Kobo
    currency: str
    fees: Kobo | None = None
    channel: Prose = ""
    paid_at: datetime | None = None
    gateway_response: Prose = ""


class Recipient(Wire):
    recipient_code: str


class TransferData(Wire):
    id: TextId
    status: str
    reference: str
    amount: Kobo
    currency: str = "NGN"
    fee_charged: Kobo | None = None
    gateway_response: Prose = ""


class RefundData(Wire):
    id: TextId
    status: str
    amount: Kobo
    currency: str = "NGN"


class Bank(Wire):
    code: str
    name: str
    active: bool = True
    is_deleted: bool | None = False


class BankPage(Wire):
    next: str | None = None


class Resolved(Wire):
    account_name: str = Field(min_length=1)


class Balance(Wire):
    currency: str
    balance: int


class Event(Wire):
    """The part of a webhook that is believed: what it is about. Everything else is asked again."""

    id: TextId | None = None
    reference: str | None = None
    transaction_reference: str | None = None
    transaction: Transaction | None = None


class Paystack:
    name = "paystack"
    # "minimum NGN transaction 50.00"
    minimum_charge_kobo = 5_000

    def __init__(self, *, secret_key: str, base_url: str, timeout_seconds: float) -> None:
        self.live = secret_key.startswith("sk_live_")
        self._secret_key = secret_key.encode()
        self._http = ProviderHttp(
            name=self.name, base_url=base_url, secret_key=secret_key, timeout_seconds=timeout_seconds
        )

    def initialise(
        self, *, reference: str, amount_kobo: int, email: str, name: str, callback_url: str, description: str
    ) -> Checkout:
        """paystack.com/docs/api/transaction/#initialize"""
        payload = {
            "reference": reference,
            "amount": amount_kobo,
            "currency": "NGN",
            "email": email,
            "callback_url": callback_url,
            "metadata": {"payer": name, "description": description},
        }
        data = self._data(self._http.post("/transaction/initialize", payload=payload))
        started = read(Started, data, provider=self.name)
        if started.reference != reference:
            raise OutcomeUnknown("paystack started a payment under another reference.")
        return Checkout(reference=reference, authorization_url=started.authorization_url)

    def verify(self, *, reference: str) -> Charge:
        """paystack.com/docs/api/transaction/#verify: HTTP 200 also for a payment that failed."""
        data = read(
            ChargeData, self._data(self._http.get(f"/transaction/verify/{reference}"), lookup=True), provider=self.name
        )
        if data.reference != reference:
            raise OutcomeUnknown("paystack answered for another reference.")
        return Charge(
            reference=data.reference,
            provider_id=data.id,
            status=CHARGE_STATUS.get(data.status, ChargeStatus.PENDING),
            amount_kobo=data.amount,
            currency=data.currency,
            live=data.domain == "live",
            fee_kobo=data.fees,
            channel=data.channel,
            paid_at=data.paid_at,
            message=data.gateway_response,
        )

    def banks(self) -> Sequence[ProviderBank]:
        """paystack.com/docs/api/miscellaneous/#bank: at most 100 a page, cursor in meta.next."""
        found: dict[str, str] = {}
        params = {"country": "nigeria", "currency": "NGN", "perPage": "100", "use_cursor": "true"}
        # 50 pages are far above what exists; a cursor that runs in a circle must end.
        for _ in range(50):
            answer = self._http.get("/bank", params=params)
            rows = self._data(answer)
            if not isinstance(rows, list):
                raise OutcomeUnknown("paystack answered no list of banks.")
            for row in rows:
                bank = read(Bank, row, provider=self.name)
                if bank.active and not bank.is_deleted:
                    found.setdefault(bank.code, bank.name)
            page = read(BankPage, answer.body.get("meta") or {}, provider=self.name)
            if not page.next:
                break
            params["next"] = page.next
        return [ProviderBank(code=code, name=name) for code, name in sorted(found.items(), key=lambda item: item[1])]

    def resolve_account(self, *, bank_code: str, account_number: str) -> str:
        """paystack.com/docs/api/verification/#resolve-account; the number is text: leading zeros count."""
        answer = self._http.get("/bank/resolve", params={"account_number": account_number, "bank_code": bank_code})
        return read(Resolved, self._data(answer), provider=self.name).account_name

    def transfer(self, *, reference: str, amount_kobo: int, payee: Payee, reason: str) -> Payout:
        """paystack.com/docs/transfers/single-transfers: a recipient (found again or made), then the transfer."""
        recipient = self._recipient(payee)
        payload = {
            "source": "balance",
            "amount": amount_kobo,
            "currency": "NGN",
            "recipient": recipient,
            "reference": reference,
            "reason": reason,
        }
        return self._payout(self._data(self._http.post("/transfer", payload=payload)), reference)

    def verify_transfer(self, *, reference: str) -> Payout:
        """paystack.com/docs/api/transfer/#verify"""
        return self._payout(self._data(self._http.get(f"/transfer/verify/{reference}"), lookup=True), reference)

    def refund(self, *, reference: str, amount_kobo: int, note: str) -> CardRefund:
        """paystack.com/docs/api/refund/#create: not repeatable, the lookup is by the transaction."""
        payload = {"transaction": reference, "amount": amount_kobo, "currency": "NGN", "merchant_note": note}
        return self._card_refund(self._data(self._http.post("/refund", payload=payload)))

    def refunds_of(self, *, reference: str) -> Sequence[CardRefund]:
        """paystack.com/docs/api/refund/#list"""
        rows = self._data(self._http.get("/refund", params={"transaction": reference}))
        if not isinstance(rows, list):
            raise OutcomeUnknown("paystack answered no list of refunds.")
        return [self._card_refund(row) for row in rows]

    def chargeback(self, *, provider_id: str) -> DisputedCharge:
        """paystack.com/docs/api/dispute/#fetch"""
        return disputed_charge(self._data(self._http.get(f"/dispute/{provider_id}"), lookup=True))

    def open_chargebacks(self) -> Sequence[DisputedCharge]:
        """paystack.com/docs/api/dispute/#list: the newest 100 that wait for us; more are a matter of minutes."""
        rows = self._data(self._http.get("/dispute", params={"status": AWAITED, "perPage": "100"}))
        if not isinstance(rows, list):
            raise OutcomeUnknown("paystack answered no list of disputes.")
        return [disputed_charge(row) for row in rows]

    def send_evidence(self, *, provider_id: str, evidence: Evidence) -> None:
        """paystack.com/docs/api/dispute/#evidence"""
        self._data(self._http.post(f"/dispute/{provider_id}/evidence", payload=asdict(evidence)))

    def balance_kobo(self) -> int:
        """paystack.com/docs/api/transfer-control/#balance"""
        rows = self._data(self._http.get("/balance"))
        if not isinstance(rows, list):
            raise OutcomeUnknown("paystack answered no list of balances.")
        balances = [read(Balance, row, provider=self.name) for row in rows]
        return sum(balance.balance for balance in balances if balance.currency == "NGN")

    def signature_is_valid(self, *, body: bytes, headers: Mapping[str, str]) -> bool:
        """paystack.com/docs/payments/webhooks: HMAC-SHA512 of the raw body, keyed with the API's secret key."""
        expected = hmac.new(self._secret_key, body, hashlib.sha512).hexdigest()
        given = headers.get("x-paystack-signature", "")
        return bool(self._secret_key) and hmac.compare_digest(expected.encode(), given.encode())

    def read_webhook(self, *, body: bytes) -> Notice:
        name, data = read_event(Event, body)
        if name.startswith("charge.dispute."):
            reference = data.transaction.reference if data.transaction else ""
            return Notice(event=name, kind=NoticeKind.CHARGEBACK, reference=reference, chargeback_id=data.id or "")
        if name.startswith("refund."):
            return Notice(event=name, kind=NoticeKind.REFUND, reference=data.transaction_reference or "")
        kind = {"charge": NoticeKind.CHARGE, "transfer": NoticeKind.TRANSFER}.get(name.split(".")[0], NoticeKind.OTHER)
        return Notice(event=name, kind=kind, reference=data.reference or "")

    def _recipient(self, payee: Payee) -> str:
        payload = {
            "type": "nuban",
            "name": payee.account_name,
            "account_number": payee.account_number,
            "bank_code": payee.bank_code,
            "currency": "NGN",
        }
        try:
            data = self._data(self._http.post("/transferrecipient", payload=payload))
            return read(Recipient, data, provider=self.name).recipient_code
        except OutcomeUnknown as error:
            # The same account gives the same recipient: no money moved, and the step may be repeated at will.
            raise ProviderUnreachable("paystack did not register the recipient.") from error

    def _payout(self, data: object, reference: str) -> Payout:
        transfer = read(TransferData, data, provider=self.name)
        if transfer.reference != reference:
            raise OutcomeUnknown("paystack answered for another reference.")
        return Payout(
            reference=transfer.reference,
            provider_id=transfer.id,
            status=PAYOUT_STATUS.get(transfer.status, PayoutStatus.PENDING),
            amount_kobo=transfer.amount,
            currency=transfer.currency,
            fee_kobo=transfer.fee_charged,
            message=transfer.gateway_response or transfer.status,
            needs_approval=transfer.status == "otp",
        )

    def _card_refund(self, data: object) -> CardRefund:
        refund = read(RefundData, data, provider=self.name)
        return CardRefund(
            provider_id=refund.id,
            status=REFUND_STATUS.get(refund.status, RefundStatus.PENDING),
            amount_kobo=refund.amount,
            currency=refund.currency,
            message=refund.status,
        )

    def _data(self, answer: Answer, *, lookup: bool = False) -> object:
        """The envelope's data, or the refusal that it tells. Messages are matched where the API gives no code."""
        if answer.ok and answer.body.get("status") is True:
            return answer.body.get("data")
        message = answer.message or f"paystack answered {answer.status}."
        if answer.ok and "status" not in answer.body:
            raise OutcomeUnknown(message)
        if answer.status == 404 or (lookup and "not found" in message.lower()):
            raise ReferenceUnknown(message, code=answer.code)
        words = message.lower()
        if answer.code == "duplicate_reference" or ("reference" in words and ("duplicate" in words or "used" in words)):
            raise ReferenceUsed(message, code=answer.code)
        if "balance" in words and ("enough" in words or "insufficient" in words):
            raise BalanceTooLow(message, code=answer.code)
        raise ProviderRefused(message, code=answer.code)
