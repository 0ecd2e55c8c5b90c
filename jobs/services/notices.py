"""What people are told about work. Each notice is one job deferred in the caller's transaction, and sent once."""

from collections.abc import Iterable

from accounts.models import NotificationKind
from accounts.services.notifications import notify
from jobs.models import Application, Job, ShiftAssignment


def tell_about_application(application: Application, job: Job, kind: NotificationKind, *, name: str = "") -> None:
    """To the worker, except for news that the worker made: those go to the client and name the worker."""
    to_client = kind in {NotificationKind.APPLICATION_RECEIVED, NotificationKind.APPLICATION_WITHDRAWN}
    notify(
        user_id=job.client_id if to_client else application.applicant_id,
        kind=kind,
        params={"job_id": job.pk, "job_title": job.title, "application_id": application.pk, "name": name},
        dedupe_key=f"{kind}:application:{application.pk}",
    )


def tell_about_closed_applications(applications: Iterable[Application], job: Job) -> None:
    for application in applications:
        tell_about_application(application, job, NotificationKind.APPLICATION_CLOSED)


def tell_about_assignment(
    assignment: ShiftAssignment, job: Job, kind: NotificationKind, *, user_id: int, amount_kobo: int = 0
) -> None:
    notify(
        user_id=user_id,
        kind=kind,
        params={
            "job_id": job.pk,
            "job_title": job.title,
            "assignment_id": assignment.pk,
            "minutes": assignment.approved_minutes or 0,
            "amount_kobo": amount_kobo,
        },
        dedupe_key=f"{kind}:assignment:{assignment.pk}:{user_id}",
    )


def tell_about_job(job: Job, kind: NotificationKind, *, user_ids: Iterable[int], amount_kobo: int = 0) -> None:
    for user_id in user_ids:
        notify(
            user_id=user_id,
            kind=kind,
            params={"job_id": job.pk, "job_title": job.title, "amount_kobo": amount_kobo},
            dedupe_key=f"{kind}:job:{job.pk}:{user_id}",
        )
