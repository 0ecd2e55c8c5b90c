"""A worker's saved searches. What they are told about them is in `announcing`."""

from django.conf import settings
from django.db import transaction

from core import clock
from core.actor import Actor, Role, require_role
from core.errors import NotFound
from jobs.exceptions import TooManySavedSearches
from jobs.models import SavedSearch
from jobs.selectors.filters import words_of
from jobs.selectors.keeping import refuse_unknown_trades
from jobs.selectors.search import JobSearch
from jobs.services.locks import lock_actor


@transaction.atomic
def save_search(*, actor: Actor, name: str, search: JobSearch) -> SavedSearch:
    """Keep the filters of a search; new jobs that they fit are told.

    Locks the worker, so that of many at once each sees those before it. Raises `WrongRole`, `InvalidInput`,
    `UnknownTrade` and `TooManySavedSearches`; a name that the person uses already is refused by the database.
    """
    require_role(actor, Role.APPLICANT)
    search.check()
    refuse_unknown_trades(industries=search.industry, subcategories=search.subcategory)
    lock_actor(actor)
    if SavedSearch.objects.filter(user_id=actor.user_id).count() >= settings.SAVED_SEARCHES_AT_MOST:
        raise TooManySavedSearches
    saved = SavedSearch(user_id=actor.user_id, name=name, created_at=clock.now())
    _write(saved, search)
    saved.save(force_insert=True)
    return saved


@transaction.atomic
def rename_search(*, actor: Actor, search_id: int, name: str) -> SavedSearch:
    """Raises `NotFound` for anybody else's; a name in use is refused by the database."""
    search = _lock_own(actor, search_id)
    search.name = name
    search.save(update_fields=["name"])
    return search


@transaction.atomic
def forget_search(*, actor: Actor, search_id: int) -> None:
    """Raises `NotFound` for anybody else's."""
    deleted, _ = SavedSearch.objects.filter(pk=search_id, user_id=actor.user_id).delete()
    if not deleted:
        raise NotFound


def _lock_own(actor: Actor, search_id: int) -> SavedSearch:
    searches = SavedSearch.objects.planned().select_for_update(no_key=True)
    if search := searches.filter(pk=search_id, user_id=actor.user_id).first():
        return search
    raise NotFound


def _write(saved: SavedSearch, search: JobSearch) -> None:
    if search.text is not None:
        saved.text, saved.words = search.text, words_of(search.text)
    saved.industries = list(search.industry) or None
    saved.subcategories = list(search.subcategory) or None
    saved.shift_types = list(search.shift_type) or None
    saved.job_types = list(search.job_type) or None
    saved.min_rate_kobo, saved.max_rate_kobo = search.min_rate_kobo, search.max_rate_kobo
    saved.date_from, saved.date_to = search.date_from, search.date_to
    if (position := search.position) is not None:
        saved.latitude, saved.longitude = position.latitude, position.longitude
        saved.radius_km = search.radius_km
    if (box := search.box) is not None:
        saved.south, saved.north, saved.west, saved.east = box.south, box.north, box.west, box.east
