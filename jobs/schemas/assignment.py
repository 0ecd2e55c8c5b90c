from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, Field, model_validator

from core.rows import From, Told
from core.schemas import Currency, Id, Kobo, Out, StrictIn
from jobs import facts
from jobs.geography import Position
from jobs.models import AssignmentStatus, CheckInMethod, Correction
from jobs.schemas.application import JobBriefOut
from jobs.schemas.people import PersonOut
from jobs.schemas.terms import Latitude, Longitude

PHONE = "While there is a shift to talk about; null afterwards, and where there is none."

STEP_M = 50


def _coarse(metres: int | None) -> int | None:
    return None if metres is None else -(-metres // STEP_M) * STEP_M


class CheckInIn(StrictIn):
    """Either a position or the shift's on-site code."""

    latitude: Latitude | None = None
    longitude: Longitude | None = None
    code: Annotated[str, Field(pattern=r"^[0-9]{6}$")] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("Send latitude and longitude together.")
        if (self.latitude is None) == (self.code is None):
            raise ValueError("Send either latitude and longitude, or the on-site code.")
        return self

    def position(self) -> Position | None:
        if self.latitude is None or self.longitude is None:
            return None
        return Position(self.latitude, self.longitude)


class ApproveIn(StrictIn):
    minutes: Annotated[int, Field(strict=True, ge=0, le=1500)] | None = None
    reason: Annotated[str, Field(max_length=500)] = ""


def _distinct(ids: list[int]) -> list[int]:
    """Each once, in the order given."""
    return list(dict.fromkeys(ids))


class ApproveManyIn(StrictIn):
    assignment_ids: Annotated[
        list[Annotated[Id, Field(strict=True)]], Field(min_length=1, max_length=100), AfterValidator(_distinct)
    ]


class MinutesIn(StrictIn):
    minutes: Annotated[int, Field(strict=True, ge=1, le=1500)]
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class ContestIn(StrictIn):
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class EndShiftIn(StrictIn):
    reason: Annotated[str, Field(min_length=1, max_length=500)]
    at_fault: Annotated[bool, Field(strict=True, description="The worker's: then no least pay.")] = False


class EndingOut(Out):
    minutes: Annotated[int, Field(description="Would count as worked.")]
    wage_kobo: Kobo
    fee_kobo: Kobo
    currency: Currency = "NGN"


class EndingsOut(Out):
    """What ending the shift at this moment would come to."""

    without_fault: EndingOut
    at_fault: EndingOut


class ExtraTimeIn(StrictIn):
    minutes: Annotated[int, Field(strict=True, ge=1, le=1500)]


class ExtraTimeQuery(BaseModel):
    minutes: Annotated[int, Field(ge=1, le=1500)]


class ExtraTimeOut(Out):
    """Until when the worker would stay, and what the client would pay for it."""

    minutes: int
    ends_at: datetime
    wage_kobo: Kobo
    fee_kobo: Kobo
    is_covered: Annotated[bool, Field(description="The client's wallet holds both at this moment.")]
    currency: Currency = "NGN"


class ExtraTimeOfferOut(Out):
    """What the client offers beyond the shift. It stands until it is answered, withdrawn, or the shift begins without
    the worker; to somebody at work, until the shift ends.
    """

    minutes: int
    ends_at: datetime
    wage_kobo: Annotated[Kobo, Field(description="More than the shift pays, if all of it is worked.")]


class AttendanceOut(Out):
    """An assignment by itself: the answer to every step of attendance."""

    id: int
    application_id: int
    shift_id: int
    worker_id: int
    status: AssignmentStatus
    starts_at: datetime
    ends_at: datetime
    checked_in_at: datetime | None
    check_in_method: CheckInMethod | Literal[""]
    check_in_distance_m: Annotated[
        int | None,
        # The client reads it, and where somebody stood is nobody's to measure.
        From("check_in_distance_m", by=_coarse),
        AfterValidator(_coarse),
        Field(description="From the place of work, rounded up to 50 metres."),
    ]
    checked_out_at: datetime | None
    checked_out_automatically: bool
    worked_minutes: int | None
    approved_at: datetime | None
    approved_automatically: bool
    approved_minutes: int | None
    lowered_reason: str
    raised_reason: str
    asked_minutes: Annotated[int | None, Field(description="What the worker says was worked, for the client to grant.")]
    asked_reason: str
    contested_at: Annotated[datetime | None, Field(description="The client says that the worker was not there.")]
    contest_reason: str
    ended_early_at: Annotated[datetime | None, Field(description="The client sent the worker home.")]
    least_minutes: Annotated[int, Field(description="Paid at least, after that.")]
    extra_minutes: Annotated[int, Field(description="Agreed beyond the shift: within `ends_at` and `wage_kobo`.")]
    no_show_at: datetime | None
    canceled_at: datetime | None
    cancel_reason: str
    wage_kobo: Kobo
    paid_wage_kobo: Kobo
    compensation_kobo: Kobo
    withheld_kobo: Annotated[Kobo, Field(description="Not paid, but in escrow as long as it may be disputed.")]
    withheld_until: datetime | None
    minutes_accepted_at: datetime | None
    currency: Currency = "NGN"


class RefusalOut(Out):
    """The problem of POST /assignments/{assignment_id}/approve for this one."""

    code: str
    detail: str


class DecidedOut(Out):
    assignment_id: int
    assignment: Annotated[AttendanceOut | None, Field(description="As it is now; null where it was refused.")]
    refusal: RefusalOut | None


class ApprovedManyOut(Out):
    results: Annotated[list[DecidedOut], Field(description="One for each of the ids, in their order.")]


class AssignmentJobOut(JobBriefOut):
    latitude: float | None
    longitude: float | None


class AssignmentOut(AttendanceOut):
    """With its two sides, and what the caller may do with it at this moment."""

    job: Annotated[AssignmentJobOut, From("application__job")]
    worker: PersonOut
    client: PersonOut
    worker_phone: Annotated[
        str | None, From("worker__profile__phone", "status", by=facts.phone_to_call), Field(description=PHONE)
    ]
    client_phone: Annotated[
        str | None, From("client__profile__phone", "status", by=facts.phone_to_call), Field(description=PHONE)
    ]
    dispute_id: Annotated[int | None, Field(description="The last dispute about it.")]
    check_in_from: Annotated[datetime, Told(facts.check_in_from)]
    check_in_until: Annotated[datetime, From("ends_at")]
    no_show_from: Annotated[datetime, Told(facts.no_show_from)]
    dispute_until: Annotated[datetime, Told(facts.dispute_until)]
    confirmed_at: Annotated[
        datetime | None,
        From("application__confirmed_at"),
        Field(description="When the worker said again that they come."),
    ]
    may_confirm: Annotated[
        bool,
        Told(facts.may_confirm_place),
        Field(description="The job is near: say at the application that you come."),
    ]
    scheduled_minutes: Annotated[int, Field(description="What the whole shift is paid for.")]
    most_minutes: Annotated[
        int, Told(facts.most_minutes), Field(description="The most that can be asked for, and approved.")
    ]
    least_fee_minutes: Annotated[
        int | None,
        Told(facts.least_fee_minutes),
        Field(description="Approving fewer minutes than these costs `least_fee_kobo` in fees. Told to the client."),
    ]
    least_fee_kobo: Annotated[
        Kobo | None,
        Told(facts.least_fee_kobo),
        Field(description="The fee on all minutes from the check-in to the scheduled end."),
    ]
    extra_time_offer: Annotated[ExtraTimeOfferOut | None, Told(facts.extra_time_offer)]
    most_extra_minutes: Annotated[
        int, Told(facts.most_extra_minutes), Field(description="How much longer the worker could stay.")
    ]
    check_in_needs_code: Annotated[
        bool, Told(facts.check_in_needs_code), Field(description="A position is not enough.")
    ]
    may_give_back: Annotated[bool, Told(facts.may_give_back)]
    may_check_in: Annotated[bool, Told(facts.may_check_in)]
    may_check_out: Annotated[bool, Told(facts.may_check_out)]
    may_take_back_check_out: Annotated[bool, Told(facts.may_take_back_check_out)]
    may_ask_minutes: Annotated[bool, Told(facts.may_ask_minutes)]
    may_contest: Annotated[bool, Told(facts.may_contest)]
    may_take_back_contest: Annotated[bool, Told(facts.may_take_back_contest)]
    may_end_early: Annotated[bool, Told(facts.may_end_early)]
    may_offer_extra_time: Annotated[bool, Told(facts.may_offer_extra_time)]
    may_withdraw_extra_time: Annotated[bool, Told(facts.may_withdraw_extra_time)]
    may_accept_extra_time: Annotated[bool, Told(facts.may_accept_extra_time)]
    may_decline_extra_time: Annotated[bool, Told(facts.may_decline_extra_time)]
    may_approve: Annotated[bool, Told(facts.may_approve), Field(description="With minutes named.")]
    may_approve_as_recorded: Annotated[
        bool, Told(facts.may_approve_as_recorded), Field(description="Without naming minutes.")
    ]
    may_mark_no_show: Annotated[bool, Told(facts.may_mark_no_show)]
    may_take_back_no_show: Annotated[bool, Told(facts.may_take_back_no_show)]
    may_accept_minutes: Annotated[bool, Told(facts.may_accept_minutes)]
    may_dispute: Annotated[bool, Told(facts.may_dispute)]


class SpellOut(Out):
    started_at: datetime
    ended_at: datetime | None


class CorrectionOut(Out):
    correction: Correction
    minutes_before: int | None
    minutes_after: int | None
    reason: str
    by: Annotated[Literal["worker", "client", "staff", "clock"], Field(description="Whose word it was.")]
    created_at: datetime


class AttendanceHistoryOut(Out):
    """The spells that the worker was there, and every correction, oldest first."""

    spells: list[SpellOut]
    corrections: list[CorrectionOut]
