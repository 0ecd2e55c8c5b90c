"""Assignments as iCalendar (RFC 5545), for the calendar programs that people have."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import STATUS, Calendar, Event, vDuration

from accounts.services.mailing import address_of
from jobs.models import AssignmentStatus, Job, ShiftAssignment
from jobs.selectors.calendar import SharedCalendar

CONTENT_TYPE = "text/calendar; charset=utf-8"
REFRESH = timedelta(hours=1)
HOST = urlsplit(settings.PUBLIC_URL).hostname


def render(shared: SharedCalendar) -> bytes:
    """Nothing in it depends on the moment of reading, so that an unchanged calendar is byte for byte the same."""
    calendar = Calendar.new(
        name="Payshift",
        prodid="-//Payshift//Payshift//EN",
        uid=f"user-{shared.owner.pk}@{HOST}",
    )
    # The library writes it without its type, which RFC 7986 (5.7) asks for; the other name is what older programs read.
    calendar.add("REFRESH-INTERVAL", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(REFRESH))
    for assignment in shared.assignments:
        calendar.add_component(_event(assignment, for_client=assignment.client_id == shared.owner.pk))
    content: bytes = calendar.to_ical()
    return content


def _event(assignment: ShiftAssignment, *, for_client: bool) -> Event:
    job, canceled = assignment.application.job, assignment.status == AssignmentStatus.CANCELED
    address = address_of(f"/assignments/{assignment.pk}")
    return Event.new(
        # The same in every version, so that a program moves the event and does not add another.
        uid=f"assignment-{assignment.pk}@{HOST}",
        # Higher with each change: nothing is canceled, or longer, once its worker was sent home.
        sequence=int(canceled) + assignment.extra_minutes + int(assignment.ended_early_at is not None),
        stamp=assignment.canceled_at or assignment.application.accepted_at,
        start=assignment.starts_at,
        end=assignment.ends_at,
        summary=f"{job.title}: {assignment.worker.name}" if for_client else job.title,
        description="\n".join([assignment.client.name, *_break_of(job), address]),
        location=job.location,
        status=STATUS.CANCELLED if canceled else STATUS.CONFIRMED,
        url=address,
    )


def _break_of(job: Job) -> list[str]:
    return [f"Unpaid break: {job.break_minutes} minutes"] if job.break_minutes else []
