"""What chargebacks say about a payment, and about a person's wallet."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Concat

from payment.models import (
    CURRENCY,
    OPEN_CHARGEBACKS,
    AccountKind,
    Chargeback,
    ChargebackStatus,
    CreditedTo,
    LedgerAccount,
    LedgerEntry,
    PaymentAttempt,
    PaymentStatus,
    TransactionKind,
)


def is_booked(attempt_id: int) -> bool:
    """Whether the money of a try is or was in its job's escrow or its payer's wallet; from suspense staff placed it."""
    placed = LedgerEntry.objects.filter(
        account__kind=AccountKind.WALLET,
        account__user_id=OuterRef("payment__payer_id"),
        transaction__kind=TransactionKind.SUSPENSE_RESOLVED,
        transaction__reference=Concat(OuterRef("provider"), Value(":"), OuterRef("reference")),
    )
    came = Q(credited_to__in=[CreditedTo.ESCROW, CreditedTo.WALLET]) | Q(
        Exists(placed), credited_to=CreditedTo.SUSPENSE
    )
    return PaymentAttempt.objects.filter(came, pk=attempt_id, status=PaymentStatus.SUCCEEDED).exists()


def disputed_kobo(*, attempt_id: int, but: int = 0) -> int:
    """What of a payment its bank wants back or took, `but` for one: open ones, and what lost ones cost."""
    open_ones, lost = Q(status__in=OPEN_CHARGEBACKS), Q(status=ChargebackStatus.LOST)
    sums = (
        Chargeback.objects.filter(attempt_id=attempt_id)
        .exclude(pk=but)
        .aggregate(open=Sum("amount_kobo", filter=open_ones, default=0), lost=Sum("taken_kobo", filter=lost, default=0))
    )
    kobo: int = sums["open"] + sums["lost"]
    return kobo


def short_kobo(*, user_id: int) -> int:
    """What open chargebacks of a person's payments could not hold yet."""
    found = Chargeback.objects.filter(payer_id=user_id, status__in=OPEN_CHARGEBACKS)
    kobo: int = found.aggregate(kobo=Sum(F("amount_kobo") - F("held_kobo"), default=0))["kobo"]
    return kobo


def owed_kobo(*, user_id: int) -> int:
    """What a person owes, as a positive sum."""
    accounts = LedgerAccount.objects.filter(kind=AccountKind.RECEIVABLE, user_id=user_id, currency=CURRENCY)
    return -(accounts.values_list("balance_kobo", flat=True).first() or 0)


def unpaid(*, user_id: int) -> QuerySet[Chargeback, int]:
    """The ids of those that were lost and left a debt, while the person owes anything at all."""
    debts = LedgerAccount.objects.filter(kind=AccountKind.RECEIVABLE, user_id=user_id, balance_kobo__lt=0)
    lost = Chargeback.objects.filter(
        payer_id=user_id, status=ChargebackStatus.LOST, owed_kobo__gt=F("written_off_kobo")
    )
    return lost.filter(Exists(debts)).values_list("pk", flat=True)
