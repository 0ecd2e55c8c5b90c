"""Paper of A4 to write on, with a font that has the naira's sign and the hooked letters of Nigeria's languages.

The same text gives the same bytes: no date, no random number gets in. reportlab is loaded with the first PDF.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from unicodedata import normalize

FONTS = Path(__file__).parent.parent / "fonts"
PLAIN, BOLD = "DejaVuSansCondensed", "DejaVuSansCondensed-Bold"
INK, SOFT, LINE = (0.07, 0.07, 0.07), (0.35, 0.35, 0.35), (0.75, 0.75, 0.75)
# Points: of A4, and of what stays white around.
WIDTH, HEIGHT, MARGIN = 595.28, 841.89, 48.0
LEADING = 1.4


@lru_cache(maxsize=1)
def _fonts() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name in (PLAIN, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(FONTS / f"{name}.ttf")))


@lru_cache(maxsize=20_000)
def width_of(text: str, font: str, size: float) -> float:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    _fonts()
    return float(stringWidth(text, font, size))


def wrapped(text: str, font: str, size: float, width: float) -> Iterator[str]:
    """Lines no wider than `width` points; a word that is wider by itself is cut."""
    line = ""
    for word in normalize("NFC", text).split():
        if line and width_of(f"{line} {word}", font, size) <= width:
            line = f"{line} {word}"
            continue
        if line:
            yield line
        while width_of(word, font, size) > width:
            fits = next(n for n in range(len(word) - 1, 0, -1) if n == 1 or width_of(word[:n], font, size) <= width)
            yield word[:fits]
            word = word[fits:]
        line = word
    if line:
        yield line


def clipped(text: str, font: str, size: float, width: float) -> str:
    """The beginning of it that fits, with dots where something is left out."""
    text = normalize("NFC", text)
    if width_of(text, font, size) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width_of(f"{text[:middle]}…", font, size) <= width else (low, middle - 1)
    return f"{text[:low].rstrip()}…"


class Sheets:
    """Pages that are written from above; `y` is where the next line's foot will be."""

    def __init__(self, *, title: str, author: str) -> None:
        from reportlab.pdfgen.canvas import Canvas

        _fonts()
        self._file = BytesIO()
        self._canvas: Any = Canvas(self._file, pagesize=(WIDTH, HEIGHT), invariant=1, lang="en")
        self._canvas.setTitle(title)
        self._canvas.setAuthor(author)
        self._canvas.setCreator(author)
        self.y = HEIGHT - MARGIN

    def text(
        self,
        text: str,
        *,
        x: float = MARGIN,
        size: float = 10,
        font: str = PLAIN,
        ink: tuple[float, float, float] = INK,
        right: bool = False,
    ) -> None:
        """One line at `y`, which begins at `x`, or ends there."""
        self._canvas.setFont(font, size)
        self._canvas.setFillColorRGB(*ink)
        (self._canvas.drawRightString if right else self._canvas.drawString)(x, self.y, text)

    def paragraph(
        self,
        text: str,
        *,
        x: float = MARGIN,
        width: float = WIDTH - 2 * MARGIN,
        size: float = 10,
        font: str = PLAIN,
        ink: tuple[float, float, float] = INK,
    ) -> None:
        """As many lines as it takes; `y` is below them."""
        for line in wrapped(text, font, size, width):
            self.text(line, x=x, size=size, font=font, ink=ink)
            self.y -= size * LEADING

    def rule(self, *, ink: tuple[float, float, float] = LINE) -> None:
        self._canvas.setStrokeColorRGB(*ink)
        self._canvas.setLineWidth(0.6)
        self._canvas.line(MARGIN, self.y, WIDTH - MARGIN, self.y)

    def next_page(self) -> None:
        self._canvas.showPage()
        self.y = HEIGHT - MARGIN

    def done(self) -> bytes:
        self._canvas.showPage()
        self._canvas.save()
        return self._file.getvalue()


def head(sheets: Sheets, *, issuer: Sequence[str], title: str, below: str) -> None:
    """Who issues it, what it is, its number or owner."""
    sheets.paragraph(issuer[0], size=11, font=BOLD)
    for line in issuer[1:]:
        sheets.paragraph(line, size=8.5, ink=SOFT)
    sheets.y -= 18
    sheets.paragraph(title, size=17, font=BOLD)
    sheets.paragraph(below, ink=SOFT)
    sheets.y -= 12


def facts(sheets: Sheets, lines: Sequence[tuple[str, str]]) -> None:
    """Names at the left, and what they stand for beside them."""
    beside = MARGIN + 150
    for name, value in lines:
        top = sheets.y
        sheets.paragraph(name, width=140, ink=SOFT)
        below_name, sheets.y = sheets.y, top
        sheets.paragraph(value, x=beside, width=WIDTH - MARGIN - beside)
        sheets.y = min(sheets.y, below_name) - 3


def amounts(sheets: Sheets, lines: Sequence[tuple[str, str]]) -> None:
    """Sums at the right; the last is the total."""
    sheets.y -= 10
    for position, (name, value) in enumerate(lines):
        is_total = position == len(lines) - 1
        font = BOLD if is_total else PLAIN
        if is_total:
            sheets.y += 8
            sheets.rule(ink=INK)
            sheets.y -= 15
        top = sheets.y
        sheets.text(value, x=WIDTH - MARGIN, font=font, right=True)
        sheets.y = top
        sheets.paragraph(name, width=WIDTH - 2 * MARGIN - 130, font=font)
        sheets.y -= 4
    sheets.y -= 8
