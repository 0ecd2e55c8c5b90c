"""Flutterwave v3. Facts: developer.flutterwave.com and the official SDK (Flutterwave/Node-v3).

Amounts are naira on the wire, with decimals. The webhook's `verif-hash` is a shared secret that does not bind the body,
so nothing in a webhook is believed but the reference to ask about.
"""

import hmac
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from urllib.parse import quote

from payment.providers import flutterwave_accounts, flutterwave_disputes, flutterwave_settlements
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
    Payee,
    Payout,
    PayoutStatus,
    ProviderBank,
    ProviderRefused,
    ReferenceUnknown,
    RefundStatus,
    TransferOrder,
)
from payment.providers.flutterwave_accounts import LONGEST_NAME
from payment.providers.flutterwave_answers import FLUTTERWAVE_ANSWERS
from payment.providers.flutterwave_wire import (
    CHARGE_STATUS,
    DISBURSED,
    PAYOUT_STATUS,
    REFUND_STATUS,
    Balance,
    Bank,
    ChargeData,
    Event,
    FlatRefund,
    RefundData,
    RefundOwner,
    Resolved,
    Started,
    TransferData,
    fee_of,
)
from payment.providers.http import Answer, ProviderHttp
from payment.providers.lists import list_of, pages, readable
from payment.providers.parsing import (
    kobo_to_naira,
    read,
    read_event,
    read_flat,
)
from payment.providers.reports import BalanceLine, SettledCharge, SettlementReport, Told

# How far an unknown refund is looked for: pages are of 20 or so.
REFUND_PAGES = 50
# A checkout link lives this long; the reconciliation gives an attempt up only after it.
SESSION_MINUTES = 60


