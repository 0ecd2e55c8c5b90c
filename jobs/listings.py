"""The lists of work that are answered from rows; see `core.listings`."""

from functools import partial

from core import clock
from core.actor import Actor
from core.errors import NotFound
from core.listings import ListedPage, Listing, one_or_several
from core.pagination import PageQuery
from jobs.models import Invitation, Job, SavedJob
from jobs.schemas.invitation import InvitationOut
from jobs.schemas.job import ClientJobItem, FoundJobOut
from jobs.schemas.keeping import SavedJobOut
from jobs.schemas.search import ClientJobsQuery
from jobs.selectors.invitations import invitations_to
from jobs.selectors.jobs import client_job_counts, client_jobs
from jobs.selectors.keeping import refuse_unknown_trades, saved_jobs
from jobs.selectors.search import ORDERS, JobOrder, JobSearch, found_jobs

FOUND_JOBS = {
    order: Listing(Job, "jobs", FoundJobOut, partial(found_jobs, order), order=ORDERS[order]) for order in JobOrder
}
SAVED_JOBS = Listing(SavedJob, "saved_jobs", SavedJobOut, saved_jobs, order=("-saved_at", "-id"))
INVITATIONS = Listing(Invitation, "invitations", InvitationOut, invitations_to, order=("-created_at", "-id"))
CLIENT_JOBS = Listing(Job, "client_jobs", ClientJobItem, client_jobs, order=("-created_at", "-id"))


def find_jobs(*, viewer_id: int, search: JobSearch, page: PageQuery) -> ListedPage:
    """One page of the search, in one query. Raises `InvalidInput` for an order that lacks its filter, and
    `UnknownTrade`."""
    search.check()
    refuse_unknown_trades(industries=search.industry, subcategories=search.subcategory)
    given = search.given(viewer_id=viewer_id)
    return FOUND_JOBS[search.order].page(given, page=page, prepare=search.has_one_best_plan)


def saved_jobs_of(actor: Actor, *, page: PageQuery) -> ListedPage:
    """What the caller saved, the last first, in one query."""
    return SAVED_JOBS.page({"user_id": actor.user_id, "now": clock.now()}, page=page)


def invitations_of(actor: Actor, *, page: PageQuery) -> ListedPage:
    """What the caller was invited to, the last first, and whether they applied; in one query."""
    return INVITATIONS.page({"user_id": actor.user_id, "now": clock.now()}, page=page)


def jobs_of_client(*, actor: Actor, user_id: int, query: ClientJobsQuery) -> bytes:
    """A client's own jobs, newest first, and how many there are of each status, in two queries.

    Raises `NotFound` for anybody else's.
    """
    if user_id != actor.user_id:
        raise NotFound
    page = CLIENT_JOBS.page({"client_id": user_id, **one_or_several("status", query.status)}, page=query)
    return page.to_json(counts=client_job_counts(user_id))
