"""The one way by which staff act: seen first, with a reason, a bounded number by hand, and kept in the history."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from accounts.admin.trying import LOOKS_DIFFERENT
from accounts.models import CustomUser
from core import clock
from core.actor import Role
from core.forms import NairaField
from jobs.models import Job, JobStatus, JobSubcategory
from payment.models import LedgerTransaction
from payment.services.accounts import wallet_account, wallet_of
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.jobs import JobFactory, JobSubcategoryFactory
from tests.factories.payment import WithdrawalFactory, balance_of, fund_escrow
from tests.support.staff_pages import act_on_list, act_on_page, confirm

pytestmark = pytest.mark.django_db

PEOPLE = reverse("admin:accounts_customuser_changelist")


@pytest.fixture
def job(chidi: CustomUser) -> Job:
    job: Job = JobFactory.create(client=chidi)
    fund_escrow(job)
    return job


@pytest.fixture
def office(bisi: CustomUser) -> Client:
    client = Client()
    client.force_login(bisi)
    return client


def cancel_page(job: Job) -> str:
    return reverse("admin:jobs_job_cancel", args=[job.pk])


def test_preview_says_what_moves_and_moves_nothing(office: Client, job: Job, chidi: CustomUser) -> None:
    shown = office.get(cancel_page(job)).content.decode()

    assert "Status: upcoming → canceled" in shown
    assert f"Wallet of {chidi.name} ({chidi.email}): +₦" in shown
    assert (Job.objects.get(pk=job.pk).status, balance_of(wallet_account(chidi.pk))) == (JobStatus.UPCOMING, 0)
    assert not LogEntry.objects.exists()
    assert not LedgerTransaction.objects.filter(kind="refund").exists()


def test_done_as_it_was_shown_with_who_and_why_in_the_history(office: Client, job: Job, bisi: CustomUser) -> None:
    answer = act_on_page(office, cancel_page(job), reason="The client called")

    entry = LogEntry.objects.get()
    assert answer.status_code == 302
    assert (entry.user, entry.object_id) == (bisi, str(job.pk))
    assert entry.change_message.startswith("Cancel job: The client called. Status: upcoming → canceled. Escrow of job")
    history = office.get(reverse("admin:jobs_job_history", args=[job.pk])).content.decode()
    assert "The client called" in history
    assert "99999999" not in history


def test_without_a_reason_nothing_is_done(office: Client, job: Job) -> None:
    answer = act_on_page(office, cancel_page(job), reason="")

    assert (answer.status_code, Job.objects.get(pk=job.pk).status) == (422, JobStatus.UPCOMING)
    assert not LogEntry.objects.exists()


def test_what_was_not_seen_is_not_done(office: Client, job: Job) -> None:
    """Neither blindly, nor when it came to be something else since the page was opened."""
    office.post(cancel_page(job), {"sent": "1", "reason": "Blind"})
    shown = office.get(cancel_page(job))
    fund_escrow(job, 700)
    seen = [f"{outcome.pk}:{outcome.seen}" for outcome, _ in shown.context["outcomes"]]

    answer = office.post(cancel_page(job), {"sent": "1", "seen": seen, "reason": "Stale"})

    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors() == [LOOKS_DIFFERENT]
    assert Job.objects.get(pk=job.pk).canceled_at is None
    assert not LogEntry.objects.exists()


def test_everything_that_matches_is_not_banned_at_once(office: Client) -> None:
    people = UserFactory.create_batch(3)

    office.post(PEOPLE, {"action": "ban", "_selected_action": [people[0].pk], "select_across": "1"})

    assert "choose by hand" in str(next(iter(office.get(PEOPLE).context["messages"])))
    assert office.get(reverse("admin:payment_dispute_changelist")).context["may_choose_all"] is False
    assert not CustomUser.objects.filter(banned_at__isnull=False).exists()


# Can be taken back, or asks again about what is under way: everything that matches may be chosen, up to the bound.
NOT_FINAL = {
    *("accounts_customuser_send_code", "jobs_job_hide", "jobs_job_show_again"),
    *("payment_providerdifference_explained", "procrastinate_procrastinatejob_retry"),
    *("payment_refund_look_up", "payment_withdrawal_look_up", "payment_webhookevent_process_again"),
    *("payment_wallet_hold", "rating_review_hide", "rating_review_show_again"),
}


def test_nothing_that_is_not_taken_back_is_done_to_everything_that_matches(office: Client) -> None:
    """Of every act of every list, whatever is in it."""
    refused: set[str] = set()
    others: set[str] = set()
    for model, screen in admin.site._registry.items():
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        for act in screen.actions or ():
            answer = office.post(
                reverse(f"admin:{name}_changelist"),
                {"action": act, "_selected_action": ["1"], "select_across": "1", "index": "0"},
                follow=True,
            )
            told = " ".join(str(message) for message in answer.context["messages"])
            (refused if "choose by hand" in told else others).add(f"{name}_{act}")

    assert others == NOT_FINAL
    assert {"accounts_customuser_ban", "jobs_job_cancel", "payment_dispute_all_to_worker"} <= refused
    assert not LogEntry.objects.exists()


def test_no_more_than_a_bounded_number_at_once(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.admin.deeds.MOST_ROWS", 2)
    people = UserFactory.create_batch(3)

    office.post(PEOPLE, {"action": "ban", "_selected_action": [person.pk for person in people]})

    assert "at most 2" in str(next(iter(office.get(PEOPLE).context["messages"])))


def test_refused_rows_stay_and_the_others_are_told_in_one_line(office: Client, bisi: CustomUser) -> None:
    people = [bisi, *UserFactory.create_batch(6)]
    order = {"action": "ban", "_selected_action": [person.pk for person in people]}

    confirm(office, PEOPLE, office.post(PEOPLE, order), reason="Spam")

    told = [str(message) for message in office.get(PEOPLE).context["messages"]]
    assert told[0] == "6 users: banned."
    assert "You cannot ban yourself." in told[1]
    assert LogEntry.objects.count() == CustomUser.objects.filter(banned_at__isnull=False).count() == 6


def test_page_offers_only_what_the_row_is_not_past(office: Client, wale: CustomUser) -> None:
    page = reverse("admin:accounts_customuser_change", args=[wale.pk])
    offered = [action["title"] for action in office.get(page).context["actions_detail"]]
    act_on_page(office, reverse("admin:accounts_customuser_ban", args=[wale.pk]), reason="Fraud")

    assert offered == ["Ban", "Send a code for a new password"]
    assert [action["title"] for action in office.get(page).context["actions_detail"]] == ["Let back in"]


def form_of(answer: Any) -> str:
    page: str = answer.content.decode()
    return page[page.index("<main") : page.index("</main>")]


def test_what_is_not_possible_asks_for_nothing(office: Client) -> None:
    shown = form_of(office.get(cancel_page(JobFactory.create(status=JobStatus.CANCELED))))

    assert "Not possible." in shown
    assert ('name="reason"' in shown, 'type="submit"' in shown) == (False, False)


def test_what_other_values_make_possible_may_be_typed_again(office: Client, wale: CustomUser) -> None:
    """A sum above the cap is refused, and may be put right where it was typed."""
    path = reverse("admin:payment_ledgertransaction_staff_payment")

    refused = confirm(office, path, office.get(path), email=wale.email, amount="99999999.00", reason="Goodwill")

    assert refused.status_code == 422
    shown = form_of(refused)
    assert "is at most" in shown
    assert 'value="99999999.00"' in shown
    assert "Show what will happen" in shown


def test_what_a_row_is_past_is_refused_wherever_it_was_chosen(office: Client, wale: CustomUser) -> None:
    """From its list, and by the act's address."""
    paid = WithdrawalFactory.create(wallet=wallet_of(wale.pk), status="paid")
    path = reverse("admin:payment_withdrawal_change", args=[paid.pk])
    assert not office.get(path).context["actions_detail"]

    for act in ("look_up", "return_to_wallet", "release"):
        chosen = act_on_list(office, type(paid), act, paid)
        typed = act_on_page(office, reverse(f"admin:payment_withdrawal_{act}", args=[paid.pk]), reason="Asked for")
        assert (chosen.status_code, typed.status_code) == (422, 422), act

    paid.refresh_from_db()
    assert paid.status == "paid"
    assert not LogEntry.objects.exists()
    assert not ProcrastinateJob.objects.filter(task_name="payment.tasks.send_withdrawal").exists()


