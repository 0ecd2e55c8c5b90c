"""What providers say they settled, beside the books: silent when they agree, one row for staff where they do not."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import CustomUser
from core import clock
from jobs.models import Job
from payment.models import ProviderDifference, Settlement, SettlementLine, StaffMove
from payment.services.settlements import compare_settlement, import_settlements, note_settled_again, note_unsettled
from tests.factories.jobs import JobFactory
from tests.factories.payment import PaymentAttemptFactory, SettlementFactory, SettlementLineFactory
from tests.payment.conftest import Checkout, Till, alerts
from tests.support.api_client import ApiClient
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs
from tests.support.races import race
from tests.support.staff_pages import act_on_page

pytestmark = pytest.mark.django_db(transaction=True)


def outcomes() -> list[str]:
    return list(SettlementLine.objects.order_by("pk").values_list("outcome", flat=True))


def open_rows() -> dict[str, int]:
    rows = ProviderDifference.objects.filter(closed_at__isnull=True)
    return {row.subject.split()[0]: row.difference_kobo for row in rows}


@pytest.mark.parametrize("provider", ["paystack", "flutterwave"])
def test_payment_that_was_settled_with_its_fee_matches_and_a_second_import_changes_nothing(
    provider: str, till: Till, chidi: CustomUser, job: Job, gateway: Gateway
) -> None:
    payer = ApiClient(chidi)
    checkout = till.start(payer, job, provider=provider)
    till.pay(checkout)
    assert payer.post(f"/payments/{checkout.reference}/verify").json()["status"] == "succeeded"
    number = gateway.settle_charges(provider=provider)

    asked = [import_settlements(), import_settlements()]

    settlement, line = Settlement.objects.get(), SettlementLine.objects.get()
    assert asked == [1, 1]
    assert (settlement.provider_id, settlement.gross_kobo) == (number, checkout.amount_kobo)
    assert settlement.net_kobo == settlement.gross_kobo - settlement.fees_kobo == line.net_kobo == line.books_kobo
    assert (line.reference, line.outcome) == (checkout.attempt_reference, "matched")
    assert (open_rows(), alerts()) == ({}, [])


def test_what_the_books_lack_and_what_they_have_otherwise_are_rows_until_both_agree(
    paid: Checkout, till: Till, chidi: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    unheard = till.start(ApiClient(chidi), JobFactory(client=chidi, status="pending", title="Another"))
    till.pay(unheard)
    gateway.settle_charges(kept_kobo=700)

    for _ in range(2):
        import_settlements()

    assert outcomes() == ["different", "missing"]
    missing = SettlementLine.objects.get(outcome="missing")
    differences = ProviderDifference.objects.order_by("subject", "pk")
    assert {row.reference: row.difference_kobo for row in differences.exclude(reference="")} == {
        paid.attempt_reference: -700,
        unheard.attempt_reference: missing.net_kobo,
    }
    assert alerts() == ["settlement_differs"]

    till.webhook(unheard)
    run_jobs()
    import_settlements()

    assert outcomes() == ["different", "matched"]
    assert open_rows() == {"Settled": -700}


def test_one_that_cannot_be_read_keeps_no_other_and_is_read_the_next_day(
    paid: Checkout, till: Till, chidi: CustomUser, gateway: Gateway
) -> None:
    gateway.settle_charges()
    till.pay(till.start(ApiClient(chidi), JobFactory(client=chidi, status="pending", title="Another")))
    gateway.settle_charges()
    gateway.fault("error_5xx_before", operation="settled")

    import_settlements()
    assert Settlement.objects.filter(compared_at__isnull=True).count() == 1
    import_settlements()

    assert Settlement.objects.filter(compared_at__isnull=True).count() == 0
    assert sorted(outcomes()) == ["matched", "missing"]


def test_two_imports_at_once_write_each_payment_once(paid: Checkout, gateway: Gateway) -> None:
    number = gateway.settle_charges()
    SettlementFactory(provider_id=number)

    results = race(*[lambda: compare_settlement("paystack", number)] * 3)

    assert [result for result in results if isinstance(result, Exception)] == []
    assert outcomes() == ["matched"]
    assert ProviderDifference.objects.filter(subject=f"Settlement {number}").count() == 1


def test_payment_that_no_settlement_since_has_is_a_row_until_one_has_it() -> None:
    now = clock.now()
    first, last = now - timedelta(days=10), now - timedelta(days=1)
    SettlementFactory(settled_at=first, compared_at=now)
    unread = SettlementFactory(settled_at=last)
    late, young, before = (
        PaymentAttemptFactory(succeeded=True, succeeded_at=at, provider_id=str(number))
        for number, at in enumerate((first + timedelta(days=1), last - timedelta(days=1), first - timedelta(days=1)))
    )
    note_unsettled("paystack")
    assert open_rows() == {}

    unread.compared_at = now
    unread.save(update_fields=["compared_at"])
    for _ in range(2):
        note_unsettled("paystack")
    found = ProviderDifference.objects.get()
    assert (found.subject, found.reference) == (f"Unsettled {late.provider_id}", late.reference)
    assert alerts() == ["settlement_differs"]

    SettlementLineFactory(settlement=unread, reference=late.reference)
    note_unsettled("paystack")

    assert open_rows() == {}
    assert {young.reference, before.reference}.isdisjoint(
        ProviderDifference.objects.values_list("reference", flat=True)
    )


def test_payment_that_was_settled_twice_is_a_row_until_the_provider_takes_it_out_of_one(
    paid: Checkout, gateway: Gateway
) -> None:
    first = gateway.settle_charges()
    import_settlements()
    again = gateway.settle_charges(again=True)

    for _ in range(2):
        import_settlements()

    row = ProviderDifference.objects.get()
    assert outcomes() == ["matched", "matched"]
    assert (row.subject.split()[0], row.reference) == ("Twice", paid.attempt_reference)
    assert (row.provider_kobo, row.closed_at) == (2 * row.books_kobo, None)
    assert alerts() == ["settlement_differs"]

    gateway.correct_settlement(again)
    import_settlements()

    assert open_rows() == {}
    assert SettlementLine.objects.get(taken_out_at=None).settlement.provider_id == first


def test_payment_whose_second_settlement_is_long_past_stays_a_row(paid: Checkout, gateway: Gateway) -> None:
    gateway.settle_charges()
    gateway.settle_charges(again=True)
    import_settlements()
    Settlement.objects.update(settled_at=clock.now() - timedelta(days=60))

    note_settled_again("paystack")

    assert list(open_rows()) == ["Twice"]


def test_staff_see_what_matched_and_propose_what_came_to_the_bank_once(
    paid: Checkout, bisi: CustomUser, gateway: Gateway
) -> None:
    number = gateway.settle_charges()
    import_settlements()
    settlement = Settlement.objects.get()
    browser = Client()
    browser.force_login(bisi)

    page = browser.get(reverse("admin:payment_settlement_changelist")).content.decode()
    lines = reverse("admin:payment_settlementline_changelist")
    shown = browser.get(f"{lines}?settlement__id__exact={settlement.pk}&outcome__exact=matched").content.decode()
    booked = reverse("admin:payment_settlement_booked", args=[settlement.pk])
    answers = [act_on_page(browser, booked, reason="On the statement").status_code for _ in range(2)]

    assert 'outcome__exact=matched&amp;taken_out_at__isnull=True">1</a>' in page
    assert paid.attempt_reference in shown
    assert answers == [302, 422]
    move = StaffMove.objects.get()
    assert (move.kind, move.amount_kobo) == ("settlement", settlement.net_kobo)
    assert (move.reference, move.provider) == (f"paystack:{number}", "paystack")
