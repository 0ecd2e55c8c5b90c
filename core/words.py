"""Words as people type them, brought to one spelling: for comparing, and for lines that hold nothing but a line."""

import re
import unicodedata

# Letters that no normalisation takes apart, as they are typed without the right keyboard: Hausa's hooked ones first.
# The database has the same table in `jobs_fold`.
MARKED = "ɓɗƙƴƁƊƘƳŋŊøØłŁđĐħĦı"
PLAIN = "bdkyBDKYnNoOlLdDhHi"
FOLDED = str.maketrans(MARKED, PLAIN)

# Spaces of typesetting, which phones insert by themselves, and characters without any width.
SPACES = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
INVISIBLE = re.compile(r"[\u00ad\u200b\u200c\u2060\ufeff]")
JOINER = "\u200d"


def fold(text: str) -> str:
    """Without marks and hooks: Ọ̀ṣun is Osun and Ɗan is Dan, composed or not."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).translate(FOLDED)


def one_line(text: object) -> object:
    """A line as meant: composed, with plain spaces, and without what has no width, save the joiners inside an emoji."""
    if not isinstance(text, str):
        return text
    line = INVISIBLE.sub("", SPACES.sub(" ", unicodedata.normalize("NFC", text)))
    kept = [char for before, char in zip([" ", *line], line, strict=False) if char != JOINER or _joins(before)]
    return "".join(kept)


def is_printable_line(text: str) -> bool:
    """No line break, no control character, and nothing that turns the direction of reading."""
    return text.replace(JOINER, "").isprintable()


def _joins(before: str) -> bool:
    """After a picture, its skin colour, or the mark that asks for the picture."""
    return unicodedata.category(before) in {"So", "Sk", "Mn"}
