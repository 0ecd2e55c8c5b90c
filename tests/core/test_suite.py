"""The suite itself: what a test that commits leaves behind, and which process runs what."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db.models import F, Value
from django.db.models.functions import Concat

from conftest import owner_connection
from jobs.models import JobIndustry, JobSubcategory
from tests.support.database import empty_but_for_seeds
from tests.support.scheduling import LONG, unit_of


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


@pytest.mark.parametrize("unit", LONG)
def test_what_runs_first_is_there(unit: str) -> None:
    assert (settings.BASE_DIR / unit).exists()


def test_files_are_run_whole_and_those_that_share_a_marketplace_together() -> None:
    assert unit_of("tests/jobs/test_pay.py::TestPay::test_one[a::b]") == "tests/jobs/test_pay.py"
    assert unit_of("tests/performance/test_plans.py::test_two") == unit_of(
        "tests/performance/test_reports.py::test_one"
    )


def test_links_do_not_follow_the_port_of_a_shell() -> None:
    """`PORT=18500 make test` is how somebody tests beside their own instance."""
    asked = [sys.executable, "-c", "import conftest; from django.conf import settings; print(settings.PUBLIC_URL)"]

    told = subprocess.run(
        asked,
        env={**os.environ, "PUBLIC_URL": "http://127.0.0.1:18500"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.strip() == "http://127.0.0.1:8000"
