from functools import partial

from django.http.response import HttpResponseBase
from ninja import Query

from core.actor import ApiRequest
from core.errors import InvalidCursor, WrongRole
from core.pagination import PageOut, PageQuery
from core.replica import may_lag
from core.schemas import problems
from jobs import listings
from jobs.api.router import router
from jobs.exceptions import UnknownTrade
from jobs.models import JobIndustry
from jobs.reads import JOB, job_shown
from jobs.schemas.job import FoundJobOut, IndustryOut, JobForCallerOut, JobOut, MatchedJobOut
from jobs.schemas.search import JobQuery
from jobs.selectors import jobs, keeping


@router.get("/industries", response={200: list[IndustryOut], **problems(401)})
@may_lag
def list_industries(request: ApiRequest) -> list[JobIndustry]:
    """The trades that jobs and skills are sorted by."""
    return keeping.industries()


@router.get("/jobs", response={200: PageOut[FoundJobOut], **problems(401, 422, InvalidCursor, UnknownTrade)})
@may_lag
def find_jobs(request: ApiRequest, query: Query[JobQuery]) -> HttpResponseBase:
    """Search the open jobs: funded, with free places, not started. Order by relevance or distance ends at 1,000."""
    return listings.find_jobs(viewer_id=request.auth.user_id, search=query.search(query.order), page=query).response()


@router.get("/jobs/matched", response={200: PageOut[MatchedJobOut], **problems(401, 422, WrongRole, InvalidCursor)})
def matched_jobs(request: ApiRequest, page: Query[PageQuery]) -> HttpResponseBase:
    """Open jobs ranked for the calling worker, with the points behind each rank.

    Of 100 points: nearness 25 (half at 10 km), skills 25, experience in the trade 15, the client's rating 15 and
    reliability 10, availability 10 (you wait for no other job at that time). Left out is what you applied to and what
    overlaps your shifts. docs/api.md explains each part.
    """
    return listings.jobs_matched_to(request.auth, page=page).response()


@router.get(JOB.path, response={200: JobOut, **problems(401, 404)})
def get_job(request: ApiRequest, job_id: int) -> HttpResponseBase:
    """One job with its shifts, the same for everybody. Cached for 30 min, current after every change.

    While it is not paid for, it is there for its client, and for who applied, was invited or kept it before.
    """
    return JOB.answer(
        request, params={"job_id": job_id}, build=partial(job_shown, job_id, viewer_id=request.auth.user_id)
    )


@router.get("/jobs/{int:job_id}/me", response={200: JobForCallerOut, **problems(401, 404)})
def get_job_for_caller(request: ApiRequest, job_id: int) -> jobs.JobForCaller:
    """The caller's part of a job: applied, saved, may apply, and if not, why."""
    return jobs.get_job_for_caller(actor=request.auth, job_id=job_id)
