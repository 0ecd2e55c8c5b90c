"""Outside the API: where a provider's checkout leads back to, and documents that a signed link opens."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.errors import NotFound, TooManyRequests
from payment.documents.links import OPENED_PER_PERSON, document_of
from payment.documents.opening import Readable, read_document


def returned(request: HttpRequest, reference: str) -> HttpResponse:
    """Where a provider's checkout sends the browser. It believes nothing, and tells no more than the address does."""
    response = render(request, "payment/returned.html", {"reference": reference, "app": settings.APP_URL})
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
def document_page(request: HttpRequest, token: str) -> HttpResponse:
    """To read and to print, with links to the files."""
    addresses = {"Save as PDF": "document_pdf", "Save for a spreadsheet (CSV)": "document_csv"}
    links = [(name, reverse(address, args=[token])) for name, address in addresses.items()]
    return _opened(request, token, lambda found: HttpResponse(found.page(links if found.has_csv else links[:1])))


@require_safe
def document_pdf(request: HttpRequest, token: str) -> HttpResponse:
    return _opened(request, token, lambda found: as_file(found.pdf(), f"{found.name}.pdf", "application/pdf"))


@require_safe
def document_csv(request: HttpRequest, token: str) -> HttpResponse:
    return _opened(request, token, lambda found: as_file(found.csv(), f"{found.name}.csv", "text/csv; charset=utf-8"))


def as_file(content: bytes, name: str, content_type: str) -> HttpResponse:
    """To be kept and not to be run."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = "sandbox"
    return response


def _opened(request: HttpRequest, token: str, answer: Callable[[Readable], HttpResponse]) -> HttpResponse:
    """The token is the proof. Nothing on the way keeps what is answered, and nobody lists it."""
    try:
        document = document_of(token)
        OPENED_PER_PERSON.hit(str(document.reader_id))
        response = answer(read_document(document))
    except NotFound:
        response = render(request, "payment/document_gone.html", status=404)
    except TooManyRequests as refusal:
        response = HttpResponse(
            refusal.detail, status=refusal.status, content_type="text/plain", headers=refusal.headers
        )
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
