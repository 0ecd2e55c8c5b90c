"""What a calendar program reads under somebody's secret address."""

from dataclasses import dataclass
from datetime import timedelta

from accounts.models import CustomUser
from core import clock
from core.actor import Role
from core.errors import NotFound
from jobs.models import CalendarLink, ShiftAssignment
from jobs.services.calendar_links import hash_of

PAST = timedelta(days=31)
MOST_EVENTS = 1000


@dataclass(frozen=True, slots=True)
class SharedCalendar:
    owner: CustomUser
    assignments: list[ShiftAssignment]


def shared_calendar(*, token: str) -> SharedCalendar:
    """The assignments of the last month and all to come, in two queries: a worker's own, or those on a client's jobs.

    Raises `NotFound` for an address that was revoked or never was, and while its owner is kept out.
    """
    links = CalendarLink.objects.planned().select_related("user")
    link = links.filter(token_sha256=hash_of(token), user__is_active=True).first()
    if link is None:
        raise NotFound
    whose = "client_id" if link.user.role == Role.CLIENT else "worker_id"
    assignments = (
        ShiftAssignment.objects.planned()
        .select_related("application__job", "client", "worker")
        .defer("application__job__search", "application__job__description")
        .filter(**{whose: link.user_id}, starts_at__gte=clock.now() - PAST)
        .order_by("starts_at", "id")
    )
    return SharedCalendar(link.user, list(assignments[:MOST_EVENTS]))
