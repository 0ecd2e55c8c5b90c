"""Who the people are and what there is to do: read from the database beforehand, so that nothing is looked up later.

What is looked at follows Zipf: jobs by age, the newest first, and people in an order of their own. What is written
changes what is looked at most: that is the hard case for a cache.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from itertools import islice
from random import Random
from uuid import uuid4

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import BankAccount, CustomUser
from core import clock
from core.actor import Actor, Role
from jobs.models import Application, ApplicationStatus, AssignmentStatus, Job, JobStatus, ShiftAssignment
from jobs.services.posting import post_job
from jobs.services.schedule import Schedule
from jobs.services.terms import JobTerms
from payment.models import AccountKind, LedgerAccount
from payshift.measuring.crowd.mix import WHOLE, Mix
from payshift.measuring.crowd.requests import Request, read, write
from payshift.measuring.crowd.zipf import Popular
from payshift.measuring.tokens import make_tokens
from rating.models import REVIEW_WINDOW, Review

# Jobs that start within it would start during the measurement.
SOON = timedelta(hours=1)
SMALL_JOBS, SMALL_RATE_KOBO, WEALTH_KOBO = 300, 50_000, 5_000_000
WORDS = ("waiter", "lagos", "security night", "driver", "clean", "cook", "event", "warehouse")
PLACES = ((6.6018, 3.3515), (6.4281, 3.4219), (6.4969, 3.3558), (9.0579, 7.4951))


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    role: str
    token: str
    has_bank_account: bool


@dataclass(slots=True)
class Plan:
    """`people` come in this order. The lists of what can be done once are used up from their ends."""

    people: Sequence[Person]
    tokens: dict[int, str]
    jobs: Popular[int]
    faces: Popular[int]
    open_jobs: Popular[int]
    industries: Sequence[str]
    acceptable: list[tuple[int, int]] = field(default_factory=list)
    reviewable: list[tuple[int, int, int]] = field(default_factory=list)
    payable: list[tuple[int, int]] = field(default_factory=list)
    mix: Mix = WHOLE

    def copy(self) -> "Plan":
        """For a second crowd, which uses nothing up of the first one's."""
        return replace(self, acceptable=[*self.acceptable], reviewable=[*self.reviewable], payable=[*self.payable])

    def next_request(self, number: int, random: Random) -> Request:
        """What the person with this number in the crowd asks for next."""
        return ACTIONS[self.mix.draw(random)](self, self.people[number % len(self.people)], random)


def make_plan(random: Random, *, tokens: dict[int, str] | None = None) -> Plan:
    """In the database at hand. Writes a device for everybody, and jobs to be paid for; nothing where an earlier plan
    did so, whose tokens are given.
    """
    roles = dict(CustomUser.objects.filter(is_active=True).values_list("pk", "role"))
    paid_out = set(BankAccount.objects.values_list("user_id", flat=True))
    # What is not paid for is its client's alone to see.
    shown = Job.objects.exclude(status=JobStatus.PENDING)
    open_jobs = Job.objects.filter(is_open=True, starts_at__gt=clock.now() + SOON)
    if tokens is None:
        tokens = make_tokens(roles)
        _post_small_jobs(open_jobs)
    people = [Person(user_id, role, tokens[user_id], user_id in paid_out) for user_id, role in roles.items()]
    random.shuffle(people)
    return Plan(
        people=people,
        tokens=tokens,
        jobs=Popular(list(shown.order_by("-created_at", "-pk").values_list("pk", flat=True))),
        faces=Popular(random.sample(list(roles), len(roles))),
        open_jobs=Popular(list(open_jobs.order_by("-created_at", "-pk").values_list("pk", flat=True))),
        industries=sorted(set(Job.objects.values_list("industry__slug", flat=True).distinct())),
        acceptable=shuffled(_acceptable(), random),
        reviewable=shuffled(_reviewable(), random),
        payable=shuffled(_payable(), random),
    )


