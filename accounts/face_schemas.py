"""A person as every object of the API shows one: who, by what name, with which picture."""

from typing import Annotated

from pydantic import Field

from accounts.faces import avatar_url, full_name, small_avatar_url
from core.rows import From
from core.schemas import Out


class FaceOut(Out):
    id: int
    name: Annotated[str, From("first_name", "last_name", by=full_name)]
    avatar_url: Annotated[
        str | None, From("profile__avatar", by=avatar_url), Field(description="512 x 512 pixels; null without one.")
    ]
    avatar_small_url: Annotated[
        str | None, From("profile__avatar", by=small_avatar_url), Field(description="The same in 96 x 96 pixels.")
    ]
