"""What single fields of requests look like: addresses, names, codes, phones."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from accounts.addresses import checked_email
from accounts.names import own_name
from accounts.password_rules import MAX_LENGTH
from accounts.phones import phone_number
from core.texts import one_line

Email = Annotated[str, Field(max_length=254, json_schema_extra={"format": "email"}), AfterValidator(checked_email)]
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
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    AfterValidator(own_name),
]
# Empty for people with one name.
LastName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=100),
    AfterValidator(own_name),
    Field(description="Empty for people with one name."),
]
DeviceName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=100),
    AfterValidator(one_line),
]
Phone = Annotated[
    str,
    Field(
        max_length=40,
        examples=["+2348031234567", "0803 123 4567"],
        description="As people write it; kept as E.164. Without a country it is Nigerian.",
    ),
    AfterValidator(phone_number),
]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,60}$")]


def unique(values: list[str]) -> list[str]:
    if len(set(values)) != len(values):
        raise ValueError("Each skill once.")
    return values
