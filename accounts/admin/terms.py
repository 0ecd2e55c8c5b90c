"""What staff type into a search: the one place that decides what it is.

A term is one kind of thing, and only that is looked up, by its index: digits are numbers of rows (or a phone, or the
end of an account), a reference is a reference, an e-mail an e-mail. All else are beginnings of the words of a name.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from accounts.phones import phone_number
from accounts.selectors.finding import LAST_DIGITS
from core.words import fold

# The largest key that PostgreSQL has.
MOST = 2**63 - 1
# As they are dialled at home, with the country's code, and as many say theirs: without the zero.
LOOKS_LIKE_A_PHONE = re.compile(r"0[1-9][0-9]{9}|(?:00)?234[1-9][0-9]{9}|[789][01][0-9]{8}", re.ASCII)
FOR_THE_EYE = re.compile(r"\+?[0-9()][0-9\s().\-/]*", re.ASCII)
# Of one word. Ours is `pay-` and 20 hexadecimal digits, a provider's is letters, digits and what stands between them.
REFERENCE = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z_:-])[A-Za-z0-9][A-Za-z0-9:._-]{3,119}", re.ASCII)
BETWEEN = re.compile(r"[:_-]")
# Without a dash, a handle such as `chidi99` is more likely.
LONG = 8
ACCOUNT_DIGITS, PROVIDER_DIGITS = 10, 6
FEWEST_LETTERS = 2


@dataclass(frozen=True)
class Term:
    text: str

    @cached_property
    def digits(self) -> str:
        text = self.text.removeprefix("#")
        return text if text.isascii() and text.isdecimal() else ""

    @cached_property
    def number(self) -> int | None:
        """Of a row."""
        return int(self.digits) if self.digits and int(self.digits) <= MOST else None

    @cached_property
    def account(self) -> str:
        """The last four digits of a bank account, or all ten."""
        return self.digits if len(self.digits) in (LAST_DIGITS, ACCOUNT_DIGITS) else ""

    @cached_property
    def phone(self) -> str:
        """As it is stored, E.164."""
        if self.digits and not LOOKS_LIKE_A_PHONE.fullmatch(self.digits):
            return ""
        if not FOR_THE_EYE.fullmatch(self.text):
            return ""
        said = self.text if not self.digits or self.digits[0] in "02" else f"0{self.digits}"
        try:
            return phone_number(said)
        except ValueError:
            return ""

    @cached_property
    def email(self) -> str:
        """In small letters: whole, or its beginning with the @ and what follows."""
        return self.text.lower() if "@" in self.text[1:] and " " not in self.text else ""

    @cached_property
    def reference(self) -> str:
        """Ours, a provider's, or the beginning of one; digits alone are a provider's number."""
        if self.digits:
            return self.digits if len(self.digits) >= PROVIDER_DIGITS else ""
        if self.email or self.phone or not REFERENCE.fullmatch(self.text):
            return ""
        return self.text if BETWEEN.search(self.text) or len(self.text) >= LONG else ""

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Without marks, as the index has them: beginnings of names, of a handle, of an e-mail."""
        if self.digits or self.phone or self.email or self.reference:
            return ()
        words = tuple(re.findall(r"[^\W_]+", fold(self.text).lower()))
        return words if sum(map(len, words)) >= FEWEST_LETTERS else ()

    @property
    def kind(self) -> str:
        """In the words of whoever is told that nothing was looked up."""
        if self.phone:
            return "a phone number"
        if self.digits:
            return "a number"
        if self.email:
            return "an e-mail address"
        if self.reference:
            return "a reference"
        return "words" if self.words else "so few letters"


def read_term(typed: str) -> Term | None:
    """None where nothing was typed."""
    text = " ".join(typed.replace("\x00", "").split())
    return Term(text) if text else None
