"""A cached read of one column, small enough to be forced into every interleaving."""

import json
from collections.abc import Callable
from typing import cast

from django.test import RequestFactory
from pydantic import BaseModel

from accounts.models import CustomUser
from core.actor import Actor, ApiRequest, Role
from core.cache.reads import CachedRead, Shown


class Name(BaseModel):
    name: str


FIRST_NAME = CachedRead(
    operation="test_first_name", path="/test-only/{int:user_id}", ttl_seconds=60, key="{user_id}", shows=Name
)
CachedRead.registry.remove(FIRST_NAME)


def read_name(user_id: int, *, after_query: Callable[[], object] = lambda: None) -> str:
    """What a request answers now. `after_query` runs between its query and its attempt to store."""

    def build() -> Shown:
        name = CustomUser.objects.filter(pk=user_id).values_list("first_name", flat=True).get()
        after_query()
        return Shown(Name(name=name), frozenset({f"user:{user_id}"}))

    request = cast(ApiRequest, RequestFactory().get("/"))
    request.auth = Actor(user_id=0, role=Role.APPLICANT)
    response = FIRST_NAME.answer(request, build=build, params={"user_id": user_id})
    return str(json.loads(response.content)["name"])


def outcome(user_id: int) -> str:
    """The Cache-Status of one read."""
    request = cast(ApiRequest, RequestFactory().get("/"))
    request.auth = Actor(user_id=0, role=Role.APPLICANT)

    def build() -> Shown:
        name = CustomUser.objects.filter(pk=user_id).values_list("first_name", flat=True).get()
        return Shown(Name(name=name), frozenset({f"user:{user_id}"}))

    return FIRST_NAME.answer(request, build=build, params={"user_id": user_id}).headers["Cache-Status"]
