"""The books against the provider's own balance and ledger: silent when they agree, a row for each difference."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import CustomUser
from core import clock
from jobs.models import Job
from payment.models import ProviderDifference
from payment.services.accounts import provider_balance
from payment.services.provider_comparison import compare_with_provider
from tests.factories.payment import balance_of
from tests.payment.conftest import Checkout, Till, alerts
from tests.support.api_client import ApiClient
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs
from tests.support.staff_pages import act_on_list

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def paid(till: Till, chidi: CustomUser, job: Job, run_jobs: RunJobs) -> Checkout:
    checkout = till.start(ApiClient(chidi), job)
    till.pay(checkout)
    till.webhook(checkout)
    run_jobs()
    return checkout


@contextmanager
def later(hours: float) -> Iterator[None]:
    with time_machine.travel(clock.now() + timedelta(hours=hours), tick=False):
        yield


def compare(hours: float = 2) -> None:
    with later(hours):
        compare_with_provider("paystack")


def open_rows() -> dict[str, tuple[int, int]]:
    rows = ProviderDifference.objects.filter(closed_at__isnull=True).order_by("pk")
    return {row.subject: (row.books_kobo, row.provider_kobo) for row in rows}


def test_payment_with_its_fee_agrees_and_a_top_up_that_is_not_booked_does_not(
    gateway: Gateway, till: Till, chidi: CustomUser, job: Job, run_jobs: RunJobs
) -> None:
    checkout = till.start(ApiClient(chidi), job)
    till.pay(checkout)
    till.webhook(checkout)
    run_jobs()
    gateway.set_balance(gateway.balance_kobo() + 5_000)

    compare()

    held = -balance_of(provider_balance("paystack"))
    found = open_rows()
    assert found.pop("balance") == (held, held + 5_000)
    assert [subject.split()[0] for subject in found] == ["Topup"]
    assert list(found.values()) == [(0, 5_000)]
    assert alerts().count("provider_differs") == 1


def test_payment_that_the_books_do_not_have_is_a_row_and_goes_once_it_is_booked(
    gateway: Gateway, till: Till, chidi: CustomUser, job: Job, run_jobs: RunJobs
) -> None:
    checkout = till.start(ApiClient(chidi), job)
    till.pay(checkout)
    compare()
    (subject,) = [name for name in open_rows() if name.startswith("Transaction ")]
    books_kobo, provider_kobo = open_rows()[subject]
    assert books_kobo == 0 < provider_kobo < checkout.amount_kobo

    till.webhook(checkout)
    run_jobs()
    compare()

    assert subject not in open_rows()
    assert ProviderDifference.objects.get(subject=subject).closed_by is None


def test_what_is_young_is_compared_another_day(gateway: Gateway, paid: Checkout) -> None:
    compare(hours=0.5)

    assert set(open_rows()) <= {"balance"}


def test_explained_difference_stays_closed_until_its_sums_change(
    gateway: Gateway, paid: Checkout, bisi: CustomUser
) -> None:
    gateway.set_balance(gateway.balance_kobo() + 7)
    compare()
    staff = Client()
    staff.force_login(bisi)
    balance = ProviderDifference.objects.get(subject="balance")

    act_on_list(staff, ProviderDifference, "explained", balance)
    compare()
    assert "balance" not in open_rows()
    balance.refresh_from_db()
    assert balance.closed_by == bisi
    gateway.set_balance(gateway.balance_kobo() + 1)
    compare()

    assert "balance" in open_rows()
    assert alerts().count("provider_differs") == 2
