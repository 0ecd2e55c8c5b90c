"""A receipt as a page to print and as a PDF."""

from collections.abc import Sequence

from django.template.loader import render_to_string

from payment.documents.pdf import SOFT, Sheets, amounts, facts, head
from payment.documents.receipts import Paper


def receipt_page(paper: Paper, *, links: Sequence[tuple[str, str]] = ()) -> str:
    """One page of HTML that needs nothing but itself. `links`: names with addresses, which are not printed."""
    return render_to_string(
        "payment/document.html",
        {
            "name": paper.number,
            "title": paper.title,
            "number": paper.number,
            "copy_of": paper.copy_of,
            "facts": paper.facts,
            "amounts": paper.amounts,
            "notes": paper.notes,
            "issuer": paper.issuer,
            "links": links,
        },
    )


def receipt_pdf(paper: Paper) -> bytes:
    sheets = Sheets(title=paper.number, author=paper.issuer[0])
    head(sheets, issuer=paper.issuer, title=paper.title, below=f"Number {paper.number}, copy of {paper.copy_of}")
    facts(sheets, paper.facts)
    amounts(sheets, paper.amounts)
    for note in paper.notes:
        sheets.paragraph(note, size=9, ink=SOFT)
        sheets.y -= 4
    return sheets.done()
