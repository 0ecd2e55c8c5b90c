"""Keyset pages on auth's small tables: cursors are exact, cheap, and refused wherever they do not belong."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.db.models import F, Value
from django.test import Client

from core.errors import InvalidCursor
from core.models import ClockOffset
from core.pagination import Page, PageQuery, _decode, _encode, paginate
from core.queries import count_queries

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def make_sessions(moments: Sequence[datetime]) -> None:
    Session.objects.bulk_create(
        Session(session_key=f"{number:03}", session_data="", expire_date=moment)
        for number, moment in enumerate(moments)
    )


def walk(queryset: models.QuerySet[Any], order: Sequence[str], limit: int) -> list[Any]:
    """All rows, page by page."""
    rows: list[Any] = []
    cursor = None
    while True:
        page: Page[Any] = paginate(queryset, order=order, page=PageQuery(cursor=cursor, limit=limit))
        rows += page.items
        cursor = page.next_cursor
        if cursor is None:
            return rows
        assert len(page.items) == limit


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
@pytest.mark.parametrize(
    "order",
    [
        ("-expire_date", "-session_key"),
        ("expire_date", "session_key"),
        ("-expire_date", "session_key"),
        ("expire_date", "-session_key"),
    ],
)
def test_pages_are_the_whole_list_in_order_without_gap_or_repeat(order: Sequence[str], limit: int) -> None:
    # Ties, and moments that differ by one microsecond.
    make_sessions([START + timedelta(microseconds=number // 3) for number in range(10)])

    keys = [row.session_key for row in walk(Session.objects.all(), order, limit)]

    assert keys == list(Session.objects.order_by(*order).values_list("session_key", flat=True))


def test_rows_added_in_front_do_not_shift_the_next_page() -> None:
    make_sessions([START + timedelta(seconds=number) for number in range(4)])
    first = paginate(Session.objects.all(), order=("-expire_date", "-session_key"), page=PageQuery(limit=2))
    Session.objects.create(session_key="new", session_data="", expire_date=START + timedelta(days=1))

    second = paginate(
        Session.objects.all(),
        order=("-expire_date", "-session_key"),
        page=PageQuery(limit=2, cursor=first.next_cursor),
    )

    assert [row.session_key for row in second.items] == ["001", "000"]
    assert second.next_cursor is None


def test_last_full_page_has_no_next_cursor() -> None:
    make_sessions([START, START])

    page = paginate(Session.objects.all(), order=("session_key",), page=PageQuery(limit=2))

    assert (len(page.items), page.next_cursor) == (2, None)


@pytest.mark.parametrize("rows", [0, 1, 3, 30])
def test_a_page_is_one_query(rows: int) -> None:
    make_sessions([START] * rows)
    cursor = _encode([START], '["sessions.session", "", "-expire_date"]')

    with count_queries(statements=True) as counted:
        paginate(Session.objects.all(), order=("-expire_date",), page=PageQuery(cursor=cursor, limit=20))

    assert counted.count == 1, counted.statements


def test_same_direction_is_one_row_comparison_served_by_the_index() -> None:
    with connection.cursor() as cursor:
        # Stands in front of the real table, which the application's role may not index.
        cursor.execute("CREATE TEMPORARY TABLE django_session (LIKE public.django_session) ON COMMIT DROP")
        cursor.execute("CREATE INDEX session_keyset ON django_session (expire_date DESC, session_key DESC)")
    make_sessions([START + timedelta(seconds=number) for number in range(500)])
    binding = '["sessions.session", "", "-expire_date", "-session_key"]'
    at = _encode([START + timedelta(seconds=250), "250"], binding)

    with count_queries(statements=True) as counted:
        paginate(Session.objects.all(), order=("-expire_date", "-session_key"), page=PageQuery(cursor=at, limit=5))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE django_session")
        cursor.execute("EXPLAIN " + counted.statements[0], [START + timedelta(seconds=250), "250"])
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "Index Scan using session_keyset" in plan
    assert "Index Cond: (ROW(expire_date, session_key) < ROW(" in plan.replace("(session_key)::text", "session_key")
    assert "Sort" not in plan


def test_dicts_annotations_and_related_names_page_too() -> None:
    make_sessions([START + timedelta(seconds=number) for number in range(3)])
    queryset = Session.objects.annotate(at=F("expire_date"), weight=Value(2.5)).values("at", "weight", "session_key")

    assert [row["session_key"] for row in walk(queryset, ("-at", "-session_key"), 1)] == ["002", "001", "000"]
    assert [row["session_key"] for row in walk(queryset, ("weight", "session_key"), 2)] == ["000", "001", "002"]


@pytest.mark.parametrize(
    "value",
    [
        0,
        -5,
        2**62,
        0.1,
        "päckchen",
        date(2026, 2, 28),
        datetime(2026, 3, 1, 1, 2, 3, 999_999, tzinfo=UTC),
        Decimal("0.10"),
    ],
)
def test_cursor_keeps_each_type_exactly(value: Any) -> None:
    (decoded,) = _decode(_encode([value], "a"), "a", 1)

    assert decoded == value
    assert type(decoded) is type(value)


def test_null_key_is_a_defect_not_a_wrong_page() -> None:
    with pytest.raises(TypeError, match="NoneType cannot be a key"):
        _encode([None], "a")


def cursor_of(queryset: models.QuerySet[Any], order: Sequence[str], listing: str = "") -> str:
    page = paginate(queryset, order=order, page=PageQuery(limit=1), listing=listing)
    assert page.next_cursor
    return page.next_cursor


def test_cursor_of_another_list_or_order_is_refused() -> None:
    make_sessions([START, START])
    Group.objects.bulk_create([Group(name="a"), Group(name="b")])
    cursor = cursor_of(Session.objects.all(), ("session_key",))

    for queryset, order, listing in (
        (Session.objects.all(), ("-session_key",), ""),
        (Session.objects.all(), ("expire_date",), ""),
        (Session.objects.all(), ("session_key",), "other"),
        (Group.objects.all(), ("session_key",), ""),
        (ClockOffset.objects.all(), ("id",), ""),
    ):
        with pytest.raises(InvalidCursor):
            paginate(queryset, order=order, page=PageQuery(cursor=cursor), listing=listing)


def test_every_single_changed_byte_is_refused() -> None:
    make_sessions([START, START])
    cursor = cursor_of(Session.objects.all(), ("session_key",))

    for position in range(len(cursor) - 1):
        changed = cursor[:position] + ("A" if cursor[position] != "A" else "B") + cursor[position + 1 :]
        with pytest.raises(InvalidCursor):
            paginate(Session.objects.all(), order=("session_key",), page=PageQuery(cursor=changed))


@pytest.mark.urls("tests.core.urls")
@pytest.mark.parametrize("cursor", ["x", "AAAA", "=", "%20", "A" * 400, "Zm9vYmFy", "ä", "..", "-_-_"])
def test_malformed_cursor_is_invalid_cursor_over_http(client: Client, cursor: str) -> None:
    response = client.get(f"/api/groups?cursor={cursor}")

    assert (response.status_code, response.json()["code"]) == (422, "invalid_cursor")


@pytest.mark.urls("tests.core.urls")
def test_oversized_cursor_is_refused_by_its_length(client: Client) -> None:
    response = client.get("/api/groups?cursor=" + "A" * 5000)

    assert (response.status_code, response.json()["code"]) == (422, "invalid_cursor")


@pytest.mark.urls("tests.core.urls")
def test_list_over_http_walks_with_its_cursor(client: Client) -> None:
    groups = Group.objects.bulk_create([Group(name="a"), Group(name="b"), Group(name="c")])

    first = client.get("/api/groups?limit=2").json()
    second = client.get("/api/groups", {"limit": 2, "cursor": first["next_cursor"]})

    assert first["items"] == [{"id": groups[2].id, "name": "c"}, {"id": groups[1].id, "name": "b"}]
    assert second.json() == {"items": [{"id": groups[0].id, "name": "a"}], "next_cursor": None}


@pytest.mark.urls("tests.core.urls")
def test_cursor_of_one_operation_is_refused_by_another(client: Client) -> None:
    Group.objects.bulk_create([Group(name="a"), Group(name="b")])
    cursor = client.get("/api/groups?limit=1").json()["next_cursor"]

    response = client.get("/api/groups-by-name", {"cursor": cursor})

    assert (response.status_code, response.json()["code"]) == (422, "invalid_cursor")
