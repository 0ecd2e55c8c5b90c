"""What declaring a read, or what a model's rows show, brings about; and what each answer is counted as."""

from collections.abc import Iterator

import pytest
from django.db.models.signals import pre_delete, pre_save
from django_redis import get_redis_connection
from pydantic import BaseModel

from accounts.models import CustomUser
from core.cache.coherence import declaration_of, shown_as
from core.cache.reads import CachedRead, entity_tag
from core.metrics import CACHE_READS
from tests.core.cache.conftest import PrivateRedis
from tests.core.cache.reader import FIRST_NAME, outcome, read_name
from tests.core.cache.test_coherence import rename


class Thing(BaseModel):
    name: str


class Filter(BaseModel):
    colour: str = "green"


@pytest.fixture
def _registry() -> Iterator[None]:
    before = list(CachedRead.registry)
    yield
    CachedRead.registry[:] = before


def counted(outcome: str) -> float:
    return CACHE_READS.labels("test_first_name", outcome)._value.get()


@pytest.mark.usefixtures("_registry")
def test_declared_read_is_known_by_its_path_and_its_defaults() -> None:
    things = CachedRead(
        operation="list_things", path="/things/{int:id}", ttl_seconds=60, key="{id}", shows=Thing, query=Filter
    )
    plain = CachedRead(operation="get_thing", path="/things", ttl_seconds=90, key="", shows=Thing)

    assert CachedRead.registry[-2:] == [things, plain]
    assert (things.name, things.ttl_seconds, things.defaults) == ("list_things", 60, {"colour": "green"})
    assert (plain.name, plain.ttl_seconds, plain.defaults) == ("get_thing", 90, {})
    assert things.pattern.match("/api/things/7")
    assert not things.pattern.match("/api/things/7/more")


@pytest.mark.django_db(transaction=True)
def test_each_answer_is_counted_as_what_it_was(server: PrivateRedis, user: CustomUser) -> None:
    before = counted("hit"), counted("miss"), counted("bypass")
    read_name(user.pk)
    assert outcome(user.pk) == "payshift; hit"
    server.kill()
    assert outcome(user.pk) == "payshift; fwd=bypass"

    assert (counted("hit"), counted("miss"), counted("bypass")) == (before[0] + 1, before[1] + 1, before[2] + 1)


@pytest.mark.django_db(transaction=True)
def test_entry_lives_as_long_as_is_declared(user: CustomUser) -> None:
    read_name(user.pk)

    [key] = get_redis_connection("default").keys(f"c:e:{FIRST_NAME.entry_key({'user_id': user.pk})}*")
    assert 0 < get_redis_connection("default").pttl(key) <= 60_000


def test_entity_tag_is_96_bits_of_the_bytes() -> None:
    assert len(entity_tag(b"a")) == len('""') + 24
    assert entity_tag(b"a") == entity_tag(b"a") != entity_tag(b"b")


@pytest.mark.django_db(transaction=True)
def test_declared_model_announces_its_writes(user: CustomUser) -> None:
    declared = declaration_of(CustomUser)
    assert declared is not None
    for signal in (pre_save, pre_delete):
        assert signal.disconnect(sender=CustomUser, dispatch_uid="cache:accounts.CustomUser")
    shown_as(CustomUser, *declared.parts)
    read_name(user.pk)

    rename(user.pk)

    assert read_name(user.pk) == "New"
    assert pre_delete.disconnect(sender=CustomUser, dispatch_uid="cache:accounts.CustomUser")
    shown_as(CustomUser, *declared.parts)
