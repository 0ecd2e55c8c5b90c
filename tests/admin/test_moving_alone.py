"""What one member of staff moves by their own word counts together in a day of Lagos; above the bound two are asked."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import transaction
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from time_machine import TimeMachineFixture

from accounts.exceptions import SecondPersonNeeded
from accounts.models import CustomUser
from accounts.services.banning import ban_user, unban_user
from core import clock
from core.actor import Role
from core.errors import InvalidState
from jobs.models import Job, JobStatus
from jobs.ports import STAFF_CANCELS
from payment.models import (
    AccountKind,
    Chargeback,
    Dispute,
    DisputeStatus,
    Resolution,
    StaffAlone,
    StaffMove,
    StaffMoveKind,
    Wallet,
    Withdrawal,
)
from payment.services import acting_alone
from payment.services.accounts import system_account, wallet_account, wallet_of
from payment.services.acting_alone import accept_chargeback, act_or_propose
from payment.services.disputes import resolve_dispute, review_dispute
from payment.services.payouts import FOR_STAFF
from payment.services.references import STAFF, new_reference
from payment.services.staff_moves import approve_move, decline_move
from payment.services.wallet_holds import hold_withdrawals, let_withdrawals_go
from tests.factories.accounts import UserFactory
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import (
    ChargebackFactory,
    DisputeFactory,
    WithdrawalFactory,
    fund,
    fund_escrow,
)
from tests.support.api_client import ApiClient
from tests.support.jobs import RunJobs
from tests.support.races import at_once
from tests.support.staff_pages import act_on_page

pytestmark = pytest.mark.django_db

SECOND = "Nothing moves yet: a second person approves it first, since one person moves at most"


@pytest.fixture
def office(bisi: CustomUser) -> Client:
    client = Client()
    client.force_login(bisi)
    return client


@pytest.fixture
def second() -> CustomUser:
    user: CustomUser = UserFactory.create(role=Role.ADMIN, is_superuser=True)
    return user


@pytest.fixture
def jobs(chidi: CustomUser, settings: Settings) -> list[Job]:
    """Three of one price, of which one person may cancel two in a day."""
    jobs = [JobFactory.create(client=chidi, rate_kobo=150_000) for _ in range(3)]
    for job in jobs:
        fund_escrow(job)
    settings.STAFF_ALONE_KOBO = settings.DISPUTE_ALONE_KOBO = settings.CHARGEBACK_ALONE_KOBO = 2 * jobs[0].price_kobo
    return jobs


def argue() -> Dispute:
    """About a shift of yesterday, all of whose money is frozen."""
    yesterday = (clock.now() - timedelta(days=1)).date()
    job = JobFactory.create(date=yesterday, applicants_needed=1, status=JobStatus.ONGOING)
    fund_escrow(job)
    application = ApplicationFactory.create(job=job, status="accepted")
    dispute: Dispute = DisputeFactory.create(
        assignment=ShiftAssignmentFactory.create(application=application, checked_out=True)
    )
    return dispute


def cancel(job: Job, staff: CustomUser) -> Model:
    return STAFF_CANCELS.get().cancel(staff_id=staff.pk, job_id=job.pk, reason="The client called")


def moved_by(staff: CustomUser) -> int:
    return sum(StaffAlone.objects.filter(staff=staff).values_list("moved_kobo", flat=True))


def test_sums_that_are_each_below_the_bound_count_together(
    jobs: list[Job], bisi: CustomUser, second: CustomUser
) -> None:
    first, then, last = (cancel(job, bisi) for job in jobs)

    assert isinstance(first, Job)
    assert isinstance(then, Job)
    assert isinstance(last, StaffMove)
    assert last.asks_for.startswith(SECOND)
    assert moved_by(bisi) == 2 * jobs[0].price_kobo
    assert Job.objects.get(pk=jobs[2].pk).status == JobStatus.UPCOMING
    # It is each person's own, and what two people moved counts for neither.
    approve_move(staff_id=second.pk, move_id=last.pk)
    assert (moved_by(bisi), moved_by(second)) == (2 * jobs[0].price_kobo, 0)
    assert Job.objects.get(pk=jobs[2].pk).status == JobStatus.CANCELED


def test_a_day_ends_at_midnight_in_lagos(jobs: list[Job], bisi: CustomUser, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(datetime(2026, 5, 4, 22, 59, tzinfo=UTC), tick=False)
    jobs = [JobFactory.create(client=jobs[0].client, rate_kobo=150_000) for _ in range(4)]
    for job in jobs:
        fund_escrow(job)
    today = [cancel(job, bisi) for job in jobs[:3]]

    time_machine.move_to(datetime(2026, 5, 4, 23, 0, tzinfo=UTC), tick=False)
    tomorrow = cancel(jobs[3], bisi)

    assert [type(one) for one in (*today, tomorrow)] == [Job, Job, StaffMove, Job]
    assert moved_by(bisi) == jobs[3].price_kobo


def test_every_act_counts_towards_the_bound_of_every_other(jobs: list[Job], bisi: CustomUser) -> None:
    """A job by the console and one by the API, then a dispute, a chargeback and a withdrawal."""
    assert isinstance(cancel(jobs[0], bisi), Job)
    api = ApiClient(bisi)
    assert api.post(f"/jobs/{jobs[1].pk}/cancel").status_code == 200
    refused = api.post(f"/jobs/{jobs[2].pk}/cancel")
    assert (refused.status_code, refused.json()["code"]) == (409, "second_person_needed")
    assert not StaffMove.objects.exists()

    dispute = argue()
    review_dispute(dispute_id=dispute.pk)
    resolve_dispute(staff_id=bisi.pk, dispute_id=dispute.pk, resolution=Resolution.CLIENT, note="The gate book.")
    assert Dispute.objects.get().status == DisputeStatus.UNDER_REVIEW
    assert Dispute.objects.get().proposed_by == bisi

    chargeback: Chargeback = ChargebackFactory.create()
    answered = accept_chargeback(
        staff_id=bisi.pk,
        chargeback_id=chargeback.pk,
        amount_kobo=chargeback.amount_kobo,
        reason="They are right",
        reference=new_reference(STAFF),
    )
    assert isinstance(answered, StaffMove)

    withdrawal: Withdrawal = WithdrawalFactory.create(status="unknown", message=FOR_STAFF)
    fund(system_account(AccountKind.PAYOUTS_IN_FLIGHT), withdrawal.amount_kobo)
    kind = StaffMoveKind.WITHDRAWAL_RETURNED
    returned = act_or_propose(staff_id=bisi.pk, kind=kind, subject_id=withdrawal.pk, reason="It did not go")
    assert isinstance(returned, StaffMove)
    assert moved_by(bisi) == 2 * jobs[0].price_kobo


def test_disputes_that_are_each_below_the_bound_count_together(
    bisi: CustomUser, office: Client, settings: Settings
) -> None:
    disputes = [argue() for _ in range(2)]
    price_kobo = disputes[0].assignment.price_kobo
    settings.DISPUTE_ALONE_KOBO = 2 * price_kobo - 1
    pages = [reverse("admin:payment_dispute_all_to_client", args=[dispute.pk]) for dispute in disputes]

    act_on_page(office, pages[0], reason="The gate book.")
    preview = office.get(pages[1]).content.decode()
    act_on_page(office, pages[1], reason="The gate book.")

    assert "a second member of staff must decide alike" in preview
    assert [dispute.status for dispute in Dispute.objects.order_by("pk")] == ["resolved", "under_review"]
    assert moved_by(bisi) == price_kobo


def test_what_is_only_looked_at_or_refused_counts_nothing(jobs: list[Job], bisi: CustomUser, office: Client) -> None:
    page = reverse("admin:jobs_job_cancel", args=[jobs[0].pk])
    for _ in range(3):
        assert SECOND not in office.get(page).content.decode()
    JobFactory.create(pk=jobs[2].pk + 1, status=JobStatus.COMPLETED)
    with pytest.raises(InvalidState):
        cancel(Job.objects.get(pk=jobs[2].pk + 1), bisi)
    assert not StaffAlone.objects.exists()

    assert act_on_page(office, page, reason="The client called").status_code == 302
    assert moved_by(bisi) == jobs[0].price_kobo


def test_what_was_seen_as_done_alone_is_not_proposed_instead(jobs: list[Job], bisi: CustomUser, office: Client) -> None:
    """Two pages were looked at, and only one of the two fits into the day."""
    cancel(jobs[0], bisi)
    page = reverse("admin:jobs_job_cancel", args=[jobs[2].pk])
    shown = office.get(page)
    seen = [f"{outcome.pk}:{outcome.seen}" for outcome, _ in shown.context["outcomes"]]
    cancel(jobs[1], bisi)

    answer = office.post(page, {"sent": "1", "seen": seen, "reason": "The client called"})

    assert answer.status_code == 422
    assert SECOND in answer.content.decode()
    assert not StaffMove.objects.exists()


class TestAtOnce:
    @pytest.fixture
    def both(self, jobs: list[Job], bisi: CustomUser, settings: Settings) -> list[Callable[[], object]]:
        settings.STAFF_ALONE_KOBO = jobs[0].price_kobo
        # From an earlier day, or the first of its kind: either way one row.
        return [partial(cancel, job, bisi) for job in jobs[:2]]

    def canceled(self, jobs: list[Job]) -> int:
        return Job.objects.filter(pk__in=[job.pk for job in jobs], status=JobStatus.CANCELED).count()

    def holding(self, jobs: list[Job]) -> str:
        return f"SELECT FROM jobs_job WHERE id IN ({jobs[0].pk}, {jobs[1].pk}) FOR UPDATE"

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("has_row", [True, False])
    def test_one_of_two_is_done_and_the_other_proposed(
        self, jobs: list[Job], bisi: CustomUser, both: list[Callable[[], object]], has_row: bool
    ) -> None:
        if has_row:
            StaffAlone.objects.create(staff=bisi, day="2026-01-01", moved_kobo=5)

        assert at_once(both, holding=self.holding(jobs)) == ["done", "done"]

        assert (self.canceled(jobs), StaffMove.objects.count()) == (1, 1)
        assert moved_by(bisi) == jobs[0].price_kobo

    @pytest.mark.django_db(transaction=True)
    def test_control_without_the_lock_both_are_done(
        self,
        jobs: list[Job],
        bisi: CustomUser,
        both: list[Callable[[], object]],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        StaffAlone.objects.create(staff=bisi, day="2026-01-01", moved_kobo=0)
        monkeypatch.setattr(acting_alone, "begin_alone", lambda staff_id: StaffAlone.objects.get(staff_id=staff_id))

        assert at_once(both, holding=self.holding(jobs)) == ["done", "done"]

        assert (self.canceled(jobs), StaffMove.objects.count()) == (2, 0)


class TestSettingFree:
    """A wallet that is held, or somebody who was banned: what they may withdraw afterwards is at stake."""

    @pytest.fixture
    def rich(self, wale: CustomUser, settings: Settings) -> CustomUser:
        """₦900 in the wallet, ₦500 that wait to be sent."""
        wallet = wallet_of(wale.pk)
        fund(wallet_account(wale.pk), 90_000)
        waiting = WithdrawalFactory.create(wallet=wallet, amount_kobo=50_000)
        fund(system_account(AccountKind.PAYOUTS_IN_FLIGHT), waiting.amount_kobo)
        settings.STAFF_ALONE_KOBO = 140_000 - 1
        return wale

    def stop(self, kind: StaffMoveKind, person: CustomUser, staff: CustomUser) -> None:
        if kind is StaffMoveKind.PERSON_LET_BACK:
            ban_user(user_id=person.pk, staff_id=staff.pk)
        else:
            hold_withdrawals(user_id=person.pk, reason="Odd")

    def is_stopped(self, person: CustomUser) -> bool:
        banned = CustomUser.objects.filter(pk=person.pk, banned_at__isnull=False).exists()
        return banned or Wallet.objects.filter(user=person, held_at__isnull=False).exists()

    def page(self, kind: StaffMoveKind, person: CustomUser) -> str:
        if kind is StaffMoveKind.PERSON_LET_BACK:
            return reverse("admin:accounts_customuser_unban", args=[person.pk])
        return reverse("admin:payment_wallet_let_go", args=[Wallet.objects.get(user=person).pk])

    KINDS = (StaffMoveKind.PERSON_LET_BACK, StaffMoveKind.WITHDRAWALS_FREED)

    @pytest.mark.parametrize("kind", KINDS)
    def test_above_the_bound_it_is_proposed_and_approved_by_another(
        self, kind: StaffMoveKind, rich: CustomUser, office: Client, bisi: CustomUser, second: CustomUser
    ) -> None:
        self.stop(kind, rich, bisi)
        page = self.page(kind, rich)

        preview = office.get(page).content.decode()
        assert act_on_page(office, page, reason="They called").status_code == 302
        again = act_on_page(office, page, reason="They called")

        assert "again: ₦1,400.00" in preview
        assert SECOND in preview
        move = StaffMove.objects.get()
        assert (move.kind, move.user, move.amount_kobo) == (kind, rich, 140_000)
        assert (again.status_code, self.is_stopped(rich), moved_by(bisi)) == (422, True, 0)
        with pytest.raises(SecondPersonNeeded):
            approve_move(staff_id=bisi.pk, move_id=move.pk)

        other = Client()
        other.force_login(second)
        approve = reverse("admin:payment_staffmove_approve", args=[move.pk])
        assert act_on_page(other, approve).status_code == 302
        assert not self.is_stopped(rich)

    @pytest.mark.parametrize("kind", KINDS)
    def test_up_to_the_bound_one_is_enough_and_it_counts(
        self, kind: StaffMoveKind, rich: CustomUser, office: Client, bisi: CustomUser, settings: Settings
    ) -> None:
        settings.STAFF_ALONE_KOBO = 140_000
        self.stop(kind, rich, bisi)

        assert act_on_page(office, self.page(kind, rich), reason="They called").status_code == 302

        assert not self.is_stopped(rich)
        assert moved_by(bisi) == 140_000

    @pytest.mark.parametrize("kind", KINDS)
    def test_stopped_anew_it_is_not_freed_by_what_was_proposed_before(
        self, kind: StaffMoveKind, rich: CustomUser, bisi: CustomUser, second: CustomUser
    ) -> None:
        self.stop(kind, rich, bisi)
        move = act_or_propose(staff_id=bisi.pk, kind=kind, subject_id=rich.pk, reason="They called")
        assert isinstance(move, StaffMove)
        unban_user(user_id=rich.pk)
        let_withdrawals_go(user_id=rich.pk)
        self.stop(kind, rich, second)

        with pytest.raises(InvalidState, match="is over"):
            approve_move(staff_id=second.pk, move_id=move.pk)

        assert self.is_stopped(rich)
        decline_move(staff_id=second.pk, move_id=move.pk)
        assert isinstance(act_or_propose(staff_id=bisi.pk, kind=kind, subject_id=rich.pk, reason="Now"), StaffMove)

    def test_who_has_nothing_is_let_back_whatever_was_moved_today(
        self, ada: CustomUser, bisi: CustomUser, office: Client, settings: Settings
    ) -> None:
        settings.STAFF_ALONE_KOBO = 0
        ban_user(user_id=ada.pk, staff_id=bisi.pk)

        assert (
            act_on_page(office, self.page(StaffMoveKind.PERSON_LET_BACK, ada), reason="They called").status_code == 302
        )

        assert not self.is_stopped(ada)

    @pytest.mark.parametrize("kind", KINDS)
    def test_nobody_sets_their_own_money_free(
        self, kind: StaffMoveKind, bisi: CustomUser, second: CustomUser, settings: Settings
    ) -> None:
        settings.STAFF_ALONE_KOBO = 10**12
        wallet_of(bisi.pk)
        fund(wallet_account(bisi.pk), 90_000)
        self.stop(kind, bisi, second)

        with pytest.raises(SecondPersonNeeded):
            act_or_propose(staff_id=bisi.pk, kind=kind, subject_id=bisi.pk, reason="Mine")

        assert self.is_stopped(bisi)


@pytest.mark.django_db(transaction=True)
def test_a_ban_ends_what_fits_into_the_day_of_who_banned_and_proposes_the_rest(
    jobs: list[Job], chidi: CustomUser, bisi: CustomUser, run_jobs: RunJobs
) -> None:
    ban_user(user_id=chidi.pk, staff_id=bisi.pk)
    run_jobs()

    states = list(Job.objects.filter(client=chidi).order_by("pk").values_list("status", flat=True))
    assert states == [JobStatus.CANCELED, JobStatus.CANCELED, JobStatus.UPCOMING]
    assert StaffMove.objects.get().job == jobs[2]
    with transaction.atomic():
        assert moved_by(bisi) == 2 * jobs[0].price_kobo
