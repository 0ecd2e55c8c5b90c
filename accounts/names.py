"""What people may call themselves. A name that poses as the platform's staff asks for a password in good faith."""

import re
import unicodedata

from core.errors import FieldProblem, InvalidInput
from core.texts import one_line
from core.words import fold

KEPT = "This name is kept for the platform's staff."
OURS = "payshift"
OFFICES = frozenset(
    {"admin", "administrator", "billing", "customercare", "customerservice", "customersupport", "help", "helpdesk"}
    | {"moderator", "official", "payments", "refunds", "root", "security", "staff", "support", "system", "team"}
)
# Of which the names of offices are put together.
OF_OFFICES = OFFICES | {
    "agent",
    "care",
    "center",
    "centre",
    "customer",
    "desk",
    "manager",
    "payment",
    "refund",
    "service",
}
LOOK_ALIKES = str.maketrans("013457$", "oleasts")
# What looks like a letter of ours without being it: Cyrillic, Greek and Armenian letters, and small capitals.
ALIKE = str.maketrans(
    "аеорсухіѕһнтғкαορυικτηϲօսհᴀᴇɪʏꜱʜꜰᴛᴘᴅᴍɴᴏʀᴜ",
    "aeopcyxishhtfkaopyikthcouhaeiyshftpdmnoru",
)
# Alphabets whose letters pass for those of another one.
CONFUSABLE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "COPTIC", "CHEROKEE"})


def own_username(value: str) -> str:
    """Raises `ValueError` for a handle that reads like an office's, however it is dotted or spelt with digits."""
    bare = value.lower().replace("_", "").replace(".", "")
    readings = {bare, bare.rstrip("0123456789"), bare.translate(LOOK_ALIKES)}
    if readings & OFFICES or any(OURS in reading for reading in readings):
        raise ValueError(KEPT)
    return value


def own_name(value: str) -> str:
    """Part of a person's name. Raises `ValueError` for ours, and as `plain_name` does."""
    if _is_ours(value):
        raise ValueError(KEPT)
    return plain_name(value)


def plain_name(value: str) -> str:
    """Part of anybody's name, staff's too. Raises `ValueError` for several lines, for nothing to be seen, and for a
    word of letters of two alphabets, which only looks like another.
    """
    if any(len(_alphabets(word)) > 1 for word in value.split()):
        raise ValueError("The letters of a word are of one alphabet.")
    return one_line(value)


def refuse_posing(*, first_name: str, last_name: str) -> None:
    """Raises `InvalidInput` for names that are nobody's together: an office's, or ours in two parts."""
    whole = f"{first_name} {last_name}"
    words = [word for each in whole.split() if (word := _bare(each))]
    if _is_ours(whole) or (words and OF_OFFICES.issuperset(words)):
        raise InvalidInput(errors=[FieldProblem("first_name", "value_error", KEPT)])


def _is_ours(text: str) -> bool:
    """Also with 1 for i."""
    return OURS.replace("i", "l") in _bare(text).replace("i", "l")


def _bare(text: str) -> str:
    """As a reader takes it: without marks, spaces and what stands between letters."""
    return re.sub(r"\W|_", "", fold(text).casefold().translate(ALIKE).translate(LOOK_ALIKES))


def _alphabets(word: str) -> set[str]:
    return {unicodedata.name(char, "").partition(" ")[0] for char in fold(word)} & CONFUSABLE
