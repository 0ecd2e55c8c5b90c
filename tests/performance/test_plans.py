"""No read scans a big table, and none sorts more than its page, at a volume where PostgreSQL has the choice."""

from typing import Any

import pytest
from django.db import connection

from accounts.models import CustomUser
from core.pagination import MAX_LIMIT
from payshift.measuring.reads import Cast, Kind, Read, reads
from tests.architecture.routes import routes
from tests.performance.plans import (
    captured_statements,
    explain,
    most_rows_discarded,
    most_rows_sorted,
    scanned_tables,
)
from tests.support.api_client import ApiClient

BIG = 1_000
PAGE = MAX_LIMIT + 1
CANDIDATES = 1_000
# Where a sort may see more than a page, and why.
MAY_SORT = {
    # PostgreSQL sorts what one wallet has as long as accounts have less than a page on average, escrows included.
    "list_wallet_transactions": CANDIDATES,
    # What is open of a trade or in the circle is found by that and sorted by its age, as long as it is little.
    "find_jobs of a subcategory": CANDIDATES,
    "find_jobs near": CANDIDATES,
}
# With 20,000 jobs, reading them all is cheaper than looking up 1,000 candidates by their ids; with 100,000 it is not.
MAY_SCAN = {Kind.RANKED: {"jobs_job"}}
# Not explained: answered by the provider; everything that one person has; the calendar's rows, by a secret address.
NO_PAGES = {"list_banks", "export_me", "get_calendar", "print_payment_receipt", "print_withdrawal_receipt"}

# The cast is known once the marketplace is there; the names are the same for any cast.
NAMES = [read.name for read in reads(Cast(1, 1, 1, 1, ("", ""), 1, 1, "", 1, 1, 1))]


def test_every_read_of_the_api_is_explained(marketplace_cast: Cast) -> None:
    explained = {read.operation for read in reads(marketplace_cast)}

    assert {r.name for r in routes() if r.method == "GET"} - explained == NO_PAGES


def test_planner_has_its_choice(marketplace_cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW enable_seqscan")

        assert cursor.fetchone() == ("on",)


@pytest.mark.parametrize("name", NAMES)
def test_read_scans_no_big_table_and_sorts_no_more_than_its_page(
    name: str, marketplace: dict[str, int], marketplace_cast: Cast
) -> None:
    big = {table for table, rows in marketplace.items() if rows > BIG}
    read = next(read for read in reads(marketplace_cast) if read.name == name)
    may_sort = MAY_SORT.get(name, PAGE)

    for sql, params in statements_of(read):
        plan = explain(sql, params)
        assert scanned_tables(plan) & big <= MAY_SCAN.get(read.kind, set()), sql
        # At this volume the planner sorts the few open jobs or walks the nearest ones, as its samples fall: what ranked
        # orders cost as the table grows is bounded by `manage.py growth_report`.
        assert read.kind is Kind.RANKED or most_rows_sorted(plan, of=big) <= may_sort, sql
        assert most_rows_discarded(plan, of=big) <= CANDIDATES, sql


def test_control_reads_without_an_index_are_found_out(marketplace: dict[str, int], db: None) -> None:
    by_text = explain("SELECT * FROM jobs_job WHERE description LIKE %s ORDER BY title LIMIT 20", ["%bus stop%"])
    # Newest first along the index of created_at, past everybody else's payments.
    of_two_sides = (
        "SELECT * FROM payment_payment WHERE payer_id = %s OR fee_kobo = -1 ORDER BY created_at DESC LIMIT 21"
    )
    past_others = explain(of_two_sides, [1])

    assert scanned_tables(by_text) == {"jobs_job"}
    assert most_rows_sorted(by_text, of={"jobs_job"}) > PAGE
    assert most_rows_discarded(past_others, of={"payment_payment"}) > CANDIDATES


def statements_of(read: Read) -> list[tuple[str, Any]]:
    """What the operation asks the database, once its caller's token is cached."""
    api = ApiClient(CustomUser.objects.get(pk=read.user_id))
    with captured_statements() as captured:
        response = api.get(read.path)
    assert response.status_code == 200, response.content
    assert captured.statements
    return [(sql, params) for sql, params in captured.statements if sql.startswith(("SELECT", "\nSELECT", "WITH"))]
