from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from payment.providers.hurry import in_a_hurry


class HurryMiddleware:
    """Calls to providers within a request are few, short and bounded: `payment.providers.hurry`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with in_a_hurry():
            return self.get_response(request)
