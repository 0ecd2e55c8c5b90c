"""The cached read of money, and what its pages show beside the payments themselves."""

from core.actor import Actor
from core.cache.reads import CachedRead, Params
from core.listings import ListedPage
from core.pagination import PageOut
from payment.schemas.payments import PaymentOut, PaymentsQuery


def own(actor: Actor, params: Params) -> bool:
    """Payments are the caller's own; whoever asks for another's gets the selector's 404."""
    return bool(params["user_id"] == actor.user_id)


PAYMENTS = CachedRead(
    operation="list_payments",
    path="/users/{int:user_id}/payments",
    ttl_seconds=300,
    key="{user_id}:{direction}:{created_from}:{created_before}:{limit}:{cursor}",
    query=PaymentsQuery,
    shows=PageOut[PaymentOut],
    allowed=own,
)


def entities_of(page: ListedPage) -> frozenset[str]:
    """Attempts, names, pictures and titles that a page shows."""
    entities: set[str] = set()
    for payment_id, job_id, payer_id, recipient_id in page.besides:
        entities |= {f"payment:{payment_id}", f"title-of-job:{job_id}"}
        people = {payer_id, recipient_id} - {None}
        entities |= {f"{shown}:{user_id}" for user_id in people for shown in ("user", "avatar-of")}
    return frozenset(entities)
