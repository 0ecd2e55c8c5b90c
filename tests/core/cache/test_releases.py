"""R2 over a release: migrations write unannounced, and a new version answers in another form."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from pydantic import BaseModel

from core.cache.reads import CachedRead
from core.cache.store import store
from tests.core.cache.reader import outcome, read_name
from tests.factories.accounts import UserFactory


class OldForm(BaseModel):
    name: str


class NewForm(BaseModel):
    name: str
    since: int | None


@pytest.fixture
def _registry() -> Iterator[None]:
    before = list(CachedRead.registry)
    yield
    CachedRead.registry[:] = before


@pytest.mark.usefixtures("_registry")
def test_a_changed_schema_has_keys_of_its_own() -> None:
    def declared(shows: type[BaseModel]) -> str:
        read = CachedRead(operation="get_thing", path="/things/{int:id}", ttl_seconds=60, key="{id}", shows=shows)
        return read.entry_key({"id": 7})

    assert declared(OldForm) == declared(OldForm)
    assert declared(OldForm) != declared(NewForm)


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_r2_migrations_void_what_was_cached_before_them() -> None:
    user = UserFactory(first_name="Old")
    read_name(user.pk)
    assert outcome(user.pk) == "payshift; hit"

    call_command("migrate", "core", "0002", verbosity=0, interactive=False)
    call_command("migrate", "core", verbosity=0, interactive=False)

    assert outcome(user.pk) == "payshift; fwd=miss"


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_migrate_without_a_migration_to_apply_leaves_the_cache_alone() -> None:
    user = UserFactory(first_name="Old")
    read_name(user.pk)

    call_command("migrate", verbosity=0, interactive=False)

    assert store.available
    assert outcome(user.pk) == "payshift; hit"
