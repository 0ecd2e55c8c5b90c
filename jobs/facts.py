"""What may be done with a shift at this moment, and until when: the rules of the services, told beforehand.

A screen asks these instead of computing them again. They are a forecast: the services decide, under their locks. Of
which fields they are the rules, `schemas.assignment` says.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.actor import Actor
from jobs.confirmation import may_confirm
from jobs.models import AssignmentStatus, CheckInMethod
from jobs.models.assignment import LIVE_STATUSES
from jobs.rows import AssignmentRow
from jobs.services import extra_time
from jobs.services.attendance import OPENS_BEFORE, take_back_until
from jobs.services.corrections import CONTESTABLE
from jobs.services.fees import floor_fee_kobo, floor_minutes
from jobs.services.no_shows import NO_SHOW_AFTER
from jobs.services.parties import Scheduled, is_unsettled
from jobs.services.settlement import disputable_until

# From each of these a check-in leads on: the first, one more spell, or the end of a no-show.
BEFORE_A_CHECK_IN = {AssignmentStatus.SCHEDULED, AssignmentStatus.CHECKED_OUT, AssignmentStatus.NO_SHOW}

# Somebody came, and approval is still to be given.
UNAPPROVED = {AssignmentStatus.CHECKED_IN, AssignmentStatus.CHECKED_OUT, AssignmentStatus.NO_SHOW}


def check_in_from(assignment: AssignmentRow) -> datetime:
    return assignment.starts_at - OPENS_BEFORE


def no_show_from(assignment: AssignmentRow) -> datetime:
    return assignment.starts_at + NO_SHOW_AFTER


def dispute_until(assignment: AssignmentRow) -> datetime:
    return disputable_until(assignment)


def may_confirm_place(assignment: AssignmentRow, *, actor: Actor, now: datetime) -> bool:
    return _is_worker(assignment, actor) and may_confirm(assignment.application, assignment.first_starts_at, now=now)


def may_give_back(assignment: AssignmentRow, *, actor: Actor, now: datetime) -> bool:
    ahead = assignment.status == AssignmentStatus.SCHEDULED and now < assignment.ends_at
    return _is_worker(assignment, actor) and ahead and _is_movable(assignment)


def may_check_in(assignment: AssignmentRow, *, actor: Actor, now: datetime) -> bool:
    """Whoever is in checks in once more to answer a contest, with the on-site code."""
    is_open = check_in_from(assignment) <= now < assignment.ends_at
    answers = assignment.status == AssignmentStatus.CHECKED_IN and assignment.contested_at is not None
    settled = assignment.status == AssignmentStatus.NO_SHOW and not _is_unsettled(assignment)
    leads_on = assignment.status in BEFORE_A_CHECK_IN and not settled
    return _is_worker(assignment, actor) and (answers or leads_on) and is_open


def may_check_out(assignment: AssignmentRow, *, actor: Actor) -> bool:
    return _is_worker(assignment, actor) and assignment.status == AssignmentStatus.CHECKED_IN


def may_take_back_check_out(assignment: AssignmentRow, *, actor: Actor, now: datetime) -> bool:
    until = take_back_until(assignment)
    return _is_worker(assignment, actor) and until is not None and now <= until and now < assignment.ends_at


def may_ask_minutes(assignment: AssignmentRow, *, actor: Actor, now: datetime) -> bool:
    """For a check-in or a check-out that was forgotten too: as long as less is recorded than was scheduled."""
    decided = assignment.status in {AssignmentStatus.APPROVED, AssignmentStatus.CANCELED}
    more = (assignment.worked_minutes or 0) < assignment.scheduled_minutes
    open_now = not decided and assignment.starts_at <= now and _is_movable(assignment) and _is_unsettled(assignment)
    return _is_worker(assignment, actor) and more and open_now


@dataclass(frozen=True, slots=True)
class LeastFee:
    """What approving fewer than these minutes costs in fees."""

    minutes: int
    kobo: int


def least_fee(assignment: AssignmentRow, *, actor: Actor) -> LeastFee | None:
    """For its client, as long as it is not approved; None where the fee goes down with the minutes."""
    if assignment.status not in UNAPPROVED or not _is_client(assignment, actor):
        return None
    until = assignment.shift_ends_at + timedelta(minutes=assignment.extra_minutes)
    scheduled = Scheduled(assignment.scheduled_minutes, until)
    minutes = floor_minutes(assignment, scheduled=scheduled)
    if not minutes:
        return None
    return LeastFee(minutes, floor_fee_kobo(assignment, assignment.application.job.rate_kobo, scheduled=scheduled))


def least_fee_minutes(assignment: AssignmentRow, *, actor: Actor) -> int | None:
    fee = least_fee(assignment, actor=actor)
    return None if fee is None else fee.minutes


def least_fee_kobo(assignment: AssignmentRow, *, actor: Actor) -> int | None:
    fee = least_fee(assignment, actor=actor)
    return None if fee is None else fee.kobo


def may_contest(assignment: AssignmentRow, *, actor: Actor) -> bool:
    proved = assignment.check_in_method == CheckInMethod.CODE
    contestable = assignment.status in CONTESTABLE and assignment.contested_at is None and not proved
    contestable = contestable and assignment.ended_early_at is None
    return _is_client(assignment, actor) and contestable and _is_movable(assignment)


def may_take_back_contest(assignment: AssignmentRow, *, actor: Actor) -> bool:
    contested = assignment.status in CONTESTABLE and assignment.contested_at is not None
    return _is_client(assignment, actor) and contested


def may_end_early(assignment: AssignmentRow, *, actor: Actor, now: datetime) -> bool:
    at_work = assignment.status == AssignmentStatus.CHECKED_IN and assignment.contested_at is None
    runs = assignment.starts_at < now < assignment.ends_at
    return _is_client(assignment, actor) and at_work and runs and _is_movable(assignment)


def may_offer_extra_time(assignment: AssignmentRow, *, actor: Actor, now: datetime) -> bool:
    """The services also ask whether the worker is free, and whether the wallet holds the price."""
    return _is_client(assignment, actor) and most_extra_minutes(assignment, now=now) > 0 and _is_movable(assignment)


def most_extra_minutes(assignment: AssignmentRow, *, now: datetime) -> int:
    """0 while there is nobody whom it could be offered to."""
    job = assignment.application.job
    if not extra_time.is_extendable(job, assignment, now=now) or not extra_time.pays_enough(job, assignment):
        return 0
    return extra_time.most_extra_minutes(assignment, scheduled=assignment.scheduled_minutes)


@dataclass(frozen=True, slots=True)
class ExtraTimeOffer:
    minutes: int
    ends_at: datetime
    wage_kobo: int


def extra_time_offer(assignment: AssignmentRow, *, now: datetime) -> ExtraTimeOffer | None:
    job = assignment.application.job
    minutes = extra_time.standing_offer(job, assignment, now=now)
    if minutes is None:
        return None
    price = extra_time.price_of(job, scheduled=assignment.scheduled_minutes, minutes=minutes)
    return ExtraTimeOffer(minutes, assignment.ends_at + timedelta(minutes=minutes), price.wage_kobo)


def may_withdraw_extra_time(assignment: AssignmentRow, *, actor: Actor, now: datetime) -> bool:
    return _is_client(assignment, actor) and _is_asked_to_stay(assignment, now=now)


def may_accept_extra_time(assignment: AssignmentRow, *, actor: Actor, now: datetime) -> bool:
    return may_decline_extra_time(assignment, actor=actor, now=now) and _is_movable(assignment)


def may_decline_extra_time(assignment: AssignmentRow, *, actor: Actor, now: datetime) -> bool:
    return _is_worker(assignment, actor) and _is_asked_to_stay(assignment, now=now)


def _is_asked_to_stay(assignment: AssignmentRow, *, now: datetime) -> bool:
    return extra_time.standing_offer(assignment.application.job, assignment, now=now) is not None


def may_approve(assignment: AssignmentRow, *, actor: Actor, now: datetime) -> bool:
    """Who forgot to check out, or in, is approved once the shift is over; the latter with the minutes named."""
    decided = assignment.status in {AssignmentStatus.APPROVED, AssignmentStatus.CANCELED}
    settled = assignment.status == AssignmentStatus.NO_SHOW and not _is_unsettled(assignment)
    is_due = assignment.status == AssignmentStatus.CHECKED_OUT or assignment.ends_at <= now
    return _is_client(assignment, actor) and not decided and not settled and is_due and _is_movable(assignment)


def may_approve_as_recorded(assignment: AssignmentRow, *, actor: Actor, now: datetime) -> bool:
    """Without naming minutes: somebody came, so there is a record to approve."""
    return assignment.status in CONTESTABLE and may_approve(assignment, actor=actor, now=now)


def may_mark_no_show(assignment: AssignmentRow, *, actor: Actor, now: datetime) -> bool:
    was_seen = assignment.status in CONTESTABLE
    absent = assignment.status == AssignmentStatus.SCHEDULED or (was_seen and assignment.contested_at is not None)
    due = now >= no_show_from(assignment)
    return _is_client(assignment, actor) and absent and due and _is_movable(assignment)


def may_take_back_no_show(assignment: AssignmentRow, *, actor: Actor) -> bool:
    """While it is not settled. The services also ask whether place and time are free still."""
    open_now = assignment.status == AssignmentStatus.NO_SHOW and _is_unsettled(assignment)
    return _is_client(assignment, actor) and open_now and _is_movable(assignment)


def may_accept_minutes(assignment: AssignmentRow, *, actor: Actor) -> bool:
    return _is_worker(assignment, actor) and assignment.withheld_kobo > 0 and _is_movable(assignment)


def may_dispute(assignment: AssignmentRow, *, now: datetime) -> bool:
    """Both sides may, while none is open."""
    begun = assignment.starts_at <= now and assignment.status != AssignmentStatus.CANCELED
    return begun and now <= dispute_until(assignment) and _is_movable(assignment)


def check_in_needs_code(assignment: AssignmentRow) -> bool:
    """The client asks for it from all, or contests a position."""
    return assignment.application.job.code_only or assignment.contested_at is not None


def most_minutes(assignment: AssignmentRow) -> int:
    """The most that can be asked for and approved."""
    return max(assignment.worked_minutes or 0, assignment.scheduled_minutes)


def phone_to_call(phone: str, status: str) -> str | None:
    """Both sides see each other's telephone number while there is a shift to talk about, and no longer."""
    return (phone or None) if status in LIVE_STATUSES else None


def _is_unsettled(assignment: AssignmentRow) -> bool:
    return is_unsettled(assignment.application.job, assignment)


def _is_movable(assignment: AssignmentRow) -> bool:
    """An open dispute freezes it."""
    return not assignment.is_disputed


def _is_worker(assignment: AssignmentRow, actor: Actor) -> bool:
    return actor.user_id == assignment.worker_id


def _is_client(assignment: AssignmentRow, actor: Actor) -> bool:
    return actor.user_id == assignment.client_id
