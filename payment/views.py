from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def returned(request: HttpRequest, reference: str) -> HttpResponse:
    """Where a provider's checkout sends the browser. It believes nothing and tells nothing."""
    response = render(request, "payment/returned.html")
    response["Referrer-Policy"] = "no-referrer"
    return response
