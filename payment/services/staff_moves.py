"""Maker and checker: one member of staff proposes to move money, another approves, and only then is it posted.

States: proposed -> approved | declined. Approving posts in the same transaction, so there is no approved row without
its posting and, by a trigger, no posting without its approved row; accepting a chargeback queues our word to the
provider instead, whose verdict moves the money. What clients and providers began (`payment.services.staff_acts`) staff
end alone up to a sum in a day (`payment.services.moving_alone`), and above it in the same way. What was attacked, and
what holds it:

- One person alone, also by two windows, the shell or SQL: `payment_staffmove_two_people`; and neither of the two may be
  the one who is paid, `payment_staffmove_not_to_oneself`.
- Both press at once, or one approves while another declines: the row's lock lets one go first, and the second finds it
  decided.
- One person with two accounts, of which they made or took over the second in admin: for some days after it the two
  approve nothing of each other's.
- The form sent twice: (kind, reference) is unique among proposals that were not declined, and once in the books.
- Two approvals that only together exceed the day's cap: approvals wait for each other (an advisory lock, before the
  row's), so the second sees the first's sum.
- The world moved between proposal and approval (a provider holds less, the suspense was resolved, the proposer left):
  everything is looked at again when it is approved, under the locks of the accounts. A refusal leaves it proposed.
- Killed anywhere: nothing, or all of it, including the mail to staff, which is a job of the transaction.
"""

from collections.abc import Callable

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Model, Sum

from accounts.exceptions import SecondPersonNeeded
from core import clock
from core.errors import InvalidState, NotFound
from core.money import sum_in_words
from payment.exceptions import AboveCap, AlreadyPosted
from payment.machines import STAFF_MOVE
from payment.models import Chargeback, LedgerTransaction, StaffMove, StaffMoveKind, StaffMoveStatus
from payment.services import chargeback_answers, chargebacks, platform
from payment.services.accounts import write_shared_accounts
from payment.services.alert_links import StaffEvent
from payment.services.alerts import tell_staff
from payment.services.locks import lock_staff_move
from payment.services.periods import day_of, start_of_day
from payment.services.posting import constraint_of, refusals
from payment.services.staff_acts import ACTS
from payment.services.two_people import require_second_person

# Between our own accounts, or bounded by what came in: these may be large.
LARGE = (
    StaffMoveKind.SETTLEMENT,
    StaffMoveKind.PROVIDER_TOPUP,
    StaffMoveKind.SUSPENSE_RESOLVED,
    StaffMoveKind.CHARGEBACK,
    StaffMoveKind.CHARGEBACK_ACCEPTED,
    StaffMoveKind.CHARGEBACK_WON,
    StaffMoveKind.TAX_REMITTED,
)
# Costs the platform nothing, or is bounded by what came in.
NOT_COUNTED = (*LARGE, *ACTS)
# Any number that nothing else in this database locks.
ONE_APPROVAL_AT_A_TIME = 5_072_602


@transaction.atomic
def propose_move(
    *,
    staff_id: int,
    kind: StaffMoveKind,
    amount_kobo: int,
    reason: str,
    reference: str,
    user_id: int | None = None,
    provider: str = "",
    attempt_id: int | None = None,
    chargeback_id: int | None = None,
    came_id: int | None = None,
    job_id: int | None = None,
    withdrawal_id: int | None = None,
    refund_id: int | None = None,
) -> StaffMove:
    """Ask a second person to move this money; staff are mailed. Nothing moves.

    Raises `AboveCap`, `SecondPersonNeeded` (to oneself) and `AlreadyPosted` (proposed or posted under this reference).
    """
    # Of what is there already: it is given back to where it was, and larger sums need it as much as smaller ones.
    if kind not in ACTS and abs(amount_kobo) > cap_kobo(kind):
        raise AboveCap(f"One {kind.label} is at most {sum_in_words(cap_kobo(kind))}.")
    if user_id == staff_id:
        raise SecondPersonNeeded("Nobody proposes a payment to themselves.")
    try:
        with transaction.atomic():
            move = StaffMove.objects.create(
                kind=kind,
                reference=reference,
                amount_kobo=amount_kobo,
                user_id=user_id,
                provider=provider,
                attempt_id=attempt_id,
                chargeback_id=chargeback_id,
                came_id=came_id,
                job_id=job_id,
                withdrawal_id=withdrawal_id,
                refund_id=refund_id,
                reason=reason,
                proposed_by_id=staff_id,
                proposed_at=clock.now(),
            )
    except IntegrityError as error:
        if constraint_of(error) == "payment_staffmove_once":
            raise AlreadyPosted("This was proposed already.") from error
        raise
    _tell("staff_money_proposed", move, staff_id)
    return move


