"""With the statistics of a million jobs, PostgreSQL plans nothing that reads a table whole: of the API, and of staff.

The tables have the rows of 20,000 jobs and are said to have fifty times as many, in the table and in each index. The
planner then has its free choice, and what it expects the statement to cost is bounded. What stays as it is: how often
the most common values are, so that the busiest client has fifty times the jobs. Left out is what reads a bounded part
that is all of these tables: filters, among the newest 50,000 rows, and Figures, by days. `pg_restore_relation_stats`
came with PostgreSQL 18.
"""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import CustomUser
from jobs.models import Job
from payshift.measuring.databases import owner_connection
from payshift.measuring.reads import Cast, reads
from tests.performance.conftest import JOBS
from tests.performance.plans import estimate, scanned_tables
from tests.performance.test_plans import BIG
from tests.performance.test_plans import statements_of as statements_of_read
from tests.performance.test_plans_of_staff import (
    LISTS,
    addresses,
    always_served,
    asked,
    columns_to_sort_by,
    pages,
    records,
    staff,
    statements_of,
    superuser,
    terms,
)

MILLION = 1_000_000
# In PostgreSQL's unit, a page that is read in order. A thousand ranked candidates cost 37,000, all else below 27,000.
MOST_COST = 40_000
# Everything about one job. The one with the most people is said to have fifty times as many: 13,000, who cost 33,000 to
# 56,000 by what they did. To read and sort the million's applications costs 138,000.
MOST_COST_OF_A_JOB = 80_000

__all__ = ["staff", "superuser"]


@pytest.fixture
def big(marketplace: dict[str, int]) -> Iterator[set[str]]:
    """The names of big tables, while they are said to be larger."""
    names = {table for table, rows in marketplace.items() if rows > BIG}
    with owner_connection() as owner:
        relations = owner.execute(RELATIONS, {"names": list(names)}).fetchall()
        for name, pages_there, rows in relations:
            say(owner, name, pages_there, rows * (MILLION / JOBS))
        yield names
        for relation in relations:
            say(owner, *relation)


RELATIONS = """
SELECT c.relname, c.relpages, c.reltuples FROM pg_class c
WHERE c.relkind IN ('r', 'i') AND c.relnamespace = 'public'::regnamespace AND c.relpages > 0 AND c.reltuples > 0
  AND (c.relname = ANY(%(names)s) OR c.oid IN (
      SELECT i.indexrelid FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid WHERE t.relname = ANY(%(names)s)))
"""
SAY = """
SELECT pg_restore_relation_stats(
    'schemaname', 'public', 'relname', %s::text, 'relpages', %s::integer, 'reltuples', %s::real)
"""


def say(owner: psycopg.Connection, name: str, pages_there: int, rows: float) -> None:
    (is_said,) = owner.execute(SAY, [name, pages_there, rows]).fetchone() or (False,)
    assert is_said, name


def wrong(sql: str, params: Any, big: set[str], most: int = MOST_COST) -> str:
    """What of it is too much; empty where nothing is."""
    plan = estimate(sql, params)
    if scanned := scanned_tables(plan) & big:
        return f"reads all of {', '.join(sorted(scanned))}"
    return f"costs {plan['Total Cost']:,.0f}" if plan["Total Cost"] > most else ""


def test_no_read_of_the_api_reads_a_table_whole(big: set[str], marketplace_cast: Cast) -> None:
    assert [
        (read.name, why, sql[:2000])
        for read in reads(marketplace_cast)
        for sql, params in statements_of_read(read)
        if (why := wrong(sql, params, big))
    ] == []


def test_no_page_of_staff_reads_a_table_whole(big: set[str], marketplace_cast: Cast, staff: Client) -> None:
    found = [*addresses(marketplace_cast), *pages(marketplace_cast), *records()]
    found = [address for address in found if not address.startswith(reverse("admin:figures"))]
    statements = {
        (sql, str(params)): (address, sql, params)
        for address in found
        for sql, params in statements_of(staff, address, least=1)
    }

    assert len(statements) > len(found)
    about_the_job = found[0]
    assert [
        (address, why, sql[:2000])
        for address, sql, params in statements.values()
        if (why := wrong(sql, params, big, MOST_COST_OF_A_JOB if address == about_the_job else MOST_COST))
    ] == []


def test_no_list_in_any_order_or_for_any_term_reads_a_table_whole(
    big: set[str], marketplace_cast: Cast, superuser: CustomUser
) -> None:
    statements = {}
    for model in LISTS:
        orders = [sign + str(column) for column in columns_to_sort_by(superuser, model) for sign in ("", "-")]
        queries: list[dict[str, str]] = [
            {},
            *({"o": order} for order in orders),
            *always_served(model),
            *({"q": term} for term in terms(marketplace_cast)),
        ]
        for query in queries:
            for sql, params in asked(superuser, model, query):
                statements[sql, str(params)] = (model._meta.label, query, sql, params)

    assert len(statements) > 5 * len(LISTS)
    assert [
        (label, query, why, sql[:2000])
        for label, query, sql, params in statements.values()
        if (why := wrong(sql, params, big))
    ] == []


@pytest.mark.parametrize(
    "control",
    [
        "SELECT id FROM jobs_job WHERE title LIKE '%%nobody at all%%'",
        "SELECT id FROM jobs_job ORDER BY title LIMIT 51",
        "SELECT id FROM payment_payment WHERE fee_kobo >= 0 ORDER BY amount_kobo LIMIT 51",
    ],
)
def test_control_a_read_of_a_whole_table_is_found_out(control: str, big: set[str], db: None) -> None:
    assert wrong(control, [], big)


def test_the_planner_believes_it(big: set[str], db: None) -> None:
    expected = estimate("SELECT id FROM jobs_job", [])["Plan Rows"]

    assert Job._meta.db_table in big
    assert expected == pytest.approx(MILLION, rel=0.05)
