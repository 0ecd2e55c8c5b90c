"""Fills an empty database with a marketplace of a given number of jobs. The same seed and day make the same rows."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

import psycopg
from psycopg import sql

from core import clock
from core.cache.store import store
from jobs.models import JobSubcategory
from payment.models import Receipt, ReceiptIssuer, ReceiptSeries
from payment.services.receipt_numbers import NUMBER_THEM
from payshift.measuring.populating import openings
from payshift.measuring.populating.attendance import Attendance
from payshift.measuring.populating.books import Books
from payshift.measuring.populating.hiring import Hiring
from payshift.measuring.populating.loading import bulk_load
from payshift.measuring.populating.money import Money
from payshift.measuring.populating.people import People
from payshift.measuring.populating.postings import Postings, Trade
from payshift.measuring.populating.tables import Tables
from payshift.measuring.populating.talk import Talk
from payshift.measuring.populating.work import Work

SEED = 1960
HISTORY = timedelta(days=730)
BATCH = 5_000

# Told how far it is (0 to 1) and what is being done.
type Progress = Callable[[float, str], object]


def populate(connection: psycopg.Connection, *, jobs: int, seed: int, progress: Progress) -> dict[str, int]:
    """Needs an empty database and its owner's connection, in autocommit mode. Returns the rows per table.

    Writes around the signals: no entry of the cache may outlive the beginning or be filled before the end, so both
    start a new epoch.
    """
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    random = Random(seed)  # noqa: S311  # data, not a secret
    tables = Tables()
    trades = [
        Trade(row.industry_id, row.pk, row.slug, row.name) for row in JobSubcategory.objects.planned().order_by("pk")
    ]
    since = now - HISTORY - timedelta(days=30)
    people = People(tables, jobs=jobs, since=since, trades=[trade.slug for trade in trades], random=random)
    books = Books(tables, people=people.count, since=since)
    talk = Talk(tables, people, now=now, random=random)
    money = Money(tables, books, talk, random=random)
    attendance = Attendance(tables, people, money, now=now, random=random)
    hiring = Hiring(tables, people, attendance, talk, now=now, random=random)
    work = Work(tables, people, hiring, money, talk, now=now, random=random)
    postings = Postings(trades, random)

    store.new_epoch()
    with bulk_load(
        connection,
        tables.all(),
        rebuilding=lambda done, of, name: progress(0.6 + 0.3 * done / of, name),
    ) as load:
        for number in range(jobs):
            work.write(postings.draw(_created_at(now, number, jobs)))
            if number % BATCH == BATCH - 1:
                load.flush()
                progress(0.55 * number / jobs, "jobs")
        for user_id in range(1, people.count + 1):
            people.write(user_id)
            books.write_wallet(user_id, now=now)
            talk.block(user_id, now)
            if user_id % BATCH == 0:
                load.flush()
                progress(0.55 + 0.05 * user_id / people.count, "people")
        books.write_own()
        load.flush()
        for statement in (openings.TAKEN, openings.OPEN):
            connection.execute(statement)
    progress(0.9, "receipts")
    receipts = _number_receipts(connection)
    store.new_epoch()
    progress(1.0, "done")
    return {**load.counts, **receipts}


def _number_receipts(connection: psycopg.Connection) -> dict[str, int]:
    """The triggers that give numbers were off. Commits as it goes: whoever stops it begins anew, as with `--reset`."""
    connection.execute(NUMBER_THEM)
    counts = {}
    for model in (ReceiptIssuer, ReceiptSeries, Receipt):
        table = sql.Identifier(model._meta.db_table)
        connection.execute(sql.SQL("VACUUM (ANALYZE) {}").format(table))
        row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(table)).fetchone()
        counts[model._meta.db_table] = row[0] if row else 0
    return counts


def _created_at(now: datetime, number: int, jobs: int) -> datetime:
    """Oldest first. The marketplace grows: half of all jobs were posted in the last quarter of its history."""
    return now - HISTORY * (1 - number / jobs) ** 2
