from django.http import HttpResponse
from ninja import Query

from core.actor import ApiRequest
from core.errors import InvalidCursor, InvalidState, WrongRole
from core.listings import json_response
from core.pagination import PageOut
from core.schemas import problems
from jobs import listings
from jobs.api.router import router
from jobs.exceptions import (
    CheckInClosed,
    CodeRequired,
    CodeTriesUsedUp,
    DisputeOpen,
    ExtraTimeChanged,
    ExtraTimeUnpaid,
    InvalidMinutes,
    NoJobPosition,
    OverlappingShifts,
    RateTooLow,
    TooEarly,
    TooFarAway,
    WrongCode,
)
from jobs.models import ShiftAssignment
from jobs.ports import ESCROW_ERRORS
from jobs.schemas.assignment import (
    ApprovedManyOut,
    ApproveIn,
    ApproveManyIn,
    AssignmentOut,
    AttendanceHistoryOut,
    AttendanceOut,
    CheckInIn,
    ContestIn,
    EndingsOut,
    EndShiftIn,
    ExtraTimeIn,
    ExtraTimeOut,
    ExtraTimeQuery,
    MinutesIn,
)
from jobs.schemas.search import AssignmentsQuery
from jobs.selectors import assignments
from jobs.selectors.assignments import AttendanceHistory
from jobs.services import approval, approving, attendance, corrections, ending, extra_time, no_shows, withdrawing


@router.get("/assignments", response={200: PageOut[AssignmentOut], **problems(401, 422, InvalidCursor)})
def list_assignments(request: ApiRequest, query: Query[AssignmentsQuery]) -> HttpResponse:
    """The calendar, by start of shift: a worker's own assignments, or those on a client's jobs."""
    return listings.assignments_by(request.auth, query=query).response()


@router.get("/assignments/{int:assignment_id}", response={200: AssignmentOut, **problems(401, 404)})
def get_assignment(request: ApiRequest, assignment_id: int) -> HttpResponse:
    """One assignment: to its worker and to the client of its job."""
    return json_response(listings.assignment_of(request.auth, assignment_id=assignment_id))


@router.get("/assignments/{int:assignment_id}/history", response={200: AttendanceHistoryOut, **problems(401, 404)})
def get_attendance_history(request: ApiRequest, assignment_id: int) -> AttendanceHistory:
    """When the worker was there, and who corrected what: to both sides."""
    return assignments.attendance_history(actor=request.auth, assignment_id=assignment_id)


@router.post(
    "/assignments/{int:assignment_id}/check-in",
    response={
        200: AttendanceOut,
        **problems(
            401,
            404,
            422,
            WrongRole,
            CheckInClosed,
            CodeTriesUsedUp,
            InvalidState,
            CodeRequired,
            NoJobPosition,
            TooFarAway,
            WrongCode,
        ),
    },
)
def check_in(request: ApiRequest, assignment_id: int, payload: CheckInIn) -> ShiftAssignment:
    """From 30 minutes before the shift until its end, by position or by the on-site code (five tries)."""
    return attendance.check_in(
        actor=request.auth, assignment_id=assignment_id, position=payload.position(), code=payload.code
    )


@router.post(
    "/assignments/{int:assignment_id}/check-out",
    response={200: AttendanceOut, **problems(401, 404, WrongRole, InvalidState)},
)
def check_out(request: ApiRequest, assignment_id: int) -> ShiftAssignment:
    """Leave work. Forgotten, it is done at the scheduled end."""
    return attendance.check_out(actor=request.auth, assignment_id=assignment_id)


@router.post(
    "/assignments/{int:assignment_id}/check-out/take-back",
    response={200: AttendanceOut, **problems(401, 404, WrongRole, InvalidState)},
)
def take_back_check_out(request: ApiRequest, assignment_id: int) -> ShiftAssignment:
    """The check-out was a slip: shortly after it, and within the shift. Later, check in again."""
    return attendance.take_back_check_out(actor=request.auth, assignment_id=assignment_id)


