"""The first screen: what waits for a person, of all apps at once, in three queries and the token's.

The numbers come in one row: each is a subquery over an index that starts with the person.
"""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, JSONObject
from pydantic_core import to_json

from accounts.models import CustomUser, Notification
from core import clock
from core.actor import Actor, Role
from core.details import Part
from core.listings import Given, Prepared
from core.models import PayshiftQuerySet
from core.pagination import PageQuery
from core.rows import objects_of, reader_of
from jobs.confirmation import first_start_in_sql, near
from jobs.days_left import takes_people
from jobs.eligibility import standing_applications
from jobs.listings import jobs_matched_to
from jobs.models import Application, ApplicationStatus, AssignmentStatus, Invitation, Job, JobStatus, ShiftAssignment
from jobs.models.assignment import LIVE_STATUSES
from jobs.models.job import JobQuerySet
from jobs.selectors.jobs import with_what_there_is_to_do
from jobs.services.extra_time import standing_offer_in_sql
from payment.models import CURRENCY, WITHDRAWALS_IN_FLIGHT, AccountKind, LedgerAccount, Withdrawal
from payshift.home_schemas import HomeJobOut, HomeShiftOut, ToApproveOut
from rating.models import REVIEW_WINDOW
from rating.selectors import reviews_to_write

MOST_SHIFTS, MOST_MATCHES, MOST_TO_APPROVE, MOST_JOBS = 3, 5, 10, 20
# The clock decides a day after the shift, and what was taken off waits for two more; a dispute is a list of its own.
UNDECIDED_FOR = timedelta(days=7)

JOB = "application__job"
SHIFT = {
    "assignment_id": "pk",
    "application_id": "application_id",
    **{name: name for name in ("status", "starts_at", "ends_at")},
    "job_id": f"{JOB}_id",
    "job_title": f"{JOB}__title",
    **{name: f"{JOB}__{name}" for name in ("location", "latitude", "longitude", "time_zone")},
}


def home_of(*, actor: Actor) -> bytes:
    """A `HomeOut`. For staff the numbers alone. At most four queries with the token's, whatever there is."""
    given = _given(actor, clock.now())
    row = NUMBERS[actor.role].rows(**given)[0]
    numbers = dict(zip(COLUMNS[actor.role], row, strict=True))
    return to_json(
        {
            "unread_count": numbers["unread"],
            "balance_kobo": numbers["balance"],
            "in_flight_kobo": numbers["in_flight"],
            "currency": CURRENCY,
            "reviews_to_write": numbers["to_review"],
            "worker": _worker(actor, numbers) if actor.role is Role.APPLICANT else None,
            "client": _client(given, numbers) if actor.role is Role.CLIENT else None,
        }
    )


def _numbers(role: Role, given: Given) -> QuerySet[Any]:
    """The caller's row with all that is one number, or a short list."""
    by_role = {Role.APPLICANT: _numbers_of_worker, Role.CLIENT: _numbers_of_client}
    own = by_role[role](given) if role in by_role else {}
    return CustomUser.objects.filter(pk=given["user_id"]).annotate(**_numbers_of_all(role, given), **own)


def _numbers_of_all(role: Role, given: Given) -> dict[str, Combinable]:
    user_id = given["user_id"]
    wallet = LedgerAccount.objects.filter(kind=AccountKind.WALLET, user_id=user_id, currency=CURRENCY)
    flying = Withdrawal.objects.filter(wallet__user_id=user_id, status__in=WITHDRAWALS_IN_FLIGHT)
    in_flight = flying.order_by().values("wallet_id").annotate(kobo=Sum("amount_kobo")).values("kobo")
    return {
        "unread": _number(Notification.objects.filter(user_id=user_id, read_at__isnull=True)),
        "balance": Coalesce(Subquery(wallet.values("balance_kobo")[:1]), 0),
        "in_flight": Coalesce(Subquery(in_flight[:1]), 0),
        "to_review": _number(reviews_to_write(role, user_id=user_id, since=given["reviewable_since"])),
    }


