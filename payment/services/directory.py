"""`accounts.ports.BankDirectory` on the payout provider: the banks, kept for a day, and the name enquiry."""

import structlog
from django.core.cache import cache
from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import RedisError

from accounts.exceptions import AccountNotFound
from accounts.ports import Bank
from payment.exceptions import ProviderUnavailable
from payment.providers.base import Provider, ProviderError, ProviderRefused
from payment.providers.registry import payout_provider

logger = structlog.get_logger(__name__)

FRESH_SECONDS = 24 * 3600
# The list of yesterday is better than none: kept this long for when the provider does not answer.
KEPT_SECONDS = 30 * FRESH_SECONDS

type Banks = list[tuple[str, str]]


class ProviderBankDirectory:
    def banks(self) -> list[Bank]:
        """Raises `ProviderUnavailable` when the provider does not answer and none are kept."""
        provider = payout_provider()
        if kept := _kept(f"payment:banks:{provider.name}"):
            return _listed(kept)
        try:
            found = [(bank.code, bank.name) for bank in provider.banks()]
        except ProviderError as error:
            if old := _kept(f"payment:banks-old:{provider.name}"):
                logger.warning("banks_from_yesterday", provider=provider.name, error=str(error))
                return _listed(old)
            raise ProviderUnavailable from error
        _keep(provider, found)
        return _listed(found)

    def resolve_account_name(self, *, bank_code: str, account_number: str) -> str:
        """The holder's name as the bank has it. A network call. Raises `AccountNotFound` and `ProviderUnavailable`."""
        try:
            return payout_provider().resolve_account(bank_code=bank_code, account_number=account_number)
        except ProviderRefused as refusal:
            raise AccountNotFound from refusal
        except ProviderError as error:
            raise ProviderUnavailable from error


def _listed(banks: Banks) -> list[Bank]:
    return [Bank(code=code, name=name) for code, name in banks]


def _kept(key: str) -> Banks | None:
    """None also when Redis is away: then every call asks the provider."""
    try:
        kept: Banks | None = cache.get(key)
    except (ConnectionInterrupted, RedisError):
        return None
    return kept


def _keep(provider: Provider, found: Banks) -> None:
    try:
        cache.set(f"payment:banks:{provider.name}", found, FRESH_SECONDS)
        cache.set(f"payment:banks-old:{provider.name}", found, KEPT_SECONDS)
    except (ConnectionInterrupted, RedisError):
        logger.warning("banks_not_kept", provider=provider.name)
