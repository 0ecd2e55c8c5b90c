"""The lists of money that are answered from rows; see `core.listings`."""

from functools import partial

from core.actor import Actor
from core.errors import NotFound
from core.listings import ListedPage, Listing
from payment.models import Payment
from payment.schemas.payments import PaymentOut, PaymentsQuery
from payment.selectors.payments import Direction, own_payments

OWN_PAYMENTS = {
    direction: Listing(
        Payment,
        f"payments:{direction}",
        PaymentOut,
        partial(own_payments, direction),
        order=("-created_at", "-id"),
        besides=("id", "job_id", "payer_id", "recipient_id"),
    )
    for direction in (None, *Direction)
}


def payments_of(*, actor: Actor, user_id: int, query: PaymentsQuery) -> ListedPage:
    """The caller's own payments, made and received, newest first, in one query. Raises `NotFound` for another's."""
    if user_id != actor.user_id:
        raise NotFound
    given = {"viewer_id": user_id, "created_from": query.created_from, "created_before": query.created_before}
    return OWN_PAYMENTS[query.direction].page(given, page=query, owner=user_id)
