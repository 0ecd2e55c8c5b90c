"""`manage.py populate`: what is there afterwards is what the services would have left behind."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from jobs.models import Application, ApplicationStatus, Job, JobStatus
from payment.models import LedgerAccount, LedgerEntry, Receipt
from payshift.measuring.populating.loading import Table
from payshift.measuring.populating.postings import Posting, Postings, Trade
from payshift.measuring.populating.skew import Ranking
from payshift.measuring.populating.verifying import differences
from tests.factories.accounts import UserFactory
from tests.performance.conftest import JOBS
from tests.support.search_column import MADE_OF

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_populated_data_is_as_the_services_would_have_left_it(marketplace: dict[str, int]) -> None:
    assert marketplace["jobs_job"] == Job.objects.count() == JOBS
    assert marketplace["payment_ledgerentry"] == LedgerEntry.objects.count()
    assert set(Job.objects.values_list("status", flat=True)) == set(JobStatus)
    assert list(differences()) == []


def test_populated_jobs_are_found_by_their_words(marketplace: dict[str, int]) -> None:
    """The trigger that writes them stays on, though the others are off."""
    words = Job.objects.annotate(made=MADE_OF).values_list("search", "made")

    assert [(kept, made) for kept, made in words if kept != made or not kept] == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda: Application.objects.filter(status=ApplicationStatus.APPLIED).update(status="rejected"), "their logs"),
        (lambda: Job.objects.filter(status="upcoming").update(price_fee_kobo=10**15), "open jobs are funded"),
    ],
)
def test_control_a_wrong_row_is_found(marketplace: dict[str, int], change: object, found: str) -> None:
    change()  # type: ignore[operator]  # a lambda

    assert found in " ".join(differences())


def test_receipts_are_numbered_in_the_order_in_which_it_was_paid(marketplace: dict[str, int]) -> None:
    numbered = Receipt.objects.order_by("series__year", "number")
    times = list(numbered.values_list("paid_at", flat=True))

    assert len(times) == marketplace["payment_receipt"] > JOBS
    assert times == sorted(times)


def test_triggers_are_on_again_and_ids_go_on(marketplace: dict[str, int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled = 'D'")
        switched_off = cursor.fetchall()

        behind = []
        for table in marketplace:
            sequence = f"pg_get_serial_sequence('{table}', 'id')"
            cursor.execute(f"SELECT pg_sequence_last_value({sequence}) < max(id) FROM {table}")
            behind += [table] * bool(cursor.fetchall()[0][0])

    assert switched_off == []
    assert behind == []


def test_popularity_is_skewed_but_nobody_does_more_than_a_person_can(marketplace: dict[str, int]) -> None:
    per_worker = sorted(count_by("jobs_application", "applicant_id"), reverse=True)
    busiest_tenth = sum(per_worker[: len(per_worker) // 10])

    assert busiest_tenth > sum(per_worker) * 0.25
    assert per_worker[0] < 1_000
    assert LedgerAccount.objects.filter(kind="wallet", balance_kobo__lt=0).count() == 0


def test_same_seed_makes_the_same_postings() -> None:
    assert list(postings(seed=1)) == list(postings(seed=1)) != list(postings(seed=2))


def test_ranking_draws_the_first_most_often() -> None:
    drawn = Ranking(1_000).draw(Random(1), 20_000)

    assert drawn.count(1) > 5 * drawn.count(500)
    assert max(drawn) <= 1_000


def test_columns_that_are_not_given_have_the_defaults_of_the_model() -> None:
    table = Table(Application, "id", "job_id", "applicant_id", "created_at")

    table.add(1, 2, 3, NOW)

    assert dict(zip(table.columns, table.rows[0], strict=True)) == {
        "id": 1,
        "job_id": 2,
        "applicant_id": 3,
        "created_at": NOW,
        "status": "applied",
        "fills_in": False,
        "note": "",
    }


def test_production_is_not_populated_by_accident(settings: Settings) -> None:
    settings.DEBUG = False

    with pytest.raises(CommandError, match="--force"):
        call_command("populate", jobs=1, stdout=StringIO())


def test_a_database_with_people_is_left_alone() -> None:
    UserFactory()

    with pytest.raises(CommandError, match="--reset"):
        call_command("populate", jobs=1, force=True, stdout=StringIO())


def postings(*, seed: int) -> Iterator[Posting]:
    trades = [Trade(1, 1, "waiter", "Waiter"), Trade(1, 2, "cook", "Cook")]
    source = Postings(trades, Random(seed))
    return (source.draw(NOW) for _ in range(20))


def count_by(table: str, column: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} GROUP BY {column}")
        return [count for (count,) in cursor.fetchall()]
