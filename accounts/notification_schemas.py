"""What notifications and their settings look like in the API, in and out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Self

from pydantic import AfterValidator, Field, field_validator

from accounts.models import NotificationKind
from accounts.notification_concerns import ALWAYS, CONCERNS, Topic
from accounts.notification_subjects import SubjectType, subject_of
from accounts.services.notifications import Wish
from core.actor import Role
from core.pagination import PageQuery
from core.rows import From
from core.schemas import BIGINT_MAX, Out, StrictIn


def choosable(kind: NotificationKind) -> NotificationKind:
    if kind in ALWAYS:
        raise ValueError("Messages about the account's safety are always sent.")
    return kind


class PreferenceIn(StrictIn):
    kind: Annotated[NotificationKind, AfterValidator(choosable)]
    in_app: Annotated[bool, Field(strict=True)]
    email: Annotated[bool, Field(strict=True)]
    push: Annotated[
        bool | None,
        Field(strict=True, description="On opted-in devices, if also in the app. Left out: as it is."),
    ] = None

    def wish(self) -> Wish:
        return Wish(in_app=self.in_app, email=self.email, push=self.push)


class PreferencesIn(StrictIn):
    preferences: Annotated[list[PreferenceIn], Field(min_length=1, max_length=len(NotificationKind))]

    @field_validator("preferences")
    @classmethod
    def _each_kind_once(cls, preferences: list[PreferenceIn]) -> list[PreferenceIn]:
        if len({preference.kind for preference in preferences}) != len(preferences):
            raise ValueError("Each kind once.")
        return preferences


class SubjectOut(Out):
    type: SubjectType
    id: int


def _page(link: str) -> str:
    """What was written before links were pages begins with the path of the API."""
    return link.removeprefix("/api")


def _subject(link: str) -> dict[str, str | int] | None:
    """A `SubjectOut`."""
    found = subject_of(link)
    return {"type": found[0], "id": found[1]} if found else None


class NotificationOut(Out):
    id: int
    kind: NotificationKind
    title: str
    body: str
    link: Annotated[
        str,
        From("link", by=_page),
        Field(description="The page of the app to open, for example /jobs/7; empty for none."),
    ]
    subject: Annotated[
        SubjectOut | None,
        From("link", by=_subject),
        Field(description="The object behind the link, for clients without pages."),
    ]
    created_at: datetime
    read_at: datetime | None


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
    push: bool
    topic: Topic = Field(description="What it is about, to show them in groups.")
    roles: list[Role] = Field(description="Who is told of this kind: people in one of these roles.")

    @classmethod
    def of(cls, kind: NotificationKind, wish: Wish) -> Self:
        concern = CONCERNS[kind]
        return cls(
            kind=kind,
            in_app=wish.in_app,
            email=wish.email,
            push=wish.push is not False,
            topic=concern.topic,
            roles=list(concern.roles),
        )


class PreferencesOut(Out):
    """The kinds that can be chosen; messages about the account's safety are always sent."""

    preferences: list[PreferenceOut]

    @classmethod
    def of(cls, preferences: Mapping[NotificationKind, Wish]) -> Self:
        return cls(preferences=[PreferenceOut.of(kind, wish) for kind, wish in preferences.items()])
