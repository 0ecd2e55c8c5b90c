"""An account number of one's own: money that comes to it is in the wallet, whatever the amount.

States: requested -> active -> closed, or requested -> closed. One that is asked for is opened by a job, because the
provider may take its time; where it takes a BVN or NIN, by the request itself (`payment.services.identified_accounts`).
What was attacked, and what holds it:

- Asked for twice at once: the user's row is locked, and `payment_virtualaccount_one_each` stands behind it.
- The provider's answer was lost, two jobs at once, or killed after the call: the provider is asked first which account
  this customer has, and one that is there is taken; of two jobs the second finds the number written.
- A webhook tells of a number, or of none, while the job asks: whichever is first writes what the provider's list says,
  and the other finds it.
- Money that comes before we know the number: suspense, and staff place it.
- The person leaves: the name on it is forgotten, and the number given back at the provider by a job; what comes to it
  all the same is credited, and staff are told (`money_for_a_closed_account`).
"""

from django.conf import settings
from django.db import transaction

from accounts.services.locks import lock_active_user
from core import clock
from core.actor import Actor, Role, require_role
from payment.exceptions import DetailsMissing, IdentityNeeded, NoVirtualAccounts
from payment.machines import VIRTUAL_ACCOUNT
from payment.models import LIVING_ACCOUNTS, VirtualAccount, VirtualAccountStatus
from payment.providers.base import ProviderRefused
from payment.providers.registry import provider_named
from payment.services.account_numbers import holder_of, record_number, record_refusal
from payment.services.accounts import wallet_of
from payment.services.identified_accounts import IdentityNumber, claim, may_ask, open_now
from payment.services.locks import lock_virtual_account
from payment.services.references import ACCOUNT, new_reference


def ask_for_account(*, actor: Actor, identity: IdentityNumber | None = None) -> VirtualAccount:
    """The caller's account, asked for if there is none. Its number comes by a job, or at once with `identity`.

    A network call in the second case, after the transaction. Locks the user. Raises `WrongRole` (clients pay in),
    `NoVirtualAccounts` where they are switched off, `DetailsMissing`: the bank needs both names and a phone,
    `IdentityNeeded`, and with a number `IdentityNumberRefused`, `ProviderUnavailable` and `TooManyRequests`.
    """
    require_role(actor, Role.CLIENT)
    if not settings.VIRTUAL_ACCOUNTS:
        raise NoVirtualAccounts
    account, asks = _asked_for(actor.user_id, identity)
    return open_now(account, identity) if asks and identity else account


@transaction.atomic
def _asked_for(user_id: int, identity: IdentityNumber | None) -> tuple[VirtualAccount, bool]:
    """The living account, and whether the caller is the one who asks the provider for its number now."""
    from payment.tasks import open_virtual_account

    user = lock_active_user(user_id)
    found = VirtualAccount.objects.filter(user_id=user_id, status__in=LIVING_ACCOUNTS).first()
    if found and not may_ask(found):
        return found, False
    if not (user.first_name and user.last_name and user.profile.phone):
        raise DetailsMissing
    provider = settings.VIRTUAL_ACCOUNT_PROVIDER
    is_identified = found is not None or provider_named(provider).accounts_need_identity
    if is_identified and not identity:
        raise IdentityNeeded
    wallet_of(user_id)
    account = found or VirtualAccount.objects.create(
        user_id=user_id,
        provider=provider,
        reference=new_reference(ACCOUNT) if is_identified else "",
        created_at=clock.now(),
    )
    if is_identified:
        claim(account)
    else:
        open_virtual_account.defer(account_id=account.pk)
    return account, is_identified


def open_account(*, account_id: int) -> None:
    """Get the number from the provider. Network calls.

    Raises `ProviderError` where nothing is known: the job comes again, and looks first. A refusal is kept on the row,
    told to staff once, and asked again by the sweep.
    """
    account = VirtualAccount.objects.select_related("user__profile").get(pk=account_id)
    if account.status != VirtualAccountStatus.REQUESTED or account.reference:
        return
    holder = holder_of(account.user)
    provider = provider_named(account.provider)
    try:
        given = provider.account_of(holder=holder)
        given = given or provider.open_account(holder=holder, bank=settings.VIRTUAL_ACCOUNT_BANK)
    except ProviderRefused as refusal:
        record_refusal(account_id, str(refusal))
        return
    record_number(account_id, given)


def hear_of_account(*, provider: str, email: str, is_refusal: bool) -> bool:
    """A webhook tells that somebody got a number, or got none: ask the provider which. Whether somebody waits for one.

    A network call; raises `ProviderError`. Where there is no number after a refusal, none is asked for: it would be
    refused, and told, again. The sweep asks in a day.
    """
    waiting = VirtualAccount.objects.filter(
        provider=provider, status=VirtualAccountStatus.REQUESTED, user__email__iexact=email
    )
    account = waiting.select_related("user__profile").first()
    if account is None:
        return False
    given = provider_named(provider).account_of(holder=holder_of(account.user))
    if given is not None:
        record_number(account.pk, given)
    elif is_refusal:
        record_refusal(account.pk, "The provider could not give this customer an account number.")
    return True


def close_accounts(*, user_id: int) -> None:
    """Its owner leaves: forget the name, and give the number back by a job. In the caller's transaction. Locks them."""
    from payment.tasks import give_back_virtual_account

    for account_id in VirtualAccount.objects.filter(user_id=user_id).order_by("pk").values_list("pk", flat=True):
        account = lock_virtual_account(account_id)
        if account.status in LIVING_ACCOUNTS:
            VIRTUAL_ACCOUNT.check(account.status, VirtualAccountStatus.CLOSED)
            account.status, account.closed_at = VirtualAccountStatus.CLOSED, clock.now()
            account.account_name = ""
            account.save(update_fields=["status", "closed_at", "account_name"])
            give_back_virtual_account.defer(account_id=account.pk)


def give_back(*, account_id: int) -> None:
    """The provider takes no more money under this number. A network call; raises `ProviderError`, and may run twice."""
    account = VirtualAccount.objects.get(pk=account_id)
    if account.status == VirtualAccountStatus.CLOSED and account.provider_id:
        provider_named(account.provider).close_account(provider_id=account.provider_id)
