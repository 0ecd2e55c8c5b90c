"""The suite's own ground: what a test that commits leaves behind."""

import pytest
from django.conf import settings
from django.db.models import F, Value
from django.db.models.functions import Concat

from conftest import owner_connection
from jobs.models import JobIndustry, JobSubcategory
from tests.support.database import empty_but_for_seeds


@pytest.mark.django_db(transaction=True)
def test_next_test_finds_the_trades_as_migrations_left_them() -> None:
    def trades() -> set[tuple[str, str, str, str]]:
        return set(JobSubcategory.objects.values_list("slug", "name", "industry__slug", "industry__name"))

    before = trades()
    JobSubcategory.objects.filter(industry__slug="hospitality").delete()
    JobIndustry.objects.update(slug=Concat(F("slug"), Value("-renamed")), name="Renamed")

    with owner_connection(settings.DATABASES["owner"]["NAME"]) as owner:
        empty_but_for_seeds(owner)

    assert trades() == before