class Flutterwave:
    name = "flutterwave"
    # v3 states no minimum for NGN: this one is ours.
    minimum_charge_kobo = 10_000
    accepts_part_of_chargeback = False
    takes_documents = False
    # POST /bulk-transfers answers with the number of the batch alone: it tells of no transfer.
    transfers_at_once = 1
    accounts_need_identity = True

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
        data = self._data(Call.INITIALISE, self._http.post("/payments", payload=payload))
        started = read(Started, data, provider=self.name)
        return Checkout(reference=reference, authorization_url=started.link)

    def verify(self, *, reference: str) -> Charge:
        """developer.flutterwave.com/docs/transaction-verification, by our reference; of a deposit by their number.

        v3 answers do not tell test from live; the key that asked does, for a key sees only its own mode's payments.
        """
        if deposit := flutterwave_accounts.deposit_of(reference):
            data = self._transaction(deposit[1])
            if data.tx_ref != deposit[0]:
                raise ReferenceUnknown("flutterwave has another payment under this number.")
        else:
            answer = self._http.get("/transactions/verify_by_reference", params={"tx_ref": reference})
            data = read(ChargeData, self._data(Call.LOOK_UP, answer), provider=self.name)
            if data.tx_ref != reference:
                raise OddAnswer("flutterwave answered for another reference.")
        return Charge(
            # Asked by an account's reference alone it is one of many: each is known by its own.
            reference=flutterwave_accounts.deposit_reference(data.tx_ref, data.id),
            provider_id=data.id,
            status=charge_status(CHARGE_STATUS.get(data.status.lower()), amount_kobo=data.amount, provider=self.name),
            unknown_status="" if data.status.lower() in CHARGE_STATUS else data.status,
            amount_kobo=data.amount,
            currency=data.currency,
            live=self.live,
            fee_kobo=fee_of(data),
            channel=data.payment_type,
            message=data.processor_response,
            paid_at=data.created_at,
            paid_into=flutterwave_accounts.account_of(data.tx_ref),
        )

    def banks(self) -> Sequence[ProviderBank]:
        """GET /banks/NG"""
        rows = list_of(self._data(Call.LIST, self._http.get("/banks/NG")), self._http, of="banks")
        found = {bank.code: bank.name for bank in readable(Bank, rows, provider=self.name).rows}
        return [ProviderBank(code=code, name=name) for code, name in sorted(found.items(), key=lambda item: item[1])]

    def resolve_account(self, *, bank_code: str, account_number: str) -> str:
        """POST /accounts/resolve: a read, although it is a POST."""
        payload = {"account_number": account_number, "account_bank": bank_code}
        data = self._data(Call.NAME_ENQUIRY, self._http.post("/accounts/resolve", payload=payload))
        return read(Resolved, data, provider=self.name).account_name

    def transfer(self, *, reference: str, amount_kobo: int, payee: Payee, reason: str) -> Payout:
        """POST /transfers; the server's address must be on the dashboard's list."""
        payload = {
            "account_bank": payee.bank_code,
            "account_number": payee.account_number,
            # The official library takes no more of a name.
            "beneficiary_name": payee.account_name[:LONGEST_NAME],
            "amount": kobo_to_naira(amount_kobo),
            "currency": "NGN",
            "debit_currency": "NGN",
            "narration": reason,
            "reference": reference,
        }
        data = self._data(Call.TRANSFER, self._http.post("/transfers", payload=payload))
        return self._payout(read(TransferData, data, provider=self.name))

    def payee_code(self, *, payee: Payee) -> str:
        raise ProviderRefused("flutterwave keeps no payees.")

    def transfer_all(self, *, orders: Sequence[TransferOrder], reason: str) -> Sequence[Payout]:
        raise ProviderRefused("flutterwave answers nothing of each of several transfers.")

    def verify_transfer(self, *, reference: str) -> Payout:
        """GET /transfers?reference= answers a list, and only an exact match is ours."""
        rows = self._data(Call.LOOK_UP, self._http.get("/transfers", params={"reference": reference}))
        listed = list_of(rows, self._http, of="transfers")
        found = [row for row in listed if isinstance(row, dict) and row.get("reference") == reference]
        if not found:
            raise ReferenceUnknown("flutterwave has no transfer under this reference.")
        if len(found) > 1:
            raise OddAnswer("flutterwave has more than one transfer under one reference.")
        return self._payout(read(TransferData, found[0], provider=self.name))

    def refund(self, *, reference: str, charge_id: str, amount_kobo: int, note: str) -> CardRefund:
        """POST /transactions/{id}/refund: by the provider's own number of the payment."""
        payload = {"amount": kobo_to_naira(amount_kobo), "comments": note}
        path = f"/transactions/{quote(charge_id, safe='')}/refund"
        refund = read(RefundData, self._data(Call.REFUND, self._http.post(path, payload=payload)), provider=self.name)
        if refund.tx_id != charge_id:
            raise OddAnswer("flutterwave refunded another payment.")
        return self._card_refund(refund)

    def refunds_of(self, *, reference: str, charge_id: str, since: datetime) -> Sequence[CardRefund]:
        """GET /refunds lists all refunds, newest first: this payment's are picked out, as far back as `since`.

        Those of other payments are not read. One that names none is: where that fails, ours may be it.
        """
        rows = [row for row in self._refunds(since) if RefundOwner.of(row).tx_id in ("", charge_id)]
        return [self._card_refund(read(RefundData, row, provider=self.name)) for row in rows]

    def refunds_since(self, *, since: datetime) -> Told[ListedRefund]:
        """GET /refunds"""
        told = readable(RefundData, self._refunds(since), provider=self.name)
        lately = [row for row in told.rows if row.created_at is None or row.created_at >= since]
        return Told([ListedRefund(self._card_refund(row), row.tx_id) for row in lately], told.unreadable)

    def _refunds(self, since: datetime) -> Iterator[object]:
        for rows in pages(self._http, self._data, "/refunds", of="refunds", most=REFUND_PAGES):
            yield from rows
            began = [RefundOwner.of(row).created_at for row in rows]
            if all(at and at < since for at in began):
                return

    def refund_by_id(self, *, refund_id: str, reference: str, charge_id: str) -> CardRefund:
        """GET /refunds/{id}"""
        data = self._data(Call.LOOK_UP, self._http.get(f"/refunds/{quote(refund_id, safe='')}"))
        refund = read(RefundData, data, provider=self.name)
        if refund.id != refund_id or refund.tx_id != charge_id:
            raise ReferenceUnknown("flutterwave has another payment's refund under this number.")
        return self._card_refund(refund)

    def reference_of(self, *, charge_id: str) -> str:
        return flutterwave_accounts.deposit_reference(self._transaction(charge_id).tx_ref, charge_id)

    def chargeback(self, *, provider_id: str) -> DisputedCharge:
        """GET /chargebacks knows no number of its own: every status is looked through."""
        return flutterwave_disputes.look_up(self._http, self._data, provider_id=provider_id)

    def open_chargebacks(self) -> Told[DisputedCharge]:
        """GET /chargebacks?status=initiated"""
        return flutterwave_disputes.open_ones(self._http, self._data)

    def answer_chargeback(self, *, provider_id: str, reply: ChargebackReply) -> DisputedCharge:
        """PUT /chargebacks/{id}"""
        return flutterwave_disputes.answer(self._http, self._data, provider_id=provider_id, reply=reply)

    def account_of(self, *, holder: AccountHolder) -> GivenAccount | None:
        """GET /virtual-account-numbers/{order_ref} alone: by what a lost answer held."""
        return None

    def open_account(self, *, holder: AccountHolder, bank: str) -> GivenAccount:
        """POST /virtual-account-numbers; Flutterwave chooses the bank."""
        return flutterwave_accounts.open_account(self._http, self._data, holder=holder)

    def close_account(self, *, provider_id: str) -> None:
        """POST /virtual-account-numbers/{order_ref}"""
        flutterwave_accounts.close_account(self._http, self._data, provider_id=provider_id)

    def paid_into_accounts(self, *, since: datetime) -> Told[str]:
        """GET /transactions"""
        return flutterwave_accounts.paid_into(self._http, self._data, since=since)

    def balance_kobo(self) -> int:
        """GET /balances/NGN"""
        data = self._data(Call.LIST, self._http.get("/balances/NGN"))
        return read(Balance, data, provider=self.name).available_balance

    def balance_lines(self, *, since: datetime) -> Sequence[BalanceLine]:
        """Flutterwave documents no list of what changed a balance: only the balance itself is compared."""
        return []

    def settlements(self, *, since: datetime) -> Told[SettlementReport]:
        """GET /settlements"""
        return flutterwave_settlements.settlements(self._http, self._data, since=since)

    def settled_charges(self, *, provider_id: str) -> Sequence[SettledCharge]:
        """GET /settlements/{id}"""
        return flutterwave_settlements.settled_charges(self._http, self._data, provider_id=provider_id)

    def signature_is_valid(self, *, body: bytes, headers: Mapping[str, str]) -> bool:
        """developer.flutterwave.com/docs/webhooks: the dashboard's secret hash, verbatim."""
        given = headers.get("verif-hash", "")
        return bool(self._webhook_hash) and hmac.compare_digest(self._webhook_hash, given.encode())

    def read_webhook(self, *, body: bytes) -> Notice:
        """Refunds are told in a flat body, without an event, that names the payment by its number only."""
        if flat := read_flat(FlatRefund, body):
            return Notice(event="refund", kind=NoticeKind.REFUND, reference="", charge_id=flat.transaction_id)
        name, data = read_event(Event, body)
        if name.startswith("refund."):
            charge_id = data.transaction_id or ""
            return Notice(event=name, kind=NoticeKind.REFUND, reference="", charge_id=charge_id)
        if name.startswith("charge."):
            reference = flutterwave_accounts.deposit_reference(data.tx_ref, data.id or "")
            return Notice(event=name, kind=NoticeKind.CHARGE, reference=reference)
        if name.startswith("chargeback"):
            return Notice(event=name, kind=NoticeKind.CHARGEBACK, reference=data.tx_ref, chargeback_id=data.id or "")
        if name.startswith("transfer."):
            return Notice(event=name, kind=NoticeKind.TRANSFER, reference=data.reference)
        return Notice(event=name, kind=NoticeKind.OTHER, reference="")

    def _transaction(self, number: str) -> ChargeData:
        """GET /transactions/{id}/verify"""
        answer = self._http.get(f"/transactions/{quote(number, safe='')}/verify")
        data = read(ChargeData, self._data(Call.LOOK_UP, answer), provider=self.name)
        if data.id != number:
            raise OddAnswer("flutterwave answered for another payment.")
        return data

    def _card_refund(self, refund: RefundData) -> CardRefund:
        word = refund.status.lower()
        status = REFUND_STATUS.get(word, RefundStatus.PENDING)
        if word == "completed":
            status = DISBURSED.get(refund.meta.disburse_status.lower(), status)
        return CardRefund(
            provider_id=refund.id,
            status=status,
            unknown_status="" if word in REFUND_STATUS else refund.status,
            amount_kobo=refund.amount_refunded,
            currency="NGN",
            message=refund.status,
            note=refund.comments,
            created_at=refund.created_at,
        )

    def _payout(self, transfer: TransferData) -> Payout:
        return Payout(
            reference=transfer.reference,
            provider_id=transfer.id,
            status=PAYOUT_STATUS.get(transfer.status.upper(), PayoutStatus.PENDING),
            unknown_status="" if transfer.status.upper() in PAYOUT_STATUS else transfer.status,
            amount_kobo=transfer.amount,
            currency=transfer.currency,
            fee_kobo=transfer.fee,
            message=transfer.complete_message or transfer.status,
            needs_approval=bool(transfer.requires_approval) and not transfer.is_approved,
        )

    def _data(self, call: Call, answer: Answer) -> object:
        """The envelope's data. Raises what the answer stands for (`FLUTTERWAVE_ANSWERS`), or that it is unknown."""
        if answer.ok and answer.body.get("status") == "success":
            return answer.body.get("data")
        raise refusal(
            FLUTTERWAVE_ANSWERS, call, answer, provider=self.name, spoken=answer.body.get("status") == "error"
        )