def shuffled[T](things: Sequence[T], random: Random) -> list[T]:
    return random.sample(things, len(things))


def _acceptable() -> list[tuple[int, int]]:
    """(client, application) of those that wait for an open job."""
    waiting = Application.objects.filter(
        status=ApplicationStatus.APPLIED, job__is_open=True, job__starts_at__gt=clock.now() + SOON
    )
    return list(waiting.values_list("job__client_id", "pk"))


def _reviewable() -> list[tuple[int, int, int]]:
    """(reviewer, reviewed, job) of approved work that one of the two has not reviewed yet."""
    worked = ShiftAssignment.objects.filter(
        status=AssignmentStatus.APPROVED, application__job__ends_at__gt=clock.now() - REVIEW_WINDOW + SOON
    )
    job, client = OuterRef("application__job"), OuterRef("application__job__client")
    by_worker = Review.objects.filter(job=job, reviewer=OuterRef("worker"), reviewed=client)
    by_client = Review.objects.filter(job=job, reviewer=client, reviewed=OuterRef("worker"))
    names = ("worker_id", "application__job__client_id", "application__job_id")
    from_workers = worked.filter(~Exists(by_worker)).values_list(*names).distinct()
    from_clients = worked.filter(~Exists(by_client)).values_list(names[1], names[0], names[2]).distinct()
    return [*from_workers, *from_clients]


def _payable() -> list[tuple[int, int]]:
    """(client, job) of jobs that wait for their money, which may or may not lie in the wallet."""
    pending = Job.objects.filter(status=JobStatus.PENDING, starts_at__gt=clock.now() + SOON)
    return list(pending.values_list("client_id", "pk"))


def _post_small_jobs(open_jobs: QuerySet[Job]) -> None:
    """New jobs for clients whose wallets hold the money: few jobs of a market wait for theirs, and a
    minute of a thousand people would pay them all. Of one shift each, and otherwise like some of the jobs at hand."""
    wallets = LedgerAccount.objects.filter(
        kind=AccountKind.WALLET, user__role=Role.CLIENT, user__is_active=True, balance_kobo__gte=WEALTH_KOBO
    )
    unpaid = Counter(Job.objects.filter(status=JobStatus.PENDING).values_list("client_id", flat=True))
    clients = list(wallets.order_by("-balance_kobo").values_list("user_id", flat=True))
    likes = list(open_jobs.select_related("industry").order_by("pk")[:SMALL_JOBS])
    day = (clock.now() + timedelta(days=7)).date()
    for number, client_id in enumerate(islice(clients_in_turn(clients, unpaid), SMALL_JOBS)):
        like = likes[number % len(likes)]
        terms = JobTerms(
            title=f"{like.title} {number}",
            description=like.description,
            industry=like.industry.slug,
            subcategory=None,
            shift_type="day",
            schedule=Schedule("single_day", day, day, time(9), time(13), (), like.time_zone),
            applicants_needed=1,
            rate_kobo=SMALL_RATE_KOBO,
            location=like.location,
            latitude=like.latitude,
            longitude=like.longitude,
        )
        post_job(actor=Actor(client_id, Role.CLIENT), terms=terms)


def clients_in_turn(clients: Sequence[int], unpaid: Mapping[int, int]) -> Iterator[int]:
    """Who posts next, each as often as they may have unpaid jobs besides those that they have."""
    for posted in range(settings.UNPAID_JOBS):
        yield from (client for client in clients if unpaid.get(client, 0) + posted < settings.UNPAID_JOBS)


def find_jobs(plan: Plan, person: Person, query: str) -> Request:
    return read("find_jobs", f"/jobs?{query}" if query else "/jobs", person.token)


def own_work(plan: Plan, person: Person, random: Random) -> Request:
    """A client's jobs, a worker's applications or calendar."""
    if person.role == Role.CLIENT:
        return read("list_client_jobs", f"/clientjobs/{person.id}", person.token)
    if random.random() < 0.5:
        return read("list_applications", "/applications", person.token)
    return read("list_assignments", "/assignments", person.token)


