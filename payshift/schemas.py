"""All that is kept of one person. Each shape names its fields once; the selector asks for just these."""

from datetime import date as Day
from datetime import datetime

from pydantic import Field

from accounts.notification_schemas import PreferenceOut
from accounts.push_schemas import QuietHoursOut
from accounts.schemas import BankAccountOut, MeOut, SecondFactorOut
from core.schemas import Currency, Kobo, Out, QueryIn
from jobs.schemas.job import ClockTime
from payshift.exported_money import (
    ExportedChargeback,
    ExportedDeposit,
    ExportedIdentityCheck,
    ExportedVirtualAccount,
    ExportedWithdrawal,
)
from payshift.exported_work import ExportedReport, ExportedSavedSearch, ExportedSeries, ExportedTemplate, ExportedWeek


class ExportQuery(QueryIn):
    cursor: str | None = None


class ExportedDevice(Out):
    id: int
    name: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class ExportedPushSubscription(Out):
    """A device that shows notices while the app is closed, and where they are sent for it."""

    id: int
    device_id: int
    endpoint: str
    created_at: datetime


class ExportedCode(Out):
    """A one-time code that was sent; the code itself is not kept."""

    purpose: str
    sent_to: str
    created_at: datetime
    is_verified: bool


class ExportedNotification(Out):
    id: int
    kind: str
    title: str
    body: str
    link: str
    created_at: datetime
    read_at: datetime | None
    mailed_at: datetime | None


class ExportedJob(Out):
    """A job that the person posted."""

    id: int
    title: str
    description: str
    industry: str
    subcategory: str | None
    job_type: str
    shift_type: str
    date: Day
    end_date: Day
    start_time: ClockTime
    end_time: ClockTime
    weekdays: list[int]
    break_minutes: int
    time_zone: str
    applicants_needed: int
    accepted_count: int
    rate_kobo: Kobo
    price_wage_kobo: Kobo
    price_fee_kobo: Kobo
    extra_kobo: Kobo
    location: str
    latitude: float | None
    longitude: float | None
    status: str
    created_at: datetime
    updated_at: datetime
    canceled_at: datetime | None


class ExportedShift(Out):
    """A shift of a job that the person posted."""

    id: int
    job_id: int
    starts_at: datetime
    ends_at: datetime
    minutes: int
    canceled_at: datetime | None


class ExportedApplication(Out):
    id: int
    job_id: int
    job_title: str
    status: str
    note: str
    created_at: datetime
    decided_at: datetime | None
    accepted_at: datetime | None
    terms: dict[str, int | float | str | list[int] | None] | None
    offered_at: datetime | None
    offered_until: datetime | None
    confirmation_asked_at: datetime | None
    confirmation_reminded_at: datetime | None
    confirmed_at: datetime | None
    unconfirmed_told_at: datetime | None
    released_at: datetime | None


class ExportedStep(Out):
    """A change of one of the person's applications."""

    application_id: int
    from_status: str
    to_status: str
    created_at: datetime


class ExportedAssignment(Out):
    """A shift that the person worked or was to work."""

    id: int
    application_id: int
    shift_id: int
    status: str
    starts_at: datetime
    ends_at: datetime
    checked_in_at: datetime | None
    check_in_method: str
    check_in_distance_m: int | None
    check_in_latitude: float | None
    check_in_longitude: float | None
    checked_out_at: datetime | None
    checked_out_automatically: bool
    worked_minutes: int | None
    approved_at: datetime | None
    approved_automatically: bool
    approved_minutes: int | None
    lowered_reason: str
    raised_reason: str
    asked_at: datetime | None
    asked_minutes: int | None
    asked_reason: str
    contested_at: datetime | None
    contest_reason: str
    ended_early_at: datetime | None
    least_minutes: int
    extra_minutes: int
    extra_kobo: Kobo
    extra_offered_minutes: int | None
    no_show_at: datetime | None
    canceled_at: datetime | None
    cancel_reason: str
    wage_kobo: Kobo
    paid_wage_kobo: Kobo
    compensation_kobo: Kobo
    withheld_kobo: Kobo


class ExportedSpell(Out):
    """From a check-in to a check-out."""

    assignment_id: int
    started_at: datetime
    ended_at: datetime | None


class ExportedCorrection(Out):
    """What was corrected of the person's attendance, or by the person of somebody else's."""

    assignment_id: int
    correction: str
    minutes_before: int | None
    minutes_after: int | None
    reason: str
    created_at: datetime