def test_a_form_that_changes_a_row_keeps_what_it_was(office: Client, wale: CustomUser) -> None:
    trade = JobSubcategoryFactory.create()
    JobSubcategory.objects.filter(pk=trade.pk).update(name="Waiters")
    industry = trade.industry
    address = reverse("admin:jobs_jobsubcategory_change", args=[trade.pk])
    office.post(address, {"name": "Waiting staff", "slug": trade.slug, "industry": industry.pk})
    support = Group.objects.create(name="A group")
    person = reverse("admin:accounts_customuser_change", args=[wale.pk])
    fields = office.get(person).context["adminform"].form
    given = {name: fields.initial.get(name) or "" for name in ("username", "first_name", "last_name")}
    inline = {"profile-TOTAL_FORMS": 0, "profile-INITIAL_FORMS": 0}
    moved = {**given, "email": "moved@example.com", "role": Role.ADMIN, "groups": [support.pk]}
    assert office.post(person, {**moved, **inline}).status_code == 302

    of_trade, of_person = LogEntry.objects.order_by("pk")

    assert of_trade.get_change_message() == "Changed Name: Waiters → Waiting staff."
    # Without what would stay of somebody who left.
    assert "Groups: nothing → A group" in of_person.get_change_message()
    assert "Role: applicant → admin" in of_person.get_change_message()
    assert "@example.com" not in of_person.get_change_message()


