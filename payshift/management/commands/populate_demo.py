"""`manage.py populate_demo`: the demo's data, once."""

from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from psycopg import sql

from accounts.models import CustomUser
from payshift.demo import people
from payshift.demo.populate import populate

# Made by migrations, not by people.
KEPT = (
    *("django_migrations", "django_content_type", "auth_permission", "auth_group", "auth_group_permissions"),
    *("jobs_jobindustry", "jobs_jobsubcategory"),
)
BAR_WIDTH = 40


class Command(BaseCommand):
    help = "Fill an empty database with demo people, jobs, payments and reviews. Does nothing where there are people."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reset", action="store_true", help="first delete everything that is there")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG or not settings.TIME_TRAVEL:
            raise CommandError("Demo data is for development: it needs DEBUG=1 and TIME_TRAVEL=1.")
        if options["reset"]:
            empty_database()
        if CustomUser.objects.exists():
            self.stdout.write("There are people already: nothing was changed. --reset starts over.")
            return
        populate(progress=self._show)
        self.stdout.write(
            f"\nDemo logins, all with the password {people.PASSWORD}\n"
            f"  client  {people.CLIENT_EMAIL}\n"
            f"  worker  {people.WORKER_EMAIL}\n"
            f"  staff   {people.STAFF_EMAIL} (also for /admin/)"
        )

    def _show(self, share: float, doing: str) -> None:
        """A bar on a terminal; a line per tenth where output is kept."""
        share = min(1.0, max(0.0, share))
        if self.stdout.isatty():
            bar = "#" * round(share * BAR_WIDTH)
            self.stdout.write(f"\r  [{bar:{BAR_WIDTH}}] {share:4.0%} {doing:12}", ending="\n" if share == 1 else "")
            self.stdout.flush()
        elif (tenth := int(share * 10)) > self._tenth:
            self._tenth = tenth
            self.stdout.write(f"  {share:4.0%} {doing}")

    _tenth = -1


def empty_database() -> None:
    """As the owner of the tables: the application's own role may not empty the ledger (M2)."""
    alias = "owner" if "owner" in connections else "default"
    parameters = connections[alias].get_connection_params()
    connections["default"].close()
    with psycopg.connect(
        dbname=parameters["dbname"],
        user=parameters.get("user"),
        password=parameters.get("password"),
        host=parameters.get("host"),
        port=parameters.get("port"),
    ) as owner:
        rows = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        tables = sql.SQL(", ").join(sql.Identifier(name) for (name,) in rows if name not in KEPT)
        owner.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(tables))
