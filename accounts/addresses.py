"""E-mail addresses: which are taken, and when two of them are one. Everything that counts, looks up or locks by an
address folds it here, and nowhere else."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

MAX_LENGTH = 254
# A dot-atom of RFC 5321. Quoted and non-ASCII local parts are legal, few mail boxes have one, and PostgreSQL and Python
# disagree about their small letters: each spelling would be a throttle of its own for one account.
LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


def fold_email(email: str) -> str:
    """The one form of all spellings of an address. Of an address that is stored it is what lower() makes of it."""
    local, at, domain = email.strip().rpartition("@")
    return local.lower() + at + _fold_domain(domain)


def normal_email(email: str) -> str:
    """As it is stored: the person's capitals before the @, and the domain in its one form."""
    local, at, domain = email.strip().rpartition("@")
    return local + at + _fold_domain(domain)


def checked_email(email: str) -> str:
    """The normal form of an address that mail can reach. Raises `ValueError`."""
    if not email.isprintable():
        raise ValueError("One line of printable characters.")
    normal = normal_email(email)
    if not LOCAL_PART.fullmatch(normal.rpartition("@")[0]):
        raise ValueError("Before the @ an address has letters, digits and dots without accents.")
    try:
        # Of the small letters: there are capitals that grow.
        validate_email(normal)
    except ValidationError as error:
        raise ValueError(error.messages[0]) from None
    if len(normal) > MAX_LENGTH:
        raise ValueError(f"An address has at most {MAX_LENGTH} characters.")
    return normal


def _fold_domain(domain: str) -> str:
    return unicodedata.normalize("NFKC", domain).lower()
