"""The lists that an export is made of: one query for each kind of row.

Of others they name ids and job titles.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat, Right

from accounts.models import OTP, Device, IdentityCheck, Notification, PushSubscription
from core.schemas import Out
from jobs.models import (
    Application,
    ApplicationStatusLog,
    AttendanceLog,
    Block,
    CalendarLink,
    Favourite,
    Invitation,
    Job,
    JobSeries,
    JobTemplate,
    Report,
    SavedJob,
    SavedSearch,
    SeriesOccurrence,
    Shift,
    ShiftAssignment,
    Spell,
)
from payment.models import (
    AccountKind,
    Chargeback,
    Deposit,
    Dispute,
    DisputeStatement,
    LedgerEntry,
    Payment,
    PaymentAttempt,
    Refund,
    VirtualAccount,
    Withdrawal,
)
from payshift import exported_money, exported_work, schemas
from rating.models import Review


class Part[S: Out]:
    """The fields that the shape declares, of these rows."""

    def __init__(self, shape: type[S], rows: QuerySet[Any], **computed: Combinable) -> None:
        self.shape, self.rows, self.computed = shape, rows, computed

    def read(self, *, after: int, limit: int) -> list[tuple[int, S]]:
        """At most so many rows behind that one, each with its primary key, in one query."""
        # A computed value may have the name of a column, which `values()` would refuse.
        aliases: dict[str, Combinable] = {f"shown_{name}": value for name, value in self.computed.items()}
        columns = [name for name in self.shape.model_fields if name not in self.computed]
        # An expression is in no index: else the planner may walk the primary key past everybody else's rows.
        rows = self.rows.filter(pk__gt=after).order_by(F("pk") + 0)
        found = rows.values(*columns, **aliases, row_pk=F("pk"))[:limit]
        return [(row.pop("row_pk"), self.shape.model_validate(_unprefixed(row))) for row in found]


def _unprefixed(row: dict[str, Any]) -> dict[str, Any]:
    return {name.removeprefix("shown_"): value for name, value in row.items()}


def parts_of(user_id: int) -> Mapping[str, Part[Any]]:
    """In the order in which they are exported."""
    title, parties = F("job__title"), Q(client_id=user_id) | Q(worker_id=user_id)
    return {
        "devices": Part(schemas.ExportedDevice, Device.objects.filter(user_id=user_id)),
        "push_subscriptions": Part(
            schemas.ExportedPushSubscription, PushSubscription.objects.filter(device__user_id=user_id)
        ),
        "codes": Part(schemas.ExportedCode, OTP.objects.filter(user_id=user_id)),
        "notifications": Part(schemas.ExportedNotification, Notification.objects.filter(user_id=user_id)),
        "jobs": Part(
            schemas.ExportedJob,
            Job.objects.filter(client_id=user_id),
            industry=F("industry__slug"),
            subcategory=F("subcategory__slug"),
        ),
        "shifts": Part(schemas.ExportedShift, Shift.objects.filter(job__client_id=user_id)),
        "applications": Part(
            schemas.ExportedApplication, Application.objects.filter(applicant_id=user_id), job_title=title
        ),
        "application_history": Part(
            schemas.ExportedStep, ApplicationStatusLog.objects.filter(application__applicant_id=user_id)
        ),
        "assignments": Part(schemas.ExportedAssignment, ShiftAssignment.objects.filter(worker_id=user_id)),
        "spells": Part(schemas.ExportedSpell, Spell.objects.filter(assignment__worker_id=user_id)),
        "attendance_corrections": Part(
            schemas.ExportedCorrection,
            AttendanceLog.objects.filter(Q(assignment__worker_id=user_id) | Q(changed_by_id=user_id)),
        ),
        "calendar_links": Part(schemas.ExportedCalendarLink, CalendarLink.objects.filter(user_id=user_id)),
        "saved_jobs": Part(schemas.ExportedSavedJob, SavedJob.objects.filter(user_id=user_id), job_title=title),
        "saved_searches": Part(exported_work.ExportedSavedSearch, SavedSearch.objects.filter(user_id=user_id)),
        "job_templates": Part(exported_work.ExportedTemplate, JobTemplate.objects.filter(client_id=user_id)),
        "job_series": Part(exported_work.ExportedSeries, JobSeries.objects.filter(client_id=user_id)),
        "weeks_of_series": Part(exported_work.ExportedWeek, SeriesOccurrence.objects.filter(series__client_id=user_id)),
        "invitations": Part(
            schemas.ExportedInvitation,
            Invitation.objects.filter(Q(worker_id=user_id) | Q(job__client_id=user_id)),
            job_title=title,
        ),
        "favourites": Part(schemas.ExportedFavourite, Favourite.objects.filter(client_id=user_id)),
        "blocks": Part(schemas.ExportedBlock, Block.objects.filter(blocker_id=user_id)),
        "reports": Part(exported_work.ExportedReport, Report.objects.filter(reporter_id=user_id)),
        "payments": Part(
            schemas.ExportedPayment,
            Payment.objects.filter(Q(payer_id=user_id) | Q(recipient_id=user_id)),
            job_title=title,
        ),
        "payment_attempts": Part(
            schemas.ExportedAttempt,
            PaymentAttempt.objects.filter(payment__payer_id=user_id),
            payment_reference=F("payment__reference"),
        ),
        "refunds": Part(schemas.ExportedRefund, Refund.objects.filter(recipient_id=user_id)),
        "wallet_entries": Part(
            schemas.ExportedEntry,
            LedgerEntry.objects.filter(account__kind=AccountKind.WALLET, account__user_id=user_id),
            kind=F("transaction__kind"),
            reference=F("transaction__reference"),
            job_id=F("transaction__job_id"),
            created_at=F("transaction__created_at"),
        ),
        "withdrawals": Part(
            exported_money.ExportedWithdrawal,
            Withdrawal.objects.filter(wallet__user_id=user_id),
            # Masked by the database: the number does not even come this far.
            account_number=Concat(Value("******"), Right("account_number", 4)),
        ),
        "identity_checks": Part(exported_money.ExportedIdentityCheck, IdentityCheck.objects.filter(user_id=user_id)),
        "virtual_accounts": Part(exported_money.ExportedVirtualAccount, VirtualAccount.objects.filter(user_id=user_id)),
        "deposits": Part(exported_money.ExportedDeposit, Deposit.objects.filter(account__user_id=user_id)),
        "chargebacks": Part(
            exported_money.ExportedChargeback,
            Chargeback.objects.filter(payer_id=user_id),
            payment_reference=F("attempt__payment__reference"),
        ),
        "disputes": Part(schemas.ExportedDispute, Dispute.objects.filter(parties)),
        "dispute_statements": Part(schemas.ExportedStatement, DisputeStatement.objects.filter(author_id=user_id)),
        "reviews_given": Part(schemas.ExportedReview, Review.objects.filter(reviewer_id=user_id)),
        "reviews_received": Part(schemas.ExportedReview, Review.objects.filter(reviewed_id=user_id)),
    }
