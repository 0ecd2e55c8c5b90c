"""What of a job is found by words: written by the database when one of its texts changes, whoever writes."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobs.models import Job
from tests.factories.jobs import JobFactory
from tests.support.search_column import MADE_OF, TEXTS

pytestmark = pytest.mark.django_db

WRITES_IT = "jobs_job_search_changed"
# What PostgreSQL's text does not hold: NUL, and half of a pair.
WRITTEN = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=120)


def kept_and_made(job: Job) -> tuple[str, str]:
    """The column as it is, and what the texts of its row make."""
    kept, made = Job.objects.filter(pk=job.pk).annotate(made=MADE_OF).values_list("search", "made").get()
    return kept, made


def fired(update: str, job: Job) -> set[str]:
    """The triggers that ran in an UPDATE of the job."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) UPDATE jobs_job SET {update} WHERE id = %s", [job.pk])
        ((plan,),) = cursor.fetchall()
        return {trigger["Trigger Name"] for trigger in plan[0]["Triggers"] if trigger["Calls"]}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(texts=st.tuples(WRITTEN, WRITTEN, WRITTEN), others=st.dictionaries(st.sampled_from(TEXTS), WRITTEN))
def test_column_is_what_the_texts_make_whatever_they_are(
    job: Job, texts: tuple[str, str, str], others: dict[str, str]
) -> None:
    own = dict(zip(TEXTS, texts, strict=True))
    new = JobFactory.create(client=job.client, industry=job.industry, subcategory=job.subcategory, **own)
    kept, made = kept_and_made(new)
    assert kept == made

    changes: dict[str, Any] = {"rate_kobo": F("rate_kobo"), **others}
    Job.objects.filter(pk=new.pk).update(**changes)

    kept, made = kept_and_made(new)
    assert kept == made


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_that_changes_is_read_again(job: Job, text: str) -> None:
    before, _ = kept_and_made(job)

    Job.objects.filter(pk=job.pk).update(**{text: "Fishmonger at Ọ̀ṣun market"})

    kept, made = kept_and_made(job)
    assert kept == made != before
    assert "'osun'" in kept


def test_nothing_is_read_again_while_no_text_changes(job: Job) -> None:
    """A place that is taken, a status, a row that is written whole with the texts that it has."""
    for update in ("accepted_count = 1", "status = 'canceled', canceled_at = now()", "title = title, search = search"):
        assert "jobs_job_openings" in fired(update, job)
        assert WRITES_IT not in fired(update, job)
    assert WRITES_IT in fired("title = title || ' tonight'", job)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attgenerated FROM pg_attribute WHERE attrelid = 'jobs_job'::regclass AND attname = 'search'"
        )
        assert cursor.fetchone() == ("",)


@pytest.mark.parametrize("values", [{"search": ""}, {"search": "'caviar':1A"}, {"search": "", "title": "Waiter"}])
def test_nobody_sets_it_to_anything_else(job: Job, values: dict[str, Any]) -> None:
    Job.objects.filter(pk=job.pk).update(**values)

    kept, made = kept_and_made(job)
    assert kept == made != ""


def test_a_row_of_the_release_before_has_it_too(job: Job) -> None:
    """For that the column makes itself: its INSERT names all the others."""
    names = [
        f'"{column.column}"' for column in Job._meta.concrete_fields if column.column not in {"id", "title", "search"}
    ]
    columns = ", ".join(names)

    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO jobs_job (title, {columns}) SELECT 'Fishmonger', {columns} FROM jobs_job WHERE id = %s"
            " RETURNING id, search::text",
            [job.pk],
        )
        ((pk, returned),) = cursor.fetchall()

    kept, made = kept_and_made(Job.objects.get(pk=pk))
    assert returned == kept == made
    assert "'fishmong'" in kept
