"""Words as people type and read them: one spelling for comparing, without marks and hooks, and a number of things."""

import unicodedata

from django.template.defaultfilters import pluralize

# Letters that no normalisation takes apart, as they are typed without the right keyboard: Hausa's hooked ones first.
# The database has the same table in `jobs_fold`.
MARKED = "ɓɗƙƴƁƊƘƳŋŊøØłŁđĐħĦı"
PLAIN = "bdkyBDKYnNoOlLdDhHi"
FOLDED = str.maketrans(MARKED, PLAIN)


def fold(text: str) -> str:
    """Without marks and hooks: Ọ̀ṣun is Osun and Ɗan is Dan, composed or not."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).translate(FOLDED)


def counted(number: int, noun: str) -> str:
    """`1 row`, `12,000 rows`: of nouns that take an s."""
    return f"{number:,} {noun}{pluralize(number)}"
