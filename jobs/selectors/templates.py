"""Templates, to their client."""

from core.actor import Actor
from core.pagination import Page, PageQuery, paginate
from jobs.models import JobTemplate


def templates_of(*, actor: Actor, page: PageQuery) -> Page[JobTemplate]:
    templates = JobTemplate.objects.planned().filter(client_id=actor.user_id)
    return paginate(templates, order=("-created_at", "-id"), page=page, listing="job_templates")
