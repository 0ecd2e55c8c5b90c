"""What staff do with the platform's own money, and where suspense ends. Every posting tells who and why in its memo.

The reference comes with the form that staff fill in, so that sending it twice moves the money once.
"""

from django.db import transaction

from core.errors import InvalidState, NotFound
from payment.exceptions import ProviderHoldsLess
from payment.models import (
    CURRENCY,
    AccountKind,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    TransactionKind,
)
from payment.services.accounts import AccountKey, lock_accounts, provider_balance, system_account, wallet_account
from payment.services.posting import Move, post
from payment.services.references import staff_memo

SUSPENSE = system_account(AccountKind.SUSPENSE)


@transaction.atomic
def pay_from_platform(
    *, staff_id: int, user_id: int, amount_kobo: int, reason: str, reference: str
) -> LedgerTransaction:
    """platform_fees -> wallet: goodwill, or what a dispute can no longer claw back. Raises `AlreadyPosted`."""
    return post(
        kind=TransactionKind.STAFF_PAYMENT,
        reference=reference,
        moves=[Move(system_account(AccountKind.PLATFORM_FEES), wallet_account(user_id), amount_kobo)],
        memo=staff_memo(staff_id, reason),
    )


@transaction.atomic
def settle_to_bank(*, staff_id: int, provider: str, amount_kobo: int, reason: str, reference: str) -> LedgerTransaction:
    """platform_bank -> provider_balance: the provider paid this out to Payshift's bank account.

    Raises `ProviderHoldsLess` and `AlreadyPosted`.
    """
    balance, bank = provider_balance(provider), system_account(AccountKind.PLATFORM_BANK)
    held_kobo = -_balance_kobo(lock_accounts([balance, bank])[balance])
    if amount_kobo > held_kobo:
        raise ProviderHoldsLess(f"By the books {provider} holds {held_kobo} kobo.")
    return post(
        kind=TransactionKind.SETTLEMENT,
        reference=reference,
        moves=[Move(bank, balance, amount_kobo)],
        memo=staff_memo(staff_id, reason),
    )


@transaction.atomic
def resolve_suspense(*, staff_id: int, transaction_id: int, user_id: int | None, reason: str) -> LedgerTransaction:
    """Money that fitted nothing goes to a user's wallet, or (without a user) back to where it came from. Once.

    The giving back itself is done in the provider's dashboard. Raises `NotFound` (not in suspense), `InvalidState`
    (money of another currency cannot go to a wallet) and `AlreadyPosted`.
    """
    came = LedgerTransaction.objects.filter(pk=transaction_id, kind=TransactionKind.FUNDING).first()
    amount_kobo = suspended_kobo(transaction_id) if came else 0
    if came is None or not amount_kobo:
        raise NotFound
    # Booked unit for unit: only the memo tells the currency.
    if user_id is not None and not came.memo.endswith(f"({CURRENCY})"):
        raise InvalidState("This money is of another currency: it can only go back to the provider.")
    target = _origin(came) if user_id is None else wallet_account(user_id)
    return post(
        kind=TransactionKind.SUSPENSE_RESOLVED,
        reference=came.reference,
        moves=[Move(SUSPENSE, target, amount_kobo)],
        memo=staff_memo(staff_id, reason),
    )


def suspended_kobo(transaction_id: int) -> int:
    """What this funding put into suspense, resolved or not; 0 for any other transaction."""
    entries = LedgerEntry.objects.filter(transaction_id=transaction_id, account__kind=AccountKind.SUSPENSE)
    return max(0, entries.values_list("amount_kobo", flat=True).first() or 0)


def _origin(came: LedgerTransaction) -> AccountKey:
    kind = AccountKind.PROVIDER_BALANCE
    providers = LedgerEntry.objects.filter(transaction=came, account__kind=kind)
    return provider_balance(providers.values_list("account__provider", flat=True).get())


def _balance_kobo(account_id: int) -> int:
    return LedgerAccount.objects.values_list("balance_kobo", flat=True).get(pk=account_id)
