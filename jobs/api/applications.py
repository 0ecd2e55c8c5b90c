from django.http import HttpResponse
from ninja import Query, Status

from core.actor import ApiRequest
from core.errors import InvalidCursor, InvalidState, WrongRole
from core.listings import json_response
from core.schemas import problems
from jobs import listings
from jobs.api.router import router
from jobs.exceptions import (
    NOT_OPEN,
    AlreadyApplied,
    AlreadyConfirmed,
    Blocked,
    DisputeOpen,
    JobStarted,
    OverlappingShifts,
    OwnJob,
    PlaceNotOffered,
    TermsChanged,
    TooEarly,
    WorkerUnavailable,
)
from jobs.models import Application
from jobs.ports import ESCROW_ERRORS
from jobs.schemas.application import ApplicationDetailOut, ApplicationsOut, AppliedOut, ApplyIn
from jobs.schemas.search import ApplicationsQuery
from jobs.services import applying, confirming, deciding, places, refill, withdrawing


@router.post(
    "/apply-jobs/",
    response={201: AppliedOut, **problems(401, 404, 422, 429, Blocked, WrongRole, AlreadyApplied, OwnJob, *NOT_OPEN)},
)
def apply_to_job(request: ApiRequest, payload: ApplyIn) -> Status[Application]:
    """Apply to an open job."""
    return Status(201, applying.apply_to_job(actor=request.auth, job_id=payload.job_id, note=payload.note))


@router.get("/applications", response={200: ApplicationsOut, **problems(401, 422, InvalidCursor)})
def list_applications(request: ApiRequest, query: Query[ApplicationsQuery]) -> HttpResponse:
    """The caller's own applications, newest first, and how many there are in each status."""
    return json_response(listings.applications_by(request.auth, query=query))


@router.get("/applications/{int:application_id}", response={200: ApplicationDetailOut, **problems(401, 404)})
def get_application(request: ApiRequest, application_id: int) -> HttpResponse:
    """One application with its assignments and history: to its applicant and to the client of its job."""
    return json_response(listings.application_of(request.auth, application_id=application_id))


@router.post(
    "/applications/{int:application_id}/accept",
    response={
        200: AppliedOut,
        **problems(
            401, 404, Blocked, WrongRole, InvalidState, OverlappingShifts, TermsChanged, WorkerUnavailable, *NOT_OPEN
        ),
    },
)
def accept_application(request: ApiRequest, application_id: int) -> Application:
    """Take the worker on for all shifts. With the last place taken, the other applications stand by."""
    return deciding.accept_application(actor=request.auth, application_id=application_id)


@router.post(
    "/applications/{int:application_id}/confirm-terms",
    response={200: AppliedOut, **problems(401, 404, WrongRole, InvalidState)},
)
def confirm_terms(request: ApiRequest, application_id: int) -> Application:
    """Agree to what the client changed since you applied: only then can you be accepted."""
    return confirming.confirm_terms(actor=request.auth, application_id=application_id)


@router.post(
    "/applications/{int:application_id}/take-place",
    response={
        200: AppliedOut,
        **problems(
            401,
            404,
            Blocked,
            WrongRole,
            InvalidState,
            OverlappingShifts,
            PlaceNotOffered,
            TermsChanged,
            WorkerUnavailable,
            *NOT_OPEN,
        ),
    },
)
def take_place(request: ApiRequest, application_id: int) -> Application:
    """Take a place that came free again: while it is offered to you, then the first of all who stand by has it."""
    return refill.take_place(actor=request.auth, application_id=application_id)


@router.post(
    "/applications/{int:application_id}/confirm",
    response={200: AppliedOut, **problems(401, 404, WrongRole, InvalidState, JobStarted, TooEarly)},
)
def confirm_place(request: ApiRequest, application_id: int) -> Application:
    """Say that you come, from 24 hours before your first shift on: your place is then kept for you."""
    return places.confirm_place(actor=request.auth, application_id=application_id)


@router.post(
    "/applications/{int:application_id}/release",
    response={
        200: AppliedOut,
        **problems(401, 404, WrongRole, AlreadyConfirmed, InvalidState, JobStarted, TooEarly, *ESCROW_ERRORS),
    },
)
def release_place(request: ApiRequest, application_id: int) -> Application:
    """Take back the place of who did not confirm, from 4 hours before their first shift on; others are offered it."""
    return places.release_place(actor=request.auth, application_id=application_id)


@router.post(
    "/applications/{int:application_id}/reject",
    response={200: AppliedOut, **problems(401, 404, WrongRole, InvalidState)},
)
def reject_application(request: ApiRequest, application_id: int) -> Application:
    """Turn an application down. It can still be accepted while there are places."""
    return deciding.reject_application(actor=request.auth, application_id=application_id)


@router.post(
    "/applications/{int:application_id}/withdraw",
    response={200: AppliedOut, **problems(401, 404, WrongRole, DisputeOpen, InvalidState, *ESCROW_ERRORS)},
)
def withdraw_application(request: ApiRequest, application_id: int) -> Application:
    """Step back: from the application, or once accepted from the shifts not yet begun. Late within 24 hours."""
    return withdrawing.withdraw_application(actor=request.auth, application_id=application_id)