def propose_suspense(*, staff_id: int, transaction_id: int, user_id: int | None, reason: str) -> StaffMove:
    """Money that fitted nothing to a user's wallet, or (without a user) back to where it came from: all of it.

    Raises `NotFound` (not in suspense) and what `propose_move` raises.
    """
    amount_kobo = platform.suspended_kobo(transaction_id)
    if not amount_kobo:
        raise NotFound
    return propose_move(
        staff_id=staff_id,
        kind=StaffMoveKind.SUSPENSE_RESOLVED,
        amount_kobo=amount_kobo,
        reason=reason,
        reference=LedgerTransaction.objects.values_list("reference", flat=True).get(pk=transaction_id),
        user_id=user_id,
        provider="" if user_id is not None else platform.provider_of_funding(transaction_id),
        came_id=transaction_id,
    )


def propose_write_off(*, staff_id: int, chargeback_id: int, reason: str) -> StaffMove:
    """Give up on what a chargeback left its payer owing. Raises `InvalidState` when nothing of it is owed."""
    chargeback = Chargeback.objects.get(pk=chargeback_id)
    amount_kobo = chargeback.owed_kobo - chargeback.written_off_kobo
    if amount_kobo <= 0:
        raise InvalidState("Nothing of this chargeback is owed.")
    return propose_move(
        staff_id=staff_id,
        kind=StaffMoveKind.DEBT_WRITTEN_OFF,
        amount_kobo=amount_kobo,
        reason=reason,
        reference=as_it_stands(chargeback),
        chargeback_id=chargeback_id,
    )