class Price(forms.Form):
    amount = NairaField(required=False)


@pytest.mark.parametrize(
    ("typed", "kobo"),
    [("500", 50_000), ("1,250.5", 125_050), ("₦ 0.01", 1), ("999999999999.99", 99_999_999_999_999), ("", None)],
)
def test_naira_are_kept_as_the_exact_kobo(typed: str, kobo: int | None) -> None:
    form = Price({"amount": typed})

    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == kobo


@pytest.mark.parametrize("typed", ["5.005", "1.001", "0", "-5", "many", "NaN", "Infinity", "1e-3", "9999999999999.00"])
def test_what_is_no_whole_number_of_kobo_is_refused(typed: str) -> None:
    assert not Price({"amount": typed}).is_valid()


def test_naira_shown_again_are_what_was_typed() -> None:
    assert 'value="1,250.50"' in str(Price({"amount": "1,250.50"})["amount"])
    assert Decimal("1250.50") == Price({"amount": "1,250.50"}).fields["amount"].to_python("1,250.50")


class TestProof:
    """What cannot be taken back asks who sits there."""

    LATER = timedelta(minutes=31)

    @pytest.fixture
    def office(self, office: Client, bisi: CustomUser) -> Client:
        bisi.set_password(PASSWORD)
        bisi.save(update_fields=["password"])
        office.force_login(bisi)
        return office

    def test_password_is_asked_a_while_after_the_log_in_and_then_not_again(self, office: Client, job: Job) -> None:
        other = JobFactory.create(client=job.client)
        with time_machine.travel(clock.now() + self.LATER, tick=False):
            shown = office.get(cancel_page(job))
            assert "Status: upcoming → canceled" in shown.content.decode()
            assert "Your password" in shown.content.decode()
            assert confirm(office, cancel_page(job), shown, reason="Asked for").status_code == 422
            assert Job.objects.get(pk=job.pk).status == JobStatus.UPCOMING

            assert act_on_page(office, cancel_page(job), reason="Asked for", password=PASSWORD).status_code == 302
            assert act_on_page(office, cancel_page(other), reason="Asked for").status_code == 302

        assert Job.objects.get(pk=job.pk).status == Job.objects.get(pk=other.pk).status == JobStatus.CANCELED
        assert PASSWORD not in "".join(LogEntry.objects.values_list("change_message", flat=True))

    def test_wrong_password_does_nothing_and_counts_as_a_wrong_log_in(
        self, office: Client, job: Job, settings: Settings
    ) -> None:
        settings.LOGIN_FREE_TRIES = 3
        with time_machine.travel(clock.now() + self.LATER, tick=False):
            shown = office.get(cancel_page(job))
            told = [
                confirm(office, cancel_page(job), shown, reason="Asked for", password="a guess").content.decode()
                # The delay doubles with each, from a second: however slow the machine is, one comes too early.
                for _ in range(8)
            ]

        assert all("This is not your password." in page for page in told[:3])
        assert any("Too many" in page for page in told[3:])
        assert Job.objects.get(pk=job.pk).status == JobStatus.UPCOMING

    def test_soon_after_the_log_in_it_is_not_asked(self, office: Client, job: Job) -> None:
        assert "Your password" not in office.get(cancel_page(job)).content.decode()
