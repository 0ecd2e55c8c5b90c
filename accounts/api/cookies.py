"""The refresh token of a browser: in a cookie that no script reads, sent to /api/auth/ alone and from the same site.

SameSite=Strict keeps other sites' requests without it; the Origin check refuses those of a sibling domain too. The
access token stays in the page's memory: it is never a cookie, so no other operation can be called by a forged request.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.exceptions import ForeignOrigin, InvalidRefreshToken
from accounts.services.sessions import Tokens

# Browsers take a name of this prefix only with Secure.
NAME = "__Secure-payshift-refresh"
PATH = "/api/auth/"


def put_refresh_token(response: HttpResponse, tokens: Tokens) -> None:
    response.set_cookie(
        NAME,
        tokens.refresh_token,
        expires=tokens.refresh_expires_at,
        path=PATH,
        secure=True,
        httponly=True,
        samesite="Strict",
    )


def drop_refresh_token(response: HttpResponse) -> None:
    response.delete_cookie(NAME, path=PATH, samesite="Strict")


def refresh_token_of(request: HttpRequest) -> str:
    """The token in the cookie. Raises `InvalidRefreshToken` without one, and `ForeignOrigin`."""
    token = request.COOKIES.get(NAME)
    if token is None:
        raise InvalidRefreshToken("Send the refresh token in the body, or as the cookie that a web log-in has set.")
    own = f"{request.scheme}://{request.get_host()}"
    if request.headers.get("Origin") not in {own, *settings.CORS_ALLOWED_ORIGINS, *settings.CSRF_TRUSTED_ORIGINS}:
        raise ForeignOrigin
    return token
