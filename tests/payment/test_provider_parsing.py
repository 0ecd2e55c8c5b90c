"""What the adapters make of a provider's bytes, including the oddities that the providers' own samples show."""

import hashlib
import hmac
import json
from decimal import Decimal

import pytest

from payment.providers.base import MalformedWebhook, NoticeKind, OutcomeUnknown
from payment.providers.flutterwave import Flutterwave
from payment.providers.flutterwave_wire import Balance as FlutterwaveBalance
from payment.providers.flutterwave_wire import ChargeData as FlutterwaveCharge
from payment.providers.flutterwave_wire import RefundData as FlutterwaveRefund
from payment.providers.flutterwave_wire import Started, TransferData, fee_of
from payment.providers.parsing import kobo_to_naira, read
from payment.providers.paystack import Paystack
from payment.providers.paystack_wire import ChargeData, RefundData, what_came

CHARGE = {
    "id": 4_099_260_516,
    "domain": "test",
    "status": "success",
    "reference": "pay-1",
    "amount": 5_500_000,
    "currency": "NGN",
}


@pytest.fixture
def paystack() -> Paystack:
    return Paystack(secret_key="sk_test_key", base_url="http://127.0.0.1:1", timeout_seconds=1)


@pytest.fixture
def flutterwave() -> Flutterwave:
    return Flutterwave(
        secret_key="FLWSECK_TEST-key", webhook_hash="the-hash", base_url="http://127.0.0.1:1", timeout_seconds=1
    )


def test_a_paystack_charge_keeps_an_unsigned_64_bit_id_exactly() -> None:
    charge = read(ChargeData, {**CHARGE, "id": 2**64 - 1}, provider="paystack")

    assert charge.id == "18446744073709551615"


@pytest.mark.parametrize("metadata", [0, "", None, {"payer": "Chidi"}])
def test_paystack_metadata_of_any_shape_does_not_hide_the_money(metadata: object) -> None:
    charge = read(ChargeData, {**CHARGE, "metadata": metadata, "fees": None, "channel": None}, provider="paystack")

    assert (charge.amount, charge.fees, charge.channel) == (5_500_000, None, "")


@pytest.mark.parametrize("amount", [10_000, "10000"])
def test_a_paystack_refund_amount_is_read_from_a_number_and_from_text(amount: object) -> None:
    refund = read(RefundData, {"id": 1, "status": "processed", "amount": amount}, provider="paystack")

    assert refund.amount == 10_000


@pytest.mark.parametrize("amount", [10_000.0, Decimal("10000.0"), "10000.00", Decimal("10000.9"), "10000"])
def test_parts_of_a_kobo_are_nobodys_money_and_no_reason_to_refuse_the_rest(amount: object) -> None:
    value = Decimal(str(amount)) if isinstance(amount, float) else amount

    assert read(ChargeData, {**CHARGE, "amount": value}, provider="paystack").amount == 10_000


@pytest.mark.parametrize("fees", [Decimal("43000.5"), "43000.5", None, "free", [], Decimal("1e999999")])
def test_a_fee_that_is_odd_does_not_keep_the_payment_from_being_read(fees: object) -> None:
    charge = read(ChargeData, {**CHARGE, "fees": fees}, provider="paystack")

    assert (charge.amount, charge.fees) == (5_500_000, 43_001 if str(fees) == "43000.5" else None)


@pytest.mark.parametrize(
    "amount", [True, -1, 1.5, "", None, "١٢", 10**14 + 1, 2**63 - 1, [], {}, Decimal("1e999999"), "1e40"]
)
def test_a_paystack_amount_that_is_none_is_refused(amount: object) -> None:
    with pytest.raises(OutcomeUnknown, match="amount"):
        read(ChargeData, {**CHARGE, "amount": amount}, provider="paystack")


@pytest.mark.parametrize(
    ("naira", "kobo"),
    [(55_000, 5_500_000), (Decimal("55000.5"), 5_500_050), ("0.01", 1), (Decimal("1000000000000"), 10**14)],
)
def test_a_flutterwave_amount_in_naira_becomes_exact_kobo(naira: object, kobo: int) -> None:
    charge = {"id": 1, "tx_ref": "pay-1", "status": "successful", "amount": naira, "currency": "NGN"}

    assert read(FlutterwaveCharge, charge, provider="flutterwave").amount == kobo


