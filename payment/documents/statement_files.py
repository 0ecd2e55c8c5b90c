"""A statement as a page to print, as a PDF and as CSV for a spreadsheet."""

import csv
from collections.abc import Sequence
from io import StringIO
from itertools import islice

from django.template.loader import render_to_string

from core.money import naira
from payment.documents.pdf import BOLD, HEIGHT, INK, MARGIN, SOFT, WIDTH, Sheets, amounts, clipped, facts, head
from payment.documents.statements import Statement, WrittenLine

# The page shows as many lines as a phone can bear; the files have all.
SHOWN = 500
# A spreadsheet takes what begins so for a formula, whose name may send a reader's cells elsewhere.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
COLUMNS = (
    *("date", "time", "what", "job number", "job", "reference", "receipt"),
    *("in", "out", "moved", "fee in it", "VAT in the fee", "balance"),
)
EDGES = {"in": WIDTH - MARGIN - 170, "out": WIDTH - MARGIN - 85, "balance": WIDTH - MARGIN}
WHAT = MARGIN + 58
ROW, COLUMNS_HEIGHT, FOOT = 27.0, 17.0, MARGIN + 24


def statement_page(statement: Statement, *, links: Sequence[tuple[str, str]] = ()) -> str:
    lines = list(islice(statement.lines(), SHOWN))
    left_out = statement.sums.lines - len(lines)
    more = [f"{left_out:,} more movements are in the files."] if left_out > 0 else []
    return render_to_string(
        "payment/statement.html",
        {
            "name": statement.title,
            "title": statement.title,
            "copy_of": statement.holder,
            "facts": statement.facts,
            "amounts": statement.amounts,
            "notes": [*statement.notes, *more],
            "issuer": statement.issuer,
            "links": links,
            "lines": [
                (
                    f"{line.day:%d %b, %H:%M}",
                    line.what,
                    line.details,
                    naira(line.in_kobo) if line.in_kobo else "",
                    naira(line.out_kobo) if line.out_kobo else "",
                    naira(line.balance_kobo),
                )
                for line in lines
            ],
        },
    )


def statement_csv(statement: Statement) -> bytes:
    """With the mark by which spreadsheets know UTF-8, and text that none of them runs."""
    text = StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    rows.writerow(
        [statement.month.period.first_day, "", "Opening balance", *[""] * 9, _plain(statement.sums.opening_kobo)]
    )
    for written in statement.lines():
        line = written.line
        rows.writerow(
            [
                f"{written.day:%Y-%m-%d}",
                f"{written.day:%H:%M:%S}",
                written.what,
                line.job_id or "",
                harmless(line.job_title),
                harmless(line.reference),
                line.receipt,
                *(_plain(kobo) if kobo else "" for kobo in (written.in_kobo, written.out_kobo, line.moved_kobo)),
                *(_plain(kobo) if kobo else "" for kobo in (line.fee_kobo, line.vat_kobo)),
                _plain(written.balance_kobo),
            ]
        )
    closing = "Balance so far" if statement.month.is_so_far else "Closing balance"
    rows.writerow(["", "", closing, *[""] * 9, _plain(statement.sums.closing_kobo)])
    return text.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    return f"'{text}" if text.lstrip().startswith(FORMULA) or text.startswith(FORMULA) else text


def _plain(kobo: int) -> str:
    """As a spreadsheet adds it up."""
    return naira(kobo).replace(",", "")


def statement_pdf(statement: Statement) -> bytes:
    sheets = Sheets(title=statement.title, author=statement.issuer[0])
    head(sheets, issuer=statement.issuer, title=statement.title, below=f"Copy of {statement.holder}")
    facts(sheets, statement.facts)
    amounts(sheets, statement.amounts)
    for note in statement.notes:
        sheets.paragraph(note, size=9, ink=SOFT)
    sheets.y -= 14
    _columns(sheets)
    pages, page = _pages(sheets.y, statement.sums.lines), 1
    for line in statement.lines():
        if sheets.y < FOOT + ROW:
            _foot(sheets, statement, f"Page {page} of {pages}")
            sheets.next_page()
            _columns(sheets)
            page += 1
        _line(sheets, line)
    _foot(sheets, statement, f"Page {page} of {pages}")
    return sheets.done()


def _pages(y: float, lines: int) -> int:
    """How many it takes when the first line is at `y`."""
    pages, next_y = 1, HEIGHT - MARGIN - COLUMNS_HEIGHT
    for _ in range(lines):
        if y < FOOT + ROW:
            pages, y = pages + 1, next_y
        y -= ROW
    return pages


def _columns(sheets: Sheets) -> None:
    sheets.text("Date", size=8.5, font=BOLD)
    sheets.text("What", x=WHAT, size=8.5, font=BOLD)
    for name, edge in EDGES.items():
        sheets.text(name.capitalize(), x=edge, size=8.5, font=BOLD, right=True)
    sheets.y -= 5
    sheets.rule(ink=INK)
    sheets.y -= 12


def _line(sheets: Sheets, line: WrittenLine) -> None:
    room = EDGES["in"] - WHAT - 62
    sheets.text(f"{line.day:%d.%m.}", size=8.5)
    sheets.text(f"{line.day:%H:%M}", x=MARGIN + 28, size=8.5, ink=SOFT)
    sheets.text(clipped(line.what, BOLD, 8.5, room), x=WHAT, size=8.5, font=BOLD)
    for name, kobo in (("in", line.in_kobo), ("out", line.out_kobo)):
        if kobo:
            sheets.text(naira(kobo), x=EDGES[name], size=8.5, right=True)
    sheets.text(naira(line.balance_kobo), x=EDGES["balance"], size=8.5, right=True)
    sheets.y -= 10.5
    sheets.text(clipped(line.details, BOLD, 7.5, WIDTH - MARGIN - WHAT), x=WHAT, size=7.5, ink=SOFT)
    sheets.y -= 5.5
    sheets.rule()
    sheets.y -= 11


def _foot(sheets: Sheets, statement: Statement, page: str) -> None:
    sheets.y = MARGIN - 12
    sheets.text(clipped(f"{statement.title}, {statement.holder}", BOLD, 7.5, 400), size=7.5, ink=SOFT)
    sheets.text(page, x=WIDTH - MARGIN, size=7.5, ink=SOFT, right=True)
