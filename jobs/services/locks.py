"""Row locks of work, always taken in this order: user, series, job, application, assignment.

`no_key` leaves foreign keys to the row free, so that locking a job does not hold up a payment that names it.
"""

from collections.abc import Collection, Iterable

from django.db import models
from django.db.models import Subquery, Value
from django.db.models.functions import Concat
from django_stubs_ext import WithAnnotations

from accounts.models import CustomUser
from core.actor import Actor
from core.errors import NotFound, WrongRole
from core.instances import instances
from core.listings import Given, among
from jobs.eligibility import EligibilityFacts, with_eligibility
from jobs.models import Application, ApplicationStatus, Job, JobSeries, Report, ShiftAssignment


class ApplicantFacts(EligibilityFacts):
    applicant_name: str


type JobToApplyFor = WithAnnotations[Job, ApplicantFacts]


# Of a person whose row is only locked nothing is read.
_BUT_KEY = tuple(f"applicant__{field.attname}" for field in CustomUser._meta.concrete_fields if not field.primary_key)


@instances("user_id")
def _lock_user(given: Given) -> models.QuerySet[CustomUser]:
    users: models.QuerySet[CustomUser] = CustomUser.objects.select_for_update(no_key=True, of=("self",))
    return users.filter(pk=given["user_id"]).only("pk")


def lock_user(user_id: int) -> None:
    """Makes one person's writes wait for each other."""
    _lock_user.one(user_id=user_id)


def lock_actor(actor: Actor) -> None:
    """As `lock_user`, for what only this role begins: whoever switched it or left while it waited is refused."""
    users = CustomUser.objects.select_for_update(no_key=True, of=("self",))
    if not users.filter(pk=actor.user_id, role=actor.role, is_active=True).values_list("pk", flat=True):
        raise WrongRole("Your account has just changed. Log in again.")


def lock_series(series_id: int, *, client_id: int) -> JobSeries:
    """The caller holds the client's lock: a series posts jobs in their name."""
    series = JobSeries.objects.planned().select_for_update(no_key=True, of=("self",))
    if one := series.filter(pk=series_id, client_id=client_id).first():
        return one
    raise NotFound


@instances("job_id")
def _lock_job(given: Given) -> models.QuerySet[Job]:
    return Job.objects.planned().select_for_update(no_key=True, of=("self",)).filter(pk=given["job_id"])


def lock_job(job_id: int) -> Job:
    return _lock_job.one(job_id=job_id)


def lock_jobs(job_ids: Iterable[int]) -> dict[int, Job]:
    """Many, in the order of their ids."""
    jobs = Job.objects.planned().select_for_update(no_key=True, of=("self",))
    return {job.pk: job for job in jobs.filter(pk__in=list(job_ids)).order_by("pk")}


@instances("job_id", "user_id")
def _lock_job_for_applicant(given: Given) -> models.QuerySet[JobToApplyFor]:
    names = CustomUser.objects.filter(pk=given["user_id"])
    name = Subquery(names.values(name=Concat("first_name", Value(" "), "last_name"))[:1])
    jobs = Job.objects.planned().select_for_update(no_key=True, of=("self",)).filter(pk=given["job_id"])
    return with_eligibility(jobs, user_id=given["user_id"]).annotate(applicant_name=name)


def lock_job_for_applicant(*, job_id: int, user_id: int) -> JobToApplyFor:
    """The job, with all that applying asks about the applicant, in one query."""
    return _lock_job_for_applicant.one(job_id=job_id, user_id=user_id)


@instances("application_id")
def _lock_application(given: Given) -> models.QuerySet[Application]:
    applications = Application.objects.planned().select_for_update(no_key=True, of=("self",))
    return applications.filter(pk=given["application_id"])


def lock_application(application_id: int) -> Application:
    return _lock_application.one(application_id=application_id)


def _lock_with_job(given: Given, *, of: tuple[str, ...], joined: tuple[str, ...]) -> models.QuerySet[Application]:
    """PostgreSQL locks the rows in the order in which they are named, and gives each as it is behind its lock."""
    locked = Application.objects.planned().select_for_update(no_key=True, of=of).select_related(*joined)
    own = locked.filter(pk=given["application_id"], job__client_id=given["client_id"])
    return own.defer("job__search", *(_BUT_KEY if "applicant" in joined else ()))


@instances("application_id", "client_id")
def _lock_own_application(given: Given) -> models.QuerySet[Application]:
    return _lock_with_job(given, of=("job", "self"), joined=("job",))


@instances("application_id", "client_id")
def _lock_own_application_and_worker(given: Given) -> models.QuerySet[Application]:
    return _lock_with_job(given, of=("applicant", "job", "self"), joined=("applicant", "job"))


