"""R2 for the seven cached operations: after each kind of write the cached answer is the database's answer.

Each case reads once to fill the cache, sees a hit, writes through the API, a service or admin, and reads again: the
answer must have changed and must equal what an empty cache gives.
"""

from collections.abc import Callable

import pytest
from django.db import transaction
from django_redis import get_redis_connection
from pytest_django import Settings

from accounts.models import BankAccount, CustomUser
from core.actor import Role
from core.queries import count_queries
from jobs.models import Job, JobIndustry
from tests.coherence.conftest import World
from tests.factories.accounts import NotificationFactory, UserFactory
from tests.factories.jobs import ApplicationFactory
from tests.factories.payment import PaymentFactory
from tests.factories.rating import ReviewFactory
from tests.support.api_client import ApiClient
from tests.support.identity import proof_of

pytestmark = pytest.mark.django_db(transaction=True)


def rename(user: CustomUser) -> None:
    answer = ApiClient(user).patch("/me", {"last_name": "Newname", **proof_of(user)})
    assert answer.status_code == 200, answer.content


def review_back(world: World) -> None:
    body = {"job_id": world.worked.pk, "reviewed_id": world.chidi.pk, "rating": 5}
    assert ApiClient(world.wale).post("/reviews", body).status_code == 201


def respond(world: World) -> None:
    answer = ApiClient(world.wale).post(f"/reviews/{world.review.pk}/response", {"response": "Thank you."})
    assert answer.status_code == 200


def accept(world: World) -> None:
    answer = ApiClient(world.chidi).post(f"/applications/{world.application.pk}/accept")
    assert answer.status_code == 200, answer.content


