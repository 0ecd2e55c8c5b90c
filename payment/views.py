from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def returned(request: HttpRequest, reference: str) -> HttpResponse:
    """Where a provider's checkout sends the browser. It believes nothing, and tells no more than the address does."""
    response = render(request, "payment/returned.html", {"reference": reference, "app": settings.APP_URL})
    response["Referrer-Policy"] = "no-referrer"
    return response
