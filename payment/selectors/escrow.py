from django.db.models import BigIntegerField, Case, Exists, Expression, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from core.listings import Given, Prepared, prepared
from jobs.models.assignment import LIVE_STATUSES
from jobs.ports import EscrowSummary
from payment.models import OPEN_DISPUTES, AccountKind, Dispute, LedgerAccount
from payment.models.ledger import ESCROW_BACK, ESCROW_IN, ESCROW_RELEASE, ESCROW_RETURNED

# M5: every entry of an escrow is of one of these kinds (W4), so the three sums make up the balance.
SUMMARY = """
SELECT coalesce(a.balance_kobo, 0),
       coalesce(sum(e.amount_kobo) FILTER (WHERE t.kind = ANY (%(in)s)), 0)::bigint,
       -coalesce(sum(e.amount_kobo) FILTER (WHERE t.kind = ANY (%(release)s)), 0)::bigint,
       -coalesce(sum(e.amount_kobo) FILTER (WHERE t.kind = ANY (%(back)s)), 0)::bigint,
       -coalesce(sum(e.amount_kobo) FILTER (WHERE t.kind = 'compensation'), 0)::bigint,
       EXISTS (
           SELECT 1 FROM payment_payment p JOIN payment_paymentattempt pa ON pa.payment_id = p.id
           WHERE p.job_id = %(job_id)s AND p.kind = 'escrow_funding' AND p.status <> 'succeeded'
             AND pa.credited_to = 'suspense' AND NOT EXISTS (
                 SELECT 1 FROM payment_ledgertransaction placed
                 WHERE placed.kind = 'suspense_resolved' AND placed.reference = pa.provider || ':' || pa.reference
             )
       )
FROM (SELECT 1) always
LEFT JOIN payment_ledgeraccount a ON a.kind = %(kind)s AND a.job_id = %(job_id)s
LEFT JOIN payment_ledgerentry e ON e.account_id = a.id
LEFT JOIN payment_ledgertransaction t ON t.id = e.transaction_id
GROUP BY a.id
"""


def escrow_summary(*, job_id: int, required_kobo: int) -> EscrowSummary:
    """The escrow of a job (M5), in one query; all zero when nothing was ever paid in."""
    with prepared() as cursor:
        cursor.execute(
            SUMMARY,
            {
                "kind": AccountKind.ESCROW.value,
                "job_id": job_id,
                "in": [kind.value for kind in ESCROW_IN],
                "release": [kind.value for kind in ESCROW_RELEASE],
                "back": [kind.value for kind in (*ESCROW_BACK, *ESCROW_RETURNED)],
            },
        )
        held, paid_in, released, refunded, compensated, in_review = cursor.fetchone()
    return EscrowSummary(
        required_kobo=required_kobo,
        paid_in_kobo=paid_in,
        released_kobo=released,
        refunded_kobo=refunded,
        held_kobo=held,
        compensated_kobo=compensated,
        in_review=in_review,
    )


def held_of(job: OuterRef) -> Expression:
    """The balance of a job's escrow, for each row of a list."""
    escrow = LedgerAccount.objects.filter(kind=AccountKind.ESCROW, job_id=job)
    return Coalesce(Subquery(escrow.values("balance_kobo")[:1]), 0)


def frozen_kobo(*, job_id: int) -> int:
    """What open disputes keep in a job's escrow: the price of assignments not settled yet, or what was withheld."""
    frozen = Dispute.objects.filter(status__in=OPEN_DISPUTES, assignment__application__job_id=job_id).aggregate(
        kobo=Sum(
            Case(
                When(
                    Q(assignment__status__in=LIVE_STATUSES),
                    then=F("assignment__wage_kobo") + F("assignment__fee_kobo"),
                ),
                default=F("assignment__withheld_kobo"),
                output_field=BigIntegerField(),
            ),
            default=0,
        )
    )
    kobo: int = frozen["kobo"]
    return kobo


def has_open_dispute(*, assignment_id: int) -> bool:
    return bool(OPEN.rows(assignment_id=assignment_id))


def _open(given: Given) -> QuerySet[Dispute]:
    return Dispute.objects.filter(assignment_id=given["assignment_id"], status__in=OPEN_DISPUTES).order_by()


OPEN = Prepared(_open, ("pk",), given=("assignment_id",))


def last_dispute_of(assignment: OuterRef) -> Combinable:
    """For each row of a list of assignments."""
    return Subquery(Dispute.objects.filter(assignment_id=assignment).order_by("-pk").values("pk")[:1])


def is_disputed(assignment: OuterRef) -> Combinable:
    return Exists(Dispute.objects.filter(assignment_id=assignment, status__in=OPEN_DISPUTES))
