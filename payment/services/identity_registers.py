"""`accounts.ports.IdentityRegisters` on the provider of identity checks, where the operator has its key."""

from django.conf import settings

from accounts.exceptions import IdentityNumberRefused
from payment.exceptions import ProviderUnavailable
from payment.providers.base import AccountNotReady, ProviderError, ProviderRefused
from payment.providers.registry import identity_provider
from payment.services.alerts import alert_staff_once


class ProviderIdentityRegisters:
    @property
    def provider(self) -> str:
        return identity_provider().name if settings.PREMBLY_SECRET_KEY else ""

    def holder_of(self, *, kind: str, number: str) -> str:
        """A network call. Raises `IdentityNumberRefused` and `ProviderUnavailable`; staff are told what is about us."""
        provider = identity_provider()
        try:
            return provider.holder_of(kind=kind, number=number)
        except AccountNotReady as refusal:
            alert_staff_once("identity_provider_refuses_us", about=str(refusal), provider=provider.name)
            raise ProviderUnavailable from refusal
        except ProviderRefused as refusal:
            raise IdentityNumberRefused from refusal
        except ProviderError as error:
            raise ProviderUnavailable from error
