from django.http import HttpResponse
from ninja import Query, Status

from accounts.exceptions import ProofRequired, SecondPersonNeeded
from core.actor import ApiRequest
from core.errors import InvalidCursor, InvalidState, WrongRole
from core.listings import json_response
from core.pagination import PageOut, PageQuery
from core.schemas import problems
from jobs import listings, reads
from jobs.api.router import router
from jobs.exceptions import UNFIT_TERMS, DuplicatePosting, JobLocked, TooManyUnpaidJobs, UnknownTrade
from jobs.models import Job
from jobs.ports import ESCROW_ERRORS
from jobs.schemas.application import BestApplicantOut, JobApplicationsOut
from jobs.schemas.job import ClientJobOut, ClientJobsOut, PostedJobOut, QuoteOut
from jobs.schemas.search import ApplicationsQuery, ClientJobsQuery
from jobs.schemas.terms import CopyIn, JobIn, JobPatch, QuoteIn
from jobs.selectors import jobs
from jobs.services import calling_off, cancelling, copying, editing, posting, pricing


@router.post("/jobs/quote", response={200: QuoteOut, **problems(401, 422, *UNFIT_TERMS)})
def quote_job(request: ApiRequest, payload: QuoteIn) -> pricing.Quote:
    """What a job would cost: the wage of every worker and shift, and the platform's fee on top."""
    return pricing.quote_job(
        schedule=payload.schedule(), rate_kobo=payload.rate_kobo, applicants_needed=payload.applicants_needed
    )


@router.post(
    "/jobs",
    response={
        201: PostedJobOut,
        **problems(401, 422, 429, WrongRole, DuplicatePosting, TooManyUnpaidJobs, UnknownTrade, *UNFIT_TERMS),
    },
)
def post_job(request: ApiRequest, payload: JobIn) -> Status[Job]:
    """Post a job. It is `pending` until its price is paid into escrow."""
    job = posting.post_job(actor=request.auth, terms=payload.terms())
    return Status(201, jobs.get_job(job_id=job.pk))


@router.patch(
    "/jobs/{int:job_id}",
    response={
        200: PostedJobOut,
        **problems(
            401,
            404,
            422,
            429,
            WrongRole,
            InvalidState,
            JobLocked,
            UnknownTrade,
            "nothing_to_pay",
            "withdrawals_held",
            *ESCROW_ERRORS,
            *UNFIT_TERMS,
        ),
    },
)
def edit_job(request: ApiRequest, job_id: int, payload: JobPatch) -> Job:
    """Change a job: everything until someone was accepted, then the description only."""
    editing.edit_job(actor=request.auth, job_id=job_id, changes=payload.changes())
    return jobs.get_job(job_id=job_id)


@router.post(
    "/jobs/{int:job_id}/copy",
    response={
        201: PostedJobOut,
        **problems(401, 404, 422, 429, WrongRole, DuplicatePosting, TooManyUnpaidJobs, UnknownTrade, *UNFIT_TERMS),
    },
)
def copy_job(request: ApiRequest, job_id: int, payload: CopyIn) -> Status[Job]:
    """Post an own job again for other days, with all its other terms. It is `pending` until its price is paid."""
    copy = copying.copy_job(actor=request.auth, job_id=job_id, date=payload.date, end_date=payload.end_date)
    return Status(201, jobs.get_job(job_id=copy.pk))


@router.post(
    "/jobs/{int:job_id}/cancel",
    response={
        200: PostedJobOut,
        **problems(
            *(401, 403, 404, 429, WrongRole, ProofRequired, SecondPersonNeeded, InvalidState),
            *("already_paid", *ESCROW_ERRORS),
        ),
    },
)
def cancel_job(request: ApiRequest, job_id: int) -> Job:
    """Cancel the shifts that have not started. Within 24 hours of the first shift, accepted workers are compensated."""
    cancelling.cancel_job(actor=request.auth, job_id=job_id)
    return jobs.get_job(job_id=job_id)


@router.post(
    "/jobs/{int:job_id}/shifts/{int:shift_id}/cancel",
    response={200: PostedJobOut, **problems(401, 404, WrongRole, InvalidState, "already_paid", *ESCROW_ERRORS)},
)
def cancel_shift(request: ApiRequest, job_id: int, shift_id: int) -> Job:
    """Call off one shift and keep the others. Within 24 hours of it, the workers who were to come are compensated."""
    calling_off.cancel_shift(actor=request.auth, job_id=job_id, shift_id=shift_id)
    return jobs.get_job(job_id=job_id)


@router.get("/clientjobs/{int:user_id}", response={200: ClientJobsOut, **problems(401, 404, 422, InvalidCursor)})
def list_client_jobs(request: ApiRequest, user_id: int, query: Query[ClientJobsQuery]) -> HttpResponse:
    """The caller's own jobs, newest first, and how many there are of each status."""
    body = listings.jobs_of_client(actor=request.auth, user_id=user_id, query=query)
    return json_response(body)


@router.get("/client/jobs/{int:job_id}", response={200: ClientJobOut, **problems(401, 404, WrongRole)})
def get_client_job(request: ApiRequest, job_id: int) -> HttpResponse:
    """The owner's view: applications with their assignments, shifts with on-site codes, escrow."""
    return json_response(reads.client_job_shown(request.auth, job_id=job_id))


@router.get(
    "/jobs/{int:job_id}/best-applicants/",
    response={200: PageOut[BestApplicantOut], **problems(401, 404, 422, WrongRole, InvalidCursor)},
)
def list_best_applicants(request: ApiRequest, job_id: int, page: Query[PageQuery]) -> HttpResponse:
    """Who waits for an answer, best first, with the points behind each rank.

    Of 100 points: rating 25, reliability 25, nearness 15 (half at 10 km), experience in the trade 15, skills 10,
    availability at that time 10. Ratings with few reviews are drawn to the mean. docs/api.md explains each part.
    """
    return listings.best_applicants_of(request.auth, job_id=job_id, page=page).response()


@router.get(
    "/jobs/{int:job_id}/applications",
    response={200: JobApplicationsOut, **problems(401, 404, 422, WrongRole, InvalidCursor)},
)
def list_job_applications(request: ApiRequest, job_id: int, query: Query[ApplicationsQuery]) -> HttpResponse:
    """All applications for the caller's own job, the first to apply first, and how many there are in each status."""
    body = listings.applications_to(request.auth, job_id=job_id, query=query)
    return json_response(body)
