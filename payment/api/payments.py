from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Query, Router, Status

from core.actor import ApiRequest
from core.cache.reads import Shown
from core.errors import InvalidCursor, InvalidState, WrongRole
from core.pagination import PageOut
from core.schemas import problems
from payment import listings
from payment.api.idempotent import idempotent
from payment.exceptions import (
    GOING_BACK,
    MOVING_MONEY,
    ONCE,
    AboveMaximum,
    InvalidSignature,
    JobHidden,
    JobTakesNoMoney,
    NothingToPay,
    PaymentInReview,
    PaymentLimit,
    PaymentRefused,
    ProviderUnavailable,
    WithdrawalsHeld,
)
from payment.reads import PAYMENTS, entities_of
from payment.schemas.payments import (
    CardRefundIn,
    CardRefundOut,
    PaymentIn,
    PaymentOut,
    PaymentsQuery,
    PaymentStartedOut,
)
from payment.selectors import payments
from payment.services import funding, refunds, verifying, webhooks
from payment.services.idempotency import Claim

router = Router(tags=["payments"])


@router.post(
    "/payments",
    response={
        201: PaymentStartedOut,
        202: PaymentStartedOut,
        **problems(
            401,
            404,
            422,
            429,
            WrongRole,
            InvalidState,
            JobHidden,
            JobTakesNoMoney,
            NothingToPay,
            PaymentInReview,
            PaymentLimit,
            PaymentRefused,
            WithdrawalsHeld,
            AboveMaximum,
            *ONCE,
            *MOVING_MONEY,
        ),
    },
)
@idempotent(201)
def start_payment(request: ApiRequest, claim: Claim, payload: PaymentIn) -> Status[PaymentStartedOut]:
    """Pay what the job's escrow lacks: at the provider's checkout, or from the wallet at once.

    202 where the provider is slow: GET /payments/{reference} has its address as soon as it answers.
    """
    started = funding.start_payment(actor=request.auth, job_id=payload.job_id, provider=payload.provider, claim=claim)
    return Status(202 if started.is_opening else 201, PaymentStartedOut.of(started))


@router.get("/payments/{str:reference}", response={200: PaymentOut, **problems(401, 404)})
def get_payment(request: ApiRequest, reference: str) -> payments.ShownPayment:
    """A payment that the caller made or received."""
    return payments.payment_for(actor=request.auth, reference=reference)


@router.post(
    "/payments/{str:reference}/verify",
    response={200: PaymentOut, **problems(401, 404, 429, ProviderUnavailable, *MOVING_MONEY)},
)
def verify_payment(request: ApiRequest, reference: str) -> payments.ShownPayment:
    """Ask the provider now, without waiting for its webhook."""
    verifying.verify_payment(actor=request.auth, reference=reference)
    return payments.payment_for(actor=request.auth, reference=reference)


@router.post(
    "/payments/{str:reference}/refund-to-card",
    response={
        202: CardRefundOut,
        **problems(401, 404, 422, 429, *GOING_BACK, *ONCE, *MOVING_MONEY),
    },
)
@idempotent(202)
def refund_payment_to_card(request: ApiRequest, claim: Claim, reference: str, payload: CardRefundIn) -> CardRefundOut:
    """Send money of the wallet back to the card or account that this payment came from."""
    refund = refunds.request_card_refund(
        actor=request.auth, reference=reference, amount_kobo=payload.amount_kobo, claim=claim
    )
    return CardRefundOut.of(refund)


@router.get(PAYMENTS.path, response={200: PageOut[PaymentOut], **problems(401, 404, 422, InvalidCursor)})
def list_payments(request: ApiRequest, user_id: int, query: Query[PaymentsQuery]) -> HttpResponseBase:
    """The caller's own payments, made and received, newest first. Cached for 5 min, current after every change."""

    def build() -> Shown:
        page = listings.payments_of(actor=request.auth, user_id=user_id, query=query)
        return Shown(page.to_json(), entities_of(page) | {f"payments-of:{user_id}"}, only_for=user_id)

    return PAYMENTS.answer(request, params={"user_id": user_id, **query.model_dump()}, build=build)


@router.post("/webhooks/paystack", auth=None, response={200: None, **problems(413, InvalidSignature)})
def paystack_webhook(request: HttpRequest) -> HttpResponse:
    """Paystack's news, signed with its secret key. Stored before it is answered, processed by the worker."""
    webhooks.receive_webhook(provider="paystack", body=request.body, headers=_headers(request))
    return HttpResponse(status=200)


@router.post("/webhooks/flutterwave", auth=None, response={200: None, **problems(413, InvalidSignature)})
def flutterwave_webhook(request: HttpRequest) -> HttpResponse:
    """Flutterwave's news, with the secret hash of its dashboard. Stored before it is answered."""
    webhooks.receive_webhook(provider="flutterwave", body=request.body, headers=_headers(request))
    return HttpResponse(status=200)


def _headers(request: HttpRequest) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}
