"""R2 for the ways around: writes that send no signal, rows that move, writers that stall or that Redis lost."""

import re
import time
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import DatabaseError, connection, models, transaction
from django.db.models import F

from accounts.models import BankAccount, CustomUser, Profile
from core.cache import coherence
from core.cache.coherence import UnannouncedWrite
from core.cache.store import store
from core.metrics import CACHE_UNANNOUNCED
from core.querysets import PayshiftQuerySet
from core.tasks import invalidate_entities
from jobs.models import ApplicationStatus, Shift
from rating.models import Review
from tests.core.cache.reader import read_name
from tests.factories.accounts import BankAccountFactory, UserFactory
from tests.factories.jobs import ApplicationFactory, JobFactory
from tests.factories.rating import ReviewFactory

pytestmark = pytest.mark.django_db(transaction=True)

type Begun = set[str]


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> Begun:
    """The entities that were announced."""
    seen: Begun = set()
    begin = store.begin

    def recorded(writer: str, entities: Iterable[str]) -> bool:
        seen.update(entities)
        return begin(writer, entities)

    monkeypatch.setattr(store, "begin", recorded)
    return seen


def test_r2_rows_written_through_a_related_manager_are_announced(begun: Begun) -> None:
    """`add()` and SET_NULL go through the base manager, which sends no signal."""
    old, new = JobFactory.create(), JobFactory.create()
    shift = Shift.objects.filter(job=old).earliest("starts_at")
    Shift.objects.filter(job=new).delete()
    begun.clear()

    new.shifts.add(shift)

    assert begun == {f"job:{old.pk}", f"job:{new.pk}"}


