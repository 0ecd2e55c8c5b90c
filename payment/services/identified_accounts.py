"""An account number that takes a BVN or NIN: asked for while the person waits, because the number is kept nowhere.

No job can ask, for it would have to hold the number; so the sweep leaves these accounts alone, and after an outcome
that is not known the person asks again. What was attacked, and what holds it:

- Two requests at once: the user's row is locked, the first claims the account for `ASKING_FOR`, and the second finds it
  claimed and asks nobody. A request that was killed leaves a claim that ends by itself.
- The answer was lost: the account's reference stands for one wallet for ever, and goes with every try. Whatever number
  the provider gave under it, what comes to that is credited; asked again, another number stands for the same wallet.
- The person left while the provider was asked: the number goes back by a job (`record_number`).
- Guessing: few tries a day, and one answer for whatever the provider has against a number.
- A provider that repeats the number in its answer: the adapter takes long numbers out of all that it says.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import structlog
from django.db import transaction

from accounts.exceptions import IdentityNumberRefused
from accounts.models import IdentityKind
from core import clock
from core.throttling import Throttle
from payment.exceptions import ProviderUnavailable
from payment.models import VirtualAccount, VirtualAccountStatus
from payment.providers.base import AccountNotReady, GivenAccount, ProviderError, ProviderRefused, ReferenceUsed
from payment.providers.registry import provider_named
from payment.services.account_numbers import holder_of, record_number, record_refusal
from payment.services.locks import lock_virtual_account

logger = structlog.get_logger(__name__)

# More than a request may take for all its calls.
ASKING_FOR = timedelta(minutes=1)
TRIES_PER_ACCOUNT = Throttle("virtual-account", limit=5, period_seconds=24 * 3600)


@dataclass(frozen=True, slots=True)
class IdentityNumber:
    """A number of the state's registers. It lives as long as the request: in no row, log, job or answer."""

    kind: IdentityKind
    number: str = field(repr=False)


def may_ask(account: VirtualAccount) -> bool:
    """Whether it waits for its owner to give a number, and no request asks the provider just now."""
    is_waiting = bool(account.reference) and account.status == VirtualAccountStatus.REQUESTED
    return is_waiting and (account.asking_until is None or account.asking_until <= clock.now())


def claim(account: VirtualAccount) -> None:
    """In the caller's transaction, which holds the owner's lock. Raises `TooManyRequests`."""
    TRIES_PER_ACCOUNT.hit(str(account.user_id))
    account.asking_until = clock.now() + ASKING_FOR
    account.save(update_fields=["asking_until"])


def open_now(account: VirtualAccount, identity: IdentityNumber) -> VirtualAccount:
    """Get the number of an account that was claimed. A network call; locks the account.

    Raises `IdentityNumberRefused`, and `ProviderUnavailable` where nothing is known or it is about us, which staff are
    told once. The account can be asked for again after either.
    """
    try:
        record_number(account.pk, _ask(account, identity))
    except (AccountNotReady, ReferenceUsed) as refusal:
        record_refusal(account.pk, str(refusal))
        raise ProviderUnavailable from refusal
    except ProviderRefused as refusal:
        raise IdentityNumberRefused from refusal
    except ProviderError as error:
        logger.warning("virtual_account_unknown", account_id=account.pk, error=str(error))
        raise ProviderUnavailable from error
    finally:
        _let_go(account.pk)
    account.refresh_from_db()
    return account


def _ask(account: VirtualAccount, identity: IdentityNumber) -> GivenAccount:
    holder = replace(
        holder_of(account.user),
        reference=account.reference,
        identity_kind=identity.kind.value,
        identity_number=identity.number,
    )
    return provider_named(account.provider).open_account(holder=holder, bank="")


@transaction.atomic
def _let_go(account_id: int) -> None:
    account = lock_virtual_account(account_id)
    account.asking_until = None
    account.save(update_fields=["asking_until"])