@pytest.mark.parametrize(
    "naira", ["NaN", "Infinity", True, -1, None, Decimal("1e999999"), "1000000000000.01", 2**63 // 100]
)
def test_a_flutterwave_amount_that_is_none_is_refused(naira: object) -> None:
    charge = {"id": 1, "tx_ref": "pay-1", "status": "successful", "amount": naira, "currency": "NGN"}

    with pytest.raises(OutcomeUnknown, match="amount"):
        read(FlutterwaveCharge, charge, provider="flutterwave")


def test_a_flutterwave_fee_with_parts_of_a_kobo_is_rounded_half_up() -> None:
    transfer = {"id": 1, "status": "NEW", "reference": "wd-1", "amount": 100, "fee": Decimal("26.875")}

    assert read(TransferData, transfer, provider="flutterwave").fee == 2_688


@pytest.mark.parametrize("kobo", [1, 99, 100, 5_500_000, 1_234_567, 900_000_000_000_01])
def test_kobo_survive_the_way_through_naira_and_json(kobo: int) -> None:
    on_the_wire = json.dumps(kobo_to_naira(kobo))

    assert Decimal(on_the_wire) * 100 == kobo


def test_a_paystack_signature_is_the_hmac_sha512_of_the_raw_body(paystack: Paystack) -> None:
    body = b'{"event": "charge.success",  "data": {}}'
    signature = hmac.new(b"sk_test_key", body, hashlib.sha512).hexdigest()

    assert paystack.signature_is_valid(body=body, headers={"x-paystack-signature": signature})
    assert not paystack.signature_is_valid(body=body.replace(b"  ", b" "), headers={"x-paystack-signature": signature})
    assert not paystack.signature_is_valid(body=body, headers={"x-paystack-signature": "é" + signature[1:]})
    assert not paystack.signature_is_valid(body=body, headers={})


def test_an_adapter_without_a_key_accepts_no_signature() -> None:
    keyless = Paystack(secret_key="", base_url="http://127.0.0.1:1", timeout_seconds=1)
    hashless = Flutterwave(secret_key="", webhook_hash="", base_url="http://127.0.0.1:1", timeout_seconds=1)
    signature = hmac.new(b"", b"{}", hashlib.sha512).hexdigest()

    assert not keyless.signature_is_valid(body=b"{}", headers={"x-paystack-signature": signature})
    assert not hashless.signature_is_valid(body=b"{}", headers={"verif-hash": ""})


def test_a_flutterwave_signature_is_the_secret_hash_itself(flutterwave: Flutterwave) -> None:
    assert flutterwave.signature_is_valid(body=b"{}", headers={"verif-hash": "the-hash"})
    assert not flutterwave.signature_is_valid(body=b"{}", headers={"verif-hash": "the-hasj"})


@pytest.mark.parametrize(
    ("payload", "kind", "reference"),
    [
        ({"event": "charge.success", "data": {"reference": "pay-1"}}, NoticeKind.CHARGE, "pay-1"),
        ({"event": "transfer.reversed", "data": {"reference": "wd-1", "recipient": {}}}, NoticeKind.TRANSFER, "wd-1"),
        ({"event": "refund.processed", "data": {"transaction_reference": "pay-1"}}, NoticeKind.REFUND, "pay-1"),
        (
            {"event": "charge.dispute.create", "data": {"transaction": {"reference": "pay-1"}}},
            NoticeKind.CHARGEBACK,
            "pay-1",
        ),
        ({"event": "invoice.create", "data": {}}, NoticeKind.OTHER, ""),
    ],
)
def test_a_paystack_webhook_says_what_to_ask_about(
    paystack: Paystack, payload: dict[str, object], kind: NoticeKind, reference: str
) -> None:
    notice = paystack.read_webhook(body=json.dumps(payload).encode())

    assert (notice.kind, notice.reference) == (kind, reference)


NO_WEBHOOKS = [b"", b"[]", b"{}", b'{"event": 1, "data": {}}', b'{"event": "charge.success"}', b"\xff"]


@pytest.mark.parametrize("body", NO_WEBHOOKS)
def test_a_body_that_is_no_webhook_is_refused(paystack: Paystack, flutterwave: Flutterwave, body: bytes) -> None:
    for adapter in (paystack, flutterwave):
        with pytest.raises(MalformedWebhook):
            adapter.read_webhook(body=body)


def test_a_flutterwave_webhook_says_what_to_ask_about(flutterwave: Flutterwave) -> None:
    charge = flutterwave.read_webhook(body=b'{"event": "charge.completed", "data": {"id": 1, "tx_ref": "pay-1"}}')
    transfer = flutterwave.read_webhook(body=b'{"event": "transfer.completed", "data": {"reference": "wd-1"}}')

    assert (charge.kind, charge.reference) == (NoticeKind.CHARGE, "pay-1")
    assert (transfer.kind, transfer.reference) == (NoticeKind.TRANSFER, "wd-1")


@pytest.mark.parametrize(
    ("asked", "given", "waits"), [(0, 1, False), (1, 0, True), (1, 1, False), (True, False, True), (None, None, False)]
)
def test_a_flutterwave_transfer_waits_for_the_approval_that_it_needs(
    flutterwave: Flutterwave, asked: object, given: object, waits: bool
) -> None:
    row = {
        "id": 1,
        "status": "NEW",
        "reference": "wdr-1",
        "amount": 500,
        "requires_approval": asked,
        "is_approved": given,
    }

    payout = flutterwave._payout(TransferData.model_validate(row))

    assert payout.needs_approval is waits


@pytest.mark.parametrize(("naira", "kobo"), [(Decimal("26.875"), 2_687), (-5, -500), (0, 0)])
def test_m4_a_balance_is_read_with_parts_of_a_kobo_and_below_zero(naira: object, kobo: int) -> None:
    balance = read(FlutterwaveBalance, {"currency": "NGN", "available_balance": naira}, provider="flutterwave")

    assert balance.available_balance == kobo


def test_what_providers_write_can_be_stored() -> None:
    odd = {**CHARGE, "id": "4\x00\ud800", "gateway_response": "No\x00 \ud83d luck" + "!" * 400, "channel": "ca\x00rd"}

    charge = read(ChargeData, odd, provider="paystack")

    assert (charge.id, charge.channel) == ("4", "ca rd")
    assert charge.gateway_response.startswith("No    luck!!")
    assert len(charge.gateway_response) == 300


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "https://a.example\n", 1]
)
def test_a_payer_is_sent_to_the_web_only(link: object) -> None:
    with pytest.raises(OutcomeUnknown, match="link"):
        read(Started, {"link": link}, provider="flutterwave")


