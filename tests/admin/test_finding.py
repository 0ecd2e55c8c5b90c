"""Every list and Ctrl+K find what is said on the phone, by the list's own declaration and for those who may look."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db import models
from django.test import Client
from django.urls import reverse

from accounts.admin.finding import MOST_PEOPLE, people_of
from accounts.admin.reading import StaffAdmin
from accounts.admin.terms import read_term
from accounts.models import BankAccount, CustomUser, Profile
from core import clock
from core.actor import Role
from jobs.models import Application, HandledPattern, Job, JobIndustry, JobSubcategory
from payment.models import (
    LedgerEntry,
    LedgerTransaction,
    Payment,
    PaymentAttempt,
    Refund,
    Withdrawal,
)
from tests.factories.accounts import BankAccountFactory, UserFactory
from tests.factories.jobs import ApplicationFactory, JobFactory
from tests.factories.payment import (
    LedgerTransactionFactory,
    PaymentAttemptFactory,
    PaymentFactory,
    RefundFactory,
    WalletFactory,
    WithdrawalFactory,
)

pytestmark = pytest.mark.django_db

# Short, and kept by hand.
BY_DJANGOS_OWN_SEARCH = {JobIndustry, JobSubcategory, Group}


def search(staff: Client, model: type[models.Model], typed: str) -> Any:
    response = staff.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"), {"q": typed})
    assert response.status_code == 200
    return response


def found(staff: Client, model: type[models.Model], typed: str) -> list[int]:
    return sorted(row.pk for row in search(staff, model, typed).context["cl"].result_list)


@pytest.fixture
def known(wale: CustomUser) -> CustomUser:
    """Wale, with all that a caller may say of himself."""
    CustomUser.objects.filter(pk=wale.pk).update(username="wale_99", last_name="Adéyẹmí")
    Profile.objects.filter(user=wale).update(phone="+2348040299898")
    BankAccountFactory.create(user=wale, account_number="0123456789")
    return wale


SAID_OF_WALE = [
    *("Wale", "adeyemi wal", "Adéyẹmí", "wale@example.com", "WALE@exa", "@wale_99", "6789", "0123456789"),
    *("08040299898", "0804 029 9898", "+234 804 029 9898"),
]


@pytest.mark.parametrize("typed", SAID_OF_WALE)
@pytest.mark.usefixtures("ada")
def test_person_is_found_by_what_a_caller_says(known: CustomUser, typed: str) -> None:
    term = read_term(typed)

    assert term is not None
    assert people_of(term) == [known.pk]


def test_whoever_is_found_is_found_in_every_list_of_people(staff: Client, known: CustomUser, ada: CustomUser) -> None:
    typed = "0804 029 9898"
    of_wale, _ = ApplicationFactory.create(applicant=known), ApplicationFactory.create(applicant=ada)
    withdrawal = WithdrawalFactory.create(wallet=WalletFactory.create(user=known))
    WithdrawalFactory.create(wallet=WalletFactory.create(user=ada))

    assert found(staff, CustomUser, typed) == [known.pk]
    assert found(staff, BankAccount, typed) == [known.bank_account.pk]
    assert found(staff, Application, typed) == [of_wale.pk]
    assert found(staff, Withdrawal, typed) == [withdrawal.pk]


def test_job_is_found_by_number_client_and_words_while_it_is_open(staff: Client, chidi: CustomUser) -> None:
    job, other = JobFactory.create(client=chidi, title="Ìyá Bọ́lá kitchen porter"), JobFactory.create()

    assert found(staff, Job, str(job.pk)) == [job.pk]
    assert found(staff, Job, "chidi okaf") == [job.pk]
    assert found(staff, Job, "bola kitch") == [job.pk]
    assert found(staff, Job, f"#{other.pk}") == [other.pk]


def test_money_is_found_by_our_reference_its_beginning_a_try_and_the_providers_number(staff: Client) -> None:
    payment = PaymentFactory.create(reference="pay-00aa00bb00cc00dd0001")
    attempt = PaymentAttemptFactory.create(
        payment=payment, reference=f"{payment.reference}-1", provider_id="4000000056", succeeded=True
    )
    booked = LedgerTransactionFactory.create(reference=f"paystack:{attempt.reference}")
    refund = RefundFactory.create(reference="rfd-00aa00bb00cc00dd0001", attempt=attempt, provider_id="Rf-7Xy")
    withdrawal = WithdrawalFactory.create(reference="wdr-00aa00bb00cc00dd0001", provider_id="TRF_1ptvuv321")
    PaymentFactory.create(), RefundFactory.create(), WithdrawalFactory.create(), LedgerTransactionFactory.create()

    for typed in ("pay-00aa", payment.reference.upper(), attempt.reference, "4000000056"):
        assert found(staff, Payment, typed) == [payment.pk], typed
        assert found(staff, PaymentAttempt, typed) == [attempt.pk], typed
        assert found(staff, LedgerTransaction, typed) == [booked.pk], typed
    assert found(staff, LedgerTransaction, booked.reference) == [booked.pk]
    assert found(staff, LedgerEntry, attempt.reference) == sorted(booked.entries.values_list("pk", flat=True))
    for typed in ("rfd-00aa", "Rf-7X", attempt.reference):
        assert found(staff, Refund, typed) == [refund.pk], typed
    for typed in ("wdr-00aa", "TRF_1pt"):
        assert found(staff, Withdrawal, typed) == [withdrawal.pk], typed


def test_term_that_a_list_does_not_understand_finds_nothing_and_says_so(staff: Client, known: CustomUser) -> None:
    PaymentAttemptFactory.create()

    page = search(staff, LedgerEntry, "Wale")

    assert list(page.context["cl"].result_list) == []
    assert "This list does not look for words. It is found by: reference." in page.content.decode()


def test_name_of_very_many_asks_for_more_of_it(staff: Client) -> None:
    for number in range(MOST_PEOPLE + 1):
        UserFactory.create(first_name="Ibrahim", email=f"someone{number}@example.com")

    page = search(staff, CustomUser, "ibrahim")

    assert "type more of the name" in page.content.decode()


def test_every_list_declares_what_it_is_found_by() -> None:
    """Of the rest somebody would have to read all rows."""
    others = {model for model, screen in admin.site._registry.items() if not isinstance(screen, StaffAdmin)}
    searched = {
        model
        for model, screen in admin.site._registry.items()
        if isinstance(screen, StaffAdmin) and "search_fields" in type(screen).__dict__
    }

    assert others == BY_DJANGOS_OWN_SEARCH
    assert searched == set()


# Of staff's own work, which is looked for by what it is about.
NOT_SOUGHT = {
    *("payment.StaffMove.proposed_by", "payment.StaffMove.decided_by", "payment.Dispute.resolved_by"),
    *("payment.Dispute.proposed_by", "payment.ProviderDifference.closed_by", "payment.ClosedMonth.closed_by"),
    *("jobs.StaffNote.author", "accounts.StaffExport.user"),
    # Either side, which is there as well.
    *("payment.Dispute.opened_by", "payment.DisputeStatement.author", "jobs.AttendanceLog.changed_by"),
    *("jobs.ApplicationStatusLog.changed_by", "jobs.Job.created_by", "jobs.ShiftAssignment.client"),
}


def test_every_list_of_what_somebody_has_finds_them() -> None:
    """Each column with the key of a person, of each model, is a way of its list."""
    missing = {
        f"{model._meta.label}.{field.name}"
        for model, screen in admin.site._registry.items()
        if isinstance(screen, StaffAdmin)
        for field in model._meta.fields
        if field.related_model is CustomUser and field.attname not in screen.finds.people
    }

    assert missing - {"payment.LedgerAccount.user"} == NOT_SOUGHT


def test_handled_pattern_is_found_by_the_people_in_it(staff: Client, known: CustomUser, bisi: CustomUser) -> None:
    facts = {"says": "A ring", "reason": "They are a couple", "handled_by": bisi, "handled_at": clock.now()}
    handled = HandledPattern.objects.create(mark="0" * 64, people=[known.pk, bisi.pk], **facts)
    HandledPattern.objects.create(mark="1" * 64, people=[bisi.pk], **facts)

    assert found(staff, HandledPattern, "0804 029 9898") == [handled.pk]


def ctrl_k(client: Client, typed: str) -> str:
    return client.get(reverse("admin:search"), {"s": typed}).content.decode()


class TestCommand:
    def test_finds_people_jobs_and_money(self, staff: Client, known: CustomUser) -> None:
        payment = PaymentFactory.create(reference="pay-00aa00bb00cc00dd0002")

        assert reverse("admin:person_everything", args=[known.pk]) in ctrl_k(staff, "0804 029 9898")
        assert reverse("admin:job_everything", args=[payment.job_id]) in ctrl_k(staff, str(payment.job_id))
        assert reverse("admin:payment_payment_change", args=[payment.pk]) in ctrl_k(staff, "PAY-00aa00bb")

    def test_shows_nobody_what_their_role_may_not_look_at(self, known: CustomUser) -> None:
        payment = PaymentFactory.create(reference="pay-00aa00bb00cc00dd0003")
        clerk: CustomUser = UserFactory.create(role=Role.ADMIN)
        clerk.user_permissions.set(Permission.objects.filter(codename="view_customuser"))
        client = Client()
        client.force_login(clerk)

        assert reverse("admin:person_everything", args=[known.pk]) in ctrl_k(client, "wale")
        for typed in (payment.reference, str(payment.job_id)):
            page = ctrl_k(client, typed)
            assert reverse("admin:payment_payment_change", args=[payment.pk]) not in page
            assert reverse("admin:job_everything", args=[payment.job_id]) not in page

    def test_finds_screens_by_the_one_name_that_they_have(self, staff: Client, clerk: Client) -> None:
        tries, health = reverse("admin:payment_paymentattempt_changelist"), reverse("admin:health")

        assert (tries in ctrl_k(staff, "TRIES at"), health in ctrl_k(staff, "healt")) == (True, True)
        assert tries not in ctrl_k(staff, "payment attempts")
        assert (tries in ctrl_k(clerk, "tries at"), health in ctrl_k(clerk, "health")) == (False, False)

    def test_looks_anew_each_time_and_as_it_was_typed(self, staff: Client, known: CustomUser) -> None:
        """Of two references of a provider one may be the other in other capitals."""
        small, large = (WithdrawalFactory.create(provider_id=said) for said in ("TRF_aaaa1111", "TRF_AAAA1111"))

        assert [
            [row.pk for row in (small, large) if change_page(row) in ctrl_k(staff, row_typed.provider_id)]
            for row_typed in (small, large)
        ] == [[small.pk], [large.pk]]
        ctrl_k(staff, "wale_99")
        CustomUser.objects.filter(pk=known.pk).update(username="somebody")
        assert reverse("admin:person_everything", args=[known.pk]) not in ctrl_k(staff, "wale_99")

    def test_page_that_is_none_is_the_nearest(self, staff: Client, known: CustomUser) -> None:
        person = reverse("admin:person_everything", args=[known.pk])

        for page in ("", "x", "0", "99999999999999999999"):
            assert person in staff.get(reverse("admin:search"), {"s": "wale", "page": page}).content.decode()


def change_page(row: models.Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
