"""What a client says once for many: a job every week, and whom to take on as soon as they apply."""

from datetime import timedelta
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from jobs.models import Job, JobSeries, SeriesOccurrence
from jobs.services import ruling, series_making
from jobs.services.applying import apply_to_job
from jobs.services.editing import edit_job
from jobs.services.favouring import add_favourite, remove_favourite
from jobs.services.job_changes import JobChanges
from jobs.services.series import change_series, end_series, start_series
from tests.machine.marketplace import Marketplace, as_client, one_of, picks

# Whoever applies has a point; nobody has all of them.
RULES = (
    JobChanges(accept_score_at_least=1),
    JobChanges(accept_favourites=True),
    JobChanges(accept_worked_times=1, accept_score_at_least=1),
    JobChanges(accept_score_at_least=100),
    JobChanges(accept_favourites=False, accept_worked_times=None, accept_score_at_least=None),
)


class Repeating(Marketplace):
    @precondition(lambda self: 0 < len(self.view.jobs) < 5)
    @rule(pick=picks, weeks=st.sampled_from([0, 1, 1, 2]))
    def repeat_weekly(self, pick: int, weeks: int) -> None:
        """`weeks`: how many more there are; 0 is one too few."""
        seen = one_of(self.view.jobs, pick)
        until = Job.objects.values_list("end_date", flat=True).get(pk=seen.id) + timedelta(weeks=weeks)
        client = as_client(seen.client_id)
        self.attempt("start series", lambda: start_series(actor=client, job_id=seen.id, until=until))

    @precondition(lambda self: len(self.view.jobs) > 1)
    @rule(pick=picks, terms=st.sampled_from([JobChanges(rate_kobo=49_999), JobChanges(break_minutes=30)]))
    def change_weeks(self, pick: int, terms: JobChanges) -> None:
        if series := list(JobSeries.objects.order_by("pk")):
            one = one_of(series, pick)
            client = as_client(one.client_id)
            changing = partial(change_series, actor=client, series_id=one.pk, changes={"terms": terms})
            self.attempt("change series", changing)

    @precondition(lambda self: len(self.view.jobs) > 1)
    @rule(pick=picks)
    def end_weeks(self, pick: int) -> None:
        if series := list(JobSeries.objects.order_by("pk")):
            one = one_of(series, pick)
            self.attempt("end series", lambda: end_series(actor=as_client(one.client_id), series_id=one.pk))

    def a_week_passes(self) -> None:
        """And the clock posts the next job of each series that goes on."""
        before = SeriesOccurrence.objects.count()
        self.move_by(timedelta(weeks=1))
        self.swept(series_making.post_due_weeks)
        if SeriesOccurrence.objects.count() > before:
            self.did("post a week")

    @precondition(lambda self: self.view.jobs_in("upcoming"))
    @rule(job=picks, worker=picks, rule=st.sampled_from(RULES))
    def take_on_by_rule(self, job: int, worker: int, rule: JobChanges) -> None:
        """The client says whom to take; somebody applies; and the sweep takes whoever fits, or nobody."""
        jobs = self.view.jobs_in("upcoming")
        wanted = one_of([each for each in jobs if each.starts_at > self.now] or jobs, job)
        client, applicant = as_client(wanted.client_id), self.worker(worker)
        self.attempt("set a rule", lambda: edit_job(actor=client, job_id=wanted.id, changes=rule))
        if rule.get("accept_favourites"):
            self.attempt("favour", lambda: add_favourite(actor=client, user_id=applicant.user_id))
        self.attempt("apply", lambda: apply_to_job(actor=applicant, job_id=wanted.id))
        for _ in range(self.swept(ruling.accept_waiting_by_rules)):
            self.did("accept by rule")
        # Twice changes nothing.
        assert self.swept(ruling.accept_waiting_by_rules) == 0

    @precondition(lambda self: self.view.applications_in("completed"))
    @rule(pick=picks)
    def favour_no_more(self, pick: int) -> None:
        done = one_of(self.view.applications_in("completed"), pick)
        client = as_client(done.client_id)
        self.attempt("favour no more", lambda: remove_favourite(actor=client, user_id=done.worker_id))
