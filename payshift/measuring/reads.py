"""Every read of the API, by the people and of the objects that have most: what reports measure and tests explain."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Abs

from accounts.models import BankAccount, Profile
from jobs.models import Application, ApplicationStatus, Job, JobStatus, ShiftAssignment
from payment.models import Dispute, Payment, PaymentKind, Withdrawal

TYPICAL_APPLICANTS = 30
IKEJA = {"latitude": 6.6018, "longitude": 3.3515}


class Kind(StrEnum):
    LIST = "list"
    DETAIL = "detail"
    # Scores and sorts at most 1,000 candidates.
    RANKED = "ranked"


@dataclass(frozen=True, slots=True)
class Cast:
    """Who asks, and for what."""

    worker_id: int
    client_id: int
    # A job for which people wait, and its client.
    job_id: int
    owner_id: int
    trade: tuple[str, str]
    application_id: int
    assignment_id: int
    reference: str
    paid_job_id: int
    withdrawal_id: int
    dispute_id: int


@dataclass(frozen=True, slots=True)
class Read:
    operation: str
    kind: Kind
    user_id: int
    path: str
    variant: str = ""

    @property
    def name(self) -> str:
        return f"{self.operation} {self.variant}".strip()


def find_cast() -> Cast:
    """The busiest worker and client, and an open job that a typical number of people applied to."""
    workers = Profile.objects.filter(
        Exists(BankAccount.objects.filter(user_id=OuterRef("user_id"))),
        Exists(Dispute.objects.filter(worker_id=OuterRef("user_id"))),
        Exists(Withdrawal.objects.filter(wallet__user_id=OuterRef("user_id"))),
    )
    worker_id = workers.order_by("-approved_count", "user_id").values_list("user_id", flat=True)[:1].get()
    counted = Job.objects.values("client_id").annotate(count=Count("pk")).order_by("-count", "client_id")
    waiting = Count("applications", Q(applications__status=ApplicationStatus.APPLIED))
    job = (
        Job.objects.filter(status=JobStatus.UPCOMING)
        .annotate(off=Abs(waiting - TYPICAL_APPLICANTS))
        .order_by("off", "pk")
        .values_list("pk", "client_id", "industry__slug", "subcategory__slug")
    )[:1].get()
    own = {"worker_id": worker_id, "status": "approved"}
    payment = Payment.objects.filter(recipient_id=worker_id, kind=PaymentKind.WAGE).order_by("-pk")
    reference, paid_job_id = payment.values_list("reference", "job_id")[:1].get()
    withdrawals = Withdrawal.objects.filter(wallet__user_id=worker_id)
    return Cast(
        worker_id=worker_id,
        client_id=counted.values_list("client_id", flat=True)[:1].get(),
        job_id=job[0],
        owner_id=job[1],
        trade=(job[2], job[3]),
        application_id=Application.objects.filter(applicant_id=worker_id).values_list("pk", flat=True)[:1].get(),
        assignment_id=ShiftAssignment.objects.filter(**own).values_list("pk", flat=True)[:1].get(),
        reference=reference,
        paid_job_id=paid_job_id,
        withdrawal_id=withdrawals.values_list("pk", flat=True)[:1].get(),
        dispute_id=Dispute.objects.filter(worker_id=worker_id).values_list("pk", flat=True)[:1].get(),
    )


def reads(cast: Cast) -> Iterator[Read]:
    yield from _people(cast)
    yield from _searches(cast)
    yield from _work(cast)
    yield from _money(cast)


def _people(cast: Cast) -> Iterator[Read]:
    worker = cast.worker_id
    yield Read("get_me", Kind.DETAIL, worker, "/me")
    yield Read("get_home", Kind.RANKED, worker, "/home", "of a worker")
    yield Read("get_home", Kind.RANKED, cast.client_id, "/home", "of a client")
    yield Read("list_reviews_to_write", Kind.LIST, worker, "/reviews/to-write")
    yield Read("get_profile", Kind.DETAIL, cast.client_id, f"/get-profile/{worker}")
    yield Read("get_account_details", Kind.DETAIL, worker, "/get-account-details")
    yield Read("get_second_factor", Kind.DETAIL, worker, "/auth/second-factor")
    yield Read("list_devices", Kind.LIST, worker, "/auth/devices")
    yield Read("list_notifications", Kind.LIST, worker, "/notifications")
    yield Read("count_unread_notifications", Kind.DETAIL, worker, "/notifications/unread")
    yield Read("list_notifications", Kind.LIST, worker, "/notifications?unread=true", "unread")
    yield Read("get_notification_settings", Kind.DETAIL, worker, "/notifications/settings")
    yield Read("get_push", Kind.DETAIL, worker, "/push")
    yield Read("list_reviews_received", Kind.LIST, worker, f"/reviews/{worker}")
    yield Read("list_reviews_given", Kind.LIST, worker, f"/ratings/reviewer_{worker}/")
    yield Read("list_saved_searches", Kind.LIST, worker, "/saved-searches")
    yield Read("list_blocks", Kind.LIST, worker, "/blocks")
    yield Read("list_reports", Kind.LIST, worker, "/reports")


def _searches(cast: Cast) -> Iterator[Read]:
    industry, subcategory = cast.trade
    near: dict[str, object] = {**IKEJA, "radius_km": 10}
    variants: dict[str, tuple[Kind, dict[str, object]]] = {
        "newest": (Kind.LIST, {}),
        "soonest": (Kind.LIST, {"order": "soonest"}),
        "of two shift types": (Kind.LIST, {"shift_type": ["night", "evening"]}),
        "in a box": (Kind.LIST, {"south": 6.4, "north": 6.7, "west": 3.2, "east": 3.6}),
        "by rate": (Kind.LIST, {"order": "rate"}),
        "by rate, bounded": (Kind.LIST, {"order": "rate", "min_rate_kobo": 150_000, "max_rate_kobo": 200_000}),
        "of an industry": (Kind.LIST, {"industry": industry}),
        "of a subcategory": (Kind.LIST, {"subcategory": subcategory}),
        "of a shift type": (Kind.LIST, {"shift_type": "night"}),
        "with a common word": (Kind.LIST, {"q": "lagos"}),
        "with a rare word": (Kind.LIST, {"q": "masseur premiere"}),
        "near": (Kind.LIST, near),
        "by relevance, common": (Kind.RANKED, {"q": "lagos", "order": "relevance"}),
        "by relevance, rare": (Kind.RANKED, {"q": "masseur premiere", "order": "relevance"}),
        "by distance": (Kind.RANKED, {**IKEJA, "order": "distance"}),
        "by distance, near": (Kind.RANKED, {**near, "order": "distance"}),
    }
    for variant, (kind, query) in variants.items():
        yield Read("find_jobs", kind, cast.worker_id, f"/jobs?{urlencode(query, doseq=True)}", variant)
    yield Read("matched_jobs", Kind.RANKED, cast.worker_id, "/jobs/matched")
    yield Read("list_industries", Kind.LIST, cast.worker_id, "/industries")


def _work(cast: Cast) -> Iterator[Read]:
    worker, client, job, owner = cast.worker_id, cast.client_id, cast.job_id, cast.owner_id
    yield Read("get_job", Kind.DETAIL, worker, f"/jobs/{job}")
    yield Read("get_job_for_caller", Kind.DETAIL, worker, f"/jobs/{job}/me")
    yield Read("list_client_jobs", Kind.LIST, client, f"/clientjobs/{client}")
    yield Read("list_client_jobs", Kind.LIST, client, f"/clientjobs/{client}?status=completed", "completed")
    yield Read("get_client_job", Kind.DETAIL, owner, f"/client/jobs/{job}")
    yield Read("list_workers_of_client", Kind.RANKED, client, "/client/workers")
    yield Read("list_best_applicants", Kind.RANKED, owner, f"/jobs/{job}/best-applicants/")
    yield Read("list_job_applications", Kind.LIST, owner, f"/jobs/{job}/applications")
    yield Read("list_job_applications", Kind.LIST, owner, f"/jobs/{job}/applications?status=applied", "waiting")
    yield Read("list_applications", Kind.LIST, worker, "/applications")
    yield Read("list_applications", Kind.LIST, worker, "/applications?status=completed", "completed")
    yield Read("get_application", Kind.DETAIL, worker, f"/applications/{cast.application_id}")
    yield Read("list_assignments", Kind.LIST, worker, "/assignments", "of a worker")
    yield Read("list_assignments", Kind.LIST, client, "/assignments", "of a client")
    yield Read("list_assignments", Kind.LIST, owner, f"/assignments?job_id={job}", "of a job")
    yield Read("get_assignment", Kind.DETAIL, worker, f"/assignments/{cast.assignment_id}")
    yield Read("get_attendance_history", Kind.LIST, worker, f"/assignments/{cast.assignment_id}/history")
    yield Read("list_favourites", Kind.LIST, client, "/favourites")
    yield Read("list_series", Kind.LIST, client, "/series")
    yield Read("list_job_templates", Kind.LIST, client, "/job-templates")
    yield Read("list_invitations", Kind.LIST, worker, "/invitations")
    yield Read("list_saved_jobs", Kind.LIST, worker, "/saved-jobs")


def _money(cast: Cast) -> Iterator[Read]:
    worker, client = cast.worker_id, cast.client_id
    yield Read("list_payments", Kind.LIST, worker, f"/users/{worker}/payments", "of a worker")
    yield Read("list_payments", Kind.LIST, client, f"/users/{client}/payments", "of a client")
    yield Read("list_payments", Kind.LIST, client, f"/users/{client}/payments?direction=made", "made")
    yield Read("list_payments", Kind.LIST, worker, f"/users/{worker}/payments?direction=received", "received")
    yield Read("get_payment", Kind.DETAIL, worker, f"/payments/{cast.reference}")
    yield Read("get_job_receipt", Kind.DETAIL, worker, f"/jobs/{cast.paid_job_id}/receipt")
    yield Read("get_wallet", Kind.DETAIL, worker, "/wallet")
    yield Read("list_wallet_transactions", Kind.LIST, worker, "/wallet/transactions")
    yield Read("list_withdrawals", Kind.LIST, worker, "/wallet/withdrawals")
    yield Read("get_withdrawal", Kind.DETAIL, worker, f"/wallet/withdrawals/{cast.withdrawal_id}")
    yield Read("list_disputes", Kind.LIST, worker, "/disputes")
    yield Read("get_dispute", Kind.DETAIL, worker, f"/disputes/{cast.dispute_id}")
