"""Phone numbers as people write them, stored in one form (E.164): what a phone can dial from anywhere."""

import re

COUNTRY = "+234"
# Spaces, dots, dashes and brackets are for the eye; some write the trunk zero in brackets behind the country.
FOR_THE_EYE = re.compile(r"\(0\)(?=[0-9\s])|[\s().\-/\u2010-\u2015]")
E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)


def phone_number(text: str) -> str:
    """`0803 123 4567`, `+234 803…` and `00234…` as +2348031234567; empty stays empty. Raises ValueError."""
    digits = FOR_THE_EYE.sub("", text)
    if not digits:
        return ""
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    elif re.fullmatch(r"0[1-9][0-9]{7,9}", digits, re.ASCII):
        # As it is dialled within Nigeria: the zero is for calls within the country alone.
        digits = COUNTRY + digits[1:]
    elif re.fullmatch(r"234[1-9][0-9]{7,9}", digits, re.ASCII):
        digits = "+" + digits
    if digits.startswith(COUNTRY + "0"):
        raise ValueError("Leave out the zero after +234, for example +2348031234567.")
    if not E164.fullmatch(digits):
        raise ValueError("Give a phone number with its country, for example +2348031234567 or 0803 123 4567.")
    return digits
