"""M8: every webhook is stored before it is answered 200; processing it 1..n times in any order ends in the same state.

A webhook is believed in one thing only, the reference to ask about: what happened is what the provider says when asked
(Flutterwave's signature does not bind the body, and Paystack's has no time in it). The row and the job that processes
it commit together. Whatever processing meets is kept on the row, in a transaction of its own that outlives a rollback.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F

from core import clock
from core.errors import PayloadTooLarge
from payment.exceptions import InvalidSignature
from payment.machines import WEBHOOK
from payment.models import OPEN_WEBHOOKS, WebhookEvent, WebhookStatus
from payment.providers.base import MalformedWebhook, Notice, NoticeKind, ReferenceUnknown
from payment.providers.parsing import storable
from payment.providers.registry import provider_named
from payment.services.chargebacks import check_chargeback
from payment.services.locks import lock_webhook
from payment.services.payments import check_attempt
from payment.services.payouts import check_transfer
from payment.services.refunds import check_refunds
from payment.services.sweeping import Row, tell_of_failure
from payment.services.virtual_accounts import hear_of_account

logger = structlog.get_logger(__name__)

# Several times what the providers' largest samples take.
MAX_BODY_BYTES = 256 * 1024
KEPT_HEADERS = ("content-type", "user-agent")


def receive_webhook(*, provider: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Store a provider's webhook and defer its processing; a repeated delivery is only counted.

    Raises `PayloadTooLarge` (413) and `InvalidSignature` (401), with nothing stored. A signed body that cannot be read
    is stored too: staff see it, and the provider has no reason to send it again.
    """
    if len(body) > MAX_BODY_BYTES:
        raise PayloadTooLarge
    adapter = provider_named(provider)
    if not adapter.signature_is_valid(body=body, headers=headers):
        logger.warning("webhook_signature_invalid", provider=provider, size=len(body))
        raise InvalidSignature
    try:
        notice = adapter.read_webhook(body=body)
    except MalformedWebhook:
        notice = Notice(event="", kind=NoticeKind.OTHER, reference="")
    with transaction.atomic():
        event_id = _store(provider=provider, body=body, headers=headers, notice=notice)
        if event_id is not None:
            from payment.tasks import process_webhook

            process_webhook.defer(event_id=event_id)


def process_event(*, event_id: int) -> None:
    """Do what a stored webhook asks for. Safe to call any number of times; a network call.

    Raises what went wrong, after it is kept on the row, so that the worker tries again.
    """
    event = WebhookEvent.objects.filter(pk=event_id, status__in=OPEN_WEBHOOKS).first()
    if event is None:
        return
    try:
        notice = provider_named(event.provider).read_webhook(body=bytes(event.body))
    except MalformedWebhook as error:
        _record(event, WebhookStatus.IGNORED, error=f"Unreadable: {error}")
        return
    try:
        status = _act_on(event.provider, notice)
    except Exception as error:
        _record(event, WebhookStatus.FAILED, error=f"{type(error).__name__}: {error}")
        tell_of_failure(error, Row(WebhookEvent, event.pk, event.provider, event.reference))
        raise
    _record(event, status)


def _act_on(provider: str, notice: Notice) -> WebhookStatus:
    if notice.charge_id and not notice.reference:
        notice = _named(provider, notice)
    if not (notice.reference or notice.chargeback_id or notice.customer_email):
        return WebhookStatus.IGNORED
    match notice.kind:
        case NoticeKind.CHARGE:
            return _act_on_charge(provider, notice.reference)
        case NoticeKind.TRANSFER:
            known = check_transfer(provider=provider, reference=notice.reference)
        case NoticeKind.REFUND:
            known = check_refunds(provider=provider, charge_reference=notice.reference)
        case NoticeKind.CHARGEBACK:
            known = check_chargeback(
                provider=provider,
                provider_id=notice.chargeback_id,
                event=notice.event,
                reference=notice.reference,
            )
        case NoticeKind.ACCOUNT:
            known = hear_of_account(provider=provider, email=notice.customer_email, is_refusal=notice.is_refusal)
        case _:
            known = False
    return WebhookStatus.PROCESSED if known else WebhookStatus.IGNORED


def _named(provider: str, notice: Notice) -> Notice:
    """With the reference of the payment that the notice names by the provider's number; without, if it has none."""
    try:
        return replace(notice, reference=provider_named(provider).reference_of(charge_id=notice.charge_id))
    except ReferenceUnknown:
        return notice


def _act_on_charge(provider: str, reference: str) -> WebhookStatus:
    try:
        check_attempt(provider=provider, reference=reference)
    except ReferenceUnknown:
        # Neither side knows it: a forged or foreign event moves nothing.
        return WebhookStatus.IGNORED
    return WebhookStatus.PROCESSED


def _store(*, provider: str, body: bytes, headers: Mapping[str, str], notice: Notice) -> int | None:
    """The new row's id; None for a body that is stored already, whose deliveries are counted instead."""
    dedupe_hash = hashlib.sha256(provider.encode() + b"\0" + body).hexdigest()
    same = WebhookEvent.objects.filter(dedupe_hash=dedupe_hash)
    if same.update(deliveries=F("deliveries") + 1):
        return None
    row = WebhookEvent(
        provider=provider,
        dedupe_hash=dedupe_hash,
        body=body,
        headers={name: storable(headers[name], 200) for name in KEPT_HEADERS if name in headers},
        event=notice.event[:64],
        reference=notice.reference[:120],
        received_at=clock.now(),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        # A parallel delivery of the same body was first: the unique hash waited for it to commit.
        same.update(deliveries=F("deliveries") + 1)
        return None
    return row.pk


@transaction.atomic
def _record(event: WebhookEvent, status: WebhookStatus, *, error: str = "") -> None:
    """Keep how processing went. Parallel runs of one event end alike, so a finished row stays as it is."""
    locked = lock_webhook(event.pk)
    if locked.status not in OPEN_WEBHOOKS:
        return
    if locked.status != status:
        WEBHOOK.check(locked.status, status)
    locked.status, locked.error = status, storable(error, 1000)
    locked.tries += 1
    locked.checked_at = clock.now()
    locked.processed_at = None if status in OPEN_WEBHOOKS else clock.now()
    locked.save(update_fields=["status", "error", "tries", "checked_at", "processed_at"])
