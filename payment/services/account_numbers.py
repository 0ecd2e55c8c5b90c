"""Keeping what a provider said of an account number that was asked for. Whoever comes second finds it written."""

from django.db import transaction

from accounts.models import CustomUser
from core import clock
from payment.machines import VIRTUAL_ACCOUNT
from payment.models import VirtualAccountStatus
from payment.providers.base import AccountHolder, GivenAccount
from payment.services.alerts import alert_staff_once
from payment.services.locks import lock_virtual_account

NAMES = ("provider_id", "bank_name", "account_number", "account_name")


def holder_of(user: CustomUser) -> AccountHolder:
    return AccountHolder(
        email=user.email, first_name=user.first_name, last_name=user.last_name, phone=user.profile.phone
    )


@transaction.atomic
def record_number(account_id: int, given: GivenAccount) -> None:
    """The number is there. Given to somebody who left meanwhile, it goes back by a job. Locks the account."""
    from payment.tasks import give_back_virtual_account

    locked = lock_virtual_account(account_id)
    has_left = locked.status == VirtualAccountStatus.CLOSED and not locked.provider_id
    if locked.status != VirtualAccountStatus.REQUESTED and not has_left:
        return
    if not has_left:
        VIRTUAL_ACCOUNT.check(locked.status, VirtualAccountStatus.ACTIVE)
        locked.status = VirtualAccountStatus.ACTIVE
    locked.message, locked.checked_at, locked.asking_until = "", clock.now(), None
    locked.provider_id, locked.bank_name = given.provider_id, given.bank_name
    locked.account_number, locked.account_name = given.account_number, "" if has_left else given.account_name
    locked.save(update_fields=["status", "message", "checked_at", "asking_until", *NAMES])
    if has_left:
        give_back_virtual_account.defer(account_id=account_id)


@transaction.atomic
def record_refusal(account_id: int, said: str) -> None:
    """The provider gives none, and why: staff are told once. Locks the account."""
    account = lock_virtual_account(account_id)
    if account.status != VirtualAccountStatus.REQUESTED:
        return
    account.message, account.checked_at = said[:300], clock.now()
    account.save(update_fields=["message", "checked_at"])
    alert_staff_once(
        "virtual_account_refused",
        about=f"{account.provider}:{said}",
        provider=account.provider,
        said=said[:300],
        virtual_account_id=account.pk,
    )
