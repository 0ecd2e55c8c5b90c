"""The lists of work that are answered from rows; see `core.listings`."""

from functools import partial

from core import clock
from core.actor import Actor, Role, require_role
from core.details import Detail
from core.errors import NotFound
from core.listings import ListedPage, Listing, Planned, one_or_several
from core.pagination import PageQuery
from core.rows import Viewing
from jobs.models import Application, Block, Favourite, Invitation, Job, SavedJob, ShiftAssignment
from jobs.rows import ApplicationRow, AssignmentRow, OwnApplicationRow
from jobs.schemas.application import ApplicationDetailOut, ApplicationOut, BestApplicantOut, ClientApplicationOut
from jobs.schemas.assignment import AssignmentOut
from jobs.schemas.invitation import InvitationOut
from jobs.schemas.job import ClientJobItem, FoundJobOut, MatchedJobOut
from jobs.schemas.keeping import BlockOut, FavouriteOut, SavedJobOut
from jobs.schemas.search import ApplicationsQuery, AssignmentOrder, AssignmentsQuery, ClientJobsQuery
from jobs.selectors import best_applicants, matching
from jobs.selectors.applications import (
    application_counts,
    applications_of_job,
    applications_of_worker,
    one_application,
)
from jobs.selectors.assignments import assignments_of, one_assignment
from jobs.selectors.invitations import invitations_to
from jobs.selectors.jobs import client_job_counts, client_jobs
from jobs.selectors.keeping import blocks_of, favourites_of, refuse_unknown_trades, saved_jobs
from jobs.selectors.search import ORDERS, JobOrder, JobSearch, found_jobs
from jobs.selectors.statistics import get_job_statistics

FOUND_JOBS = {
    order: Listing(Job, "jobs", FoundJobOut, partial(found_jobs, order), order=ORDERS[order]) for order in JobOrder
}
SAVED_JOBS = Listing(SavedJob, "saved_jobs", SavedJobOut, saved_jobs, order=("-saved_at", "-id"))
BLOCKS = Listing(Block, "blocks", BlockOut, blocks_of, order=("-created_at", "-id"))
FAVOURITES = Listing(Favourite, "favourites", FavouriteOut, favourites_of, order=("-created_at", "-id"))
INVITATIONS = Listing(Invitation, "invitations", InvitationOut, invitations_to, order=("-created_at", "-id"))
# By what never changes: in the order of their status, one that is decided between two pages would be on neither.
OWN_APPLICATIONS = Listing(
    Application,
    "applications_of_worker",
    ApplicationOut,
    applications_of_worker,
    order=("-created_at", "-id"),
    thing=OwnApplicationRow,
)
JOB_APPLICATIONS = Listing(
    Application,
    "applications_of_job",
    ClientApplicationOut,
    applications_of_job,
    order=("created_at", "id"),
    thing=ApplicationRow,
)
APPLICATION = Detail(
    ApplicationDetailOut, one_application, given=("application_id", "user_id", "now"), thing=OwnApplicationRow
)
BEST_APPLICANTS = Listing(
    Application,
    "best_applicants",
    BestApplicantOut,
    best_applicants.best_applicants,
    order=("-score", "created_at", "id"),
)
MATCHED_JOBS = Listing(
    Job, "matched_jobs", MatchedJobOut, matching.matched_jobs, order=("-score", "-created_at", "-id")
)
ASSIGNMENTS = {
    (role, order): Listing(
        ShiftAssignment,
        f"assignments:{role}",
        AssignmentOut,
        partial(assignments_of, "client_id" if role is Role.CLIENT else "worker_id"),
        order=columns,
        thing=AssignmentRow,
    )
    for role in Role
    for order, columns in {
        AssignmentOrder.SOONEST: ("starts_at", "id"),
        AssignmentOrder.LATEST: ("-starts_at", "-id"),
    }.items()
}
ASSIGNMENT = Detail(AssignmentOut, one_assignment, given=("assignment_id", "user_id"), thing=AssignmentRow)
CLIENT_JOBS = Listing(Job, "client_jobs", ClientJobItem, client_jobs, order=("-created_at", "-id"))


