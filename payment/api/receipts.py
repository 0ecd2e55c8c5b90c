from django.http import HttpResponse
from ninja import Query, Router, Status

from core.actor import ApiRequest
from core.errors import InvalidCursor
from core.openapi import answers_as
from core.pagination import PageQuery
from core.schemas import problems
from payment.documents.links import link_to
from payment.documents.opening import Document, DocumentKind, read_document
from payment.schemas.receipts import DocumentLinkOut, JobReceiptOut
from payment.selectors.receipts import receipts_of_job

router = Router(tags=["receipts"])


@router.get("/jobs/{int:job_id}/receipt", response={200: JobReceiptOut, **problems(401, 404, 422, InvalidCursor)})
def get_job_receipt(request: ApiRequest, job_id: int, page: Query[PageQuery]) -> JobReceiptOut:
    """A numbered receipt for each payment that the caller made or received for this job, with its fee, oldest first."""
    job, receipts = receipts_of_job(actor=request.auth, job_id=job_id, page=page)
    return JobReceiptOut.of(job, receipts, reader_id=request.auth.user_id)


@router.get(
    "/payments/{str:reference}/receipt.html",
    response={200: str, **problems(401, 404)},
    openapi_extra=answers_as("text/html"),
)
def print_payment_receipt(request: ApiRequest, reference: str) -> HttpResponse:
    """The numbered receipt of a payment that the caller made or received, as a page to print."""
    return _page(Document(request.auth.user_id, DocumentKind.PAYMENT, reference))


@router.get(
    "/wallet/withdrawals/{int:withdrawal_id}/receipt.html",
    response={200: str, **problems(401, 404)},
    openapi_extra=answers_as("text/html"),
)
def print_withdrawal_receipt(request: ApiRequest, withdrawal_id: int) -> HttpResponse:
    """The numbered receipt of the caller's withdrawal that was paid out, as a page to print."""
    return _page(Document(request.auth.user_id, DocumentKind.WITHDRAWAL, str(withdrawal_id)))


@router.post("/payments/{str:reference}/receipt/link", response={201: DocumentLinkOut, **problems(401, 404)})
def link_payment_receipt(request: ApiRequest, reference: str) -> Status[DocumentLinkOut]:
    """Addresses that open the receipt of a payment that the caller made or received, without a log-in, for minutes."""
    return _link(Document(request.auth.user_id, DocumentKind.PAYMENT, reference))


@router.post(
    "/wallet/withdrawals/{int:withdrawal_id}/receipt/link", response={201: DocumentLinkOut, **problems(401, 404)}
)
def link_withdrawal_receipt(request: ApiRequest, withdrawal_id: int) -> Status[DocumentLinkOut]:
    """Addresses that open the receipt of the caller's payout, without a log-in, for minutes."""
    return _link(Document(request.auth.user_id, DocumentKind.WITHDRAWAL, str(withdrawal_id)))


def _link(document: Document) -> Status[DocumentLinkOut]:
    return Status(201, DocumentLinkOut.model_validate(link_to(document)))


def _page(document: Document) -> HttpResponse:
    return HttpResponse(read_document(document).page())
