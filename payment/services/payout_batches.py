"""Withdrawals that wait at the same time leave in one call, where the provider takes several; each ends by itself.

A batch has no state of its own: it is what was queued when a job came, in the order of its keys. What was attacked, and
what holds it:

- Two jobs at once, or a batch and the job of one of its rows: each row goes `requested -> sending` in a transaction and
  under a lock of its own. Who finds it gone leaves it out; the job of a row that left with others asks nothing.
- A ban, a hold, a balance that is too short for all: asked for each row, so that the others leave.
- A payee that the provider refuses: registered before anything is sent, one by one. It goes by itself, and is refused
  by itself.
- Killed before the call: nothing was sent, the sweep looks each up, and staff are told of all of them as one.
- The answer: a row in it under its reference has its verdict; one that is not in it, or twice and not alike, is unknown
  and looked up. References of others are nothing to us. No answer at all is that for each.
- Refused as a whole: what is about us or our balance lets each wait; what may be about one row is nobody's refusal, and
  each is made again by itself, after a look-up.
- Whatever goes wrong with one row keeps no verdict from the others.
"""

from collections.abc import Mapping, Sequence
from time import monotonic

import structlog
from django.conf import settings

from core import clock
from payment.models import WITHDRAWALS_IN_FLIGHT, Withdrawal, WithdrawalStatus
from payment.providers.base import (
    OutcomeUnknown,
    Payout,
    Provider,
    ProviderError,
    ProviderUnreachable,
    TransferOrder,
)
from payment.providers.registry import provider_named
from payment.services.payouts import (
    BELIEVED_AFTER,
    MENDED_BY_A_LOOK_UP,
    WAITS_FOR_BALANCE,
    apply_payout,
    begin_sending,
    payee_of,
    record_failed_call,
    record_unknown,
    send_transfer,
    wait_for_balance,
)

logger = structlog.get_logger(__name__)

# Payees are registered one by one; the first of a batch does not wait longer for the last.
PREPARING_SECONDS = 20.0


def send_withdrawal(*, withdrawal_id: int) -> None:
    """Send a requested withdrawal, with those that wait as it does; look one up that was sent before.

    A network call: no transaction may be open. Raises `ProviderError` where another try mends it.
    """
    withdrawal = Withdrawal.objects.filter(pk=withdrawal_id, status__in=WITHDRAWALS_IN_FLIGHT).first()
    if withdrawal is None:
        return
    if _send_those_that_wait(withdrawal):
        withdrawal.refresh_from_db()
    if not _is_under_way(withdrawal):
        send_transfer(withdrawal_id=withdrawal_id)


def _is_under_way(withdrawal: Withdrawal) -> bool:
    """Found at the provider, or sent with others, less than a minute ago.

    What was sent with others is looked up, and made again, no sooner than a refusal is believed: each of them has a job
    of its own, which comes while the call is made, or right after it. What left together has one time.
    """
    if withdrawal.status != WithdrawalStatus.SENDING or withdrawal.sent_at is None:
        return False
    if withdrawal.sent_at <= clock.now() - BELIEVED_AFTER:
        return False
    if withdrawal.provider_id:
        return True
    together = Withdrawal.objects.filter(
        provider=withdrawal.provider, status__in=WITHDRAWALS_IN_FLIGHT, sent_at=withdrawal.sent_at
    )
    return together.exclude(pk=withdrawal.pk).exists()


def _send_those_that_wait(first: Withdrawal) -> bool:
    """False where it waits alone, and nothing was done."""
    provider = provider_named(first.provider)
    waiting = _waiting_with(first, most=min(settings.PAYOUTS_AT_ONCE, provider.transfers_at_once))
    if len(waiting) < 2:
        return False
    orders = _prepared(provider, _covered(provider, waiting))
    if len(orders) < 2:
        return True
    sent_at = clock.now()
    if sent := [row for row in waiting if row.pk in orders and begin_sending(row.pk, sent_at=sent_at)]:
        _call(provider, sent, [orders[row.pk] for row in sent])
    return True


def _waiting_with(first: Withdrawal, *, most: int) -> Sequence[Withdrawal]:
    """In the order of their keys. Those that wait for another reason, staff's or the balance's, keep nobody."""
    if first.status != WithdrawalStatus.REQUESTED or first.message not in ("", WAITS_FOR_BALANCE):
        return [first]
    alike = Withdrawal.objects.filter(status=WithdrawalStatus.REQUESTED, provider=first.provider, message=first.message)
    return sorted([first, *alike.exclude(pk=first.pk).order_by("pk")[: most - 1]], key=lambda row: row.pk)


def _covered(provider: Provider, waiting: Sequence[Withdrawal]) -> Sequence[Withdrawal]:
    """Those that our balance at the provider covers; the others stay queued, and staff are told."""
    left_kobo = balance_kobo = provider.balance_kobo()
    covered = []
    for row in waiting:
        if row.amount_kobo <= left_kobo:
            left_kobo -= row.amount_kobo
            covered.append(row)
        else:
            wait_for_balance(row.pk, balance_kobo)
    return covered


def _prepared(provider: Provider, rows: Sequence[Withdrawal]) -> Mapping[int, TransferOrder]:
    """By key; without those whose payee the provider does not take. Nothing is sent."""
    ends, orders = monotonic() + PREPARING_SECONDS, dict[int, TransferOrder]()
    for row in rows:
        if monotonic() >= ends:
            break
        try:
            code = provider.payee_code(payee=payee_of(row))
        except ProviderUnreachable:
            break
        except ProviderError as error:
            logger.info("withdrawal_goes_alone", reference=row.reference, error=str(error)[:300])
        else:
            orders[row.pk] = TransferOrder(reference=row.reference, amount_kobo=row.amount_kobo, payee_code=code)
    return orders


def _call(provider: Provider, sent: Sequence[Withdrawal], orders: Sequence[TransferOrder]) -> None:
    """One call, and a verdict for each. Raises what a look-up can mend, so that the job runs again."""
    try:
        answered = provider.transfer_all(orders=orders, reason="Payshift withdrawal")
    except ProviderError as error:
        for row in sent:
            record_failed_call(row, error, with_others=True)
        if isinstance(error, MENDED_BY_A_LOOK_UP):
            raise
        return
    known = {row.reference for row in sent}
    for payout in answered:
        if payout.reference not in known:
            logger.warning("transfer_of_nobody", provider=provider.name, reference=payout.reference)
    failures = [failure for row in sent if (failure := _record(row, answered))]
    if failures:
        raise failures[0]


def _record(row: Withdrawal, answered: Sequence[Payout]) -> Exception | None:
    """What the answer says of one row. Returns what went wrong with it: its own matter, and the job's at the end."""
    said = {payout for payout in answered if payout.reference == row.reference}
    try:
        if len(said) == 1:
            apply_payout(withdrawal_id=row.pk, payout=said.pop())
        else:
            record_unknown(row.pk, OutcomeUnknown("The answer to a call for several does not tell of it."))
    except Exception as error:
        logger.exception("row_not_reconciled", provider=row.provider, reference=row.reference)
        return error
    return None