def lock_own_application(*, application_id: int, client_id: int, with_worker: bool = False) -> tuple[Job, Application]:
    """A client's job and the application for it, and before them the worker, in one query.

    Raises `NotFound`, with nothing locked, where it is for somebody else's job.
    """
    lock = _lock_own_application_and_worker if with_worker else _lock_own_application
    application = lock.one(application_id=application_id, client_id=client_id)
    return application.job, application


def lock_job_and_application(one: models.QuerySet[Application]) -> tuple[Job, Application]:
    """The one application that this finds, behind its job. Raises `NotFound` where it finds none."""
    found = one.values_list("job_id", "pk").first()
    if found is None:
        raise NotFound
    job_id, application_id = found
    return lock_job(job_id), lock_application(application_id)


@instances("job_id", "statuses")
def _lock_applications(given: Given) -> models.QuerySet[Application]:
    applications = Application.objects.planned().select_for_update(no_key=True, of=("self",))
    return applications.filter(among("status", given["statuses"]), job_id=given["job_id"]).order_by("pk")


def lock_applications(*, job_id: int, status: ApplicationStatus | Collection[ApplicationStatus]) -> list[Application]:
    """All applications of a job in one status, or one of several, by id. The caller holds the job's lock."""
    statuses = [status] if isinstance(status, ApplicationStatus) else status
    return _lock_applications.all(job_id=job_id, statuses=[each.value for each in statuses])


def lock_applications_of(
    *, applicant_id: int, job_ids: Iterable[int], status: Collection[ApplicationStatus]
) -> list[Application]:
    """A person's applications for these jobs, by job. The caller holds the jobs' locks."""
    applications = Application.objects.planned().select_for_update(no_key=True, of=("self",))
    own = applications.filter(applicant_id=applicant_id, job_id__in=list(job_ids), status__in=status)
    return list(own.order_by("job_id", "pk"))


@instances("assignment_id")
def _lock_assignment(given: Given) -> models.QuerySet[ShiftAssignment]:
    assignments = ShiftAssignment.objects.planned().select_for_update(no_key=True, of=("self",))
    return assignments.filter(pk=given["assignment_id"])


def lock_assignment(assignment_id: int) -> ShiftAssignment:
    return _lock_assignment.one(assignment_id=assignment_id)


def _lock_attendance_where(given: Given, **whose: object) -> models.QuerySet[ShiftAssignment]:
    of = ("application__job", "application", "self")
    locked = ShiftAssignment.objects.planned().select_for_update(no_key=True, of=of).select_related("application__job")
    return locked.filter(pk=given["assignment_id"], **whose).defer("application__job__search")


@instances("assignment_id")
def _lock_attendance(given: Given) -> models.QuerySet[ShiftAssignment]:
    return _lock_attendance_where(given)


@instances("assignment_id", "user_id")
def _lock_attendance_for_client(given: Given) -> models.QuerySet[ShiftAssignment]:
    return _lock_attendance_where(given, client_id=given["user_id"])


@instances("assignment_id", "user_id")
def _lock_attendance_for_worker(given: Given) -> models.QuerySet[ShiftAssignment]:
    return _lock_attendance_where(given, worker_id=given["user_id"])


type Attendance = tuple[Job, Application, ShiftAssignment]


def lock_attendance(assignment_id: int, *, client_id: int | None = None, worker_id: int | None = None) -> Attendance:
    """An assignment behind its application and its job, in one query.

    `client_id`, `worker_id`: of theirs alone. Raises `NotFound`, with nothing locked.
    """
    if client_id is not None:
        assignment = _lock_attendance_for_client.one(assignment_id=assignment_id, user_id=client_id)
    elif worker_id is not None:
        assignment = _lock_attendance_for_worker.one(assignment_id=assignment_id, user_id=worker_id)
    else:
        assignment = _lock_attendance.one(assignment_id=assignment_id)
    return assignment.application.job, assignment.application, assignment


@instances("application_ids")
def _lock_assignments(given: Given) -> models.QuerySet[ShiftAssignment]:
    assignments = ShiftAssignment.objects.planned().select_for_update(no_key=True, of=("self",))
    return assignments.filter(among("application_id", given["application_ids"])).order_by("pk")


def lock_assignments(*, application_id: int) -> list[ShiftAssignment]:
    """All assignments of an application, by id. The caller holds the locks of job and application."""
    return _lock_assignments.all(application_ids=[application_id])


def lock_assignments_of(applications: Iterable[Application]) -> dict[int, list[ShiftAssignment]]:
    """All assignments of these, by application and each by id, in one query. The caller holds the locks of the job and
    the applications.
    """
    wanted: dict[int, list[ShiftAssignment]] = {application.pk: [] for application in applications}
    for assignment in _lock_assignments.all(application_ids=list(wanted)):
        wanted[assignment.application_id].append(assignment)
    return wanted


def lock_report(report_id: int) -> Report:
    """Alone: nothing else is locked with it."""
    reports = Report.objects.planned().select_for_update(no_key=True, of=("self",))
    if report := reports.filter(pk=report_id).first():
        return report
    raise NotFound
