"""Every read finds its rows by indexes, in their order, at a volume where PostgreSQL has the choice.

Each statement is planned twice. As the planner likes it, it scans no big table and sorts or leaves out few rows; below
which number it sorts rather than walks along an index is its choice, and changes with the statistics. Told to use
indexes alone, it sorts no more than a page: every order that a list needs is there, for when the tables grow.
"""

from typing import Any

import pytest
from django.db import connection

from accounts.models import CustomUser
from core import clock
from core.actor import Role
from core.pagination import MAX_LIMIT
from jobs.models import SavedSearch
from jobs.selectors.saved_searches import searches_that_show
from payshift.measuring.reads import Cast, Kind, Read, reads
from tests.architecture.routes import routes
from tests.performance.plans import (
    captured_statements,
    explain,
    most_rows_discarded,
    most_rows_sorted,
    nodes,
    only_by_indexes,
    scanned_tables,
)
from tests.support.api_client import ApiClient

BIG = 1_000
PAGE = MAX_LIMIT + 1
CANDIDATES = 1_000
# The cast is known once the marketplace is there; the names are the same for any cast.
READS = list(reads(Cast(1, 1, 1, 1, ("", ""), 1, 1, "", 1, 1, 1)))
NAMES = [read.name for read in READS]
# At this volume it is cheaper to read these whole than to look up a thousand, or a hundred, of their rows by id. That
# they can be looked up is what the other test proves.
MAY_SCAN = {
    **{read.name: {"jobs_job"} for read in READS if read.kind is Kind.RANKED},
    "get_client_job": {"accounts_customuser", "accounts_profile"},
}
# Not explained: answered by the provider; everything that one person has, or their money of all months; their one
# account number, and what was confirmed of them, by unique keys; the calendar's rows, by a secret address; a shift that
# runs at this moment, with its spells or a wallet, and a series with its last weeks, by their ids.
NO_PAGES = {
    "get_config",
    "list_banks",
    "export_me",
    "get_statement",
    "get_virtual_account",
    "get_wallet_limits",
    "get_calendar",
    "get_ending_cost",
    "get_extra_time_cost",
    "get_series",
    "print_payment_receipt",
    "print_withdrawal_receipt",
}


def test_every_read_of_the_api_is_explained(marketplace_cast: Cast) -> None:
    explained = {read.operation for read in reads(marketplace_cast)}

    assert {r.name for r in routes() if r.method == "GET"} - explained == NO_PAGES


