"""Getting in, staying in, and proving again who asks."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from accounts.models import OTPPurpose
from accounts.schemas.fields import Code, DeviceName, Email, Name, Password, SecondFactorCode, VerbatimIn
from accounts.services.sessions import Tokens
from core.actor import Role
from core.schemas import Out, StrictIn


class SignupIn(VerbatimIn):
    email: Email
    password: Password
    first_name: Name
    last_name: Name
    role: Literal[Role.APPLICANT, Role.CLIENT]


class VerifyIn(StrictIn):
    email: Email
    code: Code


class OTPIn(StrictIn):
    email: Email
    purpose: Literal[OTPPurpose.VERIFY_EMAIL, OTPPurpose.RESET_PASSWORD, OTPPurpose.CONFIRM_IDENTITY]


class LoginIn(VerbatimIn):
    email: Email
    password: Password
    device_name: DeviceName = ""
    second_factor_code: SecondFactorCode | None = None
    client: Literal["mobile", "web"] = Field(
        default="mobile", description="`web`: the refresh token comes as an HttpOnly cookie and not in the body."
    )


class RefreshIn(StrictIn):
    refresh_token: Annotated[str, Field(max_length=200)] | None = Field(
        default=None, description="Leave it out after a web log-in: the cookie is taken."
    )


class PasswordResetIn(StrictIn):
    email: Email


class PasswordResetConfirmIn(VerbatimIn):
    email: Email
    code: Code
    new_password: Password


class PasswordIn(VerbatimIn):
    current_password: Password
    new_password: Password
    second_factor_code: SecondFactorCode | None = None


class EmailIn(VerbatimIn):
    email: Email
    password: Password
    second_factor_code: SecondFactorCode | None = None


class IdentityIn(VerbatimIn):
    """Who asks for this proves again that it is them: the password, or a fresh code of POST /auth/otp."""

    password: Password | None = None
    code: Code | None = None
    second_factor_code: SecondFactorCode | None = None

    @model_validator(mode="after")
    def _one_proof(self) -> Self:
        if (self.password is None) == (self.code is None):
            raise ValueError("Send the password or a one-time code.")
        return self


class EmailConfirmIn(StrictIn):
    code: Code


class TokensOut(Out):
    """The access token goes into `Authorization: Bearer`; the refresh token gets the next pair, once."""

    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105
    access_token: str
    access_expires_at: datetime
    refresh_token: str | None = Field(description="Null where it went into a cookie.")
    refresh_expires_at: datetime
    user_id: int
    device_id: int

    @classmethod
    def of(cls, tokens: Tokens, *, in_cookie: bool = False) -> Self:
        shown = cls.model_validate(tokens, from_attributes=True)
        return shown.model_copy(update={"refresh_token": None}) if in_cookie else shown
