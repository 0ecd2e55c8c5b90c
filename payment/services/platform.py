"""The postings that staff decide on (`payment.services.staff_moves`), each as its approved row says.

Every posting tells in its memo who proposed and who approved it, and why. Callers hold the row's lock.
"""

from django.db.models import Exists, OuterRef, QuerySet

from core.errors import InvalidState, NotFound
from core.money import sum_in_words
from payment.exceptions import ProviderHoldsLess
from payment.models import (
    CURRENCY,
    AccountKind,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    StaffMove,
    StaffMoveKind,
    TransactionKind,
)
from payment.services.accounts import (
    AccountKey,
    lock_accounts,
    provider_balance,
    system_account,
    wallet_account,
    write_shared_accounts,
)
from payment.services.payments import end_review
from payment.services.posting import Move, post

SUSPENSE = system_account(AccountKind.SUSPENSE)
BANK, FEES = system_account(AccountKind.PLATFORM_BANK), system_account(AccountKind.PLATFORM_FEES)
PROVIDER_FEES, VAT = system_account(AccountKind.PROVIDER_FEES), system_account(AccountKind.VAT)
PLAIN = (
    StaffMoveKind.STAFF_PAYMENT,
    StaffMoveKind.SETTLEMENT,
    StaffMoveKind.PROVIDER_TOPUP,
    StaffMoveKind.BANK_CHARGE,
    StaffMoveKind.PROVIDER_ADJUSTMENT,
    StaffMoveKind.CHARGEBACK_FEE,
    StaffMoveKind.TAX_REMITTED,
)


def post_move(move: StaffMove) -> LedgerTransaction:
    """Debit and credit by kind. Raises `ProviderHoldsLess`, `FloatExceeded` and `AlreadyPosted`."""
    return _post(move, *_sides(move))


def resolve_suspense(move: StaffMove) -> LedgerTransaction:
    """Money that fitted nothing goes to a user's wallet, or (without a user) back to where it came from. Once.

    The giving back itself is done in the provider's dashboard. Raises `NotFound` (not in suspense), `InvalidState`
    (money of another currency cannot go to a wallet, or the sum is another) and `AlreadyPosted`. The payment that it
    came for is over: its job can be paid anew. Locks that payment.
    """
    came = LedgerTransaction.objects.filter(pk=move.came_id or 0, kind=TransactionKind.FUNDING).first()
    amount_kobo = suspended_kobo(move.came_id or 0)
    if came is None or not amount_kobo:
        raise NotFound
    # Booked unit for unit: only the memo tells the currency.
    if move.user_id is not None and not came.memo.endswith(f"({CURRENCY})"):
        raise InvalidState("This money is of another currency: it can only go back to the provider.")
    if amount_kobo != move.amount_kobo or came.reference != move.reference:
        raise InvalidState("This is not what is in suspense.")
    target = provider_balance(move.provider) if move.user_id is None else wallet_account(move.user_id)
    end_review(funding_reference=came.reference)
    return _post(move, SUSPENSE, target)


def suspended_kobo(transaction_id: int) -> int:
    """What this funding put into suspense, resolved or not; 0 for any other transaction."""
    entries = LedgerEntry.objects.filter(transaction_id=transaction_id, account__kind=AccountKind.SUSPENSE)
    return max(0, entries.values_list("amount_kobo", flat=True).first() or 0)


def unresolved_suspense() -> QuerySet[LedgerEntry, int]:
    """The transactions that put money there which nobody has resolved: an account's entries, read by its index."""
    resolved = LedgerTransaction.objects.filter(
        kind=TransactionKind.SUSPENSE_RESOLVED, reference=OuterRef("transaction__reference")
    )
    # Joined by its kind, the planner may take the account for one like any other and read all entries.
    system = LedgerAccount.objects.filter(kind=AccountKind.SUSPENSE, user__isnull=True, job__isnull=True)
    into = LedgerEntry.objects.filter(account_id__in=list(system.values_list("pk", flat=True)), amount_kobo__gt=0)
    return into.filter(~Exists(resolved)).values_list("transaction_id", flat=True)


def provider_of_funding(transaction_id: int) -> str:
    """Where this money came from."""
    kind = AccountKind.PROVIDER_BALANCE
    entries = LedgerEntry.objects.filter(transaction_id=transaction_id, account__kind=kind)
    return entries.values_list("account__provider", flat=True).get()


def _sides(move: StaffMove) -> tuple[AccountKey, AccountKey]:
    """What is debited and what is credited."""
    match StaffMoveKind(move.kind):
        case StaffMoveKind.STAFF_PAYMENT if move.user_id is not None:
            return FEES, wallet_account(move.user_id)
        case StaffMoveKind.SETTLEMENT:
            return BANK, provider_balance(move.provider)
        case StaffMoveKind.PROVIDER_TOPUP:
            return provider_balance(move.provider), BANK
        case StaffMoveKind.TAX_REMITTED:
            return VAT, BANK
        case StaffMoveKind.BANK_CHARGE:
            return PROVIDER_FEES, BANK
        case StaffMoveKind.PROVIDER_ADJUSTMENT if move.amount_kobo < 0:
            return provider_balance(move.provider), PROVIDER_FEES
        case StaffMoveKind.PROVIDER_ADJUSTMENT | StaffMoveKind.CHARGEBACK_FEE:
            return PROVIDER_FEES, provider_balance(move.provider)
        case _:
            raise InvalidState(f"A {move.kind} is not posted like this.")


def _post(move: StaffMove, debit: AccountKey, credit: AccountKey) -> LedgerTransaction:
    amount_kobo = abs(move.amount_kobo)
    if credit.kind is AccountKind.PROVIDER_BALANCE:
        held_kobo = -_locked_kobo(credit, debit)
        if amount_kobo > held_kobo:
            raise ProviderHoldsLess(f"By the books {move.provider} holds {sum_in_words(held_kobo)}.")
    if debit == VAT:
        due_kobo = _locked_kobo(debit, credit)
        if amount_kobo > due_kobo:
            raise InvalidState(f"By the books {sum_in_words(due_kobo)} of VAT are due.")
    return post(
        kind=TransactionKind(move.kind),
        reference=move.reference,
        moves=[Move(debit, credit, amount_kobo)],
        memo=f"Staff {move.proposed_by_id}, approved by {move.decided_by_id}: {move.reason}"[:200],
    )


def _locked_kobo(of: AccountKey, other: AccountKey) -> int:
    """The balance of the first of two accounts, both locked."""
    account_id = lock_accounts([of, other], shared=True)[of]
    write_shared_accounts()
    return LedgerAccount.objects.values_list("balance_kobo", flat=True).get(pk=account_id)
