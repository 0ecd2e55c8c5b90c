"""The three ways in which an operation is measured, over the same data."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import cast

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.test.utils import override_settings

from payshift.measuring.calls import Application

CACHED_READS = "core.cache.middleware.CachedReadMiddleware"


class Mode(StrEnum):
    # Plain Ninja over lazy relations.
    NAIVE = "naive"
    # The product with the response cache off: every request authenticates and reads in PostgreSQL.
    OPTIMISED = "optimised"
    # The product as it runs.
    CACHED = "cached"


def application_of(mode: Mode) -> Application:
    """The naive API stands behind all middleware but the cache's."""
    if mode is not Mode.NAIVE:
        from payshift.wsgi import application

        return cast(Application, application)
    middleware = [name for name in settings.MIDDLEWARE if name != CACHED_READS]
    with override_settings(MIDDLEWARE=[*middleware, "payshift.measuring.naive.middleware.NaiveUrlsMiddleware"]):
        return cast(Application, WSGIHandler())


@contextmanager
def switched_to(mode: Mode) -> Iterator[None]:
    before = settings.RESPONSE_CACHE
    settings.RESPONSE_CACHE = mode is Mode.CACHED
    try:
        yield
    finally:
        settings.RESPONSE_CACHE = before
