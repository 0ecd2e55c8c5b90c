"""R2, exhaustively: whichever row changes, no cached answer differs from what the database says.

Nothing here knows what an answer shows. Every row of every model that announces its writes is changed in every column
that the database lets change, deleted where it may be, and added again; and each cached answer is compared with one
that no cache has seen.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, models, transaction
from django.test import Client
from django_redis import get_redis_connection
from pytest_django import DjangoDbBlocker, Settings

from accounts.models import Device, EarlierAccess, Profile
from core import clock, grants
from core.cache import coherence
from core.cache.coherence import Part
from core.cache.reads import CachedRead
from core.cache.store import store
from core.queries import count_queries
from jobs.models import Application, Job, JobIndustry, JobSubcategory
from payment.models import LedgerTransaction, Payment, PaymentStatus, Refund
from rating.models import Review
from tests.coherence.conftest import World
from tests.factories.payment import PaymentAttemptFactory, PaymentFactory, RefundFactory
from tests.support.api_client import ApiClient, ApiResponse

pytestmark = pytest.mark.django_db(transaction=True)


def other_values(column: models.Field[Any, Any], value: Any) -> Iterator[Any]:
    """What the column could hold instead. Constraints and triggers may still refuse it."""
    if column.choices:
        yield from [choice for choice, _ in column.choices if choice != value][:2]
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield value + 1
    elif isinstance(value, datetime | date):
        yield value + timedelta(days=1)
    elif isinstance(value, time):
        yield value.replace(minute=(value.minute + 1) % 60)
    elif isinstance(column, models.FileField):
        yield "avatars/other.png"
    elif isinstance(value, str):
        yield f"{value}x"
    elif value is None and isinstance(column, models.CharField):
        yield "other"
    elif value is None and isinstance(column, models.DateTimeField):
        yield datetime.fromisoformat("2026-01-01T00:00:00Z")
    elif isinstance(column, ArrayField):
        yield [*value, "plumbing" if isinstance(column.base_field, models.CharField) else 5]


def writable(model: type[models.Model]) -> Iterator[models.Field[Any, Any]]:
    for column in model._meta.concrete_fields:
        if not (column.primary_key or column.generated or isinstance(column, models.ForeignKey)):
            yield column


def write(model: type[models.Model], pk: int, column: str, value: Any) -> bool:
    """Whether the database took it."""
    return done(lambda: model._default_manager.filter(pk=pk).update(**{column: value}))


def changes_of(row: models.Model) -> Iterator[str]:
    """Change each column by a write of its own, or two; names it each time that the database took that."""
    for column in writable(type(row)):
        for value in other_values(column, getattr(row, column.attname)):
            if write(type(row), row.pk, column.name, value):
                yield column.name


def read_by(readers: dict[str, ApiClient]) -> dict[str, ApiResponse]:
    return {path: reader.get(path) for path, reader in readers.items()}


def bodies(answers: dict[str, ApiResponse]) -> dict[str, object]:
    """A problem carries the id of its request, which is no fact of the database."""
    return {
        path: answer.content if answer.status_code == 200 else answer.json()["code"] for path, answer in answers.items()
    }


@pytest.fixture
def readers(world: World) -> dict[str, ApiClient]:
    """All seven, each by somebody who is not shown in it where that may be; a job by its client, unpaid or not."""
    paid = PaymentFactory.create(job=world.worked, status=PaymentStatus.SUCCEEDED)
    captured = PaymentAttemptFactory.create(payment=paid, succeeded=True)
    RefundFactory.create(attempt=captured)
    PaymentAttemptFactory.create(payment=PaymentFactory.create(job=world.open_job))
    Profile.objects.update(reviews_count=2, rating_sum=6)
    # So that its status can change by itself.
    Application.objects.filter(pk=world.application.pk).update(accepted_at=clock.now())
    ada = ApiClient(world.ada)
    return {
        f"/get-profile/{world.wale.pk}": ada,
        "/get-account-details": ApiClient(world.wale),
        "/notifications/unread": ApiClient(world.wale),
        f"/jobs/{world.open_job.pk}": ApiClient(world.chidi),
        f"/users/{world.chidi.pk}/payments": ApiClient(world.chidi),
        f"/reviews/{world.wale.pk}": ada,
        f"/ratings/reviewer_{world.chidi.pk}/": ada,
    }


# Rows are only added, and the one kind that is shown together with a write that announces: staff place money that was
# in suspense, and its attempt says so (payment.services.payments.end_review).
ANNOUNCED_ALONG: set[type[models.Model]] = {LedgerTransaction}


def assert_all_announce(readers: dict[str, ApiClient], settings: Settings) -> None:
    """Each table that is read belongs to a model that announces its writes."""
    settings.RESPONSE_CACHE = False
    with count_queries(statements=True) as counted:
        read_by(readers)
    settings.RESPONSE_CACHE = True
    sql = " ".join(counted.statements)
    read = {model for model in apps.get_models() if f'"{model._meta.db_table}"' in sql}
    assert len(read) >= 10
    assert read - ANNOUNCED_ALONG <= set(coherence._declarations)


def rows_of(world: World) -> dict[type[models.Model], list[models.Model]]:
    """The rows of each model that announces, those included that triggers carry on. Devices are of tokens."""
    trades: dict[type[models.Model], models.Model | None] = {
        JobIndustry: world.open_job.industry,
        JobSubcategory: world.open_job.subcategory,
    }
    rows: dict[type[models.Model], list[models.Model]] = {}
    for model in coherence._declarations:
        # Trades are seeded, and most are not shown.
        trade = trades.get(model)
        rows[model] = [trade] if trade else list(model._default_manager.order_by("pk"))
    del rows[Device], rows[EarlierAccess]
    return rows


@dataclass
class Comparison:
    """What was found by changing rows."""

    readers: dict[str, ApiClient]
    settings: Settings
    # What was changed, each with the answers in which it was out of date.
    stale: dict[str, set[str]] = field(default_factory=dict)
    # Models of which some answer shows something.
    shown: set[str] = field(default_factory=set)
    hits: int = 0

    def after(self, change: str, row: models.Model, *, stored: dict[str, object]) -> None:
        """Compare what readers are served after a change with what they would be without a cache."""
        answers = read_by(self.readers)
        self.settings.RESPONSE_CACHE = False
        fresh = bodies(read_by(self.readers))
        self.settings.RESPONSE_CACHE = True
        cached = bodies(answers)
        if stale := {path for path in self.readers if cached[path] != fresh[path]}:
            self.stale.setdefault(change, set()).update(stale)
            forget_answers(self.readers)
        self.shown |= {row._meta.label for path in self.readers if stored[path] != fresh[path]}
        self.hits += sum(answer.headers.get("Cache-Status") == "payshift; hit" for answer in answers.values())


def forget_answers(readers: dict[str, ApiClient]) -> None:
    """So that the next column answers for itself. After a flush nothing would be stored for 20 s."""
    redis = get_redis_connection("default")
    store.copies.clear()
    if entries := list(redis.scan_iter("c:e:*")):
        redis.delete(*entries)
    # On a busy machine Redis may answer too late for something to be stored, and is asked again.
    for _ in range(10):
        if all(answer.headers.get("Cache-Status") == "payshift; hit" for answer in read_by(readers).values()):
            return


def change_rows(rows: list[models.Model], found: Comparison) -> Comparison:
    """Each column by itself: an answer may show one of a row, and not another."""
    for row in rows:
        stored = bodies(read_by(found.readers))
        changed = []
        for column in changes_of(row):
            changed.append(column)
            found.after(column, row, stored=stored)
        # The last first, as constraints join columns. A state machine may have no way back.
        for column in reversed(changed):
            write(type(row), row.pk, column, getattr(row, column))
        if found.stale:
            forget_answers(found.readers)
    return found


def let_rows_come_and_go(rows: list[models.Model], found: Comparison) -> Comparison:
    """Where the database lets a row go. Added again it has another key, as a new one has."""
    for row in rows:
        stored = bodies(read_by(found.readers))
        if not done(row.delete):
            continue
        found.after(f"{row._meta.label} gone", row, stored=stored)
        row._state.adding = True
        stored = bodies(read_by(found.readers))
        if done(row.save):
            found.after(f"{row._meta.label} come", row, stored=stored)
    return found


def done(work: Callable[[], object]) -> bool:
    """Whether the database took it."""
    try:
        with transaction.atomic():
            work()
    except (DatabaseError, models.ProtectedError):
        return False
    return True


@pytest.fixture(autouse=True, scope="module")
def _role_may_write_all_columns(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A release may let the services set what the application's role may not set today."""
    rules = dict(grants.RULES)
    for model in coherence._declarations:
        grants.RULES.pop(model._meta.db_table, None)
    with django_db_blocker.unblock():
        grants.apply(owner="owner")
        yield
        grants.RULES.update(rules)
        grants.apply(owner="owner")


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """What the database refuses rolls back, and would keep its entities closed for 20 s."""
    monkeypatch.setattr("core.cache.store.WRITER_DEADLINE_MS", 0)
    settings.TIME_TRAVEL = False


