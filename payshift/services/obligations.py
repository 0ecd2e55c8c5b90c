"""What a person still owes or is owed, over all apps: `accounts.ports.Obligations`."""

from collections.abc import Sequence

from django.db.models import Model, Q, QuerySet

from accounts.ports import Obligation
from core import clock
from jobs.models import AssignmentStatus, Job, ShiftAssignment
from jobs.models.assignment import LIVE_STATUSES
from jobs.services.leaving import OPEN_JOBS
from payment.models import (
    OPEN_CHARGEBACKS,
    OPEN_DISPUTES,
    REFUNDS_IN_FLIGHT,
    WITHDRAWALS_IN_FLIGHT,
    Chargeback,
    Dispute,
    Payment,
    PaymentStatus,
    Refund,
    Withdrawal,
)
from payment.selectors.chargebacks import unpaid
from payment.selectors.wallet import wallet_balance

WALLET_BALANCE = "wallet_balance"
# Enough to go on with; whoever has more open asks the lists.
NAMED = 10


class AllObligations:
    """`payshift.apps` binds it, where mypy holds it to the protocol."""

    def of_role(self, *, user_id: int) -> Sequence[Obligation]:
        """Three queries."""
        ahead = Q(status=AssignmentStatus.SCHEDULED, starts_at__gt=clock.now())
        # What the client took off is paid or given back before the worker leaves.
        unsettled = Q(status__in=LIVE_STATUSES) | Q(withheld_kobo__gt=0)
        own = ShiftAssignment.objects.filter(worker_id=user_id)
        return _present(
            # Given back by their worker, who sees what that costs, and not by the way: somebody counts on them.
            _named("shifts_ahead", "Your shifts that have not begun, which you can give back: {}.", own.filter(ahead)),
            _named("live_shifts", "Your shifts that are not settled yet: {}.", own.filter(unsettled).exclude(ahead)),
            _named(
                "live_jobs",
                "Your jobs that are not over: {}.",
                Job.objects.filter(client_id=user_id, status__in=OPEN_JOBS),
            ),
        )

    def of_account(self, *, user_id: int) -> Sequence[Obligation]:
        """Nine queries."""
        party = Q(client_id=user_id) | Q(worker_id=user_id)
        return [
            *self.of_role(user_id=user_id),
            *_present(
                _balance(user_id),
                _named(
                    "withdrawal_in_flight",
                    "Withdrawals on their way to your bank: {}.",
                    Withdrawal.objects.filter(wallet__user_id=user_id, status__in=WITHDRAWALS_IN_FLIGHT),
                ),
                _named(
                    "refund_in_flight",
                    "Refunds on their way to your card: {}.",
                    Refund.objects.filter(recipient_id=user_id, status__in=REFUNDS_IN_FLIGHT),
                ),
                _named(
                    "payment_in_flight",
                    "Payments that may still arrive: {}.",
                    Payment.objects.filter(payer_id=user_id, status=PaymentStatus.PENDING),
                ),
                _named(
                    "chargebacks",
                    "Payments that your bank takes back, or took and you still owe: {}.",
                    Chargeback.objects.filter(
                        Q(status__in=OPEN_CHARGEBACKS) | Q(pk__in=unpaid(user_id=user_id)), payer_id=user_id
                    ),
                ),
                _named(
                    "open_disputes",
                    "Disputes that are not decided: {}.",
                    Dispute.objects.filter(party, status__in=OPEN_DISPUTES),
                ),
            ),
        ]

    def end_later(self, *, user_id: int, by_user_id: int) -> None:
        from jobs.tasks import end_work

        end_work.defer(user_id=user_id, by_user_id=by_user_id)


def _balance(user_id: int) -> Obligation | None:
    kobo = wallet_balance(user_id=user_id).balance_kobo
    if not kobo:
        return None
    advice = "Withdraw it, or send all of it to your bank: POST /api/me/final-withdrawal."
    return Obligation(WALLET_BALANCE, f"Your wallet holds {kobo} kobo. {advice}")


def _named[M: Model](code: str, message: str, rows: QuerySet[M]) -> Obligation | None:
    """One for all rows of a kind, with the first ids among them; None without any."""
    ids = [str(pk) for pk in rows.order_by("pk").values_list("pk", flat=True)[: NAMED + 1]]
    if not ids:
        return None
    shown = ", ".join(ids[:NAMED]) + (" and more" if len(ids) > NAMED else "")
    return Obligation(code, message.format(shown))


def _present(*obligations: Obligation | None) -> Sequence[Obligation]:
    return [obligation for obligation in obligations if obligation is not None]
