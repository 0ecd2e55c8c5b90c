"""One spelling of words for comparing: without the marks and hooks that most people leave out when they type."""

import unicodedata

# Letters that no normalisation takes apart, as they are typed without the right keyboard: Hausa's hooked ones first.
# The database has the same table in `jobs_fold`.
MARKED = "ɓɗƙƴƁƊƘƳŋŊøØłŁđĐħĦı"
PLAIN = "bdkyBDKYnNoOlLdDhHi"
FOLDED = str.maketrans(MARKED, PLAIN)


def fold(text: str) -> str:
    """Without marks and hooks: Ọ̀ṣun is Osun and Ɗan is Dan, composed or not."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).translate(FOLDED)