def test_m5_a_fee_that_the_payer_bears_is_neither_ours_nor_a_different_amount() -> None:
    borne = {**CHARGE, "amount": 5_585_000, "requested_amount": 5_500_000, "fees": 85_000}
    partly_paid = {**CHARGE, "amount": 2_000_000, "requested_amount": 5_500_000, "fees": 40_000}
    flutterwave = {"id": 1, "tx_ref": "a", "status": "successful", "currency": "NGN", "amount": 100, "app_fee": 2}

    assert what_came(read(ChargeData, borne, provider="paystack")) == (5_500_000, None, True)
    assert what_came(read(ChargeData, partly_paid, provider="paystack")) == (2_000_000, 40_000, False)
    for settled, fee in ((100, 0), (98, 200), (None, 200)):
        charge = read(FlutterwaveCharge, {**flutterwave, "amount_settled": settled}, provider="flutterwave")
        assert fee_of(charge) == fee


@pytest.mark.parametrize(
    ("status", "meta", "stands"),
    [
        ("completed", {}, "pending"),
        ("completed", '{"disburse_status": "successful"}', "processed"),
        ("completed", {"disburse_status": "failed"}, "needs_attention"),
        ("completed-mpgs", "", "processed"),
        ("completed-bank-transfer", None, "processed"),
        ("failed", {}, "failed"),
        ("brand-new", {}, "pending"),
    ],
)
def test_h7_each_flutterwave_word_for_a_refund(
    flutterwave: Flutterwave, status: str, meta: object, stands: str
) -> None:
    row = {"id": 1, "tx_id": 2, "status": status, "amount_refunded": 1, "meta": meta}

    refund = flutterwave._card_refund(read(FlutterwaveRefund, row, provider="flutterwave"))

    assert (refund.status, refund.unknown_status) == (stands, "brand-new" if status == "brand-new" else "")


def test_h7_a_flat_refund_webhook_names_the_payment_by_its_number(flutterwave: Flutterwave) -> None:
    flat = {"id": 89074, "AmountRefunded": 70, "status": "completed-mpgs", "FlwRef": "URF", "TransactionId": 123456}

    notice = flutterwave.read_webhook(body=json.dumps(flat).encode())

    assert (notice.kind, notice.reference, notice.charge_id) == (NoticeKind.REFUND, "", "123456")


@pytest.mark.parametrize("reference", ["../balance", "a/b", "..", "a?b", "x\x00", "", 7, None, "y" * 121])
def test_a_webhook_that_names_no_possible_reference_asks_about_nothing(paystack: Paystack, reference: object) -> None:
    body = json.dumps({"event": "charge.success", "data": {"reference": reference}}).encode()

    assert paystack.read_webhook(body=body).reference == ""


def test_bodies_nested_without_end_are_malformed(paystack: Paystack) -> None:
    with pytest.raises(MalformedWebhook):
        paystack.read_webhook(body=b"[" * 100_000)
