from typing import TypedDict

from django.db.models import Exists, OuterRef
from django_stubs_ext import WithAnnotations

from core.actor import Actor
from core.pagination import Page, PageQuery, paginate
from jobs.eligibility import standing_applications
from jobs.models import Invitation


class Answer(TypedDict):
    applied: bool


type InvitationRow = WithAnnotations[Invitation, Answer]


def invitations_of(*, actor: Actor, page: PageQuery) -> Page[InvitationRow]:
    """What the caller was invited to, the last first, and whether they applied; in one query."""
    applied = standing_applications().filter(job_id=OuterRef("job_id"), applicant_id=actor.user_id)
    invitations = (
        Invitation.objects.planned()
        .filter(worker_id=actor.user_id)
        .select_related("job__industry", "job__subcategory", "job__client__profile")
        .defer("job__search", "job__description")
        .annotate(applied=Exists(applied))
    )
    return paginate(invitations, order=("-created_at", "-id"), page=page, listing="invitations")
