"""Every access path is served by exactly one index, and no index repeats another."""

import pytest
from django.apps import apps

from tests.architecture.catalogue import Index, boolean_columns, read_indexes
from tests.architecture.source import LAYERS

pytestmark = pytest.mark.django_db

# Text is searched for among open jobs only: words of all that there ever were would make it slower by the year.
ASKED_WITHIN: dict[tuple[str, tuple[str, ...]], str] = {("jobs_job", ("search",)): "is_open"}
ACCESS_PATHS: dict[str, list[tuple[str, ...]]] = {
    "accounts_customuser": [("email",), ("username",), ("is_active",), ("role",)],
    "accounts_otp": [("user_id",), ("is_verified",), ("created_at",), ("user_id", "is_verified")],
    "accounts_profile": [("user_id",), ("joined_at",)],
    "payment_wallet": [("user_id",)],
    "jobs_job": [
        ("status",),
        ("date",),
        ("client_id",),
        ("created_by_id",),
        ("status", "date"),
        ("search",),
        ("point(longitude, latitude)",),
    ],
    "jobs_application": [
        # All of one in the order in which they came, or those of one status.
        ("job_id", "created_at"),
        ("applicant_id", "created_at"),
        ("status",),
        ("job_id", "status"),
        ("applicant_id", "status"),
    ],
    "jobs_savedjob": [("user_id",), ("job_id",), ("user_id", "saved_at")],
    "jobs_savedsearch": [("user_id",), ("user_id", "created_at")],
    "jobs_jobtemplate": [("client_id",), ("client_id", "created_at")],
    "jobs_jobseries": [("client_id",), ("client_id", "created_at"), ("due_at",)],
    "jobs_seriesoccurrence": [("series_id",), ("series_id", "number"), ("job_id",)],
    "payment_payment": [
        ("status",),
        ("payer_id",),
        ("recipient_id",),
        ("job_id",),
        ("created_at",),
        ("status", "created_at"),
    ],
    "rating_review": [
        ("reviewed_id",),
        ("reviewer_id",),
        ("job_id",),
        ("created_at",),
        ("reviewer_id", "reviewed_id", "job_id"),
    ],
}
PATHS = [(table, path) for table, paths in ACCESS_PATHS.items() for path in paths]


@pytest.mark.parametrize(("table", "path"), PATHS, ids=[f"{table}({', '.join(path)})" for table, path in PATHS])
def test_access_path_is_served_by_exactly_one_index(table: str, path: tuple[str, ...]) -> None:
    flags = boolean_columns(table)

    within = ASKED_WITHIN.get((table, path), "")
    serving = [
        index.name for index in read_indexes() if index.table == table and index.serves(path, flags, within=within)
    ]

    assert len(serving) == 1, serving


def test_no_index_is_the_beginning_of_another() -> None:
    """Such an index costs every write and serves no read that the longer one does not; a unique one enforces a rule."""
    own = own_indexes()
    repeated = [
        f"{short.name} of {long.name}"
        for short in own
        for long in own
        if short is not long and not short.unique and not short.exclusion and begins(short, long)
    ]

    assert own
    assert repeated == []


def test_no_text_column_has_a_second_index_for_patterns() -> None:
    """`unique=True` and `db_index=True` on text add one that nobody asked for."""
    assert [index.name for index in own_indexes() if index.name.endswith("_like")] == []


def own_indexes() -> list[Index]:
    """Of the project's models; the tables that Django makes for many-to-many fields are its own matter."""
    tables = {model._meta.db_table for app in LAYERS for model in apps.get_app_config(app).get_models()}
    return [index for index in read_indexes() if index.table in tables]


def begins(short: Index, long: Index) -> bool:
    return (
        (short.table, short.method, short.predicate) == (long.table, long.method, long.predicate)
        and not long.exclusion
        and short.columns == long.columns[: len(short.columns)]
    )
