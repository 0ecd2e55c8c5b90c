"""A client's own words, for people who are not logged in: without what would lead to a person around the platform.

Title and description are free text. Those who may apply read them as they were written; a page that a search engine
keeps shows them without e-mail addresses, numbers, links, handles, street addresses and the client's name.
"""

import re
from collections.abc import Iterable

LEFT_OUT = "…"

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
LINK = re.compile(r"\b(?:https?://|www\.)\S+|\b[\w-]+\.(?:com|net|org|ng|me|io|africa)(?:/\S*)?\b", re.IGNORECASE)
HANDLE = re.compile(r"(?<!\w)@\w{3,}")
# Of any spelling: 0803 123 4567, +234-803-123-4567. Sums and dates have fewer digits.
NUMBER = re.compile(r"(?<!\w)\+?\d(?:[ ().\-/]{0,2}\d){9,14}(?!\w)")
KIND_OF_STREET = (
    r"(?:street|road|rd|way|avenue|ave|close|crescent|cres|drive|lane|boulevard|estate|expressway|court|plaza)"
)
STREET = re.compile(
    rf"\b(?:(?:plot|block|house|flat|suite|no)\.?\s*)?\d+[a-z]?,?\s+(?:[^\W\d]['\w.-]*\s+){{1,4}}{KIND_OF_STREET}\b",
    re.IGNORECASE,
)
# A line of an address that says more than which quarter it is.
EXACT = re.compile(rf"\d|\b{KIND_OF_STREET}\b", re.IGNORECASE)
# Names of people that are everyday words as well.
WEEKDAYS = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
SPACES = re.compile(r"[ \t]*…(?:[ \t,]*…)*")


def without_contacts(text: str, *, names: Iterable[str], location: str) -> str:
    """`names`: first and last name. `location`: as the client typed it."""
    for pattern in (EMAIL, LINK, HANDLE, NUMBER, *_parts_of(location), STREET, *_called(list(names))):
        text = pattern.sub(LEFT_OUT, text)
    return SPACES.sub(f" {LEFT_OUT}", text).strip() if LEFT_OUT in text else text


def _parts_of(location: str) -> Iterable[re.Pattern[str]]:
    parts = [part.strip() for part in location.split(",")]
    for part in [location.strip(), *parts]:
        if len(part) >= 4 and EXACT.search(part):
            yield re.compile(re.escape(part), re.IGNORECASE)


def _called(names: list[str]) -> Iterable[re.Pattern[str]]:
    names = [name.strip() for name in names if name.strip()]
    for whole in (" ".join(names), " ".join(reversed(names))):
        if len(names) > 1:
            yield re.compile(rf"\b{re.escape(whole)}\b", re.IGNORECASE)
    for name in names:
        # By itself only as a name is written: joy and grace are words.
        if len(name) > 2 and name not in WEEKDAYS:
            yield re.compile(rf"\b(?:{re.escape(name.capitalize())}|{re.escape(name.upper())}|{re.escape(name)})\b")
