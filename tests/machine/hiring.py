"""From a posting to an accepted worker, and the ways back."""

from datetime import datetime, time, timedelta
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from accounts.services.banning import ban_user, unban_user
from jobs.models import JobType, Shift, ShiftAssignment
from jobs.services.applying import apply_to_job
from jobs.services.asking import ask_for_confirmations
from jobs.services.blocking import block_user, unblock_user
from jobs.services.calling_off import cancel_shift
from jobs.services.cancelling import cancel_job
from jobs.services.confirming import confirm_terms
from jobs.services.deciding import accept_application, reject_application
from jobs.services.editing import edit_job
from jobs.services.inviting import invite_worker
from jobs.services.job_changes import JobChanges
from jobs.services.leaving import end_work
from jobs.services.places import confirm_place, release_place
from jobs.services.posting import post_job
from jobs.services.refill import take_place
from jobs.services.schedule import Schedule
from jobs.services.terms import JobTerms
from jobs.services.withdrawing import give_back_shift, withdraw_application
from tests.machine.marketplace import Marketplace, People, Tally, as_client, as_worker, one_of, picks

# The least there is, and rates that leave fractions of a kobo.
rates = st.sampled_from([40_400, 40_407, 49_999, 99_991, 150_000, 333_333])
start_hours = st.sampled_from([0, 6, 9, 13, 22])
lengths_minutes = st.sampled_from([1, 90, 479, 480, 719, 720])
breaks_minutes = st.sampled_from([0, 0, 30, 61])
PLACE = (6.4281, 3.4219)


