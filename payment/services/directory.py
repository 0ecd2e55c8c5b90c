"""`accounts.ports.BankDirectory` on the payout provider: the banks as they were last told, and the name enquiry.

A list of banks is kept for good, however old: the provider is asked by a job when it is older than a day, and within a
request only where none is kept.
"""

from datetime import datetime, timedelta

import structlog
from django.core.cache import cache
from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import RedisError

from accounts.exceptions import AccountNotFound
from accounts.ports import Bank
from core import clock
from payment.exceptions import ProviderUnavailable
from payment.providers.base import ProviderError, ProviderRefused
from payment.providers.registry import payout_provider, provider_named

logger = structlog.get_logger(__name__)

FRESH = timedelta(days=1)
# One job is asked to renew the list, however many see that it is old.
ASKED_SECONDS = 60

type Banks = list[tuple[str, str]]


class ProviderBankDirectory:
    def banks(self) -> list[Bank]:
        """Raises `ProviderUnavailable` when none are kept and the provider does not answer in time."""
        provider = payout_provider().name
        kept = _kept(provider)
        if kept is not None:
            if kept[0] + FRESH <= clock.now():
                _renew_later(provider)
            return _listed(kept[1])
        try:
            return _listed(fetch_banks(provider=provider))
        except ProviderError as error:
            _renew_later(provider)
            raise ProviderUnavailable from error

    def resolve_account_name(self, *, bank_code: str, account_number: str) -> str:
        """The holder's name as the bank has it. A network call. Raises `AccountNotFound` and `ProviderUnavailable`."""
        try:
            return payout_provider().resolve_account(bank_code=bank_code, account_number=account_number)
        except ProviderRefused as refusal:
            raise AccountNotFound from refusal
        except ProviderError as error:
            raise ProviderUnavailable from error


def fetch_banks(*, provider: str) -> Banks:
    """Ask the provider for its banks and keep them. A network call. Raises `ProviderError`."""
    found = [(bank.code, bank.name) for bank in provider_named(provider).banks()]
    try:
        cache.set(_key(provider), (clock.now(), found), timeout=None)
    except (ConnectionInterrupted, RedisError):
        logger.warning("banks_not_kept", provider=provider)
    return found


def _renew_later(provider: str) -> None:
    from payment.tasks import refresh_banks

    try:
        is_first = cache.add(f"payment:banks-asked:{provider}", 1, ASKED_SECONDS)
    except (ConnectionInterrupted, RedisError):
        return
    if is_first:
        refresh_banks.defer(provider=provider)


def _listed(banks: Banks) -> list[Bank]:
    return [Bank(code=code, name=name) for code, name in banks]


def _kept(provider: str) -> tuple[datetime, Banks] | None:
    """When they were told, and what. None also when Redis is away: then every call asks the provider."""
    try:
        kept: tuple[datetime, Banks] | None = cache.get(_key(provider))
    except (ConnectionInterrupted, RedisError):
        return None
    return kept


def _key(provider: str) -> str:
    return f"payment:bank-list:{provider}"
