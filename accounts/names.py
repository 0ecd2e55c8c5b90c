"""What people may call themselves. A name that poses as the platform's staff asks for a password in good faith."""

import re

from core.texts import one_line

OURS = "payshift"
OFFICES = frozenset(
    {"admin", "administrator", "billing", "customercare", "customerservice", "customersupport", "help", "helpdesk"}
    | {"moderator", "official", "payments", "refunds", "root", "security", "staff", "support", "system", "team"}
)
LOOK_ALIKES = str.maketrans("013457$", "oleasts")


def own_username(value: str) -> str:
    """Raises `ValueError` for a handle that reads like an office's, however it is dotted or spelt with digits."""
    bare = value.lower().replace("_", "").replace(".", "")
    readings = {bare, bare.rstrip("0123456789"), bare.translate(LOOK_ALIKES)}
    if readings & OFFICES or any(OURS in reading for reading in readings):
        raise ValueError("This name is kept for the platform's staff.")
    return value


def own_name(value: str) -> str:
    """Part of a person's name. Raises `ValueError` for several lines, for nothing to be seen, and for ours."""
    if OURS in re.sub(r"\W|_", "", value.lower()):
        raise ValueError("This name is kept for the platform's staff.")
    return one_line(value)
