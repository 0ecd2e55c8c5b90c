"""The account number that stands for somebody's wallet."""

from django.conf import settings

from core.actor import Actor, Role
from payment.models import LIVING_ACCOUNTS, VirtualAccount
from payment.providers.registry import provider_named
from payment.services.identified_accounts import may_ask


def virtual_account_of(*, actor: Actor) -> VirtualAccount | None:
    """The caller's, asked for or there."""
    return VirtualAccount.objects.filter(user_id=actor.user_id, status__in=LIVING_ACCOUNTS).first()


def is_offered(*, actor: Actor) -> bool:
    """Clients pay in, where the operator's account at the provider allows it."""
    return bool(settings.VIRTUAL_ACCOUNTS) and actor.role == Role.CLIENT


def needs_identity(account: VirtualAccount | None) -> bool:
    """Whether asking for a number takes a BVN or NIN, as the caller's account (or none yet) stands."""
    if account is None:
        return provider_named(settings.VIRTUAL_ACCOUNT_PROVIDER).accounts_need_identity
    return may_ask(account)
