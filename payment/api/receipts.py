from django.http import HttpResponse
from ninja import Query, Router

from core.actor import ApiRequest
from core.errors import InvalidCursor
from core.openapi import answers_as
from core.pagination import PageQuery
from core.schemas import problems
from payment import receipts
from payment.schemas.receipts import JobReceiptOut
from payment.selectors.receipts import paid_payment, paid_withdrawal, receipts_of_job

router = Router(tags=["receipts"])


@router.get("/jobs/{int:job_id}/receipt", response={200: JobReceiptOut, **problems(401, 404, 422, InvalidCursor)})
def get_job_receipt(request: ApiRequest, job_id: int, page: Query[PageQuery]) -> JobReceiptOut:
    """A numbered receipt for each payment that the caller made or received for this job, with its fee, oldest first."""
    return JobReceiptOut.of(*receipts_of_job(actor=request.auth, job_id=job_id, page=page))


@router.get(
    "/payments/{str:reference}/receipt.html",
    response={200: str, **problems(401, 404)},
    openapi_extra=answers_as("text/html"),
)
def print_payment_receipt(request: ApiRequest, reference: str) -> HttpResponse:
    """The numbered receipt of a payment that the caller made or received, as a page to print."""
    payment = paid_payment(actor=request.auth, reference=reference)
    return HttpResponse(receipts.of_payment(payment, reader_id=request.auth.user_id))


@router.get(
    "/wallet/withdrawals/{int:withdrawal_id}/receipt.html",
    response={200: str, **problems(401, 404)},
    openapi_extra=answers_as("text/html"),
)
def print_withdrawal_receipt(request: ApiRequest, withdrawal_id: int) -> HttpResponse:
    """The numbered receipt of the caller's withdrawal that was paid out, as a page to print."""
    return HttpResponse(receipts.of_withdrawal(paid_withdrawal(actor=request.auth, withdrawal_id=withdrawal_id)))