def test_r2_no_row_changes_behind_a_cached_answer(
    world: World, readers: dict[str, ApiClient], settings: Settings
) -> None:
    assert_all_announce(readers, settings)
    assert len(readers) == len(CachedRead.registry)

    found = change_rows([row for rows in rows_of(world).values() for row in rows], Comparison(readers, settings))

    assert found.stale == {}
    # Each model is shown, or carried on by a trigger, and answers that show none of a row stay hits.
    assert found.shown == {model._meta.label for model in rows_of(world)}
    assert found.hits > 40


def test_r2_no_row_comes_or_goes_behind_a_cached_answer(
    world: World, readers: dict[str, ApiClient], settings: Settings
) -> None:
    # What was paid stays with its receipt, and what was tried with its tries; this one may go.
    PaymentFactory.create(payer=world.chidi, job=world.worked, status=PaymentStatus.ABANDONED)
    paid = Payment.objects.filter(status=PaymentStatus.SUCCEEDED)
    paid_before = set(paid.values_list("pk", flat=True))
    rows = rows_of(world)
    # Nobody is ever without a profile.
    del rows[Profile]

    found = let_rows_come_and_go([row for each in rows.values() for row in each], Comparison(readers, settings))

    assert found.stale == {}
    assert set(paid.values_list("pk", flat=True)) == paid_before
    of_people = {"accounts.BankAccount", "accounts.Notification"}
    of_money = {"payment.Payment", "payment.PaymentAttempt", "payment.Refund"}
    assert found.shown == of_people | of_money | {"jobs.Shift", "rating.Review"}