@router.get(
    "/assignments/{int:assignment_id}/end", response={200: EndingsOut, **problems(401, 404, WrongRole, InvalidState)}
)
def get_ending_cost(request: ApiRequest, assignment_id: int) -> ending.Endings:
    """What sending the worker home at this moment would cost, with and without their fault: to the client."""
    return ending.endings_of(actor=request.auth, assignment_id=assignment_id)


@router.post(
    "/assignments/{int:assignment_id}/give-back",
    response={200: AttendanceOut, **problems(401, 404, WrongRole, DisputeOpen, InvalidState, *ESCROW_ERRORS)},
)
def give_back_shift(request: ApiRequest, assignment_id: int) -> ShiftAssignment:
    """Step back from this one shift and keep the others; within 24 hours of it, it counts as late."""
    return withdrawing.give_back_shift(actor=request.auth, assignment_id=assignment_id)


@router.post(
    "/assignments/{int:assignment_id}/end",
    response={200: AttendanceOut, **problems(401, 404, 422, WrongRole, DisputeOpen, InvalidState)},
)
def end_shift(request: ApiRequest, assignment_id: int, payload: EndShiftIn) -> ShiftAssignment:
    """Send a worker home while the shift runs: paid as worked, and without fault at least the minimum."""
    return ending.end_shift(
        actor=request.auth, assignment_id=assignment_id, reason=payload.reason, at_fault=payload.at_fault
    )


@router.get(
    "/assignments/{int:assignment_id}/extra-time",
    response={200: ExtraTimeOut, **problems(401, 404, 422, WrongRole, InvalidState, InvalidMinutes, RateTooLow)},
)
def get_extra_time_cost(request: ApiRequest, assignment_id: int, query: Query[ExtraTimeQuery]) -> extra_time.ExtraTime:
    """What staying so many minutes longer would cost, and whether the wallet holds it: to the client."""
    return extra_time.quote_extra_time(actor=request.auth, assignment_id=assignment_id, minutes=query.minutes)


@router.post(
    "/assignments/{int:assignment_id}/extra-time",
    response={
        200: AttendanceOut,
        **problems(
            401,
            404,
            422,
            WrongRole,
            DisputeOpen,
            ExtraTimeUnpaid,
            InvalidState,
            InvalidMinutes,
            OverlappingShifts,
            RateTooLow,
        ),
    },
)
def offer_extra_time(request: ApiRequest, assignment_id: int, payload: ExtraTimeIn) -> ShiftAssignment:
    """Ask somebody to work longer, before the shift or in it; takes the place of an earlier offer, moves no money."""
    return extra_time.offer_extra_time(actor=request.auth, assignment_id=assignment_id, minutes=payload.minutes)


@router.post(
    "/assignments/{int:assignment_id}/extra-time/withdraw",
    response={200: AttendanceOut, **problems(401, 404, WrongRole, InvalidState)},
)
def withdraw_extra_time(request: ApiRequest, assignment_id: int) -> ShiftAssignment:
    """Offer it no longer."""
    return extra_time.withdraw_extra_time(actor=request.auth, assignment_id=assignment_id)


@router.post(
    "/assignments/{int:assignment_id}/extra-time/accept",
    response={
        200: AttendanceOut,
        **problems(
            401,
            404,
            422,
            WrongRole,
            DisputeOpen,
            ExtraTimeChanged,
            ExtraTimeUnpaid,
            InvalidState,
            OverlappingShifts,
            *ESCROW_ERRORS,
        ),
    },
)
def accept_extra_time(request: ApiRequest, assignment_id: int, payload: ExtraTimeIn) -> ShiftAssignment:
    """Stay exactly these minutes longer. Their price goes from the client's wallet into escrow at once, or nothing."""
    return extra_time.accept_extra_time(actor=request.auth, assignment_id=assignment_id, minutes=payload.minutes)


@router.post(
    "/assignments/{int:assignment_id}/extra-time/decline",
    response={200: AttendanceOut, **problems(401, 404, 422, WrongRole, ExtraTimeChanged, InvalidState)},
)
def decline_extra_time(request: ApiRequest, assignment_id: int, payload: ExtraTimeIn) -> ShiftAssignment:
    """Leave at the end of the shift."""
    return extra_time.decline_extra_time(actor=request.auth, assignment_id=assignment_id, minutes=payload.minutes)


