"""What staff must look at: an error in the log with its facts, and a mail by a job of the caller's transaction."""

import hashlib
from functools import partial

import structlog
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.mail import mail_managers
from django.db import transaction
from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import RedisError

logger = structlog.get_logger(__name__)

TOLD_SECONDS = 30 * 24 * 3600


def alert_staff(event: str, **facts: str | int) -> None:
    """Tell staff, once this transaction commits. Facts are ids and amounts: no names, no account numbers."""
    from payment.tasks import mail_alert

    logger.error(event, **facts)
    mail_alert.defer(event=event, facts={name: str(value) for name, value in facts.items()})


def tell_staff(event: str, **facts: str | int) -> None:
    """As `alert_staff`, of what is no fault: what one of them does that the others should know of."""
    from payment.tasks import mail_alert

    logger.info(event, **facts)
    mail_alert.defer(event=event, facts={name: str(value) for name, value in facts.items()})


def alert_staff_once(event: str, *, about: str, **facts: str | int) -> None:
    """`alert_staff`, but not again of the same thing for a month. Without Redis it is told again: better than never."""
    key = f"payment:told:{event}:{hashlib.sha256(about.encode()).hexdigest()}"
    try:
        if cache.get(key):
            return
    except (ConnectionInterrupted, RedisError):
        logger.warning("alert_not_deduplicated", alert=event)
    alert_staff(event, **facts)
    transaction.on_commit(partial(_remember, key), robust=True)


def _remember(key: str) -> None:
    cache.set(key, 1, TOLD_SECONDS)


def alert_if_owner_is_gone(*, user_id: int, reference: str, amount_kobo: int) -> None:
    """Money came into the wallet of a closed or banned account: nobody else would notice. One query."""
    if get_user_model()._default_manager.filter(pk=user_id, is_active=False).exists():
        alert_staff("money_for_a_closed_account", user_id=user_id, reference=reference, amount_kobo=amount_kobo)


def mail_staff(*, event: str, facts: dict[str, str]) -> None:
    lines = [f"{name}: {value}" for name, value in sorted(facts.items())]
    mail_managers(event.replace("_", " ").capitalize(), "\n".join(lines), fail_silently=False)