def assign(row: models.Model, values: dict[str, object]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def saved(row: models.Model, **values: object) -> None:
    assign(row, values)
    with transaction.atomic():
        row.save(update_fields=list(values))


def saved_whole(row: models.Model, **values: object) -> None:
    assign(row, values)
    with transaction.atomic():
        row.save()


def updated(row: models.Model, **values: object) -> None:
    type(row)._base_manager.filter(pk=row.pk).update(**values)


def bulk_updated(row: models.Model, **values: object) -> None:
    assign(row, values)
    type(row)._base_manager.bulk_update([row], list(values))


@pytest.mark.parametrize("move", [updated, saved, bulk_updated])
def test_r2_row_that_moves_changes_what_it_leaves_and_where_it_goes(move: Callable[..., None], begun: Begun) -> None:
    review, to = ReviewFactory.create(), UserFactory()
    before = review.reviewed_id
    begun.clear()

    move(review, reviewed=to)

    assert Review.objects.get(pk=review.pk).reviewed_id == to.pk
    assert begun == {f"reviews-of:{before}", f"reviews-of:{to.pk}", f"reviews-by:{review.reviewer_id}"}


PARTS_OF_PROFILE = {"profile:{0}", "rating-of:{0}", "avatar-of:{0}"}


@pytest.mark.parametrize(
    ("write", "values", "changed"),
    [
        (saved, {"bio": "I cook."}, {"profile:{0}"}),
        (updated, {"bio": "I cook."}, {"profile:{0}"}),
        (bulk_updated, {"bio": "I cook."}, {"profile:{0}"}),
        (saved, {"avatar": "a.png"}, {"profile:{0}", "avatar-of:{0}"}),
        (updated, {"avatar": "a.png"}, {"profile:{0}", "avatar-of:{0}"}),
        (bulk_updated, {"reviews_count": 1, "rating_sum": 3}, {"profile:{0}", "rating-of:{0}"}),
        (saved_whole, {"bio": "I cook."}, PARTS_OF_PROFILE),
    ],
)
def test_r2_write_announces_the_parts_whose_columns_it_sets(
    write: Callable[..., None], values: dict[str, object], changed: set[str], user: CustomUser, begun: Begun
) -> None:
    profile = Profile.objects.get(user=user)
    begun.clear()

    write(profile, **values)

    assert begun == {entity.format(user.pk) for entity in changed}


@pytest.mark.parametrize("move", [saved, updated, bulk_updated])
def test_r2_row_that_moves_changes_its_parts_on_both_sides(
    move: Callable[..., None], user: CustomUser, begun: Begun
) -> None:
    """Whose rating it is changes both ratings, though no column of a rating is written."""
    profile, to = Profile.objects.get(user=user), UserFactory()
    Profile.objects.filter(user=to).delete()
    begun.clear()

    move(profile, user=to)

    assert begun == {entity.format(pk) for entity in PARTS_OF_PROFILE for pk in (user.pk, to.pk)}


def test_r2_deletion_announces_every_part(user: CustomUser, begun: Begun) -> None:
    profile = Profile.objects.get(user=user)
    begun.clear()

    with transaction.atomic():
        profile.delete()

    assert begun == {entity.format(user.pk) for entity in PARTS_OF_PROFILE}


def test_r2_new_application_changes_the_job_only_where_it_takes_a_place(begun: Begun) -> None:
    job = JobFactory.create()
    begun.clear()

    applied = ApplicationFactory.create(job=job)
    assert f"job:{job.pk}" not in begun
    assert f"applications-of-job:{job.pk}" in begun
    begun.clear()
    ApplicationFactory.create(job=job, status=ApplicationStatus.ACCEPTED)
    assert f"job:{job.pk}" in begun

    # Saved under a key of its own it may be a row that was there.
    begun.clear()
    applied._state.adding = True
    with transaction.atomic():
        applied.save()
    assert f"job:{job.pk}" in begun


def test_part_of_a_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(FieldDoesNotExist, match="no column picture"):
        coherence.shown_as(Profile, coherence.Part("avatar-of:{user_id}", ("picture",)))
    with pytest.raises(FieldDoesNotExist, match="no column user"):
        coherence.shown_as(Profile, "profile:{user}")


def test_row_moved_by_an_expression_is_refused_and_changes_nothing() -> None:
    review = ReviewFactory.create()

    with pytest.raises(UnannouncedWrite):
        Review.objects.filter(pk=review.pk).update(reviewed=F("reviewer"))

    assert Review.objects.get(pk=review.pk).reviewed_id == review.reviewed_id


def test_insert_that_would_update_rows_unseen_is_refused_and_changes_nothing() -> None:
    account = BankAccountFactory.create(bank_name="Old")
    again = BankAccount(user=account.user, bank_name="New", account_name="A", bank_code="001", changed_at="2026-01-01")

    with pytest.raises(UnannouncedWrite):
        BankAccount.objects.bulk_create(
            [again], update_conflicts=True, unique_fields=["user"], update_fields=["bank_name"]
        )

    assert BankAccount.objects.get(user=account.user).bank_name == "Old"


def test_r2_no_foreign_key_of_a_cached_model_is_changed_by_a_deletion() -> None:
    """Django sets such columns without a signal and around the QuerySet; the database does it unseen altogether."""
    followed = [
        (model._meta.label, field.name)
        for model in coherence._declarations
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and field.remote_field.on_delete not in {models.PROTECT, models.CASCADE, models.RESTRICT}
    ]

    assert coherence._declarations
    assert followed == []


def test_every_writer_of_a_cached_model_is_the_one_queryset_class() -> None:
    managers = {model: model._base_manager.all() for model in coherence._declarations}

    assert [model for model, rows in managers.items() if not isinstance(rows, PayshiftQuerySet)] == []


def test_r2_writer_that_stalls_before_its_first_statement_cannot_commit_after_its_deadline(
    user: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """psycopg sends BEGIN with the first statement: the database's time-out must run before the deadline does."""
    begin = store.begin

    def stalled(writer: str, entities: Iterable[str]) -> bool:
        announced = begin(writer, entities)
        time.sleep(0.6)
        return announced

    monkeypatch.setattr(store, "begin", stalled)
    with connection.cursor() as cursor:
        cursor.execute("SET transaction_timeout = '300ms'")
    user.first_name = "New"
    try:
        with pytest.raises(DatabaseError, match="transaction timeout"), transaction.atomic():
            user.save(update_fields=["first_name"])
    finally:
        connection.close()

    assert CustomUser.objects.get(pk=user.pk).first_name == "Old"


def test_r3_write_repeated_after_a_savepoint_that_took_its_job_along_commits_another(
    user: CustomUser,
    monkeypatch: pytest.MonkeyPatch,
    queued_jobs: Callable[[], list[tuple[str, dict[str, Any]]]],
) -> None:
    """Nobody can tell Redis while this process is cut off from it; others would be served the old name for an hour."""
    other = UserFactory(first_name="Other")
    counted = CACHE_UNANNOUNCED._value.get()
    assert read_name(user.pk) == "Old"
    monkeypatch.setattr(store, "begin", lambda writer, entities: False)
    monkeypatch.setattr(store, "end", lambda writer, entities, **told: False)
    with transaction.atomic():
        other.save(update_fields=["last_name"])
        with transaction.atomic():
            user.save(update_fields=["last_name"])
            transaction.set_rollback(True)
        user.first_name = "New"
        user.save(update_fields=["first_name"])
    monkeypatch.undo()

    told = [arguments["entities"] for name, arguments in queued_jobs() if name == "core.tasks.invalidate_entities"]

    assert [f"login:{user.pk}", f"user:{user.pk}"] in told
    assert CACHE_UNANNOUNCED._value.get() == counted + 3


def test_r2_late_job_voids_what_others_were_served(user: CustomUser, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as cut_off:
        cut_off.setattr(store, "begin", lambda writer, entities: False)
        cut_off.setattr(store, "end", lambda writer, entities, **told: False)
        assert read_name(user.pk) == "Old"
        CustomUser.objects.filter(pk=user.pk).update(first_name="New")
    # The stated exception of R3: until the job has run.
    assert read_name(user.pk) == "Old"

    invalidate_entities(entities=[f"user:{user.pk}"])

    assert read_name(user.pk) == "New"


def test_r2_every_trigger_that_writes_a_cached_table_is_on_a_table_that_announces_it() -> None:
    """The database announces nothing: who writes the table with the trigger must name what the trigger changes."""
    tables = {model._meta.db_table for model in coherence._declarations}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, p.prosrc FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal"
        )
        writing = {
            (table, written)
            for table, source in cursor.fetchall()
            for written in re.findall(r"(?i)\b(?:update|insert\s+into|delete\s+from)\s+(?:only\s+)?(\w+)", source)
            if written in tables
        }

    assert writing == {
        # Names `job:{job_id}`, unless a row is added that takes no place.
        ("jobs_application", "jobs_job"),
        # Names the same.
        ("jobs_shift", "jobs_job"),
        # Names nothing: an assignment does not know its job. Who takes a place or gives one back writes the application
        # or the job beside it (`hiring`, `withdrawing`, `places`), who calls a day off the shift.
        ("jobs_shiftassignment", "jobs_shift"),
        # Names `payments-of:{recipient_id}`, who is the payer of the attempt.
        ("payment_refund", "payment_paymentattempt"),
    }
