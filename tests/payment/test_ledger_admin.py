"""The books in admin: readable, searchable, and read-only."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import CustomUser
from payment.models import LedgerAccount, LedgerEntry, LedgerTransaction, Wallet
from tests.factories.jobs import JobFactory
from tests.factories.payment import fund_escrow, fund_wallet

MODELS = ["ledgeraccount", "ledgertransaction", "ledgerentry", "wallet"]


@pytest.fixture
def staff(bisi: CustomUser) -> Client:
    client = Client()
    client.force_login(bisi)
    return client


@pytest.fixture
def money(wale: CustomUser) -> None:
    fund_wallet(wale.pk, 1_250_000)


@pytest.mark.parametrize("model", MODELS)
def test_list_shows_the_money(staff: Client, money: None, model: str) -> None:
    page = staff.get(reverse(f"admin:payment_{model}_changelist"))

    assert page.status_code == 200
    assert "12,500.00" in page.content.decode()


def test_account_page_leads_to_its_entries(staff: Client, money: None) -> None:
    account = LedgerAccount.objects.get(kind="wallet")

    page = staff.get(reverse("admin:payment_ledgeraccount_change", args=[account.pk])).content.decode()
    history = staff.get(reverse("admin:payment_ledgerentry_changelist"), {"account__id__exact": account.pk})

    assert f"{reverse('admin:payment_ledgerentry_changelist')}?account__id__exact={account.pk}" in page
    assert [entry.amount_kobo for entry in history.context["cl"].result_list] == [1_250_000]


def test_transaction_page_shows_both_sides(staff: Client, money: None) -> None:
    transaction = LedgerTransaction.objects.get()

    page = staff.get(reverse("admin:payment_ledgertransaction_change", args=[transaction.pk])).content.decode()

    assert "12,500.00" in page
    assert "\N{MINUS SIGN}₦12,500.00" in page


def test_job_number_finds_its_transactions(staff: Client, money: None) -> None:
    job = JobFactory()
    fund_escrow(job, 700)

    page = staff.get(reverse("admin:payment_ledgertransaction_changelist"), {"q": str(job.pk)})

    assert [row.job_id for row in page.context["cl"].result_list] == [job.pk]


@pytest.mark.parametrize("model", MODELS)
def test_list_takes_as_many_queries_for_one_row_as_for_many(
    staff: Client, wale: CustomUser, ada: CustomUser, sade: CustomUser, model: str
) -> None:
    fund_wallet(wale.pk, 10)
    address = reverse(f"admin:payment_{model}_changelist")
    with CaptureQueriesContext(connection) as one:
        staff.get(address)

    for person in (ada, sade):
        fund_wallet(person.pk, 10)
        fund_escrow(JobFactory(), 5)
    with CaptureQueriesContext(connection) as many:
        staff.get(address)

    assert len(many) == len(one)


@pytest.mark.parametrize("model", [LedgerAccount, LedgerTransaction, LedgerEntry, Wallet])
def test_m2_nothing_can_be_added_changed_or_deleted(
    staff: Client, money: None, model: type[LedgerAccount | LedgerTransaction | LedgerEntry | Wallet]
) -> None:
    row = model.objects.order_by("pk").values().last()
    assert row is not None
    name = f"admin:payment_{model._meta.model_name}"

    answers = [
        staff.post(reverse(f"{name}_add"), {}).status_code,
        staff.post(reverse(f"{name}_change", args=[row["id"]]), {"balance_kobo": 1, "memo": "x"}).status_code,
        staff.post(reverse(f"{name}_delete", args=[row["id"]]), {"post": "yes"}).status_code,
    ]

    assert answers == [403, 403, 403]
    assert model.objects.order_by("pk").values().last() == row