def nearby(plan: Plan, person: Person, random: Random) -> Request:
    latitude, longitude = random.choice(PLACES)
    return find_jobs(plan, person, f"latitude={latitude}&longitude={longitude}&radius_km=10")


def account_details(plan: Plan, person: Person, random: Random) -> Request:
    """Who has no bank account would get 404: they look at their own face."""
    if not person.has_bank_account:
        return read("get_profile", f"/get-profile/{person.id}", person.token)
    return read("get_account_details", "/get-account-details", person.token)


def apply(plan: Plan, person: Person, random: Random) -> Request:
    """A client applies to nothing: they save the job."""
    if person.role != Role.APPLICANT:
        return save(plan, person, random)
    payload = {"job_id": plan.open_jobs.draw(random), "note": "I can start at once."}
    return write("apply_to_job", "/apply-jobs/", person.token, payload=payload)


def save(plan: Plan, person: Person, random: Random) -> Request:
    return write("save_job", "/saved-jobs", person.token, payload={"job_id": plan.jobs.draw(random)})


def accept(plan: Plan, person: Person, random: Random) -> Request:
    """Only its client accepts an application: whoever comes by acts as them. When all are answered, people apply."""
    if not plan.acceptable:
        return apply(plan, person, random)
    client_id, application_id = plan.acceptable.pop()
    path = f"/applications/{application_id}/accept"
    return write("accept_application", path, plan.tokens[client_id], payload={})


def review(plan: Plan, person: Person, random: Random) -> Request:
    if not plan.reviewable:
        return save(plan, person, random)
    reviewer_id, reviewed_id, job_id = plan.reviewable.pop()
    payload = {"job_id": job_id, "reviewed_id": reviewed_id, "rating": random.randint(3, 5), "comment": "As agreed."}
    return write("create_review", "/reviews", plan.tokens[reviewer_id], payload=payload)


def pay(plan: Plan, person: Person, random: Random) -> Request:
    if not plan.payable:
        return apply(plan, person, random)
    client_id, job_id = plan.payable.pop()
    payload = {"job_id": job_id, "provider": "wallet"}
    return write("start_payment", "/payments", plan.tokens[client_id], payload=payload, key=uuid4().hex)


type Action = Callable[[Plan, Person, Random], Request]

ACTIONS: dict[str, Action] = {
    "newest_jobs": lambda plan, person, random: find_jobs(plan, person, ""),
    "jobs_of_industry": lambda plan, person, random: find_jobs(
        plan, person, f"industry={random.choice(plan.industries)}"
    ),
    "jobs_with_words": lambda plan, person, random: find_jobs(
        plan, person, f"q={random.choice(WORDS).replace(' ', '+')}"
    ),
    "jobs_nearby": nearby,
    "own_work": own_work,
    "notifications": lambda plan, person, random: read("list_notifications", "/notifications", person.token),
    "saved_jobs": lambda plan, person, random: read("list_saved_jobs", "/saved-jobs", person.token),
    "get_job": lambda plan, person, random: read("get_job", f"/jobs/{plan.jobs.draw(random)}", person.token),
    "get_profile": lambda plan, person, random: read(
        "get_profile", f"/get-profile/{plan.faces.draw(random)}", person.token
    ),
    "list_reviews_received": lambda plan, person, random: read(
        "list_reviews_received", f"/reviews/{plan.faces.draw(random)}", person.token
    ),
    "list_reviews_given": lambda plan, person, random: read(
        "list_reviews_given", f"/ratings/reviewer_{plan.faces.draw(random)}/", person.token
    ),
    "list_payments": lambda plan, person, random: read("list_payments", f"/users/{person.id}/payments", person.token),
    "get_account_details": account_details,
    "apply": apply,
    "save": save,
    "accept": accept,
    "review": review,
    "pay": pay,
}
