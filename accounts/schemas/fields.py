"""What several bodies hold: an address, a password, a code, a name."""

from typing import Annotated

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from pydantic import AfterValidator, Field, StringConstraints

from accounts.models import CustomUser
from accounts.password_rules import MAX_LENGTH
from core.schemas import Out, StrictIn


def email_address(value: str) -> str:
    """The address with its domain in small letters: of every spelling there is one account, one lock, one throttle."""
    try:
        validate_email(value)
    except ValidationError as error:
        raise ValueError(error.messages[0]) from None
    return CustomUser.objects.normalize_email(value)


def one_line(value: str) -> str:
    """What stands in mails to others: no line of its own, and nothing that turns the direction of reading."""
    if not value.isprintable():
        raise ValueError("One line of printable characters.")
    return value


Email = Annotated[str, Field(max_length=254, json_schema_extra={"format": "email"}), AfterValidator(email_address)]

Password = Annotated[str, Field(min_length=1, max_length=MAX_LENGTH)]

Code = Annotated[str, Field(pattern=r"^[0-9]{6}$", examples=["042137"])]

SecondFactorCode = Annotated[
    str,
    Field(
        pattern=r"^([0-9]{6}|[A-Z2-7]{5}-?[A-Z2-7]{5})$",
        examples=["042137", "K7QDM-2XRPA"],
        description="Of your authenticator app, or a recovery code. Needed where a second factor is switched on.",
    ),
]

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(one_line)]

DeviceName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100), AfterValidator(one_line)]


class VerbatimIn(StrictIn, str_strip_whitespace=False):
    """Bodies with a password: spaces at its ends belong to it."""


class MessageOut(Out):
    detail: str
