"""`manage.py export_books 2026-10 FILE`: one month of the books, in Lagos days, as an hledger journal or as CSV."""

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.patience import unhurried
from payment.services.journal import csv_rows, journal_lines
from payment.services.periods import month_named, whole_month


class Command(BaseCommand):
    help = "Write a month of the books to a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month", help="such as 2026-10")
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=["hledger", "csv"], default="hledger")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            period = whole_month(month_named(options["month"]))
        except ValueError as error:
            raise CommandError(str(error)) from error
        with unhurried(), options["file"].open("w", encoding="utf-8", newline="") as file:
            if options["format"] == "csv":
                csv.writer(file).writerows(csv_rows(period))
            else:
                file.writelines(f"{line}\n" for line in journal_lines(period))
        self.stdout.write(f"{options['month']} written to {options['file']}")
