"""Paystack. Facts: the official OpenAPI document (PaystackOSS/openapi) and paystack.com/docs.

Amounts are kobo on the wire. The envelope's `status` is the status of the call; the money's is `data.status`. There is
no idempotency header: the reference is the idempotency.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from urllib.parse import quote

from payment.providers import paystack_accounts, paystack_disputes, paystack_settlements, paystack_transfers
from payment.providers.answers import Call, charge_status, refusal
from payment.providers.base import (
    AccountHolder,
    CardRefund,
    Charge,
    ChargebackReply,
    Checkout,
    DisputedCharge,
    GivenAccount,
    ListedRefund,
    Notice,
    NoticeKind,
    OddAnswer,
    OutcomeUnknown,
    Payee,
    Payout,
    PayoutStatus,
    ProviderBank,
    ProviderUnreachable,
    ReferenceUnknown,
    RefundStatus,
    TransferOrder,
)
from payment.providers.http import Answer, ProviderHttp
from payment.providers.lists import list_of, pages, readable
from payment.providers.parsing import (
    read,
    read_event,
)
from payment.providers.paystack_answers import PAYSTACK_ANSWERS
from payment.providers.paystack_disputes import disputed_charge, resolve
from payment.providers.paystack_ledger import lines_since
from payment.providers.paystack_wire import (
    CHARGE_STATUS,
    PAYOUT_STATUS,
    REFUND_STATUS,
    Balance,
    Bank,
    BankPage,
    ChargeData,
    Event,
    Recipient,
    RefundData,
    RefundOwner,
    Resolved,
    Started,
    TransferData,
    what_came,
)
from payment.providers.reports import BalanceLine, SettledCharge, SettlementReport, Told

# How far an unknown refund is looked for: the longest page that is documented, and pages enough for a busy month.
REFUNDS_A_PAGE = 100
REFUND_PAGES = 20


class Paystack:
    name = "paystack"
    # "minimum NGN transaction 50.00"
    minimum_charge_kobo = 5_000
    accepts_part_of_chargeback = True
    takes_documents = True
    # The published document names no maximum; integrations in the open send a hundred at once.
    transfers_at_once = 100
    accounts_need_identity = False

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
        data = self._data(Call.INITIALISE, self._http.post("/transaction/initialize", payload=payload))
        started = read(Started, data, provider=self.name)
        if started.reference != reference:
            raise OddAnswer("paystack started a payment under another reference.")
        return Checkout(reference=reference, authorization_url=started.authorization_url)

    def verify(self, *, reference: str) -> Charge:
        """paystack.com/docs/api/transaction/#verify: HTTP 200 also for a payment that failed."""
        answer = self._http.get(f"/transaction/verify/{quote(reference, safe='')}")
        data = read(ChargeData, self._data(Call.LOOK_UP, answer), provider=self.name)
        if data.reference != reference:
            raise OddAnswer("paystack answered for another reference.")
        amount_kobo, fee_kobo, fee_from_payer = what_came(data)
        return Charge(
            reference=data.reference,
            provider_id=data.id,
            status=charge_status(CHARGE_STATUS.get(data.status), amount_kobo=amount_kobo, provider=self.name),
            unknown_status="" if data.status in CHARGE_STATUS else data.status,
            amount_kobo=amount_kobo,
            currency=data.currency,
            live=data.domain == "live",
            fee_kobo=fee_kobo,
            fee_from_payer=fee_from_payer,
            channel=data.channel,
            paid_at=data.paid_at,
            message=data.gateway_response,
            paid_into=data.authorization.receiver_bank_account_number[:20],
        )

    def banks(self) -> Sequence[ProviderBank]:
        """paystack.com/docs/api/miscellaneous/#bank: at most 100 a page, cursor in meta.next."""
        found: dict[str, str] = {}
        params = {"country": "nigeria", "currency": "NGN", "perPage": "100", "use_cursor": "true"}
        # 50 pages are far above what exists; a cursor that runs in a circle must end.
        for _ in range(50):
            answer = self._http.get("/bank", params=params)
            rows = list_of(self._data(Call.LIST, answer), self._http, of="banks")
            for bank in readable(Bank, rows, provider=self.name).rows:
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
        return read(Resolved, self._data(Call.NAME_ENQUIRY, answer), provider=self.name).account_name

    def transfer(self, *, reference: str, amount_kobo: int, payee: Payee, reason: str) -> Payout:
        """paystack.com/docs/transfers/single-transfers: a recipient (found again or made), then the transfer."""
        recipient = self.payee_code(payee=payee)
        payload = {
            "source": "balance",
            "amount": amount_kobo,
            "currency": "NGN",
            "recipient": recipient,
            "reference": reference,
            "reason": reason,
        }
        return self._payout(self._data(Call.TRANSFER, self._http.post("/transfer", payload=payload)), reference)

    def payee_code(self, *, payee: Payee) -> str:
        """paystack.com/docs/api/transfer-recipient/#create: the same account is the same recipient."""
        payload = {
            "type": "nuban",
            "name": payee.account_name,
            "account_number": payee.account_number,
            "bank_code": payee.bank_code,
            "currency": "NGN",
        }
        try:
            data = self._data(Call.RECIPIENT, self._http.post("/transferrecipient", payload=payload))
            return read(Recipient, data, provider=self.name).recipient_code
        except OutcomeUnknown as error:
            # The same account gives the same recipient: no money moved, and the step may be repeated at will.
            raise ProviderUnreachable("paystack did not register the recipient.") from error

    def transfer_all(self, *, orders: Sequence[TransferOrder], reason: str) -> Sequence[Payout]:
        """paystack.com/docs/api/transfer/#bulk: codes by text message must be switched off for transfers."""
        return paystack_transfers.transfer_all(self._http, self._data, orders=orders, reason=reason)

    def verify_transfer(self, *, reference: str) -> Payout:
        """paystack.com/docs/api/transfer/#verify"""
        answer = self._http.get(f"/transfer/verify/{quote(reference, safe='')}")
        return self._payout(self._data(Call.LOOK_UP, answer), reference)

    def refund(self, *, reference: str, charge_id: str, amount_kobo: int, note: str) -> CardRefund:
        """paystack.com/docs/api/refund/#create: not repeatable, the lookup is by the transaction."""
        payload = {"transaction": reference, "amount": amount_kobo, "currency": "NGN", "merchant_note": note}
        data = self._data(Call.REFUND, self._http.post("/refund", payload=payload))
        refund = read(RefundData, data, provider=self.name)
        if not refund.is_of(reference=reference, charge_id=charge_id):
            raise OddAnswer("paystack refunded another payment, or does not say which.")
        return self._card_refund(refund)

    def refunds_of(self, *, reference: str, charge_id: str, since: datetime) -> Sequence[CardRefund]:
        """paystack.com/docs/api/refund/#list

        The OpenAPI document knows no filter by payment, the documentation's page one by the transaction's number: both
        are lived with, for every row is asked whose it is. Those of other payments are not read.
        """
        rows = self._refunds({"transaction": charge_id, "from": since.isoformat()})
        refunds = [
            read(RefundData, row, provider=self.name)
            for row in rows
            if RefundOwner.of(row).may_be_of(reference=reference, charge_id=charge_id)
        ]
        return [self._card_refund(row) for row in refunds if row.is_of(reference=reference, charge_id=charge_id)]

    def refunds_since(self, *, since: datetime) -> Told[ListedRefund]:
        """paystack.com/docs/api/refund/#list"""
        told = readable(RefundData, self._refunds({"from": since.isoformat()}), provider=self.name)
        listed = [
            ListedRefund(
                self._card_refund(row), row.transaction.id, row.transaction_reference or row.transaction.reference
            )
            for row in told.rows
        ]
        return Told(listed, told.unreadable)

    def _refunds(self, params: Mapping[str, str]) -> Iterator[object]:
        params = {**params, "perPage": str(REFUNDS_A_PAGE)}
        for rows in pages(self._http, self._data, "/refund", of="refunds", most=REFUND_PAGES, params=params):
            yield from rows

    def refund_by_id(self, *, refund_id: str, reference: str, charge_id: str) -> CardRefund:
        """paystack.com/docs/api/refund/#fetch"""
        data = self._data(Call.LOOK_UP, self._http.get(f"/refund/{quote(refund_id, safe='')}"))
        refund = read(RefundData, data, provider=self.name)
        if refund.id != refund_id or not refund.is_of(reference=reference, charge_id=charge_id):
            raise ReferenceUnknown("paystack has another payment's refund under this number.")
        return self._card_refund(refund)

    def reference_of(self, *, charge_id: str) -> str:
        """paystack.com/docs/api/transaction/#fetch"""
        data = self._data(Call.LOOK_UP, self._http.get(f"/transaction/{quote(charge_id, safe='')}"))
        return read(ChargeData, data, provider=self.name).reference

    def chargeback(self, *, provider_id: str) -> DisputedCharge:
        """paystack.com/docs/api/dispute/#fetch"""
        answer = self._http.get(f"/dispute/{quote(provider_id, safe='')}")
        return disputed_charge(self._data(Call.LOOK_UP, answer))

    def open_chargebacks(self) -> Told[DisputedCharge]:
        """paystack.com/docs/api/dispute/#list"""
        return paystack_disputes.open_ones(self._http, self._data)

    def answer_chargeback(self, *, provider_id: str, reply: ChargebackReply) -> DisputedCharge:
        """paystack.com/docs/api/dispute/#resolve"""
        return resolve(self._http, self._data, provider_id=provider_id, reply=reply)

    def account_of(self, *, holder: AccountHolder) -> GivenAccount | None:
        """paystack.com/docs/api/dedicated-virtual-account/#list"""
        return paystack_accounts.account_of(self._http, self._data, holder=holder)

    def open_account(self, *, holder: AccountHolder, bank: str) -> GivenAccount:
        """paystack.com/docs/api/dedicated-virtual-account/#create"""
        return paystack_accounts.open_account(self._http, self._data, holder=holder, bank=bank)

    def close_account(self, *, provider_id: str) -> None:
        """paystack.com/docs/api/dedicated-virtual-account/#deactivate"""
        paystack_accounts.close_account(self._http, self._data, provider_id=provider_id)

    def paid_into_accounts(self, *, since: datetime) -> Told[str]:
        """paystack.com/docs/api/transaction/#list"""
        return paystack_accounts.paid_into(self._http, self._data, since=since)

    def balance_kobo(self) -> int:
        """paystack.com/docs/api/transfer-control/#balance"""
        rows = list_of(self._data(Call.LIST, self._http.get("/balance")), self._http, of="balances")
        balances = [read(Balance, row, provider=self.name) for row in rows]
        return sum(balance.balance for balance in balances if balance.currency == "NGN")

    def balance_lines(self, *, since: datetime) -> Sequence[BalanceLine]:
        """paystack.com/docs/api/transfer-control/#balance-ledger"""
        return lines_since(self._http, self._data, since=since)

    def settlements(self, *, since: datetime) -> Told[SettlementReport]:
        """paystack.com/docs/api/settlement/#fetch-settlements"""
        return paystack_settlements.settlements(self._http, self._data, since=since)

    def settled_charges(self, *, provider_id: str) -> Sequence[SettledCharge]:
        """paystack.com/docs/api/settlement/#settlement-transactions"""
        return paystack_settlements.settled_charges(self._http, self._data, provider_id=provider_id)

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
            return Notice(event=name, kind=NoticeKind.REFUND, reference=data.transaction_reference)
        if name.startswith("dedicatedaccount.assign."):
            # paystack.com/docs/payments/dedicated-virtual-accounts: it names the customer, and at a failure no account.
            email = data.customer.email if data.customer else ""
            refused = name.endswith(".failed")
            return Notice(event=name, kind=NoticeKind.ACCOUNT, reference="", customer_email=email, is_refusal=refused)
        kind = {"charge": NoticeKind.CHARGE, "transfer": NoticeKind.TRANSFER}.get(name.split(".")[0], NoticeKind.OTHER)
        return Notice(event=name, kind=kind, reference=data.reference)

    def _payout(self, data: object, reference: str) -> Payout:
        transfer = read(TransferData, data, provider=self.name)
        if transfer.reference != reference:
            raise OddAnswer("paystack answered for another reference.")
        return Payout(
            reference=transfer.reference,
            provider_id=transfer.id,
            status=PAYOUT_STATUS.get(transfer.status, PayoutStatus.PENDING),
            unknown_status="" if transfer.status in PAYOUT_STATUS else transfer.status,
            amount_kobo=transfer.amount,
            currency=transfer.currency,
            fee_kobo=transfer.fee_charged,
            message=transfer.gateway_response or transfer.status,
            needs_approval=transfer.status == "otp",
        )

    def _card_refund(self, refund: RefundData) -> CardRefund:
        return CardRefund(
            provider_id=refund.id,
            status=REFUND_STATUS.get(refund.status, RefundStatus.PENDING),
            unknown_status="" if refund.status in REFUND_STATUS else refund.status,
            amount_kobo=refund.amount,
            currency=refund.currency,
            message=refund.status,
            note=refund.merchant_note,
            created_at=refund.created_at,
        )

    def _data(self, call: Call, answer: Answer) -> object:
        """The envelope's data. Raises what the answer stands for (`PAYSTACK_ANSWERS`), or that it is unknown."""
        if answer.ok and answer.body.get("status") is True:
            return answer.body.get("data")
        raise refusal(PAYSTACK_ANSWERS, call, answer, provider=self.name, spoken=answer.body.get("status") is False)
