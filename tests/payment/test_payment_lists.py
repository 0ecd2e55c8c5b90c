"""What people see of their money: their own, whole, in order, and in a constant number of queries (R1)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings

from accounts.models import CustomUser
from core import clock
from core.queries import count_queries
from jobs.models import ShiftAssignment
from payment.models import PaymentStatus
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory, ShiftFactory
from tests.factories.payment import (
    DisputeFactory,
    DisputeStatementFactory,
    PaymentAttemptFactory,
    PaymentFactory,
    WalletFactory,
    WithdrawalFactory,
    fund_wallet,
)
from tests.support.api_client import ApiClient
from tests.support.books import at_commit
from tests.support.cast import NO_FACE

pytestmark = pytest.mark.django_db

# One for the token; the rest are named where they are asserted.
AUTHENTICATION = 1


def wage_of(chidi: CustomUser, wale: CustomUser) -> ShiftAssignment:
    job = JobFactory(client=chidi)
    application = ApplicationFactory(job=job, applicant=wale, status="accepted")
    # Each on a day of its own: nobody works two shifts at once.
    shift = job.shifts.get()
    shift.starts_at -= timedelta(days=job.pk + 2)
    shift.ends_at -= timedelta(days=job.pk + 2)
    shift.save()
    return ShiftAssignmentFactory(application=application, shift=shift, approved=True)


def pay_wage(chidi: CustomUser, wale: CustomUser) -> None:
    PaymentFactory(released=True, assignment=wage_of(chidi, wale))


def withdraw(chidi: CustomUser, wale: CustomUser) -> None:
    WithdrawalFactory(wallet=getattr(wale, "wallet", None) or WalletFactory(user=wale), status="paid")


def dispute(chidi: CustomUser, wale: CustomUser) -> None:
    opened = DisputeFactory(assignment=wage_of(chidi, wale))
    DisputeStatementFactory(dispute=opened, author=wale)


LISTS: list[tuple[str, Callable[[CustomUser, CustomUser], object]]] = [
    ("/users/{wale}/payments", pay_wage),
    ("/wallet/transactions", lambda chidi, wale: fund_wallet(wale.pk, 1_000)),
    ("/wallet/withdrawals", withdraw),
    ("/disputes", dispute),
]


@pytest.mark.parametrize("rows", [1, 3, 30])
@pytest.mark.parametrize(("path", "add"), LISTS, ids=[path for path, _ in LISTS])
def test_r1_a_list_takes_the_token_and_one_query(
    path: str, add: Callable[[CustomUser, CustomUser], object], rows: int, chidi: CustomUser, wale: CustomUser
) -> None:
    for _ in range(rows):
        add(chidi, wale)
    reader = ApiClient(wale)
    path = path.format(wale=wale.pk)
    reader.get(path)

    with count_queries() as counted:
        answer = reader.get(path, {"limit": 50})

    assert len(answer.json()["items"]) == rows
    assert counted.count <= AUTHENTICATION + 1


def test_r1_details_take_the_token_and_one_query_or_two(chidi: CustomUser, wale: CustomUser) -> None:
    pay_wage(chidi, wale)
    withdraw(chidi, wale)
    dispute(chidi, wale)
    at_commit()
    payment = wale.payments_received.get()
    withdrawal = wale.wallet.withdrawals.get()
    opened = wale.disputes_as_worker.get()
    reader = ApiClient(wale)
    paths = {
        f"/payments/{payment.reference}": 1,
        "/wallet": 2,
        f"/wallet/withdrawals/{withdrawal.pk}": 1,
        # The dispute, its statements.
        f"/disputes/{opened.pk}": 2,
        # The payments, the job.
        f"/jobs/{payment.job_id}/receipt": 2,
    }
    reader.get("/wallet")

    for path, queries in paths.items():
        with count_queries() as counted:
            answer = reader.get(path)
        assert answer.status_code == 200, path
        assert counted.count <= AUTHENTICATION + queries, path


def test_payments_made_and_received_are_told_apart_and_cut_by_period(chidi: CustomUser, wale: CustomUser) -> None:
    pay_wage(chidi, wale)
    old = PaymentFactory(
        job=JobFactory(client=chidi), status=PaymentStatus.SUCCEEDED, created_at=clock.now() - timedelta(days=40)
    )
    payer, path = ApiClient(chidi), f"/users/{chidi.pk}/payments"
    since = (clock.now() - timedelta(days=30)).isoformat()

    def references(**params: str) -> list[str]:
        return [item["reference"] for item in payer.get(path, params).json()["items"]]

    wage = chidi.payments_made.exclude(pk=old.pk).get()
    assert references() == [wage.reference, old.reference]
    assert references(created_from=since) == [wage.reference]
    assert references(created_before=since) == [old.reference]
    assert references(direction="received") == []
    assert references(direction="made") == [wage.reference, old.reference]


def test_nobody_lists_anothers_payments(chidi: CustomUser, wale: CustomUser, bisi: CustomUser) -> None:
    pay_wage(chidi, wale)

    for stranger in (chidi, bisi):
        answer = ApiClient(stranger).get(f"/users/{wale.pk}/payments")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_payment_shows_its_parties_and_the_job(chidi: CustomUser, wale: CustomUser) -> None:
    pay_wage(chidi, wale)
    payment = wale.payments_received.get()

    body = ApiClient(wale).get(f"/users/{wale.pk}/payments").json()

    assert body == {
        "items": [
            {
                "reference": payment.reference,
                "kind": "wage",
                "status": "succeeded",
                "provider": "",
                "amount_kobo": payment.amount_kobo,
                "fee_kobo": 0,
                "refunded_to_card_kobo": 0,
                "currency": "NGN",
                "job": {"id": payment.job_id, "title": payment.job.title},
                "payer": {"id": chidi.pk, "name": "Chidi Okafor", **NO_FACE},
                "recipient": {"id": wale.pk, "name": "Wale Adeyemi", **NO_FACE},
                "authorization_url": None,
                "in_review": False,
                "created_at": payment.created_at.isoformat().replace("+00:00", "Z"),
                "succeeded_at": f"{payment.succeeded_at:%Y-%m-%dT%H:%M:%S.%fZ}",
            }
        ],
        "next_cursor": None,
    }


def test_where_to_pay_is_told_while_it_can_be_paid(chidi: CustomUser) -> None:
    payment = PaymentFactory(job=JobFactory(client=chidi))
    attempt = PaymentAttemptFactory(payment=payment)

    shown = ApiClient(chidi).get(f"/payments/{payment.reference}").json()

    assert shown["authorization_url"] == attempt.authorization_url


def test_a_cursor_walks_through_all_payments_once(chidi: CustomUser, wale: CustomUser) -> None:
    for _ in range(5):
        pay_wage(chidi, wale)
    reader, seen, cursor = ApiClient(wale), [], None

    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = reader.get(f"/users/{wale.pk}/payments", params).json()
        seen += [item["reference"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert len(seen) == len(set(seen)) == 5


def test_a_wallet_nobody_used_is_empty(sade: CustomUser) -> None:
    assert ApiClient(sade).get("/wallet").json() == {
        "balance_kobo": 0,
        "in_flight_kobo": 0,
        "minimum_withdrawal_kobo": 10_000,
        # Of a new account: no more than in a day.
        "maximum_withdrawal_kobo": settings.NEW_ACCOUNT_WITHDRAWAL_KOBO_PER_DAY,
        "resting_kobo": 0,
        "owed_kobo": 0,
        "withdrawable_from": None,
        "currency": "NGN",
    }


def test_a_receipt_is_numbered_and_shows_the_fee(chidi: CustomUser, wale: CustomUser, sade: CustomUser) -> None:
    assignment = wage_of(chidi, wale)
    payment = PaymentFactory(released=True, assignment=assignment, fee_kobo=assignment.fee_kobo)
    at_commit()
    path = f"/jobs/{payment.job_id}/receipt"

    (line,) = ApiClient(chidi).get(path).json()["receipts"]

    assert line["number"] == f"PS-{payment.created_at.year}-000001"
    assert (line["amount_kobo"], line["fee_kobo"]) == (assignment.wage_kobo, assignment.fee_kobo)
    assert line["total_kobo"] == assignment.price_kobo
    (own,) = ApiClient(wale).get(path).json()["receipts"]
    assert own == {**line, "fee_kobo": 0, "total_kobo": assignment.wage_kobo}
    assert ApiClient(sade).get(path).status_code == 404


def test_receipts_of_a_job_come_in_pages_that_only_their_reader_continues(chidi: CustomUser, wale: CustomUser) -> None:
    job = JobFactory(client=chidi)
    application = ApplicationFactory(job=job, applicant=wale, status="completed")
    shifts = [ShiftFactory(job=job, starts_at=job.starts_at + timedelta(days=day)) for day in (1, 2, 3)]
    worked = [ShiftAssignmentFactory(application=application, shift=shift, approved=True) for shift in shifts]
    paid = [PaymentFactory(released=True, assignment=assignment) for assignment in worked]
    at_commit()
    path, reader = f"/jobs/{job.pk}/receipt", ApiClient(chidi)

    first = reader.get(path, {"limit": 2}).json()
    last = reader.get(path, {"limit": 2, "cursor": first["next_cursor"]}).json()

    assert [line["reference"] for line in first["receipts"] + last["receipts"]] == [each.reference for each in paid]
    assert last["next_cursor"] is None
    others = ApiClient(wale).get(path, {"cursor": first["next_cursor"]})
    assert (others.status_code, others.json()["code"]) == (422, "invalid_cursor")


def test_entries_are_filtered_and_a_period_is_summed(sade: CustomUser) -> None:
    fund_wallet(sade.pk, 5_000)
    reader = ApiClient(sade)
    (entry,) = reader.get("/wallet/transactions").json()["items"]
    of_kind = {"kind": [entry["kind"], "wage"], "created_from": entry["created_at"]}

    summed = reader.get("/wallet/transactions", of_kind).json()

    assert (len(summed["items"]), summed["in_kobo"], summed["out_kobo"]) == (1, 5_000, 0)
    assert reader.get("/wallet/transactions").json()["in_kobo"] is None
    assert reader.get("/wallet/transactions", {"created_before": entry["created_at"]}).json()["items"] == []
