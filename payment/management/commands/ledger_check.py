"""`manage.py ledger_check`: proves M1 to M5 from the rows, exits 1 on any difference."""

from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.money import naira
from core.patience import unhurried
from core.words import counted
from payment.services.anchors import is_in_chain
from payment.services.journal import journal_lines
from payment.services.ledger_check import BooksReport, check_books

OLD_SUSPENSE = timedelta(days=3)


class Command(BaseCommand):
    help = "Prove that the books are right: exit code 1 and a line per difference when they are not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--hledger", metavar="FILE", type=Path, help="also write the books as an hledger journal")

        parser.add_argument("--anchor", metavar="DIGEST", help="a digest from the log that must still be in the chain")

    def handle(self, *args: Any, **options: Any) -> None:
        report = check_books()
        self._show(report)
        if path := options["hledger"]:
            self._export(path)
        if (digest := options["anchor"]) and not is_in_chain(digest):
            raise CommandError("This anchor is not in the chain: history was written anew.", returncode=1)
        if report.findings:
            differences = counted(len(report.findings), "difference")
            raise CommandError(f"The books are wrong: {differences}.", returncode=1)
        self.stdout.write(self.style.SUCCESS("The books are right."))

    def _show(self, report: BooksReport) -> None:
        self.stdout.write(f"{report.transactions:,} transactions, {report.entries:,} entries")
        self.stdout.write("")
        self.stdout.write(f"{'account':<20} {'number':>10} {'balance':>24}")
        for row in report.sums:
            self.stdout.write(f"{row.kind:<20} {row.accounts:>10,} {naira(row.balance_kobo):>20} {row.currency}")
        self.stdout.write("")
        if report.suspense_age is not None:
            style = self.style.WARNING if report.suspense_age > OLD_SUSPENSE else self.style.NOTICE
            hours = int(report.suspense_age / timedelta(hours=1))
            self.stdout.write(
                style(f"Suspense holds {naira(report.suspense_kobo)}, for {hours} h: staff must place it.")
            )
        for check in report.checks:
            differences = [finding for finding in report.findings if finding.check == check]
            mark = self.style.ERROR("wrong") if differences else self.style.SUCCESS("ok   ")
            self.stdout.write(f"{mark} {check}")
            for finding in differences:
                self.stdout.write(f"      {finding.difference}")

    def _export(self, path: Path) -> None:
        with unhurried(), path.open("w", encoding="utf-8") as journal:
            journal.writelines(f"{line}\n" for line in journal_lines())
        self.stdout.write(f"Journal written to {path}")
