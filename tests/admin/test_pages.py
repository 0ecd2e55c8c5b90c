"""Admin's own pages: the first page's numbers, Health, Books, and the side bar; each shows what its reader may see."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from accounts.models import CustomUser
from core import clock
from core.actor import Role
from core.models import SelfCheck
from core.self_checks import last_check, record_check
from jobs.models import Job
from payment.models import AccountKind, WebhookStatus
from payment.services.accounts import system_account
from payment.services.ledger_check import BOOKS, CHECKS, watch_books
from payshift.operations.dashboard import Card
from payshift.operations.look import GROUPS
from tests.factories.accounts import SecondFactorFactory, UserFactory
from tests.factories.payment import DisputeFactory, WebhookEventFactory, WithdrawalFactory, pay_in
from tests.support.api_client import ApiClient
from tests.support.jobs import RunJobs

pytestmark = pytest.mark.django_db


def cards(staff: Client) -> dict[str, Card]:
    return {card.title: card for card in staff.get(reverse("admin:index")).context["cards"]}


def cached_reads(staff: Client) -> dict[str, list[int]]:
    """Hits, misses, bypasses and answers not stored, by name."""
    table = next(
        table for table in staff.get(reverse("admin:health")).context["tables"] if table.heading == "Cached reads"
    )
    return {name: list(outcomes) for name, _, *outcomes in table.rows}


def added(before: dict[str, list[int]], after: dict[str, list[int]], name: str) -> list[int]:
    return [now - then for then, now in zip(before.get(name, [0] * 4), after[name], strict=True)]


def checked(*findings: str, figures: dict[str, int] | None = None) -> SelfCheck:
    return record_check(
        name=BOOKS, checked_at=clock.now(), took_ms=12, findings=findings, figures=figures or {"sum_kobo": 0}
    )


class TestToday:
    def test_nothing_to_do_is_said_of_an_empty_platform_but_for_the_books(self, staff: Client) -> None:
        shown = cards(staff)

        assert {title: card.value for title, card in shown.items()} == {
            "Open disputes": "0",
            "Reports": "0",
            "Chargebacks": "0",
            "Suspense": "₦0.00",
            "Failed webhooks": "0",
            "Withdrawals waiting": "0",
            "Refunds to cards": "0",
            "Books": "Not checked yet",
            "Staff without a second factor": "1",
            "Money that staff move": "0",
            "Differences with providers": "0",
            "Open places": "0",
            "Failed background jobs": "0",
        }
        assert [title for title, card in shown.items() if card.needs_staff] == [
            *("Books", "Staff without a second factor"),
        ]

    def test_staff_without_a_second_factor_are_counted_and_listed(self, staff: Client, bisi: CustomUser) -> None:
        safe, gone = UserFactory.create(role=Role.ADMIN), UserFactory.create(role=Role.ADMIN, is_active=False)
        SecondFactorFactory.create(user=safe)
        unsafe = UserFactory.create(role=Role.ADMIN)

        card = cards(staff)["Staff without a second factor"]
        listed = staff.get(card.link).context["cl"].result_list

        assert (card.value, card.needs_staff) == ("2", True)
        assert {person.pk for person in listed} == {bisi.pk, unsafe.pk}
        assert gone not in listed

    def test_what_needs_staff_is_counted_and_linked_to_its_list(self, staff: Client, wale: CustomUser) -> None:
        DisputeFactory()
        WebhookEventFactory(status=WebhookStatus.FAILED)
        WebhookEventFactory(status=WebhookStatus.RECEIVED)
        WithdrawalFactory(status="unknown")
        checked("balances: wallet 7 is 0.01, should be 0.00")

        shown = cards(staff)

        assert shown["Open disputes"].value == "1"
        assert (shown["Failed webhooks"].value, shown["Failed webhooks"].note) == ("1", "1 more not processed yet")
        assert (shown["Withdrawals waiting"].value, shown["Withdrawals waiting"].note) == ("1", "1 without a verdict")
        assert shown["Books"].value == "1 difference"
        needing = {title for title, card in shown.items() if card.needs_staff}
        assert needing == {
            "Open disputes",
            "Failed webhooks",
            "Withdrawals waiting",
            "Books",
            "Staff without a second factor",
        }
        for title in ("Open disputes", "Failed webhooks", "Withdrawals waiting"):
            page = staff.get(shown[title].link)
            assert len(page.context["cl"].result_list) == 1

    def test_suspense_is_live_and_linked_to_the_money(self, staff: Client) -> None:
        from payment.models import TransactionKind
        from payment.services.accounts import provider_balance, write_shared_accounts
        from payment.services.posting import Move, post

        money = Move(provider_balance("paystack"), system_account(AccountKind.SUSPENSE), 2_500)
        post(kind=TransactionKind.FUNDING, reference="lost", moves=[money])
        write_shared_accounts()

        card = cards(staff)["Suspense"]

        assert (card.value, card.needs_staff) == ("₦25.00", True)
        assert [row.reference for row in staff.get(card.link).context["cl"].result_list] == ["lost"]

    def test_check_that_did_not_run_for_hours_needs_staff(self, staff: Client) -> None:
        checked()
        assert not cards(staff)["Books"].needs_staff

        with time_machine.travel(clock.now() + timedelta(hours=2, minutes=1), tick=False):
            late = cards(staff)["Books"]

        assert late.needs_staff
        assert late.note == "Checked 2 h ago, and not since: does the worker run?"

    def test_staff_without_the_right_see_no_money(self, clerk: Client) -> None:
        page = clerk.get(reverse("admin:index"))

        assert page.status_code == 200
        assert page.context["cards"] == []
        assert "Nothing is shown here to you" in page.content.decode()


class TestBooks:
    def test_result_of_the_last_check_is_shown(self, staff: Client, wale: CustomUser) -> None:
        pay_in(wale.pk, 1_250_000)
        watch_books()

        page = staff.get(reverse("admin:books")).content.decode()

        assert "The books are right" in page
        assert "12,500.00" in page

    def test_each_check_has_its_result_and_the_sign_is_explained(self, staff: Client) -> None:
        first, second = list(CHECKS)[:2]
        checked(f"{first}: wallet 7 is 0.01, should be 0.00", f"{first}: wallet 8 is 0.01, should be 0.00")

        page = staff.get(reverse("admin:books"))

        results = dict(page.context["tables"][-1].rows)
        assert (results[first], results[second], len(results)) == ("2 differences", "right", len(CHECKS))
        assert "Below zero is what others hold for us" in page.content.decode()

    def test_differences_are_listed(self, staff: Client) -> None:
        checked("balances are sums: wallet 7 is 0.01, should be 0.00")

        page = staff.get(reverse("admin:books")).content.decode()

        assert "1 difference" in page
        assert "wallet 7 is 0.01, should be 0.00" in page

    @pytest.mark.django_db(transaction=True)
    def test_check_is_run_by_a_job_once_however_often_asked(self, staff: Client, run_jobs: RunJobs) -> None:
        address = reverse("admin:books")

        answers = [staff.post(address), staff.post(address)]
        waiting = ProcrastinateJob.objects.filter(task_name="payment.tasks.check_books", status="todo").count()
        page = staff.get(address)
        run_jobs()

        assert [answer.status_code for answer in answers] == [302, 302]
        assert waiting == 1
        assert page.context["is_queued"] is True
        assert "data-look-again-ms" in page.content.decode()
        check = last_check(BOOKS)
        assert check is not None
        assert (check.differences, check.figures["sum_kobo"]) == (0, 0)
        assert staff.get(address).context["is_queued"] is False

    def test_staff_without_the_right_neither_see_nor_run_it(self, clerk: Client) -> None:
        address = reverse("admin:books")

        assert (clerk.get(address).status_code, clerk.post(address).status_code) == (403, 403)
        assert not ProcrastinateJob.objects.exists()


class TestHealth:
    def test_parts_and_operations_are_shown(self, staff: Client, settings: Settings) -> None:
        staff.get(reverse("admin:index"))

        page = staff.get(reverse("admin:health"))

        assert {part.name: part.ok for part in page.context["parts"]} == {
            "PostgreSQL": True,
            "Migrations": True,
            "Redis": True,
            "Cache": True,
            "Worker": False,
        }
        operations = page.context["tables"][-1]
        assert "admin:index" in [row[0] for row in operations.rows]
        assert "Webhooks, payouts and mails wait" in page.content.decode()

    @pytest.mark.django_db(transaction=True)
    def test_cached_reads_and_values_are_shown_with_their_outcomes(self, staff: Client, wale: CustomUser) -> None:
        before = cached_reads(staff)
        reader = ApiClient(wale)

        for _ in range(3):
            reader.get(f"/reviews/{wale.pk}")
        reader.get(f"/reviews/{wale.pk}", {"limit": 5})

        # Hits and misses: of four answers two pages were hits, and the second page found the rating.
        after = cached_reads(staff)
        assert added(before, after, "list_reviews_received") == [2, 2, 0, 0]
        assert added(before, after, "get_user_rating") == [1, 1, 0, 0]

    def test_staff_without_the_right_do_not_see_it(self, clerk: Client) -> None:
        assert clerk.get(reverse("admin:health")).status_code == 403


@pytest.mark.parametrize("name", ["index", "health", "books"])
def test_strangers_to_staff_are_sent_to_the_login(name: str, chidi: CustomUser) -> None:
    client = Client()
    client.force_login(chidi)

    answer = client.get(reverse(f"admin:{name}"))

    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, reverse("admin:login"))


class TestSideBar:
    def test_every_screen_is_in_one_group(self) -> None:
        listed = [model for _, screens in GROUPS for _, model, _ in screens]

        assert len(listed) == len(set(listed))
        assert set(listed) == {model._meta.label_lower for model in admin.site._registry}

    def test_staff_are_shown_only_what_they_may_open(self, clerk: Client) -> None:
        page = clerk.get(reverse("admin:index"))
        items = [item for group in page.context["sidebar_navigation"] for item in group["items"]]

        assert [item["title"] for item in items if item["has_permission"]] == ["Today", "Reviews"]


def test_screens_of_jobs_show_money_in_naira(staff: Client) -> None:
    from tests.factories.jobs import JobFactory

    job: Job = JobFactory(rate_kobo=123_456)

    assert "1,234.56" in staff.get(reverse("admin:jobs_job_changelist"), {"q": job.title}).content.decode()


def test_everything_that_matches_is_offered_without_a_made_up_total(staff: Client) -> None:
    for _ in range(51):
        WebhookEventFactory(status=WebhookStatus.FAILED)

    page = staff.get(reverse("admin:payment_webhookevent_changelist")).content.decode()

    assert "Select everything that matches" in page
    assert "9999999999" not in page