NOTHING, PROFILE = Part("nothing:{id}"), Part("profile:{user_id}")
RATING = Part("rating-of:{user_id}", ("rating_sum", "reviews_count"))
AVATAR = Part("avatar-of:{user_id}", ("avatar",))
WRONG: list[tuple[type[models.Model], tuple[Part, ...], set[str]]] = [
    (Refund, (NOTHING,), {"amount_kobo"}),
    (JobSubcategory, (NOTHING,), {"slug", "name"}),
    (Job, (Part("job:{id}"), Part("title-of-job:{id}", ("location",))), {"title"}),
    (Profile, (PROFILE, Part("rating-of:{user_id}", ("reviews_count",)), AVATAR), {"rating_sum"}),
    (Profile, (PROFILE, RATING, Part("avatar-of:{user_id}", ("bio",))), {"avatar"}),
]


@pytest.mark.parametrize(("model", "parts", "columns"), WRONG)
def test_r2_control_a_model_that_names_the_wrong_entity_or_column_is_found_out(
    model: type[models.Model],
    parts: tuple[Part, ...],
    columns: set[str],
    world: World,
    readers: dict[str, ApiClient],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(coherence._declarations, model, coherence.Declaration(model, parts))

    found = change_rows(rows_of(world)[model], Comparison(readers, settings))

    assert set(found.stale) == columns


def test_r2_control_a_model_that_names_the_wrong_entity_is_found_out_by_rows_that_come_and_go(
    world: World, readers: dict[str, ApiClient], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    model: type[models.Model] = Review
    monkeypatch.setitem(coherence._declarations, model, coherence.Declaration(model, [NOTHING]))

    found = let_rows_come_and_go(rows_of(world)[model], Comparison(readers, settings))

    assert set(found.stale) == {"rating.Review gone", "rating.Review come"}


def test_r2_no_row_changes_behind_a_public_page(world: World, settings: Settings) -> None:
    settings.PUBLIC_PAGES_PER_ADDRESS_MINUTE = 10_000
    path, client = f"/j/{world.open_job.pk}", Client()
    rows = [world.open_job, world.open_job.industry, world.open_job.subcategory, world.application, world.chidi]
    stale, shown = [], set()

    def read() -> tuple[int, bytes]:
        response = client.get(path)
        return response.status_code, response.content if response.status_code != 404 else b""

    for row in filter(None, rows):
        for column in changes_of(row):
            before, cached = read(), read()
            settings.RESPONSE_CACHE = False
            fresh = read()
            settings.RESPONSE_CACHE = True
            stale += [column] if fresh != cached else []
            shown |= {column} if before == fresh else set()

    assert stale == []
    assert {"title", "description", "rate_kobo", "name", "is_active", "status"} <= shown
