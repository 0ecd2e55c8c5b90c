"""`manage.py work`: run the jobs of the queue, each lane in slots of its own.

python manage.py work                                   # all lanes, as WORKER_SLOTS says
python manage.py work --lanes codes money work          # one process for what is urgent,
python manage.py work --lanes notices bulk              # and another for the rest

It ends with 0 when it was told to stop, and with 1 when it ended by itself: whoever supervises it starts it anew.
"""

import asyncio
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from psycopg_pool import PoolTimeout

from core import health
from core.lanes import Lane, slots_of
from core.startup import search_garbage_seldom
from core.worker import LaneEnded, LaneWorkers, worker_connector


class Command(BaseCommand):
    help = "Run the jobs of the queue, each lane in slots of its own, until told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--lanes", nargs="+", choices=[str(lane) for lane in Lane], help="all, unless named")

    def handle(self, *args: Any, **options: Any) -> None:
        slots = slots_of(settings.WORKER_SLOTS)
        if options["lanes"]:
            slots = {lane: slots.get(lane, 1) for lane in map(Lane, options["lanes"])}
        refuse_without_tables()
        search_garbage_seldom()
        with app.replace_connector(worker_connector()):
            try:
                asyncio.run(_work(LaneWorkers(app, slots)))
            except (LaneEnded, ConnectorException, PoolTimeout) as error:
                raise CommandError(f"The worker ended: {error.__cause__ or error}") from error


async def _work(workers: LaneWorkers) -> None:
    workers.stop_on_signals()
    await workers.run()


def refuse_without_tables() -> None:
    """Raises `CommandError`, in a line that says what to do, where the queue cannot be there."""
    try:
        if not health.migrations_are_applied():
            raise CommandError("The database lacks migrations of this release: run `manage.py migrate` first.")
    except OperationalError as error:
        # Its threads would go on trying, and say so after the line that ends the process.
        connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's own
        raise CommandError(f"PostgreSQL cannot be reached: {str(error).strip()}. See DATABASE_URL.") from error
    finally:
        connection.close()
