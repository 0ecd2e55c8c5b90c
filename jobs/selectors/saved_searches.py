"""The searches that workers keep, and those of them that would show a job."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.db.models.lookups import IsNull

from core.actor import Actor, Role
from core.listings import Given
from core.models import PayshiftQuerySet
from core.pagination import Page, PageQuery, paginate
from jobs.eligibility import standing_applications
from jobs.geography import BoxInSql, PositionInSql
from jobs.models import SavedSearch
from jobs.selectors.filters import FILTERS
from jobs.selectors.search import open_jobs

# Each filter of the search as a saved one has it, and the column that is NULL where it was not set. Trades are looked
# up within the query of jobs, from where the saved search is two queries further out.
COLUMNS: Given = {
    "words": OuterRef("words"),
    "industry_among": OuterRef(OuterRef("industries")),
    "subcategory_among": OuterRef(OuterRef("subcategories")),
    "shift_type_among": OuterRef("shift_types"),
    "job_type_among": OuterRef("job_types"),
    "min_rate_kobo": OuterRef("min_rate_kobo"),
    "max_rate_kobo": OuterRef("max_rate_kobo"),
    "date_from": OuterRef("date_from"),
    "date_to": OuterRef("date_to"),
    "position": PositionInSql(OuterRef("latitude"), OuterRef("longitude")),
    "radius_km": OuterRef("radius_km"),
    "box": BoxInSql(OuterRef("south"), OuterRef("north"), OuterRef("west"), OuterRef("east")),
}
UNSET = {
    **{name: name for name in COLUMNS},
    "industry_among": "industries",
    "subcategory_among": "subcategories",
    "shift_type_among": "shift_types",
    "job_type_among": "job_types",
    "position": "latitude",
    "box": "south",
}
# A search for one trade and one for several are kept alike.
ONE_ALONE = {name for name in FILTERS if f"{name}_among" in FILTERS}


def searches_of(*, actor: Actor, page: PageQuery) -> Page[SavedSearch]:
    searches = SavedSearch.objects.planned().filter(user_id=actor.user_id)
    return paginate(searches, order=("-created_at", "-id"), page=page, listing="saved_searches")


def searches_that_show(job_id: int, *, now: datetime) -> PayshiftQuerySet[SavedSearch]:
    """Of workers who may take work and have not applied. One query, however many there are: each looks at one job."""
    viewer = OuterRef(OuterRef("user_id"))
    conditions = [
        Q(IsNull(OuterRef(UNSET[name]), True)) | asks(COLUMNS)
        for name, asks in FILTERS.items()
        if name not in ONE_ALONE
    ]
    shown = open_jobs(viewer_id=viewer, now=now).filter(*conditions, pk=job_id).exclude(client_id=OuterRef("user_id"))
    applied = standing_applications().filter(job_id=job_id, applicant_id=OuterRef("user_id"))
    return SavedSearch.objects.filter(
        Exists(shown),
        ~Exists(applied),
        user__role=Role.APPLICANT,
        user__is_active=True,
        user__email_verified_at__isnull=False,
    )


def last_person_of_batch(*, after_user_id: int, size: int) -> int | None:
    """So many searches on, by person; None when all that are left fit."""
    people = SavedSearch.objects.filter(user_id__gt=after_user_id).order_by("user_id").values_list("user_id", flat=True)
    return next(iter(people[size - 1 : size]), None)
