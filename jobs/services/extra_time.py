"""Extra time: the client asks somebody to work longer than the shift, before it or during it, and the worker agrees.

It is never owed without money. An offer moves none and binds nobody; with the worker's word its price goes from the
client's wallet into the job's escrow, and the shift of this worker ends later, in one transaction. From then on it is
part of what their schedule priced: approval, its deadlines, disputes, an early end and the refund of what was not
worked treat it like the rest. What each place of the job costs stays as it is (`Job.extra_kobo` is beside it).

Who steps back, is released or called off takes the extra time along: whoever comes in their place comes for the shift.
Its price falls out of the job's, and goes back to the client at once; the row keeps what was agreed.

An offer stands from the acceptance until the shift begins, and again while the worker is in, uncontested, before its
end; in either case until the client cancels the job. That is decided where it is read: nothing has to run for an offer
to end. Who checks in before the start takes an offer along; who comes late finds none, and may be asked anew.

What may happen at once, all behind the locks of job and assignment:

- Agreed, and checked out, or canceled, or withdrawn: agreed before it, and paid for; or refused, and nothing moved.
- Agreed before the shift, and the worker steps back: the price is in escrow, and goes back with the step; or refused.
- Agreed, and the shift begins: decided by the moment of the locks. Before, it counts; after, there is nothing to agree.
- Agreed twice: the first takes the offer away, and the second finds none. A posting's reference names the assignment
  and its extra minutes, so that the books refuse the same extension a second time.
- The offer was changed while the worker read it: who agrees names the minutes, and other ones are refused.
- Two workers agree, and the wallet holds the price of one: the second waits for the wallet's account, and is refused.
- The worker took another shift meanwhile: refused (W2), by the exclusion constraint if it comes to that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Q, Value, When

from accounts.models import NotificationKind
from core import clock
from core.actor import Actor
from core.errors import InvalidState
from core.listings import Bound
from core.moments import hours_in_words, moment_in_words
from core.money import sum_in_words
from jobs.exceptions import ExtraTimeChanged, ExtraTimeUnpaid, InvalidMinutes, OverlappingShifts, RateTooLow
from jobs.models import AssignmentStatus, Correction, Job, ShiftAssignment
from jobs.models.assignment import LIVE_STATUSES
from jobs.models.shift import LONGEST_SHIFT
from jobs.ports import ESCROW, Price
from jobs.rows import AssignmentRow, WorkedJob
from jobs.services.attendance_log import log_correction
from jobs.services.bounds import longest_shift_minutes, minimum_rate_kobo
from jobs.services.notices import tell_client, tell_worker
from jobs.services.parties import (
    find_for_client,
    lock_for_client,
    lock_for_worker,
    refuse_while_disputed,
    scheduled_by,
    scheduled_minutes,
)

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ExtraTime:
    """So many minutes more, until when, and what they cost the client: wage and fee."""

    minutes: int
    ends_at: datetime
    wage_kobo: int
    fee_kobo: int
    is_covered: bool


def quote_extra_time(*, actor: Actor, assignment_id: int, minutes: int) -> ExtraTime:
    """What an offer of so many minutes would say, and whether the client's wallet holds its price. Writes nothing.

    Raises `NotFound` to all but the client, `WrongRole`, `InvalidState` where nobody could stay longer, `RateTooLow`
    and `InvalidMinutes`.
    """
    assignment = find_for_client(actor, assignment_id)
    job, shift = assignment.application.job, assignment.shift
    scheduled = scheduled_by(assignment, minutes=shift.minutes, ends_at=shift.ends_at).minutes
    _refuse_unless_offerable(job, assignment, scheduled=scheduled, minutes=minutes)
    return _extra_time(job, assignment, scheduled=scheduled, minutes=minutes)


@transaction.atomic
def offer_extra_time(*, actor: Actor, assignment_id: int, minutes: int) -> ShiftAssignment:
    """Ask the worker to stay so many minutes longer. Takes the place of an offer that stands; moves no money.

    Locks job, application, assignment. Raises `NotFound`, `WrongRole`, `InvalidState` (neither ahead nor at work, or
    contested), `InvalidMinutes` (beyond what one worker may stay, or a shift may last), `RateTooLow` where the minimum
    rose since the job was posted, `OverlappingShifts`, `DisputeOpen`, and `ExtraTimeUnpaid` when the client's wallet
    does not hold the price.
    """
    job, _, assignment = lock_for_client(actor, assignment_id)
    scheduled = scheduled_minutes(assignment)
    _refuse_unless_offerable(job, assignment, scheduled=scheduled, minutes=minutes)
    refuse_while_disputed(assignment)
    offer = _extra_time(job, assignment, scheduled=scheduled, minutes=minutes)
    if not offer.is_covered:
        price = sum_in_words(offer.wage_kobo + offer.fee_kobo)
        raise ExtraTimeUnpaid(f"Your wallet does not hold the {price} of it. Nothing was offered.")
    _refuse_overlap(assignment, until=offer.ends_at)
    assignment.extra_offered_minutes = minutes
    assignment.save(update_fields=["extra_offered_minutes"])
    tell_worker(
        assignment,
        job,
        NotificationKind.EXTRA_TIME_OFFERED,
        occasion=clock.now(),
        extra=minutes,
        until=moment_in_words(offer.ends_at, job.time_zone),
        amount_kobo=offer.wage_kobo,
    )
    return assignment


@transaction.atomic
def withdraw_extra_time(*, actor: Actor, assignment_id: int) -> ShiftAssignment:
    """The client offers it no longer. Locks job, application, assignment. Raises `NotFound`, `WrongRole`,
    `InvalidState` when no offer stands.
    """
    job, _, assignment = lock_for_client(actor, assignment_id)
    _standing(job, assignment)
    _take_away(assignment)
    return assignment


@transaction.atomic
def decline_extra_time(*, actor: Actor, assignment_id: int, minutes: int) -> ShiftAssignment:
    """The worker does not stay longer. Locks job, application, assignment. Raises `NotFound`, `WrongRole`,
    `InvalidState` when no offer stands, `ExtraTimeChanged`.
    """
    job, _, assignment = lock_for_worker(actor, assignment_id)
    _refuse_changed(job, assignment, minutes=minutes)
    _take_away(assignment)
    answer = f"does not stay {hours_in_words(minutes)} longer"
    _tell_answer(assignment, job, answer, paid="Nothing was paid for it.")
    return assignment


@transaction.atomic
def accept_extra_time(*, actor: Actor, assignment_id: int, minutes: int) -> ShiftAssignment:
    """Stay exactly these minutes longer: their price goes into escrow, and the shift ends later, both or nothing.

    Locks job, application, assignment, then ledger accounts. Raises `NotFound`, `WrongRole`, `InvalidState` when no
    offer stands, `ExtraTimeChanged` for other minutes, `DisputeOpen`, `OverlappingShifts` (W2), and `ExtraTimeUnpaid`
    when the client's wallet does not hold the price any more.
    """
    job, _, assignment = lock_for_worker(actor, assignment_id)
    _refuse_changed(job, assignment, minutes=minutes)
    refuse_while_disputed(assignment)
    scheduled = scheduled_minutes(assignment)
    price, ends_at = price_of(job, scheduled=scheduled, minutes=minutes), assignment.ends_at + minutes * MINUTE
    _refuse_overlap(assignment, until=ends_at)
    job.extra_kobo += price.total_kobo
    job.save(update_fields=["extra_kobo"])
    assignment.extra_minutes += minutes
    assignment.extra_kobo += price.total_kobo
    assignment.wage_kobo += price.wage_kobo
    assignment.fee_kobo += price.fee_kobo
    assignment.ends_at = ends_at
    assignment.extra_offered_minutes = None
    assignment.save(
        update_fields=["extra_minutes", "extra_kobo", "wage_kobo", "fee_kobo", "ends_at", "extra_offered_minutes"]
    )
    ESCROW.get().pay_extra_time(
        assignment_id=assignment.pk,
        job_id=job.pk,
        client_id=job.client_id,
        minutes=assignment.extra_minutes,
        amount_kobo=price.total_kobo,
    )
    log_correction(
        assignment,
        Correction.EXTRA_TIME_AGREED,
        changed_by=actor.user_id,
        before=scheduled,
        after=scheduled + minutes,
    )
    _tell_answer(
        assignment,
        job,
        f"stays {hours_in_words(minutes)} longer",
        paid=f"{sum_in_words(price.total_kobo)} went from your wallet into escrow.",
    )
    return assignment


def return_extra_time(job: Job, canceled: Sequence[ShiftAssignment]) -> None:
    """What was agreed with whom a locked job lost falls out of its price, and goes back to its client. Once, by the
    transaction that cancels them; locks ledger accounts, so it is the last thing that this does.
    """
    if drop_extra_time(job, canceled):
        ESCROW.get().fund_difference(job_id=job.pk, required_kobo=job.price_kobo, client_id=job.client_id)


def drop_extra_time(job: Job, canceled: Sequence[ShiftAssignment]) -> bool:
    """The same without the money, which the caller gives back with more. Whether there was any."""
    dropped_kobo = sum(assignment.extra_kobo for assignment in canceled)
    if dropped_kobo:
        job.extra_kobo -= dropped_kobo
        job.save(update_fields=["extra_kobo"])
    return dropped_kobo > 0


def standing_offer(job: Job | WorkedJob, assignment: ShiftAssignment | AssignmentRow, *, now: datetime) -> int | None:
    """The minutes that are offered at this moment."""
    return assignment.extra_offered_minutes if is_extendable(job, assignment, now=now) else None


def standing_offer_in_sql(*, now: datetime | Bound) -> Case:
    """The same of each row."""
    ahead = Q(status=AssignmentStatus.SCHEDULED, starts_at__gt=now)
    at_work = Q(status=AssignmentStatus.CHECKED_IN, ends_at__gt=now)
    stands = Q(contested_at__isnull=True, application__job__canceled_at__isnull=True)
    return Case(When(stands & (ahead | at_work), then=F("extra_offered_minutes")), default=Value(None))


def is_extendable(job: Job | WorkedJob, assignment: ShiftAssignment | AssignmentRow, *, now: datetime) -> bool:
    if job.canceled_at is not None or assignment.contested_at is not None:
        return False
    until = {AssignmentStatus.SCHEDULED: assignment.starts_at, AssignmentStatus.CHECKED_IN: assignment.ends_at}
    return assignment.status in until and now < until[AssignmentStatus(assignment.status)]


def pays_enough(job: Job | WorkedJob, assignment: ShiftAssignment | AssignmentRow) -> bool:
    """The minimum may have risen since the job was posted: more work is not agreed on below it."""
    return job.rate_kobo >= minimum_rate_kobo(assignment.starts_at.date())


def most_extra_minutes(assignment: ShiftAssignment | AssignmentRow, *, scheduled: int) -> int:
    """How much longer this worker may stay still; `scheduled` counts what was agreed before."""
    bounds: list[int] = [
        settings.EXTRA_MINUTES_PER_SHIFT - assignment.extra_minutes,
        (LONGEST_SHIFT - (assignment.ends_at - assignment.starts_at)) // MINUTE,
    ]
    longest = longest_shift_minutes(assignment.starts_at.date())
    if longest is not None:
        bounds.append(longest - scheduled)
    return max(0, min(bounds))


def price_of(job: Job | WorkedJob, *, scheduled: int, minutes: int) -> Price:
    """The difference that it makes to the price of the shift: each rounding is that of the whole."""
    of = ESCROW.get().assignment_price
    before = of(rate_kobo=job.rate_kobo, minutes=scheduled)
    after = of(rate_kobo=job.rate_kobo, minutes=scheduled + minutes)
    return Price(after.wage_kobo - before.wage_kobo, after.fee_kobo - before.fee_kobo)


def _extra_time(job: Job, assignment: ShiftAssignment, *, scheduled: int, minutes: int) -> ExtraTime:
    price = price_of(job, scheduled=scheduled, minutes=minutes)
    if price.total_kobo == 0:
        raise InvalidMinutes("So few minutes pay nothing.")
    return ExtraTime(
        minutes,
        assignment.ends_at + minutes * MINUTE,
        price.wage_kobo,
        price.fee_kobo,
        is_covered=ESCROW.get().wallet_holds(user_id=job.client_id, amount_kobo=price.total_kobo),
    )


def _refuse_unless_offerable(job: Job, assignment: ShiftAssignment, *, scheduled: int, minutes: int) -> None:
    if not is_extendable(job, assignment, now=clock.now()):
        raise InvalidState("Extra time is for a shift ahead, or for somebody at work before its end.")
    if not pays_enough(job, assignment):
        raise RateTooLow
    most = most_extra_minutes(assignment, scheduled=scheduled)
    if not 1 <= minutes <= most:
        raise InvalidMinutes(f"This worker may stay at most {most} minutes longer.")


def _refuse_overlap(assignment: ShiftAssignment, *, until: datetime) -> None:
    others = ShiftAssignment.objects.filter(worker_id=assignment.worker_id, status__in=LIVE_STATUSES)
    if others.filter(starts_at__gte=assignment.ends_at, starts_at__lt=until).exists():
        raise OverlappingShifts


def _standing(job: Job, assignment: ShiftAssignment) -> int:
    offered = standing_offer(job, assignment, now=clock.now())
    if offered is None:
        raise InvalidState("No extra time is offered for this shift.")
    return offered


def _refuse_changed(job: Job, assignment: ShiftAssignment, *, minutes: int) -> None:
    offered = _standing(job, assignment)
    if offered != minutes:
        raise ExtraTimeChanged(f"The client offers {offered} minutes by now.")


def _take_away(assignment: ShiftAssignment) -> None:
    assignment.extra_offered_minutes = None
    assignment.save(update_fields=["extra_offered_minutes"])


def _tell_answer(assignment: ShiftAssignment, job: Job, answer: str, *, paid: str) -> None:
    kind = NotificationKind.EXTRA_TIME_ANSWERED
    tell_client(assignment, job, kind, occasion=clock.now(), answer=answer, paid=paid)
