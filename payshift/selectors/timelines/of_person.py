"""All that happened to a person: what they did, what was done to them, and what they were told."""

from collections.abc import Iterator

from django.db.models import F, Value
from django.db.models.functions import Concat

from accounts.models import BankAccount, CustomUser, Device, Notification, Profile
from jobs.models import (
    ApplicationStatusLog,
    AttendanceLog,
    HandledPattern,
    Invitation,
    Job,
    Report,
    ShiftAssignment,
    StaffNote,
)
from payment.models import Chargeback, Dispute, Payment, Refund, Wallet, Withdrawal
from payshift.selectors.timelines import money, work
from payshift.selectors.timelines.acts import act_of_staff, note
from payshift.selectors.timelines.events import May, Source, Timeline, timeline
from rating.models import Review


def timeline_of_person(*, user_id: int, may: May, before: str = "") -> Timeline:
    return timeline(list(_sources(user_id)), may=may, before=before)


def _sources(user_id: int) -> Iterator[Source]:
    yield from _account(user_id)
    yield Source(
        "Posted a job",
        Job.objects.filter(client_id=user_id),
        "created_at",
        "jobs.view_job",
        words=F("title"),
        opens=Job,
    )
    yield work.applications(ApplicationStatusLog.objects.filter(application__applicant_id=user_id))
    yield from work.attendance(ShiftAssignment.objects.filter(worker_id=user_id))
    yield work.corrections(AttendanceLog.objects.filter(assignment__worker_id=user_id))
    yield work.invitations(Invitation.objects.filter(worker_id=user_id))
    for reports in (Report.objects.filter(user_id=user_id), Report.objects.filter(reporter_id=user_id)):
        yield from work.reports(reports)
    yield Source(
        "Pattern handled",
        HandledPattern.objects.filter(people__contains=[user_id]),
        "handled_at",
        "jobs.view_handledpattern",
        by="handled_by_id",
        words=Concat("says", Value(". "), "reason"),
        opens=HandledPattern,
    )
    for reviews in (Review.objects.filter(reviewed_id=user_id), Review.objects.filter(reviewer_id=user_id)):
        yield from work.reviews(reviews)
    for payments in (Payment.objects.filter(payer_id=user_id), Payment.objects.filter(recipient_id=user_id)):
        yield from money.payments(payments)
    yield from money.refunds(Refund.objects.filter(recipient_id=user_id))
    yield from money.withdrawals(Withdrawal.objects.filter(wallet__user_id=user_id))
    yield from money.chargebacks(Chargeback.objects.filter(payer_id=user_id))
    for disputes in (Dispute.objects.filter(client_id=user_id), Dispute.objects.filter(worker_id=user_id)):
        yield from money.disputes(disputes)
    # Notices that somebody wants by mail only have no place in the list that the index is for.
    for says, is_hidden in (("Told", False), ("Told by mail only", True)):
        yield Source(
            says,
            Notification.objects.filter(user_id=user_id, is_hidden=is_hidden),
            "created_at",
            "accounts.view_notification",
            words=F("title"),
            opens=Notification,
        )
    yield note(StaffNote.objects.filter(user_id=user_id))
    yield act_of_staff(CustomUser.objects.filter(pk=user_id))
    yield act_of_staff(Report.objects.filter(user_id=user_id))
    yield act_of_staff(Wallet.objects.filter(user_id=user_id))
    yield act_of_staff(Withdrawal.objects.filter(wallet__user_id=user_id))


def _account(user_id: int) -> Iterator[Source]:
    person = CustomUser.objects.filter(pk=user_id)
    yield Source("Joined", Profile.objects.filter(user_id=user_id), "joined_at", "accounts.view_customuser")
    yield Source("E-mail confirmed", person, "email_verified_at", "accounts.view_customuser", words=F("email"))
    yield Source("Banned", person, "banned_at", "accounts.view_customuser")
    devices = Device.objects.filter(user_id=user_id)
    for at, says in (("created_at", "Logged in on a new device"), ("revoked_at", "Device logged out")):
        yield Source(says, devices, at, "accounts.view_device", words=F("name"), opens=Device)
    yield Source(
        "Bank account set",
        BankAccount.objects.filter(user_id=user_id),
        "changed_at",
        "accounts.view_bankaccount",
        words=F("bank_name"),
        opens=BankAccount,
    )
