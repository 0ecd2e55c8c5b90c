"""What people are told, and how they choose to be."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import AfterValidator, Field, field_validator

from accounts.models import Notification, NotificationKind
from accounts.services.notifications import ALWAYS
from core.pagination import PageQuery
from core.schemas import BIGINT_MAX, Out, StrictIn


def choosable(kind: NotificationKind) -> NotificationKind:
    if kind in ALWAYS:
        raise ValueError("Messages about the account's safety are always sent.")
    return kind


class PreferenceIn(StrictIn):
    kind: Annotated[NotificationKind, AfterValidator(choosable)]
    in_app: Annotated[bool, Field(strict=True)]
    email: Annotated[bool, Field(strict=True)]


class PreferencesIn(StrictIn):
    preferences: Annotated[list[PreferenceIn], Field(min_length=1, max_length=len(NotificationKind))]

    @field_validator("preferences")
    @classmethod
    def _each_kind_once(cls, preferences: list[PreferenceIn]) -> list[PreferenceIn]:
        if len({preference.kind for preference in preferences}) != len(preferences):
            raise ValueError("Each kind once.")
        return preferences


class NotificationOut(Out):
    id: int
    kind: NotificationKind
    title: str
    body: str
    link: str = Field(description="The path of the object that it is about; empty when there is none.")
    created_at: datetime
    read_at: datetime | None

    @classmethod
    def of(cls, notification: Notification) -> Self:
        return cls.model_validate(notification, from_attributes=True)


class NotificationsQuery(PageQuery):
    unread: bool | None = Field(default=None, description="true: what you have not read; false: what you have.")
    kind: Annotated[list[NotificationKind], Field(max_length=100, description="Several: what is one of them.")] = []
    after: Annotated[int, Field(ge=1, le=BIGINT_MAX)] | None = Field(
        default=None, description="The id of a notification: what came after it."
    )


class UnreadOut(Out):
    unread_count: int
    newest_id: int | None = Field(description="Of the unread ones; what is new is GET /notifications?after= this.")


class NotificationsOut(Out):
    items: list[NotificationOut]
    next_cursor: str | None
    unread_count: int


class MarkedOut(Out):
    marked: int


class PreferenceOut(Out):
    kind: NotificationKind
    in_app: bool
    email: bool


class PreferencesOut(Out):
    """The kinds that can be chosen; messages about the account's safety are always sent."""

    preferences: list[PreferenceOut]

    @classmethod
    def of(cls, preferences: dict[NotificationKind, tuple[bool, bool]]) -> Self:
        return cls(
            preferences=[
                PreferenceOut(kind=kind, in_app=in_app, email=email) for kind, (in_app, email) in preferences.items()
            ]
        )
