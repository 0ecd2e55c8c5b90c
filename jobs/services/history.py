"""The one place that changes an application's status: along its machine, and with who and when (W3)."""

from collections.abc import Collection, Mapping, Sequence

from core import clock
from core.instances import insert_with, update
from jobs.machines import APPLICATION
from jobs.models import Application, ApplicationStatus, ApplicationStatusLog
from jobs.services.locks import lock_applications

# Without an answer: accepted, rejected, withdrawn, or closed when it can no longer come.
WAITING = (ApplicationStatus.APPLIED, ApplicationStatus.STANDING_BY)


def change_status(
    application: Application, status: ApplicationStatus, *, changed_by: int | None, also: Sequence[str] = ()
) -> None:
    """Move a locked application on and log it, in one query; `changed_by` is None for what the clock does.

    `also`: fields of it that were set and are written with its status.
    """
    APPLICATION.check(application.status, status)
    now = clock.now()
    log = _log(application, status, changed_by)
    application.status = status
    application.decided_at = now
    if status == ApplicationStatus.ACCEPTED:
        application.accepted_at = application.accepted_at or now
    update(application, "status", "decided_at", "accepted_at", *also, along=log)


def end_each(ends: Mapping[Application, ApplicationStatus], *, changed_by: int | None) -> None:
    """Move locked applications on to where no place is, as `change_status` does, in two queries for all."""
    if not ends:
        return
    now = clock.now()
    for application, status in ends.items():
        APPLICATION.check(application.status, status)
    ApplicationStatusLog.objects.bulk_create(_log(each, status, changed_by) for each, status in ends.items())
    for application, status in ends.items():
        application.status = status
        application.decided_at = now
    Application.objects.bulk_update(ends, ["status", "decided_at"])


def create_application(application: Application) -> None:
    """A new one and its log, in one query."""
    log = ApplicationStatusLog(
        to_status=application.status, changed_by_id=application.applicant_id, created_at=application.created_at
    )
    insert_with(application, log, link="application")


def close_waiting_applications(*, job_id: int, changed_by: int | None) -> list[Application]:
    """Close all that still waits or stands by, in three queries. The caller holds the job's lock."""
    return _move_waiting(job_id, WAITING, ApplicationStatus.CLOSED, changed_by)


def stand_by(*, job_id: int, changed_by: int | None) -> list[Application]:
    """The job is full: whoever waits for an answer stands by. Three queries. The caller holds the job's lock."""
    return _move_waiting(job_id, (ApplicationStatus.APPLIED,), ApplicationStatus.STANDING_BY, changed_by)


def _move_waiting(
    job_id: int, statuses: Collection[ApplicationStatus], to: ApplicationStatus, changed_by: int | None
) -> list[Application]:
    waiting = lock_applications(job_id=job_id, status=statuses)
    end_each(dict.fromkeys(waiting, to), changed_by=changed_by)
    return waiting


def _log(application: Application, status: ApplicationStatus, changed_by: int | None) -> ApplicationStatusLog:
    return ApplicationStatusLog(
        application=application,
        from_status=application.status,
        to_status=status,
        changed_by_id=changed_by,
        created_at=clock.now(),
    )