@transaction.atomic
def approve_move(*, staff_id: int, move_id: int) -> Model:
    """The second person's word: post it, or tell the provider.

    Locks the other approvals, the move, then what its posting locks.

    Raises `InvalidState` (decided, or the proposer is no longer staff), `SecondPersonNeeded`, `AboveCap` (today's), and
    what the posting raises: `ProviderHoldsLess`, `FloatExceeded`, `NotFound`, `AlreadyPosted`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_APPROVAL_AT_A_TIME])
    move = lock_staff_move(move_id)
    STAFF_MOVE.check(move.status, StaffMoveStatus.APPROVED)
    if staff_id == move.user_id:
        raise SecondPersonNeeded
    require_second_person(proposer_id=move.proposed_by_id, staff_id=staff_id)
    _refuse_above_the_day(move)
    move.status, move.decided_by_id, move.decided_at = StaffMoveStatus.APPROVED, staff_id, clock.now()
    move.save(update_fields=["status", "decided_by", "decided_at"])
    posted = _deeds()[StaffMoveKind(move.kind)](move)
    _tell("staff_money_moved", move, staff_id)
    # Told here what the books refuse, and not by the COMMIT.
    with refusals():
        write_shared_accounts()
    return posted


@transaction.atomic
def decline_move(*, staff_id: int, move_id: int, note: str = "") -> StaffMove:
    """Not so; also by the one who proposed it. Locks the move. Raises `InvalidState` for one that is decided."""
    move = lock_staff_move(move_id)
    STAFF_MOVE.check(move.status, StaffMoveStatus.DECLINED)
    move.status, move.decided_by_id = StaffMoveStatus.DECLINED, staff_id
    move.decided_at, move.note = clock.now(), note[:150]
    move.save(update_fields=["status", "decided_by", "decided_at", "note"])
    _tell("staff_money_declined", move, staff_id)
    return move


def cap_kobo(kind: StaffMoveKind) -> int:
    cap: int = settings.STAFF_SETTLEMENT_CAP_KOBO if kind in LARGE else settings.STAFF_PAYMENT_CAP_KOBO
    return cap


def _refuse_above_the_day(move: StaffMove) -> None:
    """What costs the platform money has a sum per Lagos day, of all of staff together."""
    if move.kind in NOT_COUNTED:
        return
    since = start_of_day(day_of(clock.now()))
    approved = StaffMove.objects.filter(status=StaffMoveStatus.APPROVED, decided_at__gte=since, amount_kobo__gt=0)
    spent_kobo = approved.exclude(kind__in=NOT_COUNTED).aggregate(kobo=Sum("amount_kobo"))["kobo"] or 0
    if spent_kobo + max(move.amount_kobo, 0) > settings.STAFF_PAYMENTS_PER_DAY_KOBO:
        left_kobo = max(0, settings.STAFF_PAYMENTS_PER_DAY_KOBO - spent_kobo)
        raise AboveCap(f"{sum_in_words(left_kobo)} of today's cap are left.")


def _deeds() -> dict[StaffMoveKind, Callable[[StaffMove], Model]]:
    plain: dict[StaffMoveKind, Callable[[StaffMove], Model]] = dict.fromkeys(platform.PLAIN, platform.post_move)
    return {
        **plain,
        **dict.fromkeys(ACTS, _act),
        StaffMoveKind.SUSPENSE_RESOLVED: platform.resolve_suspense,
        StaffMoveKind.CHARGEBACK: _charge_back,
        StaffMoveKind.CHARGEBACK_ACCEPTED: _accept,
        StaffMoveKind.CHARGEBACK_WON: _win,
        StaffMoveKind.DEBT_WRITTEN_OFF: _write_off,
    }


def _charge_back(move: StaffMove) -> LedgerTransaction:
    if move.chargeback_id is not None:
        return chargebacks.book_chargeback_lost(
            staff_id=move.proposed_by_id,
            chargeback_id=move.chargeback_id,
            amount_kobo=move.amount_kobo,
            reason=move.reason,
        )
    assert move.attempt_id is not None  # noqa: S101  (payment_staffmove_subject_fits_kind)
    return chargebacks.book_chargeback(
        staff_id=move.proposed_by_id,
        attempt_id=move.attempt_id,
        amount_kobo=move.amount_kobo,
        reason=move.reason,
        reference=move.reference,
    )


def _accept(move: StaffMove) -> Chargeback:
    """Neither of the two paid it."""
    assert move.chargeback_id is not None  # noqa: S101  (payment_staffmove_subject_fits_kind)
    chargebacks.refuse_own(move.chargeback_id, move.decided_by_id)
    return chargeback_answers.accept(
        staff_id=move.proposed_by_id,
        chargeback_id=move.chargeback_id,
        amount_kobo=move.amount_kobo,
        reason=move.reason,
    )


def _win(move: StaffMove) -> Chargeback:
    """Of the sum that was proposed; neither of the two paid it."""
    assert move.chargeback_id is not None  # noqa: S101  (payment_staffmove_subject_fits_kind)
    chargebacks.refuse_own(move.chargeback_id, move.decided_by_id)
    return chargebacks.book_chargeback_won(
        staff_id=move.proposed_by_id,
        chargeback_id=move.chargeback_id,
        amount_kobo=move.amount_kobo,
        reason=move.reason,
    )


def _act(move: StaffMove) -> Model:
    """Of the sum that was proposed, and by whom it was."""
    act = ACTS[StaffMoveKind(move.kind)]
    subject_id: int = getattr(move, act.subject)
    stake = act.stake(subject_id)
    if stake.amount_kobo != move.amount_kobo:
        raise InvalidState("It is about another sum by now: decline this, and propose it anew.")
    if stake.reference != move.reference:
        raise InvalidState("What this was about is over: decline it.")
    return act.do(subject_id, move.proposed_by_id, move.reason)


def as_it_stands(chargeback: Chargeback) -> str:
    """A reference: the same until something is posted of it, so that one state is proposed once."""
    return f"{chargeback.provider}:{chargeback.provider_id}:{chargeback.postings}"


def _write_off(move: StaffMove) -> LedgerTransaction:
    assert move.chargeback_id is not None  # noqa: S101  (payment_staffmove_subject_fits_kind)
    return chargebacks.write_off(staff_id=move.proposed_by_id, chargeback_id=move.chargeback_id, reason=move.reason)


def _tell(event: StaffEvent, move: StaffMove, staff_id: int) -> None:
    tell_staff(
        event,
        move_id=move.pk,
        kind=move.kind,
        reference=move.reference,
        amount_kobo=move.amount_kobo,
        user_id=move.user_id or 0,
        provider=move.provider,
        reason=move.reason,
        by_staff_id=staff_id,
    )
