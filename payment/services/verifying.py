from core.actor import Actor
from core.throttling import Throttle
from payment.exceptions import ProviderUnavailable
from payment.providers.base import ProviderError, ReferenceUnknown
from payment.selectors.payments import provider_attempts
from payment.services.payments import check_attempt

# Of one payment, in one request: the newest at each provider, and one before.
MOST_ASKED = 3
VERIFY_PER_PERSON = Throttle("verify-payment", limit=30, period_seconds=60)


def verify_payment(*, actor: Actor, reference: str) -> None:
    """Ask the providers about the caller's payment and book what they say. A network call.

    Raises `NotFound`, `TooManyRequests` and `ProviderUnavailable`. A payment that a provider does not know yet is one
    whose checkout nobody opened: nothing changes. Only the newest attempts that have a checkout are asked about; the
    sweeps ask about all.
    """
    VERIFY_PER_PERSON.hit(str(actor.user_id))
    for provider, attempt_reference in provider_attempts(actor=actor, reference=reference)[:MOST_ASKED]:
        try:
            check_attempt(provider=provider, reference=attempt_reference)
        except ReferenceUnknown:
            continue
        except ProviderError as error:
            raise ProviderUnavailable from error