def find_jobs(*, viewer_id: int, search: JobSearch, page: PageQuery) -> ListedPage:
    """One page of the search, in one query. Raises `InvalidInput` for an order that lacks its filter, and
    `UnknownTrade`."""
    search.check()
    refuse_unknown_trades(industries=search.industry, subcategories=search.subcategory)
    given = search.given(viewer_id=viewer_id)
    planned = Planned.ONCE if search.has_one_best_plan else Planned.BY_VALUES
    return FOUND_JOBS[search.order].page(given, page=page, planned=planned)


def saved_jobs_of(actor: Actor, *, page: PageQuery) -> ListedPage:
    """What the caller saved, the last first, in one query."""
    return SAVED_JOBS.page({"user_id": actor.user_id, "now": clock.now()}, page=page)


def people_blocked_by(actor: Actor, *, page: PageQuery) -> ListedPage:
    """The last first, in one query."""
    return BLOCKS.page({"user_id": actor.user_id}, page=page)


def favourites_of_client(actor: Actor, *, page: PageQuery) -> ListedPage:
    """The last added first, in one query."""
    return FAVOURITES.page({"user_id": actor.user_id}, page=page)


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


def applications_by(actor: Actor, *, query: ApplicationsQuery) -> bytes:
    """The caller's own applications, newest first, and how many there are in each status, in two queries."""
    viewing = Viewing(actor, clock.now())
    given = {"user_id": actor.user_id, "now": viewing.now, **one_or_several("status", query.status)}
    page = OWN_APPLICATIONS.page(given, page=query, viewing=viewing)
    return page.to_json(counts=application_counts(actor.user_id))


def application_of(actor: Actor, *, application_id: int) -> bytes:
    """One application with assignments and history, in one query: its applicant's or its client's, else `NotFound`."""
    viewing = Viewing(actor, clock.now())
    found = APPLICATION.read(viewing, application_id=application_id, user_id=actor.user_id, now=viewing.now)
    if found is None:
        raise NotFound
    return found.to_json()


def applications_to(actor: Actor, *, job_id: int, query: ApplicationsQuery) -> bytes:
    """For the job's client, the first to apply first, with how many of each status. One query, two with the statistics.

    Raises `WrongRole`, and `NotFound` to strangers.
    """
    require_role(actor, Role.CLIENT)
    statistics = get_job_statistics(job_id=job_id)
    if statistics.client_id != actor.user_id:
        raise NotFound
    given = {"job_id": job_id, **one_or_several("status", query.status)}
    page = JOB_APPLICATIONS.page(given, page=query, owner=job_id, viewing=Viewing(actor, clock.now()))
    return page.to_json(counts=statistics.applications)


def best_applicants_of(actor: Actor, *, job_id: int, page: PageQuery) -> ListedPage:
    """Who waits for an answer, best first. Two queries; planned for the job that they are ranked for.

    Raises `WrongRole`, and `NotFound` to anybody but the job's client.
    """
    job = best_applicants.job_to_rank_for(actor=actor, job_id=job_id)
    return BEST_APPLICANTS.page({"job": job}, page=page, owner=job_id, planned=Planned.ANEW)


def jobs_matched_to(actor: Actor, *, page: PageQuery) -> ListedPage:
    """Two queries: the worker with experience and times, then the ranked jobs, planned for them. Raises `WrongRole`."""
    require_role(actor, Role.APPLICANT)
    given = matching.worker_to_match(actor.user_id, now=clock.now())
    return MATCHED_JOBS.page(given, page=page, planned=Planned.BY_VALUES)


def assignments_by(actor: Actor, *, query: AssignmentsQuery) -> ListedPage:
    """The calendar by start of shift, in one query: a worker's own; for a client those of the own jobs."""
    given = {
        "user_id": actor.user_id,
        "starting_from": query.starting_from,
        "starting_before": query.starting_before,
        "ending_after": query.ending_after,
        "job_id": query.job_id,
        **one_or_several("status", query.status),
    }
    return ASSIGNMENTS[actor.role, query.order].page(given, page=query, viewing=Viewing(actor, clock.now()))


def assignment_of(actor: Actor, *, assignment_id: int) -> bytes:
    """Raises `NotFound` to all but its worker and the client of its job."""
    found = ASSIGNMENT.read(Viewing(actor, clock.now()), assignment_id=assignment_id, user_id=actor.user_id)
    if found is None:
        raise NotFound
    return found.to_json()
