"""Industries, saved jobs and blocks."""

from django.db.models import Prefetch

from core.actor import Actor
from core.pagination import Page, PageQuery, paginate
from jobs.models import Block, JobIndustry, JobSubcategory, SavedJob


def industries() -> list[JobIndustry]:
    """All trades by name, in two queries."""
    subcategories = Prefetch("subcategories", JobSubcategory.objects.planned().order_by("name"))
    return list(JobIndustry.objects.planned().prefetch_related(subcategories).order_by("name"))


def saved_jobs_of(*, actor: Actor, page: PageQuery) -> Page[SavedJob]:
    saved = SavedJob.objects.planned().filter(user_id=actor.user_id)
    joined = saved.select_related("job__industry", "job__subcategory", "job__client__profile")
    joined = joined.defer("job__search", "job__description")
    return paginate(joined, order=("-saved_at", "-id"), page=page, listing="saved_jobs")


def blocks_of(*, actor: Actor, page: PageQuery) -> Page[Block]:
    blocks = Block.objects.planned().filter(blocker_id=actor.user_id).select_related("blocked__profile")
    return paginate(blocks, order=("-created_at", "-id"), page=page, listing="blocks")
