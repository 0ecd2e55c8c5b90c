"""A person as every object of the API shows one: who, by what name, with which picture."""

from typing import Annotated

from pydantic import Field

from accounts.faces import avatar_url, average_rating, full_name, small_avatar_url
from core.rows import From
from core.schemas import Out

FullName = Annotated[str, From("first_name", "last_name", by=full_name)]
AvatarUrl = Annotated[
    str | None, From("profile__avatar", by=avatar_url), Field(description="512 x 512 pixels; null without one.")
]
SmallAvatarUrl = Annotated[
    str | None, From("profile__avatar", by=small_avatar_url), Field(description="The same in 96 x 96 pixels.")
]
AverageRating = Annotated[float | None, From("profile__rating_sum", "profile__reviews_count", by=average_rating)]
ReviewsCount = Annotated[int, From("profile__reviews_count")]


class FaceOut(Out):
    id: int
    name: FullName
    avatar_url: AvatarUrl
    avatar_small_url: SmallAvatarUrl