def test_planner_has_its_choice(marketplace_cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW enable_seqscan")

        assert cursor.fetchone() == ("on",)


@pytest.mark.parametrize("name", NAMES)
def test_read_scans_no_big_table_and_sorts_few_rows(
    name: str, marketplace: dict[str, int], marketplace_cast: Cast
) -> None:
    big = {table for table, rows in marketplace.items() if rows > BIG}
    read = next(read for read in reads(marketplace_cast) if read.name == name)

    for sql, params in statements_of(read):
        plan = explain(sql, params)
        assert scanned_tables(plan) & big <= MAY_SCAN.get(name, set()), sql
        # Of ranked reads the planner may sort all open jobs here; `manage.py growth_report` bounds what they cost.
        assert read.kind is Kind.RANKED or most_rows_sorted(plan, of=big) <= CANDIDATES, sql
        # A ranked read looks each candidate up in several tables, where a step may leave out a row or two of each.
        discarded_at_most = 3 * CANDIDATES if read.kind is Kind.RANKED else CANDIDATES
        assert most_rows_discarded(plan, of=big) <= discarded_at_most, sql


@pytest.mark.parametrize("name", NAMES)
def test_read_can_be_served_by_indexes_alone_and_sorts_no_more_than_its_page(
    name: str, marketplace: dict[str, int], marketplace_cast: Cast
) -> None:
    big = {table for table, rows in marketplace.items() if rows > BIG}
    read = next(read for read in reads(marketplace_cast) if read.name == name)

    for sql, params in statements_of(read):
        with only_by_indexes():
            plan = explain(sql, params)
        assert scanned_tables(plan) & big == set(), sql
        # A score is in no index: the candidates are sorted by it, and they are found without a sort.
        assert most_rows_sorted(plan, of=big) <= (CANDIDATES if read.kind is Kind.RANKED else PAGE), sql


def test_wallet_page_is_read_from_the_index_of_its_account(marketplace_cast: Cast) -> None:
    """At volume: with a few rows the planner takes any index, as its last count of the table falls."""
    read = next(read for read in reads(marketplace_cast) if read.name == "list_wallet_transactions")
    ((sql, params),) = [each for each in statements_of(read) if "payment_ledgerentry" in each[0]]

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
    plan = list(nodes(explain(sql, params)))

    assert "payment_ledgerentry_account" in {node.get("Index Name") for node in plan}
    assert not [node for node in plan if "Sort" in node["Node Type"]]


def test_batch_of_saved_searches_looks_at_one_job_and_at_no_search_of_another_batch(marketplace_cast: Cast) -> None:
    """Told to use indexes alone: of a table that was just filled the planner knows nothing."""
    people = list(CustomUser.objects.filter(role=Role.APPLICANT, is_active=True).order_by("pk")[:200])
    columns = {"text": "lagos", "words": ["lagos"], "industries": ["hospitality"], "created_at": clock.now()}
    near = {"latitude": 6.6, "longitude": 3.35, "radius_km": 20.0}
    SavedSearch.objects.bulk_create(
        SavedSearch(user=person, name=f"Search {number}", **columns, **(near if number % 2 else {}))
        for person in people
        for number in range(5)
    )
    searches = searches_that_show(marketplace_cast.job_id, now=clock.now())
    batch = searches.filter(user_id__gt=people[49].pk, user_id__lte=people[99].pk)
    with captured_statements() as captured:
        list(batch.values_list("user_id", "name"))
    ((sql, params),) = captured.statements

    with only_by_indexes():
        plan = list(nodes(explain(sql, params)))

    indexes = {(node["Relation Name"], node.get("Index Name")) for node in plan if "Relation Name" in node}
    assert ("jobs_savedsearch", "jobs_savedsearch_user_newest") in indexes
    assert {index for table, index in indexes if table == "jobs_job"} == {"jobs_job_pkey"}
    read = [node for node in plan if node.get("Relation Name") == "jobs_savedsearch"]
    assert sum(node["Actual Rows"] * node["Actual Loops"] for node in read) == 250
    assert sum(node["Actual Loops"] for node in plan if node.get("Relation Name") == "jobs_job") <= 250


def test_control_reads_without_an_index_are_found_out(marketplace: dict[str, int], db: None) -> None:
    by_text = explain("SELECT * FROM jobs_job WHERE description LIKE %s ORDER BY title LIMIT 20", ["%bus stop%"])
    # Newest first along the index of created_at, past everybody else's payments.
    of_two_sides = (
        "SELECT * FROM payment_payment WHERE payer_id = %s OR fee_kobo = -1 ORDER BY created_at DESC LIMIT 21"
    )
    past_others = explain(of_two_sides, [1])
    with only_by_indexes():
        without_choice = explain("SELECT * FROM jobs_job ORDER BY title LIMIT 20", [])

    assert scanned_tables(by_text) == {"jobs_job"}
    assert most_rows_sorted(by_text, of={"jobs_job"}) > PAGE
    assert most_rows_discarded(past_others, of={"payment_payment"}) > CANDIDATES
    assert scanned_tables(without_choice) == {"jobs_job"}
    assert most_rows_sorted(without_choice, of={"jobs_job"}) > CANDIDATES


def statements_of(read: Read) -> list[tuple[str, Any]]:
    """What the operation asks the database, once its caller's token is cached."""
    api = ApiClient(CustomUser.objects.get(pk=read.user_id))
    with captured_statements() as captured:
        response = api.get(read.path)
    assert response.status_code == 200, response.content
    assert captured.statements
    return [(sql, params) for sql, params in captured.statements if sql.startswith(("SELECT", "\nSELECT", "WITH"))]
