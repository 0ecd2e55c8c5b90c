"""What people owe. A wallet is never negative: a debt is an account of its own, paid from the next money that comes.

Every posting that credits a wallet tells whether its owner owes, or has a chargeback that found too little (see
`posting`): a job of the same transaction then collects. Until it ran, nothing leaves by withdrawal.
"""

from django.db import transaction

from core.money import sum_in_words
from payment.exceptions import WalletOwes
from payment.models import OPEN_CHARGEBACKS, Chargeback, LedgerAccount, LedgerTransaction, TransactionKind
from payment.selectors.chargebacks import owed_kobo
from payment.services.accounts import lock_accounts, receivable_account, wallet_account
from payment.services.posting import Move, post
from payment.services.references import DEBT, new_reference


def collect_owed(*, user_id: int) -> None:
    """Hold and repay as much as the wallet now allows. Does nothing to someone who owes nothing. May run twice."""
    from payment.services.chargebacks import hold_more

    short = Chargeback.objects.filter(payer_id=user_id, status__in=OPEN_CHARGEBACKS).order_by("pk")
    for chargeback_id in short.values_list("pk", flat=True):
        hold_more(chargeback_id=chargeback_id)
    repay(user_id=user_id)


@transaction.atomic
def repay(*, user_id: int) -> LedgerTransaction | None:
    """wallet -> receivable, as much as there is of both. Locks the two accounts."""
    if not owed_kobo(user_id=user_id):
        return None
    wallet, debt = wallet_account(user_id), receivable_account(user_id)
    ids = lock_accounts([wallet, debt])
    balances = dict(LedgerAccount.objects.filter(pk__in=ids.values()).values_list("pk", "balance_kobo"))
    amount_kobo = min(balances[ids[wallet]], -balances[ids[debt]])
    if amount_kobo <= 0:
        return None
    moves = [Move(wallet, debt, amount_kobo)]
    return post(kind=TransactionKind.DEBT_REPAID, reference=new_reference(DEBT), moves=moves)


def refuse_if_owing(user_id: int) -> None:
    """Raises `WalletOwes`."""
    if kobo := owed_kobo(user_id=user_id):
        raise WalletOwes(
            f"You owe {sum_in_words(kobo)} of a payment that your bank took back. Nothing leaves until it is paid."
        )
