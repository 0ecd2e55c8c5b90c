"""What people look like in the API, in and out."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from accounts.face_schemas import AvatarUrl, AverageRating, FullName, ReviewsCount, SmallAvatarUrl
from accounts.faces import avatar_url, reliability, small_avatar_url
from accounts.fields import (
    Code,
    DeviceName,
    Email,
    LastName,
    Name,
    Password,
    Phone,
    SecondFactorCode,
    Slug,
    unique,
)
from accounts.models import BankAccount, CustomUser, Device, OTPPurpose
from accounts.names import own_username
from accounts.services.sessions import Tokens
from core.actor import Role
from core.rows import From
from core.schemas import Out, PatchIn, StrictIn
from core.texts import one_line


class VerbatimIn(StrictIn, str_strip_whitespace=False):
    """Bodies with a password: spaces at its ends and characters of any kind belong to it."""

    is_prose = False


class SignupIn(VerbatimIn):
    email: Email
    password: Password
    first_name: Name
    last_name: LastName = ""
    role: Literal[Role.APPLICANT, Role.CLIENT]


class VerifyIn(VerbatimIn):
    email: Email
    code: Code
    password: Password | None = Field(
        default=None, description="Of your sign-up. Sent along, it holds whoever else signed up with your address."
    )


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


class SecondFactorIn(StrictIn):
    second_factor_code: Annotated[str, Field(pattern=r"^[0-9]{6}$", examples=["042137"])]


class EmailConfirmIn(StrictIn):
    code: Code


class RoleIn(StrictIn):
    role: Literal[Role.APPLICANT, Role.CLIENT]


class MePatch(PatchIn):
    """Only the fields that are sent change. `latitude` and `longitude` are sent together; null forgets both."""

    username: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.]{3,30}$"), AfterValidator(own_username)] | None = None
    first_name: Name = ""
    last_name: LastName = ""
    bio: Annotated[str, Field(max_length=1000)] = ""
    phone: Phone = ""
    location: Annotated[str, Field(max_length=200), AfterValidator(one_line)] = ""
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None
    skills: Annotated[list[Slug], Field(max_length=30), AfterValidator(unique)] = []
    password: Annotated[Password, StringConstraints(strip_whitespace=False)] | None = Field(
        default=None, description="For another name: the password, or a fresh code of POST /auth/otp as `code`."
    )
    code: Code | None = None
    second_factor_code: SecondFactorCode | None = None

    @model_validator(mode="after")
    def _whole_position(self) -> Self:
        sent = {"latitude", "longitude"} & self.model_fields_set
        if len(sent) == 1 or (self.latitude is None) != (self.longitude is None):
            raise ValueError("Send latitude and longitude together; null for both forgets the position.")
        return self


# The fields of `MePatch` that prove who sends it and change nothing.
PROOF = {"password", "code", "second_factor_code"}

BankCode = Annotated[str, Field(pattern=r"^[0-9A-Z]{3,10}$", examples=["058"])]
AccountNumber = Annotated[str, Field(pattern=r"^[0-9]{10}$", examples=["0123456789"])]


class AccountLookupIn(StrictIn):
    bank_code: BankCode
    account_number: AccountNumber


class BankAccountIn(IdentityIn):
    bank_code: BankCode
    account_number: AccountNumber


class MessageOut(Out):
    detail: str


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


class DeviceOut(Out):
    id: int
    name: str
    created_at: datetime
    last_used_at: datetime
    is_current: bool

    @classmethod
    def of(cls, device: Device, current_id: int | None) -> Self:
        return cls(
            id=device.pk,
            name=device.name,
            created_at=device.created_at,
            last_used_at=device.last_used_at,
            is_current=device.pk == current_id,
        )


class PublicProfileOut(Out):
    """What everybody who is logged in may see of a person."""

    id: int
    name: FullName
    username: str | None
    role: Role
    bio: Annotated[str, From("profile__bio")]
    skills: Annotated[list[str], From("profile__skills")]
    location: Annotated[str, From("profile__location")]
    avatar_url: AvatarUrl
    avatar_small_url: SmallAvatarUrl
    joined_at: Annotated[datetime, From("profile__joined_at")]
    rating: Annotated[AverageRating, Field(description="The average of the reviews received; null without any.")]
    reviews_count: ReviewsCount
    reliability: Annotated[
        float | None,
        From("profile__approved_count", "profile__no_show_count", "profile__late_cancel_count", by=reliability),
        Field(description="Approved / (approved + no-shows + late cancellations)."),
    ]
    approved_count: Annotated[int, From("profile__approved_count")]
    no_show_count: Annotated[int, From("profile__no_show_count")]
    late_cancel_count: Annotated[int, From("profile__late_cancel_count")]
    given_count: Annotated[
        int, From("profile__given_count"), Field(description="As a client: shifts of others that were approved.")
    ]
    called_off_count: Annotated[
        int,
        From("profile__called_off_count"),
        Field(description="As a client: shifts of accepted workers canceled within 24 hours."),
    ]

    @classmethod
    def of(cls, user: CustomUser) -> Self:
        profile = user.profile
        return cls(
            id=user.pk,
            name=user.name,
            username=user.username,
            role=Role(user.role),
            bio=profile.bio,
            skills=profile.skills,
            location=profile.location,
            avatar_url=avatar_url(profile.avatar.name),
            avatar_small_url=small_avatar_url(profile.avatar.name),
            joined_at=profile.joined_at,
            rating=profile.rating,
            reviews_count=profile.reviews_count,
            reliability=profile.reliability,
            approved_count=profile.approved_count,
            no_show_count=profile.no_show_count,
            late_cancel_count=profile.late_cancel_count,
            given_count=profile.given_count,
            called_off_count=profile.called_off_count,
        )


class MeOut(PublicProfileOut):
    email: str
    first_name: str
    last_name: str
    phone: str
    latitude: float | None
    longitude: float | None

    @classmethod
    def of(cls, user: CustomUser) -> Self:
        return cls(
            **PublicProfileOut.of(user).model_dump(),
            email=user.email,
            first_name=user.first_name,
            last_name=user.last_name,
            phone=user.profile.phone,
            latitude=user.profile.latitude,
            longitude=user.profile.longitude,
        )


class BankAccountOut(Out):
    bank_code: str
    bank_name: str
    account_number: str = Field(description="Masked but for the last four digits.", examples=["******6789"])
    account_name: str
    verified_at: datetime | None
    changed_at: datetime

    @classmethod
    def of(cls, account: BankAccount) -> Self:
        return cls(
            bank_code=account.bank_code,
            bank_name=account.bank_name,
            account_number=account.masked_number,
            account_name=account.account_name,
            verified_at=account.verified_at,
            changed_at=account.changed_at,
        )


class FoundAccountOut(Out):
    bank_name: str
    account_name: str = Field(description="The holder as the bank has it; empty where that is not you.")
    is_yours: bool = Field(description="Whether PUT /account-details would take it.")


class BankOut(Out):
    code: str
    name: str


class BanksOut(Out):
    items: list[BankOut]
