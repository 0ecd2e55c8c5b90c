"""What staff must look at: an error in the log with its facts, and a mail by a job of the caller's transaction."""

import hashlib
from functools import partial

import structlog
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.mail import mail_managers
from django.db import transaction
from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import RedisError

from core.money import in_naira
from payment.models import Refund, Withdrawal
from payment.providers.base import BalanceTooLow
from payment.services.alert_links import StaffEvent, link_to

logger = structlog.get_logger(__name__)

TOLD_SECONDS = 30 * 24 * 3600
# What people can do again and again, and the facts that say what it is about.
MERGED = {"dispute_opened": ("assignment_id",)}


def alert_staff(event: StaffEvent, **facts: str | int) -> None:
    """Tell staff, once this transaction commits. Facts are ids and amounts: no names, no account numbers."""
    from payment.tasks import mail_alert

    logger.error(event, **facts)
    mail_alert.defer(event=event, facts={name: str(value) for name, value in facts.items()})


def tell_staff(event: StaffEvent, **facts: str | int) -> None:
    """As `alert_staff`, of what is no fault: what one of them does that the others should know of."""
    from payment.tasks import mail_alert

    logger.info(event, **facts)
    mail_alert.defer(event=event, facts={name: str(value) for name, value in facts.items()})


def alert_staff_once(event: StaffEvent, *, about: str, **facts: str | int) -> None:
    """`alert_staff`, but not again of the same thing for a month. Without Redis it is told again: better than never."""
    key = f"payment:told:{event}:{hashlib.sha256(about.encode()).hexdigest()}"
    if _was_told(key):
        return
    alert_staff(event, **facts)
    transaction.on_commit(partial(_remember, key, TOLD_SECONDS), robust=True)


def tell_unknown_status(event: StaffEvent, *, of: str, status: str, reference: str) -> None:
    """A word that the code does not know, once, however many rows the provider says it of."""
    alert_staff_once(event, about=f"{of}:{status}", provider=of, status=status, reference=reference)


def note_once(row: Refund | Withdrawal, message: str) -> bool:
    """Keep on the row what is said of it. Whether it is another than before: then staff may be told."""
    if row.message == message[:300]:
        return False
    row.message = message[:300]
    row.save(update_fields=["message"])
    return True


def why_not_sent(error: Exception) -> StaffEvent:
    """What fails alike for all: our balance, or our account."""
    return "provider_balance_too_low" if isinstance(error, BalanceTooLow) else "provider_refuses_our_account"


def alert_if_owner_is_gone(*, user_id: int, reference: str, amount_kobo: int) -> None:
    """Money came into the wallet of a closed or banned account: nobody else would notice. One query."""
    if get_user_model()._default_manager.filter(pk=user_id, is_active=False).exists():
        alert_staff("money_for_a_closed_account", user_id=user_id, reference=reference, amount_kobo=amount_kobo)


def mail_staff(*, event: str, facts: dict[str, str]) -> None:
    """What happened, its facts, and where in admin it is seen.

    Of what people can do again and again, one mail about the same thing in a while; the log has each.

    Looked up before and remembered after: two workers at once, or one killed in between, send it twice rather than
    never, and so does a Redis that is away.
    """
    key = _key_of_same(event, facts)
    if key and _was_told(key):
        logger.info("alert_merged", alert=event, **facts)
        return
    told = [_line(name, value) for name, value in sorted(facts.items()) if value]
    lines = [*filter(None, told), "", link_to(event, facts)]
    mail_managers(event.replace("_", " ").capitalize(), "\n".join(lines), fail_silently=False)
    if key and settings.NOTICES_MERGED_MINUTES:
        _remember(key, settings.NOTICES_MERGED_MINUTES * 60)


def _line(name: str, value: str) -> str:
    """Empty for the number of a row that there is none of."""
    if name.endswith("_id") and value == "0":
        return ""
    if name.endswith("_kobo"):
        name, value = name.removesuffix("_kobo"), in_naira(int(value))
    return f"{name.removesuffix('_id').replace('_', ' ').capitalize()}: {value}"


def _key_of_same(event: str, facts: dict[str, str]) -> str:
    """Empty for what is never merged: all that is about money."""
    about = [facts.get(name, "") for name in MERGED.get(event, ())]
    return f"payment:mailed:{event}:{':'.join(about)}" if about else ""


def _was_told(key: str) -> bool:
    try:
        return bool(cache.get(key))
    except (ConnectionInterrupted, RedisError):
        logger.warning("alert_not_deduplicated", alert=key)
        return False


def _remember(key: str, seconds: int) -> None:
    try:
        cache.set(key, 1, seconds)
    except (ConnectionInterrupted, RedisError):
        logger.warning("alert_not_deduplicated", alert=key)
