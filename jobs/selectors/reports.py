"""What somebody told staff, and what became of it."""

from core.actor import Actor
from core.pagination import Page, PageQuery, paginate
from jobs.models import Report


def reports_of(*, actor: Actor, page: PageQuery) -> Page[Report]:
    """The caller's own, with what each is about, the last first. One query."""
    own = Report.objects.planned().filter(reporter_id=actor.user_id).select_related("job", "user")
    named = own.defer("job__search", "job__description")
    return paginate(named, order=("-created_at", "-id"), page=page)
