"""What each filter of a search asks of a job.

Asked with the values of one search, or with the columns of all saved ones (`selectors.saved_searches`): the same
conditions either way, so that a person is told of those jobs that their search would show.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery
from django.db.models import Expression, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.lookups import LessThanOrEqual

from core.listings import Bound, Given, among
from jobs.geography import distance_m_in_sql, within
from jobs.models import JobIndustry, JobSubcategory

MAX_WORDS = 12
# As PostgreSQL cuts words: the accents that follow a letter belong to it, as in Ọ̀ṣun. An underscore, which Python takes
# for a letter, is none: `a_b_c_…` would be one word here and a phrase of a hundred there.
WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")


def words_of(text: str) -> list[str]:
    """What a text asks for."""
    return WORD.findall(text)[:MAX_WORDS]


class TextQuery(SearchQuery):
    """All words, each as the beginning of a word: `wait lag` finds a waiter in Lagos. Without a word: nothing.

    By stem, so that `waiters` finds a waiter and `the` is asked for nowhere; or as written, for a word that somebody is
    still typing: `cateri` begins catering, and not its stem. The function is of this app's migrations.
    """

    def __init__(self, words: Sequence[str] | OuterRef | Bound) -> None:
        there = words if isinstance(words, OuterRef | Bound) else Value(list(words), ArrayField(TextField()))
        super().__init__(there)
        self.function = "jobs_text_query"


def conditions(given: Given) -> Iterator[Q]:
    """Of each filter that is given."""
    return (asks(given) for name, asks in FILTERS.items() if given.get(name) is not None)


def _id_of(trades: type[JobIndustry | JobSubcategory], slug: str | Bound) -> Subquery:
    return Subquery(trades._default_manager.filter(slug=slug).values("pk")[:1])


def _ids_of(trades: type[JobIndustry | JobSubcategory], slugs: list[str] | Bound | OuterRef) -> QuerySet[Any, Any]:
    return trades._default_manager.filter(among("slug", slugs)).values("pk")


def _is_near(given: Given) -> Q:
    distance: Expression = distance_m_in_sql(given["position"], latitude="latitude", longitude="longitude")
    exactly = Q(LessThanOrEqual(distance, given["radius_km"] * 1000))
    # The box is for the index, which has no use for a position that it learns row by row.
    return within(given["around"]) & exactly if "around" in given else exactly


# Trades by id, found first: behind a join the index could not yield the page in its order.
FILTERS: dict[str, Callable[[Given], Q]] = {
    "industry": lambda given: Q(industry_id=_id_of(JobIndustry, given["industry"])),
    "industry_among": lambda given: Q(industry_id__in=_ids_of(JobIndustry, given["industry_among"])),
    "subcategory": lambda given: Q(subcategory_id=_id_of(JobSubcategory, given["subcategory"])),
    "subcategory_among": lambda given: Q(subcategory_id__in=_ids_of(JobSubcategory, given["subcategory_among"])),
    "shift_type": lambda given: Q(shift_type=given["shift_type"]),
    "shift_type_among": lambda given: Q(among("shift_type", given["shift_type_among"])),
    "job_type": lambda given: Q(job_type=given["job_type"]),
    "job_type_among": lambda given: Q(among("job_type", given["job_type_among"])),
    "min_rate_kobo": lambda given: Q(rate_kobo__gte=given["min_rate_kobo"]),
    "max_rate_kobo": lambda given: Q(rate_kobo__lte=given["max_rate_kobo"]),
    # A job of several days is found by any of them.
    "date_from": lambda given: Q(end_date__gte=given["date_from"]),
    "date_to": lambda given: Q(date__lte=given["date_to"]),
    "words": lambda given: Q(search=TextQuery(given["words"])),
    "box": lambda given: within(given["box"]),
    "position": lambda given: Q(latitude__isnull=False),
    "radius_km": _is_near,
}
