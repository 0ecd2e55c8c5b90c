"""Addresses that open a document without a log-in: in a new tab, in a printer's queue, in a program for PDFs.

The token is signed and names reader, kind and key, so none can be guessed or turned to another document. It runs out by
itself; whoever closes their account ends theirs at once. It is asked for anew with each opening, and kept nowhere.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import CustomUser
from core import clock
from core.errors import NotFound
from core.throttling import Throttle
from payment.documents.opening import Document, DocumentKind, read_document

SALT = "payment.document"
# Making a PDF costs the server something.
OPENED_PER_PERSON = Throttle("documents", limit=60, period_seconds=60)


@dataclass(frozen=True, slots=True)
class DocumentLink:
    page_url: str
    pdf_url: str
    csv_url: str | None
    expires_at: datetime


def link_to(document: Document) -> DocumentLink:
    """Raises `NotFound` where there is no such document, or it is not its reader's."""
    read_document(document)
    now = clock.now()
    token = signing.dumps([document.reader_id, document.kind.value, document.key, int(now.timestamp())], salt=SALT)
    return DocumentLink(
        page_url=_address("document_page", token),
        pdf_url=_address("document_pdf", token),
        csv_url=_address("document_csv", token) if document.kind is DocumentKind.STATEMENT else None,
        expires_at=now + timedelta(seconds=settings.DOCUMENT_LINK_SECONDS),
    )


def document_of(token: str) -> Document:
    """Raises `NotFound` for a token that is not ours, has run out, or is of somebody whose account is closed."""
    try:
        reader_id, kind, key, made_at = signing.loads(token, salt=SALT)
        document = Document(int(reader_id), DocumentKind(kind), str(key))
        age_seconds = clock.now().timestamp() - int(made_at)
    except (signing.BadSignature, ValueError) as error:
        raise NotFound from error
    if age_seconds >= settings.DOCUMENT_LINK_SECONDS:
        raise NotFound
    if not CustomUser.objects.filter(pk=document.reader_id, is_active=True).exists():
        raise NotFound
    return document


def _address(name: str, token: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse(name, args=[token])}"