def retitle(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(title="Another title")


def rename_industry(world: World) -> None:
    JobIndustry.objects.filter(pk=world.open_job.industry_id).update(name="Another trade")


def change_bank_account(world: World) -> None:
    with transaction.atomic():
        account = BankAccount.objects.get(user=world.wale)
        account.bank_name = "Another bank"
        account.save(update_fields=["bank_name"])


def pay_again(world: World) -> None:
    PaymentFactory.create(payer=world.chidi, job=world.open_job)


def read_all(world: World) -> None:
    assert ApiClient(world.wale).post("/notifications/read-all").json() == {"marked": 1}


PROFILE, JOB, ACCOUNT = "/get-profile/{wale}", "/jobs/{open_job}", "/get-account-details"
UNREAD = "/notifications/unread"
PAYMENTS, RECEIVED, GIVEN = "/users/{wale}/payments", "/reviews/{wale}", "/ratings/reviewer_{chidi}/"

CASES: dict[str, tuple[str, Callable[[World], object]]] = {
    "profile, renamed": (PROFILE, lambda world: rename(world.wale)),
    "profile, renamed in admin": (
        PROFILE,
        lambda world: world.admin_edit("accounts_customuser", world.wale.pk, last_name="Newname"),
    ),
    "profile, reviewed": ("/get-profile/{chidi}", review_back),
    "profile, role switched": (PROFILE, lambda world: ApiClient(world.wale).post("/me/role", {"role": "client"})),
    "account, changed": (ACCOUNT, change_bank_account),
    "job, place taken": (JOB, accept),
    "job, title changed in bulk": (JOB, lambda world: retitle(world.open_job)),
    "job, client renamed": (JOB, lambda world: rename(world.chidi)),
    "job, client reviewed": (JOB, review_back),
    "job, trade renamed": (JOB, rename_industry),
    "job, cancelled": (JOB, lambda world: ApiClient(world.chidi).post(f"/jobs/{world.open_job.pk}/cancel")),
    "payments, payer renamed": (PAYMENTS, lambda world: rename(world.chidi)),
    "payments, job retitled": (PAYMENTS, lambda world: retitle(world.worked)),
    "payments, a new one": ("/users/{chidi}/payments", pay_again),
    "received, responded": (RECEIVED, respond),
    "received, reviewer renamed": (RECEIVED, lambda world: rename(world.chidi)),
    "received, job retitled": (RECEIVED, lambda world: retitle(world.worked)),
    "received, a new one": ("/reviews/{chidi}", review_back),
    "given, responded": (GIVEN, respond),
    "given, reviewed renamed": (GIVEN, lambda world: rename(world.wale)),
    "unread, a new one": (UNREAD, lambda world: NotificationFactory.create(user=world.wale)),
    "unread, read": (UNREAD, read_all),
    "given, a new one": ("/ratings/reviewer_{wale}/", review_back),
}


@pytest.mark.parametrize(("path", "write"), CASES.values(), ids=CASES.keys())
def test_r2_cached_answer_follows_the_write(world: World, path: str, write: Callable[[World], object]) -> None:
    path = path.format(wale=world.wale.pk, chidi=world.chidi.pk, open_job=world.open_job.pk)
    # Payments are their owner's alone; the rest may be read by anybody.
    reader = ApiClient(world.chidi if path.startswith(f"/users/{world.chidi.pk}/") else world.wale)
    before = reader.get(path)
    assert reader.get(path).headers["Cache-Status"] == "payshift; hit"

    write(world)

    after = reader.get(path)
    get_redis_connection("default").flushdb()
    assert after.content == reader.get(path).content
    assert after.content != before.content


def statistics(world: World) -> dict[str, int]:
    counts: dict[str, int] = ApiClient(world.chidi).get(f"/jobs/{world.open_job.pk}/applications").json()["counts"]
    return counts


def test_r2_counts_of_applications_follow_each_write(world: World) -> None:
    assert [statistics(world), statistics(world)] == [{"applied": 1}, {"applied": 1}]

    ApplicationFactory.create(job=world.open_job, applicant=world.wale)
    assert statistics(world) == {"applied": 2}

    accept(world)
    assert statistics(world) == {"applied": 1, "accepted": 1}

    answer = ApiClient(world.ada).post(f"/applications/{world.application.pk}/withdraw")
    assert answer.status_code == 200, answer.content
    assert statistics(world) == {"applied": 1, "withdrawn": 1}


def test_r2_rating_on_every_page_follows_a_new_review(world: World) -> None:
    """The rating is kept by itself: the second page, which nobody has read yet, must not show the old one."""
    ReviewFactory.create(job=world.worked, reviewer=world.ada, reviewed=world.wale, rating=2)
    reader = ApiClient(world.ada)
    first = reader.get(f"/reviews/{world.wale.pk}", {"limit": 1}).json()
    assert (first["average"], first["count"]) == (3.0, 2)

    ReviewFactory.create(job=world.worked, reviewer=world.bisi, reviewed=world.wale, rating=3)

    second = reader.get(f"/reviews/{world.wale.pk}", {"limit": 1, "cursor": first["next_cursor"]}).json()
    assert (second["count"], second["histogram"]) == (3, {"1": 0, "2": 1, "3": 1, "4": 1, "5": 0})


def test_kept_values_spare_the_query(world: World, settings: Settings) -> None:
    settings.TIME_TRAVEL = False
    reader, client = ApiClient(world.ada), ApiClient(world.chidi)
    for asked in (1, 2):
        reader.get(f"/reviews/{world.wale.pk}", {"limit": asked})
        client.get(f"/jobs/{world.open_job.pk}/applications")

    with count_queries() as reviews:
        reader.get(f"/reviews/{world.wale.pk}", {"limit": 3})
    with count_queries() as applications:
        client.get(f"/jobs/{world.open_job.pk}/applications")

    # The page alone.
    assert (reviews.count, applications.count) == (1, 1)


def test_p1_kept_statistics_open_no_job_to_a_stranger(world: World) -> None:
    statistics(world)
    other_client = UserFactory.create(role=Role.CLIENT)

    assert ApiClient(other_client).get(f"/jobs/{world.open_job.pk}/applications").status_code == 404