@router.post(
    "/assignments/{int:assignment_id}/ask-minutes",
    response={200: AttendanceOut, **problems(401, 404, 422, WrongRole, DisputeOpen, InvalidState, InvalidMinutes)},
)
def ask_for_minutes(request: ApiRequest, assignment_id: int, payload: MinutesIn) -> ShiftAssignment:
    """More was worked than was recorded: the client grants it by approving as much, or it may be disputed."""
    return corrections.ask_for_minutes(
        actor=request.auth, assignment_id=assignment_id, minutes=payload.minutes, reason=payload.reason
    )


@router.post(
    "/assignments/{int:assignment_id}/contest",
    response={200: AttendanceOut, **problems(401, 404, 422, WrongRole, DisputeOpen, InvalidState)},
)
def contest_check_in(request: ApiRequest, assignment_id: int, payload: ContestIn) -> ShiftAssignment:
    """Who checked in by position is not there. Answered with the on-site code; unanswered, it is a no-show."""
    return corrections.contest_check_in(actor=request.auth, assignment_id=assignment_id, reason=payload.reason)


@router.post(
    "/assignments/{int:assignment_id}/contest/take-back",
    response={200: AttendanceOut, **problems(401, 404, WrongRole, InvalidState)},
)
def take_back_contest(request: ApiRequest, assignment_id: int) -> ShiftAssignment:
    """The check-in stands again."""
    return corrections.take_back_contest(actor=request.auth, assignment_id=assignment_id)


@router.post(
    "/assignments/{int:assignment_id}/approve",
    response={
        200: AttendanceOut,
        **problems(
            401,
            404,
            422,
            WrongRole,
            DisputeOpen,
            InvalidState,
            TooEarly,
            InvalidMinutes,
            "already_paid",
            *ESCROW_ERRORS,
        ),
    },
)
def approve_assignment(request: ApiRequest, assignment_id: int, payload: ApproveIn) -> ShiftAssignment:
    """Approve the minutes worked, or others with a reason up to the scheduled ones; the wage is paid at once."""
    return approval.approve_assignment(
        actor=request.auth, assignment_id=assignment_id, minutes=payload.minutes, reason=payload.reason
    )


@router.post("/assignments/approve", response={200: ApprovedManyOut, **problems(401, 422, WrongRole)})
def approve_assignments(request: ApiRequest, payload: ApproveManyIn) -> dict[str, list[approving.Decided]]:
    """Approve up to 100 shifts as worked, with an answer for each; one that is refused keeps no other from its pay."""
    return {"results": approving.approve_assignments(actor=request.auth, assignment_ids=payload.assignment_ids)}


@router.post(
    "/assignments/{int:assignment_id}/no-show",
    response={200: AttendanceOut, **problems(401, 404, WrongRole, DisputeOpen, InvalidState, TooEarly, *ESCROW_ERRORS)},
)
def mark_no_show(request: ApiRequest, assignment_id: int) -> ShiftAssignment:
    """From 60 minutes after the start, for who never checked in or whose check-in is contested."""
    return no_shows.mark_no_show(actor=request.auth, assignment_id=assignment_id)


@router.post(
    "/assignments/{int:assignment_id}/no-show/take-back",
    response={200: AttendanceOut, **problems(401, 404, WrongRole, DisputeOpen, InvalidState, OverlappingShifts)},
)
def take_back_no_show(request: ApiRequest, assignment_id: int) -> ShiftAssignment:
    """The client was wrong: all is as before, until the no-show is settled."""
    return no_shows.take_back_no_show(actor=request.auth, assignment_id=assignment_id)


@router.post(
    "/assignments/{int:assignment_id}/accept-minutes",
    response={200: AttendanceOut, **problems(401, 404, WrongRole, DisputeOpen, InvalidState, *ESCROW_ERRORS)},
)
def accept_minutes(request: ApiRequest, assignment_id: int) -> ShiftAssignment:
    """The worker agrees with the approved minutes or a no-show; without a word this happens after 48 hours."""
    return approval.accept_minutes(actor=request.auth, assignment_id=assignment_id)
