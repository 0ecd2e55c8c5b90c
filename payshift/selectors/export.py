"""Everything that is kept of one person: one query for each kind of row, however many rows there are."""

from django.db.models import F, Model, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat, Right

from accounts.models import OTP, BankAccount, Device, Notification
from accounts.notification_schemas import PreferencesOut
from accounts.schemas import BankAccountOut, MeOut, SecondFactorOut
from accounts.selectors import people
from accounts.selectors.notifications import preferences_of
from core import clock
from core.actor import Actor
from core.schemas import Out
from core.throttling import Throttle
from jobs.models import (
    Application,
    ApplicationStatusLog,
    AttendanceLog,
    Block,
    CalendarLink,
    Favourite,
    Invitation,
    Job,
    SavedJob,
    Shift,
    ShiftAssignment,
    Spell,
)
from payment.models import (
    AccountKind,
    Chargeback,
    Dispute,
    DisputeStatement,
    LedgerEntry,
    Payment,
    PaymentAttempt,
    Refund,
    Withdrawal,
)
from payshift import schemas
from rating.models import Review

# It reads more than any other operation does.
EXPORTS_PER_ACCOUNT = Throttle("export", limit=10, period_seconds=3600)


def export_of(actor: Actor) -> schemas.ExportOut:
    """Own data only: of others it names ids and job titles. Raises `TooManyRequests`."""
    EXPORTS_PER_ACCOUNT.hit(str(actor.user_id))
    user_id = actor.user_id
    user = people.me(actor)
    bank_account = BankAccount.objects.planned().filter(user_id=user_id).first()
    title, parties = F("job__title"), Q(client_id=user_id) | Q(worker_id=user_id)
    return schemas.ExportOut(
        exported_at=clock.now(),
        account=MeOut.of(user),
        email_verified_at=user.email_verified_at,
        second_factor=SecondFactorOut.model_validate(people.second_factor_of(actor), from_attributes=True),
        bank_account=BankAccountOut.of(bank_account) if bank_account else None,
        notification_settings=PreferencesOut.of(preferences_of(actor)).preferences,
        devices=_rows(schemas.ExportedDevice, Device.objects.filter(user_id=user_id)),
        codes=_rows(schemas.ExportedCode, OTP.objects.filter(user_id=user_id)),
        notifications=_rows(schemas.ExportedNotification, Notification.objects.filter(user_id=user_id)),
        jobs=_rows(
            schemas.ExportedJob,
            Job.objects.filter(client_id=user_id),
            industry=F("industry__slug"),
            subcategory=F("subcategory__slug"),
        ),
        shifts=_rows(schemas.ExportedShift, Shift.objects.filter(job__client_id=user_id)),
        applications=_rows(
            schemas.ExportedApplication, Application.objects.filter(applicant_id=user_id), job_title=title
        ),
        application_history=_rows(
            schemas.ExportedStep, ApplicationStatusLog.objects.filter(application__applicant_id=user_id)
        ),
        assignments=_rows(schemas.ExportedAssignment, ShiftAssignment.objects.filter(worker_id=user_id)),
        spells=_rows(schemas.ExportedSpell, Spell.objects.filter(assignment__worker_id=user_id)),
        attendance_corrections=_rows(
            schemas.ExportedCorrection,
            AttendanceLog.objects.filter(Q(assignment__worker_id=user_id) | Q(changed_by_id=user_id)),
        ),
        calendar_links=_rows(schemas.ExportedCalendarLink, CalendarLink.objects.filter(user_id=user_id)),
        saved_jobs=_rows(schemas.ExportedSavedJob, SavedJob.objects.filter(user_id=user_id), job_title=title),
        invitations=_rows(
            schemas.ExportedInvitation,
            Invitation.objects.filter(Q(worker_id=user_id) | Q(job__client_id=user_id)),
            job_title=title,
        ),
        favourites=_rows(schemas.ExportedFavourite, Favourite.objects.filter(client_id=user_id)),
        blocks=_rows(schemas.ExportedBlock, Block.objects.filter(blocker_id=user_id)),
        payments=_rows(
            schemas.ExportedPayment,
            Payment.objects.filter(Q(payer_id=user_id) | Q(recipient_id=user_id)),
            job_title=title,
        ),
        payment_attempts=_rows(
            schemas.ExportedAttempt,
            PaymentAttempt.objects.filter(payment__payer_id=user_id),
            payment_reference=F("payment__reference"),
        ),
        refunds=_rows(schemas.ExportedRefund, Refund.objects.filter(recipient_id=user_id)),
        wallet_entries=_rows(
            schemas.ExportedEntry,
            LedgerEntry.objects.filter(account__kind=AccountKind.WALLET, account__user_id=user_id),
            kind=F("transaction__kind"),
            reference=F("transaction__reference"),
            job_id=F("transaction__job_id"),
            created_at=F("transaction__created_at"),
        ),
        withdrawals=_rows(
            schemas.ExportedWithdrawal,
            Withdrawal.objects.filter(wallet__user_id=user_id),
            # Masked by the database: the number does not even come this far.
            account_number=Concat(Value("******"), Right("account_number", 4)),
        ),
        chargebacks=_rows(
            schemas.ExportedChargeback,
            Chargeback.objects.filter(payer_id=user_id),
            payment_reference=F("attempt__payment__reference"),
        ),
        disputes=_rows(schemas.ExportedDispute, Dispute.objects.filter(parties)),
        dispute_statements=_rows(schemas.ExportedStatement, DisputeStatement.objects.filter(author_id=user_id)),
        reviews_given=_rows(schemas.ExportedReview, Review.objects.filter(reviewer_id=user_id)),
        reviews_received=_rows(schemas.ExportedReview, Review.objects.filter(reviewed_id=user_id)),
    )


def _rows[S: Out, M: Model](shape: type[S], rows: QuerySet[M], **computed: Combinable) -> list[S]:
    """The fields that the shape declares, oldest first, in one query."""
    # A computed value may have the name of a column, which `values()` would refuse.
    aliases = {f"shown_{name}": value for name, value in computed.items()}
    columns = [name for name in shape.model_fields if name not in computed]
    found = rows.order_by("pk").values(*columns, **aliases)
    return [shape.model_validate({name.removeprefix("shown_"): value for name, value in row.items()}) for row in found]
