"""The second factor, in and out."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from core.schemas import Out, StrictIn


class SecondFactorIn(StrictIn):
    second_factor_code: Annotated[str, Field(pattern=r"^[0-9]{6}$", examples=["042137"])]


class SecondFactorOut(Out):
    is_on: bool
    confirmed_at: datetime | None
    recovery_codes_left: int


class SecondFactorOfferOut(Out):
    """For an authenticator app: type the secret in, or show `otpauth_uri` as a QR code. It is not shown again."""

    secret: str
    otpauth_uri: str


class RecoveryCodesOut(Out):
    """Each is good once, in place of a code of the app. They are not shown again: print them."""

    recovery_codes: list[str]
