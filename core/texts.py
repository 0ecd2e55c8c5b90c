"""Text that one person writes and another reads: nothing in it controls a screen, turns the direction of reading, or is
not there to be seen."""

import re

# Control characters but tab and line end, what turns the direction, other ends of lines, lone surrogates.
DECEIVING = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
# What word processors leave behind and nobody sees: dropped. Wide, narrow and fixed spaces are spaces.
LEFT_BEHIND = re.compile(r"[\u00ad\u200b\u2060\ufeff]")
SPACES = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
# Shown as nothing, though Unicode has them among letters and symbols, and joiners, which join nothing by themselves.
UNSEEN = re.compile(r"[\s\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200c\u200d\u2800\u3164\ufe00-\ufe0f\uffa0]*")


def readable(value: str) -> str:
    """Lines of text as they are kept. Raises `ValueError` for what would deceive its readers."""
    text = value.replace("\r\n", "\n")
    if DECEIVING.search(text):
        raise ValueError("No control characters, and none that turn the direction of reading.")
    return SPACES.sub(" ", LEFT_BEHIND.sub("", text))


def one_line(value: str) -> str:
    """What stands in a line among others', in mails and lists. Raises `ValueError` for several, and for nothing."""
    text = readable(value)
    if "\n" in text or "\t" in text:
        raise ValueError("One line, please.")
    if value and UNSEEN.fullmatch(text):
        raise ValueError("Something that can be seen, please.")
    return text
