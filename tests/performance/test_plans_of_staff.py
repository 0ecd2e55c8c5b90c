"""Staff's pages about one job and one person can be served by indexes alone, at the same volume.

Told to use indexes, no statement reads a big table from one end to the other: the way is there when the tables grow.
"""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import CustomUser
from core.actor import Role
from jobs.models import Job
from payshift.measuring.reads import Cast
from tests.factories.accounts import UserFactory
from tests.performance.plans import captured_statements, explain, only_by_indexes, scanned_tables

BIG = 1_000


@pytest.fixture
def staff(db: None) -> Client:
    client = Client()
    client.force_login(UserFactory.create(role=Role.ADMIN, is_superuser=True))
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


def statements_of(staff: Client, address: str) -> list[tuple[str, Any]]:
    with captured_statements() as captured:
        assert staff.get(address).status_code == 200
    reads = [(sql, params) for sql, params in captured.statements if sql.lstrip("(\n").startswith("SELECT")]
    assert len(reads) > 5
    return reads


def scanned_by_need(sql: str, params: Any) -> set[str]:
    """Without another way to the rows, when the tables grow."""
    with only_by_indexes():
        return scanned_tables(explain(sql, params))
