"""What people look like in the API, in and out."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from accounts.faces import avatar_url, small_avatar_url
from accounts.models import CustomUser
from accounts.schemas.fields import Name
from core.actor import Role
from core.schemas import Out, PatchIn, StrictIn

Slug = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,60}$")]


def unique(values: list[str]) -> list[str]:
    if len(set(values)) != len(values):
        raise ValueError("Each skill once.")
    return values


class RoleIn(StrictIn):
    role: Literal[Role.APPLICANT, Role.CLIENT]


class MePatch(PatchIn):
    """Only the fields that are sent change. `latitude` and `longitude` are sent together; null forgets both."""

    username: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.]{3,30}$")] | None = None
    first_name: Name = ""
    last_name: Name = ""
    bio: Annotated[str, Field(max_length=1000)] = ""
    phone: Annotated[str, Field(pattern=r"^(\+[1-9][0-9]{6,14})?$", examples=["+2348031234567"])] = ""
    location: Annotated[str, Field(max_length=200)] = ""
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None
    skills: Annotated[list[Slug], Field(max_length=30), AfterValidator(unique)] = []

    @model_validator(mode="after")
    def _whole_position(self) -> Self:
        sent = {"latitude", "longitude"} & self.model_fields_set
        if len(sent) == 1 or (self.latitude is None) != (self.longitude is None):
            raise ValueError("Send latitude and longitude together; null for both forgets the position.")
        return self


class PublicProfileOut(Out):
    """What everybody who is logged in may see of a person."""

    id: int
    name: str
    username: str | None
    role: Role
    bio: str
    skills: list[str]
    location: str
    avatar_url: str | None = Field(description="512 x 512 pixels; null without one.")
    avatar_small_url: str | None = Field(description="The same in 96 x 96 pixels.")
    joined_at: datetime
    rating: float | None = Field(description="The average of the reviews received; null without any.")
    reviews_count: int
    reliability: float | None = Field(description="Approved / (approved + no-shows + late cancellations).")
    approved_count: int
    no_show_count: int
    late_cancel_count: int
    given_count: int = Field(description="As a client: shifts of others that were approved.")
    called_off_count: int = Field(description="As a client: shifts of accepted workers canceled within 24 hours.")

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