class ExportedSavedJob(Out):
    job_id: int
    job_title: str
    saved_at: datetime


class ExportedInvitation(Out):
    """An invitation to the person, or by the person to a worker of theirs."""

    job_id: int
    job_title: str
    worker_id: int
    created_at: datetime


class ExportedCalendarLink(Out):
    """The secret address of the calendar; only its hash is kept."""

    created_at: datetime


class ExportedFavourite(Out):
    """A worker whom the person likes to have back."""

    worker_id: int
    created_at: datetime


class ExportedBlock(Out):
    blocked_id: int
    created_at: datetime


class ExportedPayment(Out):
    reference: str
    kind: str
    status: str
    provider: str
    payer_id: int
    recipient_id: int | None
    job_id: int
    job_title: str
    amount_kobo: Kobo
    fee_kobo: Kobo
    vat_kobo: Kobo
    currency: Currency
    created_at: datetime
    succeeded_at: datetime | None


class ExportedAttempt(Out):
    """A try to pay at a provider."""

    payment_reference: str
    provider: str
    reference: str
    status: str
    channel: str
    amount_kobo: Kobo
    created_at: datetime
    succeeded_at: datetime | None


class ExportedRefund(Out):
    reference: str
    destination: str
    status: str
    job_id: int
    amount_kobo: Kobo
    currency: Currency
    created_at: datetime
    finished_at: datetime | None


class ExportedEntry(Out):
    """One line of the wallet."""

    id: int
    kind: str
    reference: str
    amount_kobo: int = Field(description="Positive: into the wallet. Negative: out of it.")
    job_id: int | None
    created_at: datetime


class ExportedDispute(Out):
    """A dispute that the person is a party of."""

    id: int
    assignment_id: int
    opened_by_id: int
    status: str
    reason: str
    resolution: str
    resolution_note: str
    to_worker_kobo: Kobo
    to_client_kobo: Kobo
    created_at: datetime
    closed_at: datetime | None


class ExportedStatement(Out):
    """What the person said in a dispute."""

    id: int
    dispute_id: int
    body: str
    created_at: datetime


class ExportedReview(Out):
    id: int
    job_id: int
    reviewer_id: int
    reviewed_id: int
    rating: int
    comment: str
    created_at: datetime
    response: str
    responded_at: datetime | None
    # By staff: it is kept, and in nobody's lists.
    is_hidden: bool


class ExportOut(Out):
    """Account numbers are masked here as everywhere: a stolen access token must not be worth one.

    A page holds 5,000 rows. With more than that `next_cursor` leads to the rest: each list goes on where it stopped.
    """

    exported_at: datetime
    account: MeOut
    email_verified_at: datetime | None
    second_factor: SecondFactorOut
    bank_account: BankAccountOut | None
    devices: list[ExportedDevice]
    push_subscriptions: list[ExportedPushSubscription]
    quiet_hours: QuietHoursOut
    codes: list[ExportedCode]
    notifications: list[ExportedNotification]
    notification_settings: list[PreferenceOut]
    jobs: list[ExportedJob]
    shifts: list[ExportedShift]
    applications: list[ExportedApplication]
    application_history: list[ExportedStep]
    assignments: list[ExportedAssignment]
    spells: list[ExportedSpell]
    attendance_corrections: list[ExportedCorrection]
    calendar_links: list[ExportedCalendarLink]
    saved_jobs: list[ExportedSavedJob]
    saved_searches: list[ExportedSavedSearch]
    job_templates: list[ExportedTemplate]
    job_series: list[ExportedSeries]
    weeks_of_series: list[ExportedWeek]
    invitations: list[ExportedInvitation]
    favourites: list[ExportedFavourite]
    blocks: list[ExportedBlock]
    reports: list[ExportedReport]
    payments: list[ExportedPayment]
    payment_attempts: list[ExportedAttempt]
    refunds: list[ExportedRefund]
    wallet_entries: list[ExportedEntry]
    withdrawals: list[ExportedWithdrawal]
    identity_checks: list[ExportedIdentityCheck]
    virtual_accounts: list[ExportedVirtualAccount]
    deposits: list[ExportedDeposit]
    chargebacks: list[ExportedChargeback]
    disputes: list[ExportedDispute]
    dispute_statements: list[ExportedStatement]
    reviews_given: list[ExportedReview]
    reviews_received: list[ExportedReview]
    next_cursor: str | None
