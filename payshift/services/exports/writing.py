"""A table of any length into a file: CSV, or XLSX with as many sheets as it takes, one row in memory at a time."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from accounts.models import ExportFormat
from payshift.services.exports.sheets import Value

CONTENT_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Excel takes 1,048,576 rows on a sheet.
ROWS_OF_A_SHEET = 1_000_000
# With these a spreadsheet takes a text for a formula, and people choose their names.
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


class Table(Protocol):
    def add(self, rows: Iterable[Sequence[Value]]) -> None: ...


@contextmanager
def table(path: Path, format: ExportFormat, headers: Sequence[str]) -> Iterator[Table]:
    """What is added is in the file when the block has ended."""
    if format == ExportFormat.CSV:
        with path.open("w", newline="", encoding="utf-8") as file:
            yield CsvTable(file, headers)
        return
    # Here, for most processes never write one.
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False}) as book:
        yield XlsxTable(book, headers)


class CsvTable:
    def __init__(self, file: Any, headers: Sequence[str]) -> None:
        self._lines = csv.writer(file)
        self._lines.writerow(headers)

    def add(self, rows: Iterable[Sequence[Value]]) -> None:
        self._lines.writerows([as_text(value) for value in row] for row in rows)


class XlsxTable:
    def __init__(self, book: Any, headers: Sequence[str]) -> None:
        self._book, self._headers = book, headers
        self._money = book.add_format({"num_format": "#,##0.00"})
        self._time = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._bold = book.add_format({"bold": True})
        self._begin()

    def add(self, rows: Iterable[Sequence[Value]]) -> None:
        for row in rows:
            if self._row > ROWS_OF_A_SHEET:
                self._begin()
            for column, value in enumerate(row):
                self._cell(column, value)
            self._row += 1

    def _begin(self) -> None:
        self._sheet = self._book.add_worksheet()
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(0, len(self._headers) - 1, 18)
        for column, header in enumerate(self._headers):
            self._sheet.write_string(0, column, header, self._bold)
        self._row = 1

    def _cell(self, column: int, value: Value) -> None:
        match value:
            case None | "":
                pass
            case Decimal():
                # The format keeps 15 digits, and whole kobo below a thousand milliards of naira are fewer.
                self._sheet.write_number(self._row, column, float(value), self._money)
            case datetime():
                self._sheet.write_datetime(self._row, column, value, self._time)
            case int():
                self._sheet.write_number(self._row, column, value)
            case _:
                self._sheet.write_string(self._row, column, value)


def as_text(value: Value) -> str:
    match value:
        case None:
            return ""
        case Decimal():
            return f"{value:.2f}"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M:%S}"
        case int():
            return str(value)
        case _:
            return f"'{value}" if value.startswith(FORMULAS) else value