def _numbers_of_worker(given: Given) -> dict[str, Combinable]:
    user_id, now = given["user_id"], given["now"]
    applied = standing_applications().filter(job_id=OuterRef("job_id"), applicant_id=user_id)
    invited = Invitation.objects.filter(~Exists(applied), worker_id=user_id)
    live = ShiftAssignment.objects.filter(worker_id=user_id, status__in=LIVE_STATUSES, ends_at__gt=now).annotate(
        first_starts_at=first_start_in_sql("application__")
    )
    is_near = ExpressionWrapper(near(now=now, until=given["asked_until"]), BooleanField())
    shift = JSONObject(**SHIFT, may_confirm=is_near, extra_time_minutes=standing_offer_in_sql(now=now))
    return {
        "shifts": ArraySubquery(live.order_by("starts_at", "id").values_list(shift)[:MOST_SHIFTS]),
        "to_accept": _number(
            ShiftAssignment.objects.filter(
                worker_id=user_id, starts_at__gte=given["since"], withheld_until__gt=now, withheld_kobo__gt=0
            )
        ),
        "waiting": _number(Application.objects.filter(applicant_id=user_id, status=ApplicationStatus.APPLIED)),
        "invited": _number(invited.filter(takes_people(now=now, job="job__"))),
    }


def _numbers_of_client(given: Given) -> dict[str, Combinable]:
    ahead = _jobs_ahead(given)
    return {
        "to_approve": _number(_to_approve(given)),
        "to_pay": _number(ahead.filter(status=JobStatus.PENDING)),
        "to_fill": _number(ahead.exclude(status=JobStatus.PENDING)),
    }


def _number(rows: QuerySet[Any, Any]) -> Combinable:
    """How many there are. As a plain function, so that Django does not group what is one number."""
    count = Func(F("pk"), function="count", output_field=IntegerField())
    return Subquery(rows.order_by().annotate(number=count).values("number"))


def _worker(actor: Actor, numbers: dict[str, Any]) -> dict[str, Any]:
    return {
        "shifts": SHIFTS(numbers["shifts"]),
        "minutes_to_accept": numbers["to_accept"],
        "waiting_applications": numbers["waiting"],
        "open_invitations": numbers["invited"],
        "matches": jobs_matched_to(actor, page=PageQuery(limit=MOST_MATCHES)).items,
    }


def _client(given: dict[str, Any], numbers: dict[str, Any]) -> dict[str, Any]:
    return {
        "to_approve_count": numbers["to_approve"],
        "to_approve": TO_APPROVE.read(**given),
        "to_pay_count": numbers["to_pay"],
        "to_fill_count": numbers["to_fill"],
        "jobs": JOBS_AHEAD.read(**given),
    }


def _given(actor: Actor, now: datetime) -> dict[str, Any]:
    return {
        "user_id": actor.user_id,
        "now": now,
        "since": now - UNDECIDED_FOR,
        "asked_until": now + timedelta(hours=settings.CONFIRMATION_ASK_HOURS),
        "reviewable_since": now - REVIEW_WINDOW,
    }


def _to_approve(given: Given) -> PayshiftQuerySet[ShiftAssignment]:
    return ShiftAssignment.objects.filter(
        client_id=given["user_id"], starts_at__gte=given["since"], status=AssignmentStatus.CHECKED_OUT
    )


def _oldest_to_approve(given: Given) -> PayshiftQuerySet[ShiftAssignment]:
    return _to_approve(given).order_by("ends_at", "id")[:MOST_TO_APPROVE]


def _jobs_ahead(given: Given) -> JobQuerySet:
    """To be paid for, or to be filled."""
    unpaid = Q(status=JobStatus.PENDING, canceled_at__isnull=True, starts_at__gt=given["now"])
    return Job.objects.filter(unpaid | takes_people(now=given["now"]), client_id=given["user_id"])


def _soonest_jobs(given: Given) -> JobQuerySet:
    return with_what_there_is_to_do(_jobs_ahead(given)).order_by("starts_at", "id")[:MOST_JOBS]


SHIFTS = objects_of(HomeShiftOut)
GIVEN = ("user_id", "now", "since", "asked_until", "reviewable_since")
TO_APPROVE = Part(GIVEN, reader_of(ToApproveOut), _oldest_to_approve)
JOBS_AHEAD = Part(GIVEN, reader_of(HomeJobOut), _soonest_jobs)
OF_ALL = ("unread", "balance", "in_flight", "to_review")
COLUMNS: dict[Role, tuple[str, ...]] = {
    Role.APPLICANT: (*OF_ALL, "shifts", "to_accept", "waiting", "invited"),
    Role.CLIENT: (*OF_ALL, "to_approve", "to_pay", "to_fill"),
    Role.ADMIN: OF_ALL,
}
NUMBERS = {role: Prepared(partial(_numbers, role), columns, given=GIVEN) for role, columns in COLUMNS.items()}
