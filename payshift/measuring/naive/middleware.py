from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase


class NaiveUrlsMiddleware:
    """Resolves the request in the naive API instead of the product's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.urlconf = "payshift.measuring.naive.urls"
        return self.get_response(request)
