"""How the gateway behaves now: the control API's word first, then the environment's."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from payment.sandbox.environment import sandbox
from payment.sandbox.models import Behaviour, Provider
from payment.sandbox.timing import real_in


@dataclass(frozen=True, slots=True)
class Current:
    webhooks: str
    settling: str
    settle_seconds: float
    webhook_urls: dict[str, str]


def current() -> Current:
    row = Behaviour.objects.filter(pk=Behaviour.SINGLE_ID).first() or Behaviour()
    base_url = row.webhook_base_url or settings.PUBLIC_URL
    return Current(
        webhooks=row.webhooks or sandbox.SANDBOX_WEBHOOKS,
        settling=row.settling or sandbox.SANDBOX_SETTLING,
        settle_seconds=sandbox.SANDBOX_SETTLE_SECONDS if row.settle_seconds is None else row.settle_seconds,
        webhook_urls={provider: f"{base_url}/api/webhooks/{provider}" for provider in Provider.values},
    )


def change(**fields: object) -> None:
    Behaviour.objects.update_or_create(pk=Behaviour.SINGLE_ID, defaults=fields)


def next_step_at() -> datetime | None:
    """When the courier takes a transfer's or refund's next step; None where only the control API does."""
    now = current()
    return real_in(now.settle_seconds) if now.settling == "auto" else None
