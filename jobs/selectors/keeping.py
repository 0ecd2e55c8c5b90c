"""Industries, saved jobs, favourites and blocks."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Prefetch, Value

from core.cache.values import CachedValue
from core.errors import FieldProblem
from core.listings import Given, Selection
from jobs.days_left import open_shifts_in_sql
from jobs.exceptions import UnknownTrade
from jobs.models import Block, Favourite, JobIndustry, JobSubcategory, SavedJob


def industries() -> list[JobIndustry]:
    """All trades by name, in two queries."""
    subcategories = Prefetch("subcategories", JobSubcategory.objects.planned().order_by("name"))
    return list(JobIndustry.objects.planned().prefetch_related(subcategories).order_by("name"))


@dataclass(frozen=True, slots=True)
class Trades:
    industries: frozenset[str]
    subcategories: frozenset[str]


TRADES = CachedValue(Trades, name="get_trades", ttl_seconds=3600, key="all", entities=("trades",))


def known_trades() -> Trades:
    """The slugs of all trades: cached, or in one query."""
    return TRADES.get(_read_trades)


def refuse_unknown_trades(*, industries: Collection[str], subcategories: Collection[str]) -> None:
    """A slug that nobody has finds nothing, which would look like an answer. Raises `UnknownTrade` (422)."""
    if not (industries or subcategories):
        return
    known = known_trades()
    wrong = [("industry", slug) for slug in industries if slug not in known.industries]
    wrong += [("subcategory", slug) for slug in subcategories if slug not in known.subcategories]
    if wrong:
        raise UnknownTrade(errors=[FieldProblem(name, "unknown_trade", f"There is no {slug}.") for name, slug in wrong])


def _read_trades() -> Trades:
    slugs = JobIndustry.objects.order_by().values_list("slug", Value("industry"))
    rows = list(slugs.union(JobSubcategory.objects.order_by().values_list("slug", Value("subcategory")), all=True))
    return Trades(
        frozenset(slug for slug, kind in rows if kind == "industry"),
        frozenset(slug for slug, kind in rows if kind == "subcategory"),
    )


def saved_jobs(given: Given) -> Selection[SavedJob]:
    """`given`: `user_id` and `now`."""
    saved = SavedJob.objects.filter(user_id=given["user_id"], job__hidden_at__isnull=True)
    return Selection(saved.annotate(job__open_shifts=open_shifts_in_sql(now=given["now"], job="job__")))


def blocks_of(given: Given) -> Selection[Block]:
    """`given`: `user_id`."""
    return Selection(Block.objects.filter(blocker_id=given["user_id"]))


def favourites_of(given: Given) -> Selection[Favourite]:
    """`given`: `user_id` of the client."""
    return Selection(Favourite.objects.filter(client_id=given["user_id"]))
