"""A row for each list of the console that the rest of the browser's world leaves empty."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.types import TimeDeltaParams

from accounts.models import (
    OTP,
    CustomUser,
    EarlierAccess,
    IdentityCheck,
    NotificationPreference,
    PushSubscription,
    QuietHours,
    RecoveryCode,
    SecondFactor,
    StaffExport,
)
from core import clock
from core.models import SelfCheck
from core.self_checks import record_check
from jobs.models import (
    Application,
    ApplicationStatusLog,
    AttendanceLog,
    HandledPattern,
    ShiftAssignment,
    Spell,
    StaffNote,
)
from payment import tasks
from payment.models import (
    Chargeback,
    ClosedMonth,
    Deposit,
    DisputeStatement,
    IdempotencyKey,
    LedgerAnchor,
    ProviderDifference,
    Refund,
    Settlement,
    SettlementLine,
    StaffMove,
    VirtualAccount,
    WebhookEvent,
)
from payment.services.anchors import anchor_books
from payment.services.ledger_check import BOOKS
from tests.factories import accounts as people
from tests.factories import payment as money
from tests.factories.jobs import StaffNoteFactory

# Not for the worker of the instance, which would take it away; nor of a task that a page waits for and looks again.
NOT_YET: TimeDeltaParams = {"days": 30}


def fill(staff: CustomUser) -> None:
    """Make what is missing. Raises `AssertionError` with the lists that are empty even then."""
    for model, make in makers(staff).items():
        if not model._default_manager.exists():
            make()
    assert list(empty()) == []


def empty() -> Iterator[str]:
    return (model._meta.label for model in admin.site._registry if not model._default_manager.exists())


def makers(staff: CustomUser) -> dict[type[Model], Callable[[], object]]:
    now = clock.now()
    return {
        OTP: people.OTPFactory.create,
        EarlierAccess: lambda: EarlierAccess.objects.create(
            device=people.DeviceFactory.create(), sha256=b"\x01" * 32, expires_at=now
        ),
        SecondFactor: people.SecondFactorFactory.create,
        RecoveryCode: people.RecoveryCodeFactory.create,
        IdentityCheck: lambda: IdentityCheck.objects.create(
            user=people.UserFactory.create(), kind="bvn", provider="prembly", confirmed_at=now
        ),
        NotificationPreference: people.NotificationPreferenceFactory.create,
        PushSubscription: people.PushSubscriptionFactory.create,
        QuietHours: people.QuietHoursFactory.create,
        StaffExport: lambda: StaffExport.objects.create(
            user=staff, sheet="payments", format="csv", first_day=now.date(), last_day=now.date(), created_at=now
        ),
        Group: lambda: Group.objects.create(name="A group"),
        ApplicationStatusLog: lambda: ApplicationStatusLog.objects.create(
            application=Application.objects.latest("pk"), to_status="applied", created_at=now
        ),
        AttendanceLog: lambda: AttendanceLog.objects.create(
            assignment=ShiftAssignment.objects.latest("pk"), correction="minutes_asked", created_at=now
        ),
        Spell: lambda: Spell.objects.create(
            assignment=ShiftAssignment.objects.latest("pk"), started_at=now - timedelta(hours=1), ended_at=now
        ),
        HandledPattern: lambda: HandledPattern.objects.create(
            mark="0" * 64, says="One account", people=[staff.pk], reason="Known", handled_by=staff, handled_at=now
        ),
        StaffNote: lambda: StaffNoteFactory.create(user=staff, author=staff),
        Chargeback: money.ChargebackFactory.create,
        DisputeStatement: money.DisputeStatementFactory.create,
        Refund: money.RefundFactory.create,
        ProviderDifference: lambda: ProviderDifference.objects.create(
            provider="paystack", subject="payment:1", books_kobo=100, provider_kobo=200, found_at=now, seen_at=now
        ),
        Settlement: money.SettlementFactory.create,
        SettlementLine: money.SettlementLineFactory.create,
        # By somebody else: nobody approves what they proposed.
        StaffMove: money.StaffMoveFactory.create,
        VirtualAccount: money.VirtualAccountFactory.create,
        Deposit: money.DepositFactory.create,
        ClosedMonth: lambda: ClosedMonth.objects.create(month=date(2020, 1, 1), closed_by=staff, closed_at=now),
        LedgerAnchor: lambda: anchor_books(settled_after=timedelta()),
        WebhookEvent: money.WebhookEventFactory.create,
        IdempotencyKey: money.IdempotencyKeyFactory.create,
        ProcrastinateJob: lambda: tasks.anchor_books.configure(schedule_in=NOT_YET, queueing_lock=None).defer(
            timestamp=0
        ),
        SelfCheck: lambda: record_check(name=BOOKS, checked_at=now, took_ms=12, findings=(), figures={"sum_kobo": 0}),
    }
