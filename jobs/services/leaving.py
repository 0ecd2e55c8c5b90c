"""What is left behind by somebody who leaves: work that has not begun ends, traces of the person go.

Each end is one of the usual ones (a withdrawal, a cancellation) with its rules, notices and money.
"""

from collections.abc import Callable, Iterable

import structlog
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Model, Q, QuerySet

from core.actor import Actor, Role
from core.errors import InvalidState
from jobs.exceptions import DisputeOpen
from jobs.models import (
    Application,
    ApplicationStatus,
    AttendanceLog,
    Block,
    CalendarLink,
    Favourite,
    HandledPattern,
    Invitation,
    Job,
    JobSeries,
    JobStatus,
    JobTemplate,
    Report,
    SavedJob,
    SavedSearch,
    ShiftAssignment,
    StaffNote,
)
from jobs.ports import STAFF_CANCELS
from jobs.services.history import WAITING
from jobs.services.series_making import end_series_of
from jobs.services.withdrawing import withdraw_application, withdraw_waiting

# In place of the reasons that somebody gave who left; the numbers stay.
FORGOTTEN = "(deleted)"
BANNED = "Its client was banned."
OPEN_JOBS = (JobStatus.PENDING, JobStatus.UPCOMING, JobStatus.ONGOING)

logger = structlog.get_logger(__name__)


def end_work(*, user_id: int, by_user_id: int) -> None:
    """End all work of a banned person that has not begun: nobody should wait for somebody who cannot come.

    Shifts that run, run on to their approval; a job that holds very much waits for a second person. Each end has a
    transaction of its own and may come twice. Does nothing for somebody who was let back in meanwhile.
    """
    if get_user_model()._default_manager.filter(pk=user_id, is_active=True).exists():
        return
    standing = Application.objects.filter(applicant_id=user_id, status__in=[*WAITING, ApplicationStatus.ACCEPTED])
    _each(_ids(standing), lambda application_id: _withdraw(user_id, application_id))
    # First, so that none of them posts another.
    end_series_of(user_id=user_id)
    posted = Job.objects.filter(client_id=user_id, status__in=OPEN_JOBS, canceled_at__isnull=True)
    cancels = STAFF_CANCELS.get()
    _each(_ids(posted), lambda job_id: cancels.cancel(staff_id=by_user_id, job_id=job_id, reason=BANNED))


@transaction.atomic
def forget_person(*, user_id: int) -> None:
    """Withdraw what waits for an answer; delete what tells who the person was. The caller holds the user's lock.

    The history of work stays: which shifts, which minutes. Locks jobs by id, and their applications.
    """
    withdraw_waiting(user_id=user_id)
    Application.objects.filter(applicant_id=user_id).exclude(note="").update(note="")
    ShiftAssignment.objects.filter(worker_id=user_id, check_in_latitude__isnull=False).update(
        check_in_latitude=None, check_in_longitude=None
    )
    own = ShiftAssignment.objects.filter(worker_id=user_id, asked_at__isnull=False)
    own.update(asked_reason=FORGOTTEN)
    AttendanceLog.objects.filter(changed_by_id=user_id).exclude(reason="").update(reason=FORGOTTEN)
    SavedJob.objects.filter(user_id=user_id).delete()
    SavedSearch.objects.filter(user_id=user_id).delete()
    Favourite.objects.filter(Q(client_id=user_id) | Q(worker_id=user_id)).delete()
    Block.objects.filter(blocker_id=user_id).delete()
    Invitation.objects.filter(worker_id=user_id).delete()
    CalendarLink.objects.filter(user_id=user_id).delete()
    StaffNote.objects.filter(user_id=user_id).delete()
    Report.objects.filter(user_id=user_id).delete()
    _forget_handled_patterns(user_id)
    # That there was one, and of whom, stays: who is left may do it to others.
    Report.objects.filter(reporter_id=user_id).exclude(text="").update(text="")
    JobSeries.objects.filter(client_id=user_id).delete()
    JobTemplate.objects.filter(client_id=user_id).delete()


def _forget_handled_patterns(user_id: int) -> None:
    """Why, in staff's words, stands on the row and in its history."""
    handled = HandledPattern.objects.filter(people__contains=[user_id])
    history = LogEntry.objects.filter(content_type__app_label="jobs", content_type__model="handledpattern")
    history.filter(object_id__in=[str(pk) for pk in _ids(handled)]).update(change_message=FORGOTTEN)
    handled.update(reason=FORGOTTEN)


def _ids[M: Model](rows: QuerySet[M]) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _withdraw(user_id: int, application_id: int) -> Application:
    """In the role that withdraws, whichever the account has by now."""
    actor = Actor(user_id, Role.APPLICANT)
    return withdraw_application(actor=actor, application_id=application_id, is_own_will=False)


def _each(row_ids: Iterable[int], end: Callable[[int], object]) -> None:
    for row_id in row_ids:
        try:
            end(row_id)
        except (InvalidState, DisputeOpen):
            # It has begun, and ends by itself; or by a decision, or by a second person.
            logger.info("work_runs_on", row_id=row_id)
