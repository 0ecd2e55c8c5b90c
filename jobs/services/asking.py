"""What the clock does about confirmations: ask, ask again, and act on silence; `jobs.confirmation` has the rules.

Each rule marks what it did on the row, under the locks of job and application: two workers at once, or one that was
killed in between, ask once.
"""

from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import NotificationKind
from core import clock
from jobs.confirmation import first_start_in_sql, first_start_of, may_confirm, near, release_from
from jobs.days_left import shifts_of
from jobs.models import Application, AssignmentStatus, Job, Shift, ShiftAssignment
from jobs.models.shift import LONGEST_SHIFT
from jobs.services.clockwork import in_own_transactions
from jobs.services.locks import lock_assignments, lock_job_and_application
from jobs.services.notices import tell_about_confirmation
from jobs.services.places import release_locked


def ask_for_confirmations() -> int:
    """Whoever holds a place, and comes in a day: are you coming?"""
    due = _unconfirmed(settings.CONFIRMATION_ASK_HOURS).filter(confirmation_asked_at__isnull=True)
    return in_own_transactions(due.values_list("pk", flat=True), _ask)


def remind_of_confirmations() -> int:
    """A second time, unless the question was just asked."""
    asked = clock.now() - timedelta(minutes=settings.CONFIRMATION_ANSWER_MINUTES)
    due = _unconfirmed(settings.CONFIRMATION_REMIND_HOURS).filter(
        confirmation_asked_at__lte=asked, confirmation_reminded_at__isnull=True
    )
    return in_own_transactions(due.values_list("pk", flat=True), _remind)


def act_on_silence() -> int:
    """Tell the client that a place may be released, or release it where the client chose that at posting."""
    asked = clock.now() - timedelta(minutes=settings.CONFIRMATION_ANSWER_MINUTES)
    due = _unconfirmed(settings.CONFIRMATION_RELEASE_HOURS).filter(
        confirmation_asked_at__lte=asked, unconfirmed_told_at__isnull=True
    )
    return in_own_transactions(due.values_list("pk", flat=True), _act_on_silence)


def _unconfirmed(hours: int) -> QuerySet[Application]:
    """Whoever has a place, and whose work begins within so many hours; who comes first, first."""
    now = clock.now()
    until = now + timedelta(hours=hours)
    # Found by the index of live assignments, which has their ends.
    soon = ShiftAssignment.objects.filter(
        status=AssignmentStatus.SCHEDULED,
        starts_at__gt=now,
        starts_at__lte=until,
        ends_at__range=(now, until + LONGEST_SHIFT),
    )
    rows = Application.objects.annotate(first_starts_at=first_start_in_sql()).order_by("first_starts_at", "pk")
    return rows.filter(near(now=now, until=until), pk__in=soon.values("application_id"))


def _ask(application_id: int) -> bool:
    job, application = lock_job_and_application(Application.objects.filter(pk=application_id))
    if not _is_open(application) or application.confirmation_asked_at is not None:
        return False
    application.confirmation_asked_at = clock.now()
    application.save(update_fields=["confirmation_asked_at"])
    tell_about_confirmation(application, job, NotificationKind.CONFIRM_PLACE, shifts=_shifts(job, application))
    return True


def _remind(application_id: int) -> bool:
    job, application = lock_job_and_application(Application.objects.filter(pk=application_id))
    if not _is_open(application) or application.confirmation_reminded_at is not None:
        return False
    application.confirmation_reminded_at = clock.now()
    application.save(update_fields=["confirmation_reminded_at"])
    tell_about_confirmation(
        application, job, NotificationKind.CONFIRM_PLACE, shifts=_shifts(job, application), occasion=":again"
    )
    return True


def _act_on_silence(application_id: int) -> bool:
    job, application = lock_job_and_application(Application.objects.filter(pk=application_id))
    first, now = first_start_of(application), clock.now()
    open_from = release_from(application, first)
    if first is None or first <= now or open_from is None or now < open_from:
        return False
    if application.unconfirmed_told_at is not None or _is_there(application):
        return False
    application.unconfirmed_told_at = now
    application.save(update_fields=["unconfirmed_told_at"])
    choice = "You may release the place: others are offered it then."
    shifts = _shifts(job, application)
    if job.release_unconfirmed:
        release_locked(job, application, changed_by=None)
        choice = "The place was released, as you chose, and is offered to others."
    tell_about_confirmation(application, job, NotificationKind.PLACE_UNCONFIRMED, shifts=shifts, choice=choice)
    return True


def _is_open(application: Application) -> bool:
    return may_confirm(application, first_start_of(application), now=clock.now())


def _shifts(job: Job, application: Application) -> list[Shift] | None:
    """Those that the worker is to come to, where these are not all of the job's."""
    ahead = ShiftAssignment.objects.filter(application=application, status=AssignmentStatus.SCHEDULED)
    return shifts_of(list(ahead), job)


def _is_there(application: Application) -> bool:
    """Check-in opens before the start: whoever checked in has answered."""
    assignments = lock_assignments(application_id=application.pk)
    return any(assignment.status == AssignmentStatus.CHECKED_IN for assignment in assignments)
