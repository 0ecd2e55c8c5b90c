"""What staff must look at: an error in the log with its facts, and a mail by a job of the caller's transaction."""

import structlog
from django.core.mail import mail_managers

logger = structlog.get_logger(__name__)


def alert_staff(event: str, **facts: str | int) -> None:
    """Tell staff, once this transaction commits. Facts are ids and amounts: no names, no account numbers."""
    from payment.tasks import mail_alert

    logger.error(event, **facts)
    mail_alert.defer(event=event, facts={name: str(value) for name, value in facts.items()})


def mail_staff(*, event: str, facts: dict[str, str]) -> None:
    lines = [f"{name}: {value}" for name, value in sorted(facts.items())]
    mail_managers(event.replace("_", " ").capitalize(), "\n".join(lines), fail_silently=False)
