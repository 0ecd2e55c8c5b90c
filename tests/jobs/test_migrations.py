"""The trades are seeded by a migration that can be taken back and keeps what is in use."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from jobs.models import JobIndustry, JobSubcategory
from tests.factories.jobs import JobFactory

pytestmark = pytest.mark.django_db

seeding = import_module("jobs.migrations.0004_seed_industries")


def test_seeding_is_taken_back_and_done_again() -> None:
    before = set(JobSubcategory.objects.values_list("slug", "industry__slug"))
    with connection.schema_editor(atomic=False) as editor:
        seeding.unseed(apps, editor)
        assert not JobIndustry.objects.exists()
        assert not JobSubcategory.objects.exists()

        seeding.seed(apps, editor)
        seeding.seed(apps, editor)

    assert set(JobSubcategory.objects.values_list("slug", "industry__slug")) == before


def test_trades_in_use_stay() -> None:
    JobFactory.create()
    with connection.schema_editor(atomic=False) as editor:
        seeding.unseed(apps, editor)

    assert JobSubcategory.objects.get().slug == "waiter"
    assert JobIndustry.objects.get().slug == "hospitality"
