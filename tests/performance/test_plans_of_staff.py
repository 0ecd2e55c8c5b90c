"""Staff's lists, their searches, and the pages about one job and one person can be served by indexes alone, at volume.

Told to use indexes, no statement reads a big table from one end to the other: the way is there when the tables grow.
"""

from datetime import timedelta
from itertools import product
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from unfold.templatetags.unfold_list import result_headers

from accounts.admin import bounds
from accounts.admin.reading import StaffAdmin
from accounts.models import BankAccount, CustomUser
from core.actor import Role
from jobs.models import Job
from payment.models import LedgerAccount
from payshift.measuring.reads import Cast
from tests.factories.accounts import UserFactory
from tests.performance.plans import (
    captured_statements,
    explain,
    most_rows_discarded,
    most_rows_sorted,
    only_by_indexes,
    scanned_tables,
)

BIG = 1_000


@pytest.fixture
def superuser(db: None) -> CustomUser:
    user: CustomUser = UserFactory.create(role=Role.ADMIN, is_superuser=True)
    return user


@pytest.fixture
def staff(superuser: CustomUser) -> Client:
    client = Client()
    client.force_login(superuser)
    return client


def addresses(cast: Cast) -> list[str]:
    """The job with the most people, and the two people with the longest histories."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT job_id FROM jobs_application GROUP BY job_id ORDER BY count(*) DESC, job_id LIMIT 1")
        (job_id,) = cursor.fetchone()
        cursor.execute("SELECT client_id FROM jobs_job GROUP BY client_id ORDER BY count(*) DESC, client_id LIMIT 1")
        (client_id,) = cursor.fetchone()
        cursor.execute(
            "SELECT worker_id FROM jobs_shiftassignment GROUP BY worker_id ORDER BY count(*) DESC, worker_id LIMIT 1"
        )
        (worker_id,) = cursor.fetchone()
    return [
        reverse("admin:job_everything", args=[job_id]),
        reverse("admin:person_everything", args=[client_id]),
        reverse("admin:person_everything", args=[worker_id]),
    ]


def test_pages_about_one_thing_scan_no_big_table(
    marketplace: dict[str, int], marketplace_cast: Cast, staff: Client
) -> None:
    big = {table for table, rows in marketplace.items() if rows > BIG}
    assert {Job._meta.db_table, CustomUser._meta.db_table} <= big

    scans = [
        (address, sorted(scanned), sql[:2000])
        for address in addresses(marketplace_cast)
        for sql, params in statements_of(staff, address)
        if (scanned := scanned_by_need(sql, params) & big)
    ]

    assert scans == []


def pages(cast: Cast) -> list[str]:
    """Admin's own: Today, a quarter per day and a year per month of Figures, and the others; and what Ctrl+K finds by
    each kind of term."""
    today = timezone.localdate()
    quarter = {"first": today - timedelta(days=91), "last": today, "by": "day"}
    year = {"first": today - timedelta(days=365), "last": today, "by": "month"}
    figures, command = reverse("admin:figures"), reverse("admin:search")
    return [
        *(reverse(f"admin:{name}") for name in ("index", "health", "books", "patterns", "figures")),
        *(f"{figures}?{urlencode(days)}" for days in (quarter, year)),
        *(f"{command}?{urlencode({'s': typed, 'extended': 1})}" for typed in terms(cast)),
    ]


def records() -> list[str]:
    """Of each list the newest row, and its history."""
    found = []
    for model in LISTS:
        pk = model._default_manager.order_by("-pk").values_list("pk", flat=True).first()
        screen = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found += [reverse(f"{screen}_{name}", args=[pk]) for name in ("change", "history") if pk is not None]
    return found


@pytest.mark.parametrize("which", ["pages", "records"])
def test_no_page_of_staff_reads_a_big_table_whole(
    which: str, marketplace: dict[str, int], marketplace_cast: Cast, staff: Client
) -> None:
    big = {table for table, rows in marketplace.items() if rows > BIG}
    addresses = pages(marketplace_cast) if which == "pages" else records()

    explained, scans = set(), []
    for address in addresses:
        for sql, params in statements_of(staff, address, least=1):
            if (sql, str(params)) in explained:
                continue
            explained.add((sql, str(params)))
            # Figures add up all that its days have, and leave out one side of each posting: along the index of days.
            adds_up = address.startswith(reverse("admin:figures"))
            if scanned_by_need(sql, params) & big if adds_up else reads_it_whole(sql, params, big):
                scans.append((address, sql[:2000]))

    assert len(explained) > len(addresses)
    assert scans == []


def statements_of(staff: Client, address: str, *, least: int = 6) -> list[tuple[str, Any]]:
    with captured_statements() as captured:
        assert staff.get(address).status_code == 200
    reads = [(sql, params) for sql, params in captured.statements if sql.lstrip("(\n").startswith("SELECT")]
    assert len(reads) >= least, address
    return reads


def scanned_by_need(sql: str, params: Any) -> set[str]:
    """Without another way to the rows, when the tables grow."""
    with only_by_indexes():
        return scanned_tables(explain(sql, params))


# Lists in which people or their work are sought, with terms of each kind. What no index finds, reads its table whole.
def terms(cast: Cast) -> list[str]:
    person = CustomUser.objects.select_related("profile").get(pk=cast.worker_id)
    BankAccount.objects.filter(user=person).update(account_number="9182736450")
    return [
        person.name,
        person.email[:12] + "@",
        person.email,
        "0804 029 9898",
        "6450",
        str(cast.paid_job_id),
        cast.reference,
        cast.reference[:14],
        "4000000056",
        "TRF_1ptvuv321",
    ]


LISTS = sorted(
    (model for model, screen in admin.site._registry.items() if isinstance(screen, StaffAdmin)),
    key=lambda model: model._meta.label,
)


def test_no_search_of_a_list_reads_a_big_table_whole(
    marketplace: dict[str, int], marketplace_cast: Cast, superuser: CustomUser
) -> None:
    big = {table for table, rows in marketplace.items() if rows > BIG}
    explained, scans = set(), []
    for model, typed in product(LISTS, terms(marketplace_cast)):
        for sql, params in searched(superuser, model, typed):
            # Who is meant by a term, each list asks in the same words.
            if (sql, typed) not in explained:
                explained.add((sql, typed))
                if reads_it_whole(sql, params, big):
                    scans.append((model._meta.label, typed, sql[:2000]))

    assert len(explained) > len(LISTS)
    assert scans == []


@pytest.mark.usefixtures("marketplace_cast")
def test_no_default_order_sorts_a_big_table(marketplace: dict[str, int], superuser: CustomUser) -> None:
    big = {table for table, rows in marketplace.items() if rows > BIG}

    sorts = []
    for model in LISTS:
        for sql, params in searched(superuser, model, ""):
            with only_by_indexes():
                plan = explain(sql, params)
            if scanned_tables(plan) & big or most_rows_sorted(plan, of=big) > BIG:
                sorts.append((model._meta.label, sql[:2000]))

    assert sorts == []


@pytest.mark.usefixtures("marketplace_cast")
def test_no_order_that_a_list_offers_sorts_a_big_table(marketplace: dict[str, int], superuser: CustomUser) -> None:
    big = {table for table, rows in marketplace.items() if rows > BIG}

    tried, sorts = 0, []
    for model in LISTS:
        for column in columns_to_sort_by(superuser, model):
            for order in (str(column), f"-{column}"):
                tried += 1
                for sql, params in asked(superuser, model, {"o": order}):
                    with only_by_indexes(but_for_ties=True):
                        plan = explain(sql, params)
                    if scanned_tables(plan) & big or most_rows_sorted(plan, of=big) > BIG:
                        sorts.append((model._meta.label, order, sql[-200:]))

    assert tried > len(LISTS)
    assert sorts == []


@pytest.mark.usefixtures("marketplace_cast")
def test_no_filter_of_a_list_reads_a_big_table_whole(
    marketplace: dict[str, int], superuser: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of tables of this size a walk along the newest rows would be all of them.
    monkeypatch.setattr(bounds, "MOST_WALKED", BIG // 2)
    big = {table for table, rows in marketplace.items() if rows > BIG}

    explained, scans = set(), []
    for model in LISTS:
        for query in [*choices_of_filters(superuser, model), *always_served(model)]:
            for sql, params in asked(superuser, model, query):
                if (sql, str(params)) in explained:
                    continue
                explained.add((sql, str(params)))
                if reads_it_whole(sql, params, big):
                    scans.append((model._meta.label, urlencode(query), sql[:2000]))

    assert len(explained) > len(LISTS)
    assert scans == []


@pytest.mark.usefixtures("marketplace_cast")
@pytest.mark.parametrize("order", ["", "ORDER BY id DESC"])
def test_control_search_by_a_part_of_a_text_is_found_out(order: str) -> None:
    by_a_part = f"SELECT id FROM accounts_customuser WHERE email LIKE %s {order} LIMIT 51"

    assert reads_it_whole(by_a_part, ["%nobody at all%"], {CustomUser._meta.db_table})


def reads_it_whole(sql: str, params: Any, big: set[str]) -> bool:
    """From one end to the other, or along an index and past all that is not meant. Of a table that is small here the
    planner may like to read all, so that is forbidden where there is another way."""
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        plan = explain(sql, params)
        cursor.execute("RESET enable_seqscan")
    return bool(scanned_tables(plan) & big) or most_rows_discarded(plan, of=big) > BIG


def searched(staff: CustomUser, model: type[Model], typed: str) -> list[tuple[str, Any]]:
    return asked(staff, model, {"q": typed} if typed else {})


def columns_to_sort_by(staff: CustomUser, model: type[Model]) -> list[int]:
    """Numbers of columns, as they stand in addresses."""
    listed = changelist(staff, model, {})
    return [number for number, head in enumerate(result_headers(listed)) if head["sortable"]]


def choices_of_filters(staff: CustomUser, model: type[Model]) -> list[dict[str, str]]:
    """One filter at a time, each of its choices."""
    listed = changelist(staff, model, {})
    chosen = [
        dict(parse_qsl(choice["query_string"].lstrip("?"), keep_blank_values=True))
        for spec in listed.filter_specs
        for choice in spec.choices(listed)
        if "query_string" in choice
    ]
    return [query for query in chosen if query]


def always_served(model: type[Model]) -> list[dict[str, str]]:
    """What is found however old it is: the lists behind Today's cards, and histories of one account."""
    screen = admin.site._registry[model]
    pairs = (one.partition("=") for one in screen.served) if isinstance(screen, StaffAdmin) else ()
    return [{name: value or str(of_somebody(name))} for name, _, value in pairs]


def of_somebody(name: str) -> int:
    """Of a column of keys, one that few rows have."""
    wallet = LedgerAccount.objects.filter(kind="wallet").order_by("-pk").values_list("pk", flat=True)[0]
    return {"account__id__exact": wallet, "settlement__id__exact": 1}[name]


def changelist(staff: CustomUser, model: type[Model], query: dict[str, str]) -> Any:
    request = RequestFactory().get("/", query)
    request.user = staff
    return admin.site._registry[model].get_changelist_instance(request)


def asked(staff: CustomUser, model: type[Model], query: dict[str, str]) -> list[tuple[str, Any]]:
    """What the list asks for its first page of rows, and its filters for their choices."""
    with captured_statements() as captured:
        list(changelist(staff, model, query).result_list)
    return [(sql, params) for sql, params in captured.statements if sql.lstrip("(\n").startswith("SELECT")]