class Hiring(Marketplace):
    def __init__(self, people: People, tally: Tally) -> None:
        super().__init__(people, tally)
        self.blocks: set[tuple[int, int]] = set()
        self.banned: set[int] = set()

    @initialize(
        rate_kobo=rates,
        needed=st.integers(1, 3),
        days=st.integers(1, 3),
        break_minutes=breaks_minutes,
        in_days=st.integers(1, 2),
    )
    def there_is_a_job(self, rate_kobo: int, needed: int, days: int, break_minutes: int, in_days: int) -> None:
        """So that no example spends its steps on an empty market."""
        self._post(
            0,
            rate_kobo=rate_kobo,
            needed=needed,
            days=days,
            start_hour=9,
            minutes=480,
            break_minutes=break_minutes,
            in_days=in_days,
        )

    @precondition(lambda self: len(self.view.jobs) < 6)
    @rule(
        pick=picks,
        rate_kobo=rates,
        needed=st.integers(1, 3),
        days=st.integers(1, 3),
        start_hour=start_hours,
        minutes=lengths_minutes,
        break_minutes=breaks_minutes,
        in_days=st.integers(0, 3),
    )
    def post(
        self,
        pick: int,
        rate_kobo: int,
        needed: int,
        days: int,
        start_hour: int,
        minutes: int,
        break_minutes: int,
        in_days: int,
    ) -> None:
        self._post(
            pick,
            rate_kobo=rate_kobo,
            needed=needed,
            days=days,
            start_hour=start_hour,
            minutes=minutes,
            break_minutes=break_minutes,
            in_days=in_days,
        )

    def _post(
        self,
        pick: int,
        *,
        rate_kobo: int,
        needed: int,
        days: int,
        start_hour: int,
        minutes: int,
        break_minutes: int,
        in_days: int,
    ) -> None:
        day = (self.now + timedelta(days=in_days)).date()
        end = (start_hour * 60 + minutes) % 1440
        terms = JobTerms(
            title="Ushers",
            description="Welcome the guests.",
            industry="events",
            subcategory=None,
            shift_type="day",
            schedule=Schedule(
                job_type=JobType.SINGLE_DAY if days == 1 else JobType.MULTIPLE_DAYS,
                date=day,
                end_date=day + timedelta(days=days - 1),
                start_time=time(start_hour),
                end_time=time(end // 60, end % 60),
                weekdays=(),
                time_zone="Africa/Lagos",
                break_minutes=break_minutes,
            ),
            applicants_needed=needed,
            rate_kobo=rate_kobo,
            location="Ikeja, Lagos",
            latitude=PLACE[0],
            longitude=PLACE[1],
        )
        self.attempt("post", lambda: post_job(actor=self.client(pick), terms=terms))

    @precondition(lambda self: self.view.jobs_in("pending", "upcoming"))
    @rule(
        pick=picks,
        changes=st.one_of(
            st.builds(lambda rate: JobChanges(rate_kobo=rate), rates),
            st.builds(lambda needed: JobChanges(applicants_needed=needed), st.integers(1, 3)),
            st.builds(lambda hour: JobChanges(start_time=time(hour)), start_hours),
            st.builds(lambda minutes: JobChanges(break_minutes=minutes), breaks_minutes),
            st.just(JobChanges(description="New words.")),
        ),
    )
    def edit(self, pick: int, changes: JobChanges) -> None:
        job = one_of(self.view.jobs_in("pending", "upcoming"), pick)
        self.attempt("edit", lambda: edit_job(actor=as_client(job.client_id), job_id=job.id, changes=changes))

    @precondition(lambda self: self.view.jobs_in("pending", "upcoming", "ongoing"))
    @rule(pick=picks, by_staff=st.booleans())
    def cancel(self, pick: int, by_staff: bool) -> None:
        job = one_of(self.view.jobs_in("pending", "upcoming", "ongoing"), pick)
        actor = self.staff if by_staff else as_client(job.client_id)
        self.attempt("cancel", lambda: cancel_job(actor=actor, job_id=job.id))

    @precondition(lambda self: self.view.jobs_in("upcoming", "ongoing"))
    @rule(job=picks, worker=picks)
    def apply(self, job: int, worker: int) -> None:
        wanted = one_of(self.view.jobs_in("upcoming", "ongoing"), job)
        self.attempt("apply", lambda: apply_to_job(actor=self.worker(worker), job_id=wanted.id))

    @precondition(lambda self: self.view.applications_in("applied", "standing_by", "rejected"))
    @rule(pick=picks)
    def accept(self, pick: int) -> None:
        application = one_of(self.view.applications_in("applied", "standing_by", "rejected"), pick)
        self.attempt(
            "accept",
            lambda: accept_application(actor=as_client(application.client_id), application_id=application.id),
        )

    @precondition(lambda self: self.view.jobs_in("upcoming"))
    @rule(job=picks, worker=picks)
    def apply_and_accept(self, job: int, worker: int) -> None:
        """Two steps at once: most of what is worth exploring comes after them."""
        jobs = self.view.jobs_in("upcoming")
        wanted = one_of([each for each in jobs if each.starts_at > self.now] or jobs, job)
        application = self.attempt("apply", lambda: apply_to_job(actor=self.worker(worker), job_id=wanted.id))
        if application is not None:
            self.attempt(
                "accept",
                lambda: accept_application(actor=as_client(wanted.client_id), application_id=application.pk),
            )

    @precondition(lambda self: self.view.applications_in("applied", "standing_by", "accepted"))
    @rule(pick=picks)
    def confirm_terms(self, pick: int) -> None:
        application = one_of(self.view.applications_in("applied", "standing_by", "accepted"), pick)
        self.attempt(
            "confirm terms",
            lambda: confirm_terms(actor=as_worker(application.worker_id), application_id=application.id),
        )

    @precondition(lambda self: self.view.applications_in("standing_by"))
    @rule(pick=picks)
    def take_place(self, pick: int) -> None:
        """Those whose job has a place, if there are any."""
        waiting = self.view.applications_in("standing_by")
        free = {job.id for job in self.view.jobs if job.is_open}
        application = one_of([each for each in waiting if each.job_id in free] or waiting, pick)
        self.attempt(
            "take place",
            lambda: take_place(actor=as_worker(application.worker_id), application_id=application.id),
        )

    @precondition(lambda self: self.view.applications_in("accepted"))
    @rule(pick=picks, before=st.sampled_from([25, 24, 5]), answers=st.booleans())
    def ask_and_answer_or_release(self, pick: int, before: int, answers: bool) -> None:
        """Their work comes near: asked, its worker confirms, or four hours before the client takes the place back."""
        begins: dict[tuple[int, int], datetime] = {}
        for shift in sorted(self.view.assignments_in("scheduled"), key=lambda each: each.starts_at):
            if shift.starts_at > self.now:
                begins.setdefault((shift.worker_id, shift.client_id), shift.starts_at)
        accepted = self.view.applications_in("accepted")
        near = [each for each in accepted if (each.worker_id, each.client_id) in begins]
        application = one_of(near or accepted, pick)
        starts_at = begins.get((application.worker_id, application.client_id), self.now)
        self.move_to(starts_at - timedelta(hours=before))
        ask_for_confirmations()
        if answers:
            actor = as_worker(application.worker_id)
            self.attempt("confirm place", lambda: confirm_place(actor=actor, application_id=application.id))
        else:
            self.move_to(starts_at - timedelta(hours=4))
            actor = as_client(application.client_id)
            self.attempt("release place", lambda: release_place(actor=actor, application_id=application.id))

    @precondition(lambda self: self.view.jobs_in("upcoming"))
    @rule(job=picks, worker=picks)
    def fill_with_one_to_spare(self, job: int, worker: int) -> None:
        """Two apply, one is taken, and steps back: if it was the last place, the other is offered it."""
        wanted = one_of(self.view.jobs_in("upcoming"), job)
        self.attempt("apply", lambda: apply_to_job(actor=self.worker(worker + 1), job_id=wanted.id))
        first = self.attempt("apply", lambda: apply_to_job(actor=self.worker(worker), job_id=wanted.id))
        if first is None:
            return
        client = as_client(wanted.client_id)
        if self.attempt("accept", lambda: accept_application(actor=client, application_id=first.pk)):
            self.attempt("withdraw", lambda: withdraw_application(actor=self.worker(worker), application_id=first.pk))

    @precondition(lambda self: self.view.applications_in("applied", "standing_by"))
    @rule(pick=picks)
    def reject(self, pick: int) -> None:
        application = one_of(self.view.applications_in("applied", "standing_by"), pick)
        self.attempt(
            "reject",
            lambda: reject_application(actor=as_client(application.client_id), application_id=application.id),
        )

    @precondition(lambda self: self.view.applications_in("applied", "standing_by", "accepted"))
    @rule(pick=picks)
    def withdraw(self, pick: int) -> None:
        application = one_of(self.view.applications_in("applied", "standing_by", "accepted"), pick)
        self.attempt(
            "withdraw",
            lambda: withdraw_application(actor=as_worker(application.worker_id), application_id=application.id),
        )

    @precondition(lambda self: self.view.jobs_in("upcoming", "ongoing"))
    @rule(pick=picks, which=picks)
    def cancel_shift(self, pick: int, which: int) -> None:
        """One of them, and the others are kept."""
        job = one_of(self.view.jobs_in("upcoming", "ongoing"), pick)
        shifts = Shift.objects.filter(job_id=job.id).order_by("starts_at").values_list("pk", flat=True)
        client, shift_id = as_client(job.client_id), one_of(list(shifts), which)
        self.attempt("cancel shift", lambda: cancel_shift(actor=client, job_id=job.id, shift_id=shift_id))

    @precondition(lambda self: self.view.assignments_in("scheduled"))
    @rule(pick=picks)
    def give_back(self, pick: int) -> None:
        """One shift, and the others are kept."""
        assignment = one_of(self.view.assignments_in("scheduled"), pick)
        worker = as_worker(assignment.worker_id)
        self.attempt("give back", lambda: give_back_shift(actor=worker, assignment_id=assignment.id))

    @precondition(lambda self: self.view.jobs_in("ongoing") and self.view.assignments_in("scheduled"))
    @rule(pick=picks, worker=picks, all_of_it=st.booleans())
    def replace(self, pick: int, worker: int, all_of_it: bool) -> None:
        """Who has begun steps back from what is ahead, and the first who may is taken on for the days that are left."""
        ahead = self.ahead_of_ongoing()
        if not ahead:
            return
        left = one_of(ahead, pick)
        actor, client = as_worker(left.worker_id), as_client(left.client_id)
        if all_of_it:
            self.attempt("withdraw", lambda: withdraw_application(actor=actor, application_id=left.application_id))
        else:
            self.attempt("give back", lambda: give_back_shift(actor=actor, assignment_id=left.pk))
        job_id = left.application.job_id
        for other in range(len(self.people.workers)):
            newcomer = partial(apply_to_job, actor=self.worker(worker + other), job_id=job_id)
            if (applied := self.attempt("apply", newcomer)) is not None:
                taking = partial(accept_application, actor=client, application_id=applied.pk)
                taken = self.attempt("accept", taking)
                if taken is not None and taken.fills_in:
                    self.did("fill in")
                return

    def ahead_of_ongoing(self) -> list[ShiftAssignment]:
        """What is ahead at jobs where somebody has checked in."""
        scheduled = ShiftAssignment.objects.filter(status="scheduled", starts_at__gt=self.now)
        ongoing = scheduled.filter(application__job__status="ongoing", application__job__canceled_at__isnull=True)
        return list(ongoing.select_related("application").order_by("pk"))

    @rule(one=picks, other=picks)
    def fall_out_or_make_up(self, one: int, other: int) -> None:
        """Blocked the first time, let back the next."""
        actor, user_id = self.client(one), self.worker(other).user_id
        if (actor.user_id, user_id) in self.blocks:
            self.attempt("unblock", lambda: unblock_user(actor=actor, user_id=user_id))
        else:
            self.attempt("block", lambda: block_user(actor=actor, user_id=user_id))
        self.blocks ^= {(actor.user_id, user_id)}

    @precondition(lambda self: self.view.applications_in("completed") and self.view.jobs_in("upcoming"))
    @rule(pick=picks, job=picks)
    def invite(self, pick: int, job: int) -> None:
        application = one_of(self.view.applications_in("completed"), pick)
        own = [each for each in self.view.jobs_in("upcoming") if each.client_id == application.client_id]
        wanted = one_of(own or self.view.jobs_in("upcoming"), job)
        self.attempt(
            "invite",
            lambda: invite_worker(
                actor=as_client(application.client_id), job_id=wanted.id, user_id=application.worker_id
            ),
        )

    @precondition(lambda self: len(self.view.assignments) > 1)
    @rule(pick=picks)
    def keep_out_or_let_back(self, pick: int) -> None:
        """Banned the first time, with the end of all work that has not begun; let back the next."""
        user_id = one_of([*self.people.workers, *self.people.clients], pick)
        if user_id in self.banned:
            self.attempt("let back", lambda: unban_user(user_id=user_id))
        else:
            self.attempt("ban", lambda: ban_user(user_id=user_id, staff_id=self.people.staff))
            self.attempt("end work", lambda: end_work(user_id=user_id, by_user_id=self.people.staff))
        self.banned ^= {user_id}
