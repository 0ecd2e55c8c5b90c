"""M6 for money that people send to an account number: it is in its owner's wallet once, whatever the amount.

Webhook and sweep end in `apply_deposit`, after the provider was asked again. It locks the account, so that of any
number of calls the first credits and the others find the deposit; the constraints of its reference, and of `funding`
in the books, stand behind that. What is not naira, of the other mode, or for a number that nobody has here goes to
suspense (`payment.services.payments`), and staff are told. It stays theirs to place, also when the number is known
later: what is in the books under its reference is not credited again.
"""

from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import Q

from accounts.models import NotificationKind
from accounts.services.notifications import notify
from core import clock
from payment.models import (
    CURRENCY,
    AccountKind,
    Deposit,
    LedgerTransaction,
    TransactionKind,
    VirtualAccount,
    VirtualAccountStatus,
)
from payment.providers.base import Charge
from payment.providers.registry import provider_named
from payment.services.accounts import provider_balance, system_account, wallet_account
from payment.services.alerts import alert_if_owner_is_gone
from payment.services.locks import lock_virtual_account
from payment.services.posting import Move, post
from payment.services.references import funding_reference
from payment.services.sweeping import ask_for_list

logger = structlog.get_logger(__name__)

# As long as the provider tries its webhook again; what is not here then was lost.
LOOKS_BACK = timedelta(days=3)


def account_paid_into(provider: str, charge: Charge) -> int | None:
    """The virtual account that this money came to, if it is ours and the money is what can be in a wallet."""
    if not charge.paid_into or charge.currency != CURRENCY or charge.live != provider_named(provider).live:
        return None
    named = Q(account_number=charge.paid_into) | Q(reference=charge.paid_into)
    return VirtualAccount.objects.filter(named, provider=provider).values_list("pk", flat=True).first()


@transaction.atomic
def apply_deposit(*, account_id: int, charge: Charge) -> Deposit | None:
    """Book a payment that succeeded at the provider. Safe to call any number of times. Locks the account.

    None for money that is in suspense already. `charge` has a fee that was looked at.
    """
    account = lock_virtual_account(account_id)
    same = Deposit.objects.filter(provider=account.provider, reference=charge.reference)
    reference = funding_reference(account.provider, charge.reference)
    if found := same.first():
        return found
    if LedgerTransaction.objects.filter(kind=TransactionKind.FUNDING, reference=reference).exists():
        return None
    deposit = Deposit.objects.create(
        account=account,
        provider=account.provider,
        reference=charge.reference,
        provider_id=charge.provider_id,
        amount_kobo=charge.amount_kobo,
        provider_fee_kobo=charge.fee_kobo,
        paid_at=charge.paid_at,
        created_at=clock.now(),
    )
    source, fees = provider_balance(account.provider), system_account(AccountKind.PROVIDER_FEES)
    post(
        kind=TransactionKind.FUNDING,
        reference=reference,
        moves=[Move(source, wallet_account(account.user_id), charge.amount_kobo)],
        memo=f"Deposit to virtual account {account.pk}",
        also_lock=[fees] if charge.fee_kobo else (),
    )
    if charge.fee_kobo:
        post(kind=TransactionKind.PROVIDER_FEE, reference=reference, moves=[Move(fees, source, charge.fee_kobo)])
    alert_if_owner_is_gone(user_id=account.user_id, reference=charge.reference, amount_kobo=charge.amount_kobo)
    notify(
        user_id=account.user_id,
        kind=NotificationKind.DEPOSIT_RECEIVED,
        params={"amount_kobo": charge.amount_kobo},
        dedupe_key=f"deposit_received:{reference}",
    )
    return deposit


def providers_of_numbers() -> list[str]:
    """Who gave, or may have given, account numbers: the answer to a request with a reference may have been lost."""
    may_have_one = ~Q(status=VirtualAccountStatus.REQUESTED) | ~Q(reference="")
    return list(VirtualAccount.objects.filter(may_have_one).order_by().values_list("provider", flat=True).distinct())


def unheard_deposits(provider: str) -> list[str]:
    """References of what came to account numbers lately and is not in the books. Network calls."""
    since = clock.now() - LOOKS_BACK
    told = ask_for_list(provider, lambda at: at.paid_into_accounts(since=since), of=Deposit)
    names = {funding_reference(provider, reference): reference for reference in told}
    booked = LedgerTransaction.objects.filter(kind=TransactionKind.FUNDING, reference__in=names)
    for name in booked.values_list("reference", flat=True):
        del names[name]
    return list(names.values())
