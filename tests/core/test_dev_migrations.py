"""`make check` refuses SQL that keeps requests waiting, and knows what it pardons."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from core.dev.migrations import Pardon, configured, findings, new_sql, verdict

NEEDS_NO_LOCK = "CREATE INDEX CONCURRENTLY jobs_job_title ON jobs_job (title);\n"


def told(sql: str, *pardons: Pardon) -> tuple[list[str], list[Pardon]]:
    found = findings({"jobs.0099_example": sql}, configured().off)
    refused, idle = verdict(found, list(pardons))
    return [line.split(": ")[1] for line in refused], idle


@pytest.mark.parametrize(
    ("statement", "rules"),
    [
        ("CREATE INDEX jobs_job_title ON jobs_job (title);", ["require-concurrent-index-creation"]),
        ("DROP INDEX jobs_job_title;", ["require-concurrent-index-deletion"]),
        ("ALTER TABLE jobs_job ADD CONSTRAINT paid CHECK (rate_kobo > 0);", ["constraint-missing-not-valid"]),
        ("ALTER TABLE jobs_job ADD COLUMN colour text NOT NULL;", ["adding-required-field"]),
        ("ALTER TABLE jobs_job RENAME COLUMN title TO name;", ["renaming-column"]),
        ("ALTER TABLE jobs_job ALTER COLUMN rate_kobo TYPE text;", ["changing-column-type"]),
        ("ALTER TABLE jobs_job ADD CONSTRAINT paid CHECK (rate_kobo > 0) NOT VALID;", []),
        ("ALTER TABLE jobs_job ADD COLUMN colour text DEFAULT 'red' NOT NULL;", []),
    ],
)
def test_what_keeps_others_waiting_or_breaks_the_release_before_is_refused(statement: str, rules: list[str]) -> None:
    assert told(f"BEGIN;\n{statement}\nCOMMIT;\n") == (rules, [])


def test_index_is_made_concurrently_outside_a_transaction_only() -> None:
    assert told(NEEDS_NO_LOCK) == ([], [])
    assert told(f"BEGIN;\n{NEEDS_NO_LOCK}COMMIT;\n") == (["ban-concurrent-index-creation-in-transaction"], [])


def test_pardon_is_for_one_migration_and_one_rule_and_is_missed_when_nobody_needs_it() -> None:
    sql = "BEGIN;\nDROP INDEX jobs_job_title;\nCOMMIT;\n"
    reason = "The table is empty until the release after."
    fits = Pardon(migration="jobs.0099_example", rule="require-concurrent-index-deletion", reason=reason)
    other = Pardon(migration="jobs.0098_other", rule="require-concurrent-index-deletion", reason=reason)

    assert told(sql, fits) == ([], [])
    assert told(sql, other) == (["require-concurrent-index-deletion"], [other])


# Indexes that are made concurrently are refused within a test's transaction, also where they are only written down.
@pytest.mark.django_db(transaction=True)
def test_sql_of_what_came_after_the_baseline_is_read_and_of_nothing_before() -> None:
    loader = MigrationLoader(connection, replace_migrations=False)
    baseline = configured().baseline

    # A baseline that names a migration which is not there would be a KeyError here.
    now = dict(new_sql(loader, baseline))
    earlier = dict(new_sql(loader, baseline | {"payment": "0022_stamp_duty"}))

    assert earlier.keys() - now.keys() == {"payment.0023_stamp_duty_validated"}
    assert "VALIDATE CONSTRAINT" in earlier["payment.0023_stamp_duty_validated"]
