"""R2 through the ORM: after a write commits, no read that starts later returns the earlier value."""

import threading
from collections.abc import Callable, Collection, Iterable
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django_redis import get_redis_connection

from accounts.models import CustomUser, Profile
from core.cache import coherence
from core.cache.coherence import WriteOutsideTransaction
from core.cache.store import store
from core.hints import channel, hint
from tests.core.cache.reader import outcome, read_name
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def rename(user_id: int, name: str = "New") -> None:
    with transaction.atomic():
        user = CustomUser.objects.get(pk=user_id)
        user.first_name = name
        user.save(update_fields=["first_name"])


def in_thread(work: Callable[[], object]) -> None:
    """Run to the end in another thread, with a database connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=10)
    assert not thread.is_alive()


def test_r2_save_is_seen_by_the_next_read(user: CustomUser) -> None:
    assert read_name(user.pk) == "Old"
    assert outcome(user.pk) == "payshift; hit"

    rename(user.pk)

    assert read_name(user.pk) == "New"
    assert outcome(user.pk) == "payshift; hit"


def test_r2_slow_reader_cannot_store_what_it_read_before_a_commit(user: CustomUser) -> None:
    answered = read_name(user.pk, after_query=lambda: in_thread(lambda: rename(user.pk)))

    assert answered == "Old"
    assert read_name(user.pk) == "New"


def test_r2_reader_inside_an_open_transaction_of_a_writer_stores_nothing(user: CustomUser) -> None:
    with transaction.atomic():
        user.first_name = "New"
        user.save()
        in_thread(lambda: read_name(user.pk))
    assert read_name(user.pk) == "New"


def test_r2_control_without_begin_the_slow_reader_leaves_a_stale_entry(
    user: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "begin", lambda writer, entities: True)
    monkeypatch.setattr(store, "end", lambda writer, entities, **told: True)

    read_name(user.pk, after_query=lambda: in_thread(lambda: rename(user.pk)))

    assert read_name(user.pk) == "Old"


@pytest.mark.parametrize(
    "write",
    [
        lambda user: CustomUser.objects.filter(pk=user.pk).update(first_name="New"),
        lambda user: CustomUser.objects.bulk_update([rename_in_memory(user)], ["first_name"]),
        lambda user: CustomUser.objects.update_or_create(pk=user.pk, defaults={"first_name": "New"}),
    ],
    ids=["update", "bulk_update", "update_or_create"],
)
def test_r2_bulk_writes_are_announced(user: CustomUser, write: Callable[[CustomUser], object]) -> None:
    read_name(user.pk)

    write(user)

    assert read_name(user.pk) == "New"


def rename_in_memory(user: CustomUser) -> CustomUser:
    user.first_name = "New"
    return user


def test_r2_rollback_leaves_the_old_value_and_blocks_fills_until_the_deadline(user: CustomUser) -> None:
    with transaction.atomic():
        user.first_name = "New"
        user.save()
        transaction.set_rollback(True)

    assert read_name(user.pk) == "Old"
    assert outcome(user.pk) == "payshift; fwd=miss"


def test_r2_write_in_a_rolled_back_savepoint_and_again_after_it(user: CustomUser) -> None:
    read_name(user.pk)
    with transaction.atomic():
        with transaction.atomic():
            user.save()
            transaction.set_rollback(True)
        user.first_name = "New"
        user.save()

    assert read_name(user.pk) == "New"


def test_r2_overlapping_writers_of_one_entity(user: CustomUser) -> None:
    """The first to commit must not open the entity while the second is still writing."""
    other = UserFactory(first_name="Other")
    with transaction.atomic():
        coherence.begin_write([f"user:{user.pk}"])
        other.first_name = "Changed"
        other.save()
        in_thread(lambda: rename(user.pk, "First"))
        in_thread(lambda: read_name(user.pk))
        CustomUser.objects.filter(pk=user.pk).update(first_name="Second")

    assert read_name(user.pk) == "Second"


def test_r2_writer_killed_between_commit_and_end(user: CustomUser, monkeypatch: pytest.MonkeyPatch) -> None:
    """The end never comes: begin has already voided the entry, and nothing is stored before the deadline."""
    read_name(user.pk)
    monkeypatch.setattr(coherence.OpenWriter, "__call__", lambda self: None)

    rename(user.pk)

    assert read_name(user.pk) == "New"
    assert outcome(user.pk) == "payshift; fwd=miss"


def test_write_outside_a_transaction_is_refused_and_changes_nothing(user: CustomUser) -> None:
    user.profile.bio = "New"

    with pytest.raises(WriteOutsideTransaction):
        user.profile.save()

    assert Profile.objects.get(user=user).bio != "New"


def test_r2_django_s_own_command_changes_a_password(user: CustomUser, monkeypatch: pytest.MonkeyPatch) -> None:
    """It saves in autocommit mode."""
    monkeypatch.setattr("getpass.getpass", lambda prompt: "Ofada-rice-2026")
    read_name(user.pk)

    call_command("changepassword", user.email, stdout=StringIO())

    assert CustomUser.objects.get(pk=user.pk).check_password("Ofada-rice-2026")
    assert outcome(user.pk) == "payshift; fwd=miss; stored"


def test_delete_outside_a_transaction_opens_one_of_its_own() -> None:
    user = UserFactory(profile=None)
    read_name(user.pk)

    CustomUser.objects.filter(pk=user.pk).delete()

    with pytest.raises(CustomUser.DoesNotExist):
        read_name(user.pk)


def test_failed_write_of_a_savepoint_does_not_spoil_the_transaction(user: CustomUser) -> None:
    with transaction.atomic():
        with pytest.raises(IntegrityError), transaction.atomic():
            CustomUser.objects.create(email=user.email)
        CustomUser.objects.filter(pk=user.pk).update(first_name="New")

    assert read_name(user.pk) == "New"


def test_begin_costs_one_round_trip_per_entity_and_transaction(
    user: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[list[str]] = []
    begin = store.begin

    def recorded(writer: str, entities: Iterable[str]) -> bool:
        begun.append(list(entities))
        return begin(writer, entities)

    monkeypatch.setattr(store, "begin", recorded)

    with transaction.atomic():
        user.save()
        user.save()
        coherence.begin_write(["job:1", f"user:{user.pk}"])

    assert [entity for entities in begun for entity in entities].count(f"user:{user.pk}") == 1
    assert len(begun) == 2


def exchanges(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, set[str], list[str]]]:
    """What is said to Redis of writes: begin or end, the entities, and what is told along."""
    said: list[tuple[str, set[str], list[str]]] = []
    begin, end = store.begin, store.end

    def begun(writer: str, entities: Iterable[str]) -> bool:
        said.append(("begin", set(entities), []))
        return begin(writer, entities)

    def ended(writer: str, entities: Collection[str], *, channel: str, messages: Iterable[str]) -> bool:
        said.append(("end", set(entities), list(messages)))
        return end(writer, entities, channel=channel, messages=messages)

    monkeypatch.setattr(store, "begin", begun)
    monkeypatch.setattr(store, "end", ended)
    return said


def test_r2_what_is_expected_is_announced_along_with_the_next_write(
    user: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = UserFactory.create(first_name="Other")
    assert (read_name(other.pk), outcome(other.pk)) == ("Other", "payshift; hit")
    said = exchanges(monkeypatch)

    with transaction.atomic():
        coherence.expect_write([f"user:{other.pk}"])
        assert said == []
        coherence.begin_write([f"user:{user.pk}"])
        CustomUser.objects.filter(pk=other.pk).update(first_name="New")

    both = {f"user:{user.pk}", f"user:{other.pk}"}
    assert said[0] == ("begin", both, [])
    assert [kind for kind, *_ in said].count("end") == 1
    assert both <= said[-1][1]
    assert read_name(other.pk) == "New"


def test_what_is_only_expected_voids_nothing(user: CustomUser, monkeypatch: pytest.MonkeyPatch) -> None:
    read_name(user.pk)
    said = exchanges(monkeypatch)

    with transaction.atomic():
        coherence.expect_write([f"user:{user.pk}"])

    assert said == []
    assert outcome(user.pk) == "payshift; hit"


def test_hints_go_along_with_the_end_and_those_of_a_savepoint_with_it(
    user: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = exchanges(monkeypatch)

    with transaction.atomic():
        coherence.begin_write([f"user:{user.pk}"])
        with transaction.atomic(savepoint=False):
            hint(user_id=user.pk, about="job", number=1)
        with transaction.atomic():
            hint(user_id=user.pk, about="job", number=2)
            transaction.set_rollback(True)
        hint(user_id=user.pk, about="job", number=1)

    told = [f'{user.pk} {{"about": "job", "id": 1}}']
    assert said[1:] == [("end", {f"user:{user.pk}"}, told)]


def test_end_publishes_what_is_told_along(user: CustomUser) -> None:
    redis = get_redis_connection("default")
    heard = redis.pubsub()
    heard.subscribe(channel())
    heard.get_message(timeout=5)

    with transaction.atomic():
        coherence.begin_write([f"user:{user.pk}", f"profile:{user.pk}"])
        hint(user_id=user.pk, about="job", number=7)
        hint(user_id=user.pk, about="notifications")

    messages = [heard.get_message(timeout=5) for _ in range(2)]
    heard.close()
    assert [message["data"] for message in messages if message] == [
        f'{user.pk} {{"about": "job", "id": 7}}'.encode(),
        f'{user.pk} {{"about": "notifications", "id": null}}'.encode(),
    ]
