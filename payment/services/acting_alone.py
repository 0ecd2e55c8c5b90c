"""What staff do at once by one person's word up to a sum in a day, and propose to a second person above it."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model

from accounts.exceptions import SecondPersonNeeded
from core.errors import InvalidState
from jobs.models import Job
from jobs.services.cancelling import cancel_job_for_staff
from payment.exceptions import AlreadyPosted
from payment.models import Chargeback, StaffAlone, StaffMove, StaffMoveKind
from payment.services import chargeback_answers, chargebacks
from payment.services.moving_alone import begin_alone, counts_alone, refuse_own, why_not_alone
from payment.services.staff_acts import ACTS, freed_kobo, stake_in_job
from payment.services.staff_moves import as_it_stands, propose_move


@transaction.atomic
def accept_chargeback(
    *, staff_id: int, chargeback_id: int, amount_kobo: int, reason: str, reference: str
) -> Chargeback | StaffMove:
    """Tell the payer's bank that it is right; above `CHARGEBACK_ALONE_KOBO`, propose that to a second person.

    Raises what `chargeback_answers.accept` and `propose_move` raise, the former also for what is only proposed.
    """
    return _answer_or_propose(
        chargeback_answers.accept,
        StaffMoveKind.CHARGEBACK_ACCEPTED,
        begin_alone(staff_id),
        chargeback_id=chargeback_id,
        amount_kobo=amount_kobo,
        reason=reason,
        reference=reference,
    )


@transaction.atomic
def win_chargeback(*, staff_id: int, chargeback_id: int, reason: str) -> Chargeback | StaffMove:
    """Staff read in the provider's dashboard that the money stays, or came back: what is held is free, and what was
    taken is the payer's again. Above `CHARGEBACK_ALONE_KOBO` that is proposed to a second person.

    Raises what `book_chargeback_won` and `propose_move` raise, the former also for what is only proposed.
    """
    moved = begin_alone(staff_id)
    chargeback = Chargeback.objects.get(pk=chargeback_id)
    return _answer_or_propose(
        chargebacks.book_chargeback_won,
        StaffMoveKind.CHARGEBACK_WON,
        moved,
        chargeback_id=chargeback_id,
        amount_kobo=chargebacks.freed_by_winning(chargeback),
        reason=reason,
        reference=as_it_stands(chargeback),
    )


@transaction.atomic
def act_or_propose(*, staff_id: int, kind: StaffMoveKind, subject_id: int, reason: str) -> Model:
    """Do one of `staff_acts.ACTS`; where it is more than this person may move alone today, propose it to a second one.

    Locks what they moved alone, and what it is about. Raises what the act and `propose_move` raise, the former also for
    what is only proposed, and `SecondPersonNeeded` for one's own money.
    """
    moved, act = begin_alone(staff_id), ACTS[kind]
    stake = act.stake(subject_id)
    refuse_own(stake.user_id, staff_id)
    about = {"user_id": stake.user_id, act.subject: subject_id}
    return _alone_or_proposed(
        lambda: act.do(subject_id, staff_id, reason),
        moved,
        alone_kobo=settings.STAFF_ALONE_KOBO,
        kind=kind,
        amount_kobo=stake.amount_kobo,
        reason=reason,
        reference=stake.reference,
        **about,
    )


class LargeCancels:
    """Implements `jobs.ports.StaffCancels`."""

    def cancel(self, *, staff_id: int, job_id: int, reason: str) -> Model:
        kind = StaffMoveKind.JOB_CANCELED
        try:
            return act_or_propose(staff_id=staff_id, kind=kind, subject_id=job_id, reason=reason)
        except AlreadyPosted as error:
            raise InvalidState("This was proposed already, and waits for a second person.") from error

    @transaction.atomic
    def cancel_alone(self, *, staff_id: int, job_id: int) -> Job:
        moved, stake = begin_alone(staff_id), stake_in_job(job_id)
        refuse_own(stake.user_id, staff_id)
        job = cancel_job_for_staff(job_id=job_id, by_user_id=staff_id)
        alone_kobo = settings.STAFF_ALONE_KOBO
        if not counts_alone(moved, amount_kobo=stake.amount_kobo, alone_kobo=alone_kobo):
            why = why_not_alone(alone_kobo)
            raise SecondPersonNeeded(f"Somebody else approves it, since {why}: propose it in admin.")
        return job


class LargeReturns:
    """Implements `accounts.ports.LettingBack`."""

    def let_back(self, *, staff_id: int, user_id: int, reason: str) -> Model:
        kind = StaffMoveKind.PERSON_LET_BACK
        return act_or_propose(staff_id=staff_id, kind=kind, subject_id=user_id, reason=reason)

    def frees_kobo(self, *, user_id: int) -> int:
        return freed_kobo(user_id)


def _answer_or_propose(
    answer: Callable[..., Chargeback],
    kind: StaffMoveKind,
    moved: StaffAlone,
    *,
    chargeback_id: int,
    amount_kobo: int,
    reason: str,
    reference: str,
) -> Chargeback | StaffMove:
    about: dict[str, Any] = {"chargeback_id": chargeback_id, "amount_kobo": amount_kobo, "reason": reason}
    return _alone_or_proposed(
        lambda: answer(staff_id=moved.staff_id, **about),
        moved,
        alone_kobo=settings.CHARGEBACK_ALONE_KOBO,
        kind=kind,
        reference=reference,
        **about,
    )


def _alone_or_proposed[Row: Model](
    do: Callable[[], Row],
    moved: StaffAlone,
    *,
    alone_kobo: int,
    amount_kobo: int,
    **proposal: Any,
) -> Row | StaffMove:
    with transaction.atomic():
        done = do()
        if counts_alone(moved, amount_kobo=amount_kobo, alone_kobo=alone_kobo):
            return done
        # It was only tried: whatever refuses it refuses the proposal as well.
        transaction.set_rollback(True)
    move = propose_move(staff_id=moved.staff_id, amount_kobo=amount_kobo, **proposal)
    move.asks_for = f"{StaffMove.asks_for}, since {why_not_alone(alone_kobo)}"
    return move
