"""The tables that are populated, with the columns that are given; the order is that of writing."""

from accounts.models import BankAccount, CustomUser, Device, Notification, Profile
from jobs.models import Application, ApplicationStatusLog, Block, Job, SavedJob, Shift, ShiftAssignment
from payment.models import (
    Dispute,
    DisputeStatement,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    Payment,
    PaymentAttempt,
    Refund,
    Wallet,
    Withdrawal,
)
from payshift.measuring.populating.loading import Table
from rating.models import Review


class Tables:
    """Rows are added here by position: the order of the columns is the order of the values."""

    def __init__(self) -> None:
        self.users = Table(
            CustomUser, "id", "email", "password", "first_name", "last_name", "role", "email_verified_at"
        )
        self.profiles = Table(
            Profile,
            *("id", "user_id", "joined_at", "bio", "location", "latitude", "longitude", "skills"),
            *("reviews_count", "rating_sum", "approved_count", "no_show_count", "late_cancel_count"),
            "given_count",
        )
        self.devices = Table(
            Device,
            *("id", "user_id", "name", "created_at", "last_used_at", "expires_at", "rotated_at"),
            *("access_sha256", "access_expires_at", "refresh_sha256", "refresh_expires_at"),
        )
        self.bank_accounts = Table(
            BankAccount,
            *("id", "user_id", "bank_code", "bank_name", "account_number", "account_name", "verified_at", "changed_at"),
        )
        self.jobs = Table(
            Job,
            *("id", "title", "description", "industry_id", "subcategory_id", "job_type", "shift_type"),
            *("date", "end_date", "start_time", "end_time", "time_zone", "starts_at", "ends_at"),
            *("applicants_needed", "accepted_count", "rate_kobo", "price_wage_kobo", "price_fee_kobo"),
            *("location", "latitude", "longitude", "client_id", "created_by_id", "status", "canceled_at"),
            *("created_at", "updated_at"),
            triggers=("jobs_job_search",),
        )
        self.shifts = Table(Shift, "id", "job_id", "starts_at", "ends_at", "minutes", "on_site_code", "canceled_at")
        self.applications = Table(
            Application, "id", "job_id", "applicant_id", "status", "note", "created_at", "decided_at", "accepted_at"
        )
        self.log = Table(
            ApplicationStatusLog, "id", "application_id", "from_status", "to_status", "changed_by_id", "created_at"
        )
        self.assignments = Table(
            ShiftAssignment,
            *("id", "application_id", "shift_id", "worker_id", "client_id"),
            *("industry_id", "subcategory_id", "starts_at", "ends_at", "status"),
            *("checked_in_at", "check_in_method", "checked_out_at", "worked_minutes"),
            *("approved_at", "approved_minutes", "lowered_reason", "no_show_at", "canceled_at", "cancel_reason"),
            *("wage_kobo", "fee_kobo", "paid_wage_kobo", "paid_fee_kobo"),
        )
        self.saved_jobs = Table(SavedJob, "id", "user_id", "job_id", "saved_at")
        self.accounts = Table(
            LedgerAccount, "id", "kind", "user_id", "job_id", "provider", "balance_kobo", "created_at"
        )
        self.wallets = Table(Wallet, "id", "user_id", "account_id", "created_at")
        self.transactions = Table(LedgerTransaction, "id", "kind", "reference", "job_id", "created_at")
        self.entries = Table(LedgerEntry, "id", "transaction_id", "account_id", "amount_kobo")
        self.payments = Table(
            Payment,
            *("id", "kind", "status", "reference", "payer_id", "recipient_id", "job_id", "assignment_id"),
            *("amount_kobo", "fee_kobo", "provider", "created_at", "succeeded_at"),
        )
        self.attempts = Table(
            PaymentAttempt,
            *("id", "payment_id", "provider", "reference", "status", "amount_kobo", "authorization_url"),
            *("created_at", "captured_kobo", "credited_to", "succeeded_at"),
        )
        self.refunds = Table(
            Refund,
            *("id", "reference", "destination", "status", "recipient_id", "job_id", "amount_kobo"),
            *("created_at", "finished_at"),
        )
        self.withdrawals = Table(
            Withdrawal,
            *("id", "wallet_id", "reference", "status", "amount_kobo", "provider", "bank_code", "bank_name"),
            *("account_number", "account_name", "created_at", "sent_at", "finished_at"),
        )
        self.reviews = Table(
            Review,
            *("id", "reviewer_id", "reviewed_id", "job_id", "rating", "comment", "created_at"),
            *("response", "responded_at"),
        )
        self.disputes = Table(
            Dispute,
            *("id", "assignment_id", "client_id", "worker_id", "opened_by_id", "status", "reason"),
            *("created_at", "closed_at"),
        )
        self.statements = Table(DisputeStatement, "id", "dispute_id", "author_id", "body", "created_at")
        self.blocks = Table(Block, "id", "blocker_id", "blocked_id", "created_at")
        self.notifications = Table(
            Notification, "id", "user_id", "kind", "title", "body", "link", "dedupe_key", "created_at", "read_at"
        )

    def all(self) -> list[Table]:
        return list(vars(self).values())
