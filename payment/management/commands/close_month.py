"""`manage.py close_month 2026-10`: no posting is dated into it any more, for good."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import PayshiftError
from payment.services.closing import close_month
from payment.services.periods import month_named


class Command(BaseCommand):
    help = "Close a month of the books, for good. They must have been checked since its end, and be right."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month", help="such as 2026-10")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            closed = close_month(month=month_named(options["month"]), staff_id=None)
        except (ValueError, PayshiftError) as refusal:
            raise CommandError(getattr(refusal, "detail", str(refusal))) from refusal
        self.stdout.write(f"{closed} is closed.")
