"""Plain Ninja over lazy relations, nothing added: each attribute is loaded when it is touched, for each row again.

The answers have the fields of the product's schemas. `planned()` is left out on purpose: it is what refuses this.
"""

from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import NinjaAPI, Status
from ninja.security import HttpBearer

from accounts.models import BankAccount, CustomUser, Device
from accounts.schemas import BankAccountOut, PublicProfileOut
from accounts.tokens import sha256
from core import clock
from core.pagination import DEFAULT_LIMIT, PageOut
from jobs.application_facts import release_from
from jobs.models import Application, Job, SeriesOccurrence
from jobs.schemas.application import AppliedOut, ApplyIn, BestApplicantOut
from jobs.schemas.job import ClientJobOut, ClientJobsOut, JobOut
from payment.models import LedgerTransaction, Payment, PaymentStatus
from payment.schemas.payments import PaymentOut
from payshift.measuring.naive import work
from rating.models import Review
from rating.schemas import ReceivedReviewsOut, ReviewOut


class LazyBearer(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> CustomUser | None:
        device = Device.objects.filter(access_sha256=sha256(token), revoked_at__isnull=True).first()
        if device is None or device.access_expires_at <= clock.now() or not device.user.is_active:
            return None
        return device.user


class LazyRequest(HttpRequest):
    auth: CustomUser


api = NinjaAPI(urls_namespace="naive", auth=LazyBearer(), docs_url=None, openapi_url=None)


@api.get("/get-profile/{int:user_id}", response=PublicProfileOut)
def get_profile(request: LazyRequest, user_id: int) -> PublicProfileOut:
    return PublicProfileOut.of(get_object_or_404(CustomUser.objects.all(), pk=user_id, is_active=True))


@api.get("/get-account-details", response=BankAccountOut)
def get_account_details(request: LazyRequest) -> BankAccountOut:
    return BankAccountOut.of(get_object_or_404(BankAccount, user=request.auth))


@api.get("/jobs/{int:job_id}", response=JobOut)
def get_job(request: LazyRequest, job_id: int) -> Job:
    return get_object_or_404(Job, pk=job_id)


@api.get("/clientjobs/{int:user_id}", response=ClientJobsOut)
def list_client_jobs(request: LazyRequest, user_id: int) -> dict[str, object]:
    jobs = Job.objects.filter(client_id=user_id).order_by("-created_at", "-id")[:DEFAULT_LIMIT]
    for job in jobs:
        work.count_what_there_is_to_do(job)
    counts: dict[str, int] = {}
    for job in Job.objects.filter(client_id=user_id):
        counts[job.status] = counts.get(job.status, 0) + 1
    return {"counts": counts, "items": list(jobs), "next_cursor": None}


@api.get("/client/jobs/{int:job_id}", response=ClientJobOut)
def get_client_job(request: LazyRequest, job_id: int) -> dict[str, object]:
    job = get_object_or_404(Job, pk=job_id, client_id=request.auth.pk)
    applications = list(job.applications.order_by("status", "created_at", "id"))
    for application in applications:
        assignments = application.assignments.order_by("starts_at")
        application.assignment_list = list(map(work.in_brief, assignments))  # type: ignore[attr-defined]
        application.release_from = release_from(application)  # type: ignore[attr-defined,arg-type]
    repeated = SeriesOccurrence.objects.filter(job=job, series__ended_at__isnull=True).first()
    return {
        "job": job,
        "escrow": work.escrow_of(job),
        "applications": applications,
        "series_id": repeated and repeated.series_id,
    }


@api.get("/jobs/{int:job_id}/best-applicants/", response=PageOut[BestApplicantOut])
def list_best_applicants(request: LazyRequest, job_id: int) -> dict[str, object]:
    job = get_object_or_404(Job, pk=job_id, client_id=request.auth.pk)
    return {"items": work.ranked_applicants(job)[:DEFAULT_LIMIT], "next_cursor": None}


@api.post("/apply-jobs/", response={201: AppliedOut})
def apply_to_job(request: LazyRequest, payload: ApplyIn) -> Status[Application]:
    return Status(201, work.apply(request.auth, get_object_or_404(Job, pk=payload.job_id), payload.note))


@api.get("/users/{int:user_id}/payments", response=PageOut[PaymentOut])
def list_payments(request: LazyRequest, user_id: int) -> dict[str, object]:
    own = Payment.objects.filter(Q(payer=request.auth) | Q(recipient=request.auth))
    items = []
    for payment in own.order_by("-created_at", "-id")[:DEFAULT_LIMIT]:
        attempts = payment.attempts.all()
        live = attempts.filter(status=PaymentStatus.PENDING, provider=payment.provider).first()
        payment.refunded_to_card_kobo = sum(a.refunded_kobo for a in attempts)  # type: ignore[attr-defined]
        own_address = live.authorization_url if live and payment.payer_id == user_id else None
        payment.authorization_url = own_address  # type: ignore[attr-defined]
        money = [f"{a.provider}:{a.reference}" for a in attempts if a.credited_to == "suspense"]
        placed = LedgerTransaction.objects.filter(kind="suspense_resolved", reference__in=money).count() if money else 0
        in_suspense = placed < len(money)
        payment.in_review = payment.status != PaymentStatus.SUCCEEDED and in_suspense  # type: ignore[attr-defined]
        items.append(payment)
    return {"items": items, "next_cursor": None}


@api.get("/reviews/{int:user_id}", response=ReceivedReviewsOut)
def list_reviews_received(request: LazyRequest, user_id: int) -> dict[str, object]:
    person = get_object_or_404(CustomUser.objects.all(), pk=user_id)
    received = Review.objects.filter(reviewed=person, is_hidden=False)
    ratings = [review.rating for review in received]
    return {
        "user_id": user_id,
        "average": round(sum(ratings) / len(ratings), 2) if ratings else None,
        "count": len(ratings),
        "histogram": {rating: ratings.count(rating) for rating in range(1, 6)},
        "items": [ReviewOut.of(review) for review in received.order_by("-created_at", "-id")[:DEFAULT_LIMIT]],
        "next_cursor": None,
    }


@api.get("/ratings/reviewer_{int:user_id}/", response=PageOut[ReviewOut])
def list_reviews_given(request: LazyRequest, user_id: int) -> dict[str, object]:
    person = get_object_or_404(CustomUser.objects.all(), pk=user_id)
    given = Review.objects.filter(reviewer=person, is_hidden=False)
    items = [ReviewOut.of(review) for review in given.order_by("-created_at", "-id")[:DEFAULT_LIMIT]]
    return {"items": items, "next_cursor": None}
