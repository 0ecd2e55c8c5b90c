"""Closing an account: refused while anything is open, and then for ever.

The person goes, the history of money and work stays, under the name "Deleted user". Money that a provider sends after
that (a reversed transfer, a checkout paid days late) stays in the wallet, and staff are told.
"""

from django.db import transaction

from accounts.services.anonymising import anonymise
from accounts.services.locks import lock_active_user
from accounts.services.mail import send_mail_later
from accounts.services.profiles import refuse_open
from accounts.services.reauthentication import confirm_identity
from core.actor import Actor, Role, require_role
from core.throttling import Throttle
from jobs.services.leaving import forget_person
from payment.exceptions import InsufficientFunds
from payment.models import Withdrawal
from payment.selectors.wallet import wallet_balance
from payment.services.idempotency import Claim
from payment.services.virtual_accounts import close_accounts
from payment.services.withdrawals import withdraw
from payshift.services.obligations import WALLET_BALANCE, AllObligations

# It goes below the smallest withdrawal, which is there because each transfer costs a fee.
FINAL_PER_ACCOUNT = Throttle("final-withdrawal", limit=3, period_seconds=24 * 3600)


def close_account(
    *, actor: Actor, password: str | None, code: str | None, second_factor_code: str | None = None
) -> None:
    """Forget the caller and end their devices; the e-mail address is free again, and gets a last message.

    Raises `WrongRole` for staff, what `confirm_identity` raises, `Unauthenticated` after another request that did the
    same, and `OpenObligations` while anything is open. Locks the user, which accepting, posting and withdrawing lock
    too: nothing new begins meanwhile.
    """
    require_role(actor, Role.APPLICANT, Role.CLIENT)
    confirm_identity(user_id=actor.user_id, password=password, code=code, second_factor_code=second_factor_code)
    with transaction.atomic():
        user = lock_active_user(actor.user_id)
        refuse_open(AllObligations().of_account(user_id=user.pk))
        send_mail_later(
            to=user.email,
            subject="Your Payshift account was deleted",
            template="account_deleted",
            context={"name": user.first_name},
        )
        forget_person(user_id=user.pk)
        close_accounts(user_id=user.pk)
        anonymise(user_id=user.pk)


def withdraw_everything(
    *,
    actor: Actor,
    password: str | None,
    code: str | None,
    claim: Claim,
    second_factor_code: str | None = None,
) -> Withdrawal:
    """Send all that the wallet holds to the bank, however little, once nothing else is open.

    Raises `TooManyRequests`, what `confirm_identity` and `withdraw` raise, `InsufficientFunds` for an empty wallet, and
    `OpenObligations`. Locks user and wallet.
    """
    if claim.resource:
        return Withdrawal.objects.get(reference=claim.resource)
    FINAL_PER_ACCOUNT.hit(str(actor.user_id))
    confirm_identity(user_id=actor.user_id, password=password, code=code, second_factor_code=second_factor_code)
    with transaction.atomic():
        lock_active_user(actor.user_id)
        open_ones = AllObligations().of_account(user_id=actor.user_id)
        refuse_open([each for each in open_ones if each.code != WALLET_BALANCE])
        amount_kobo = wallet_balance(user_id=actor.user_id).balance_kobo
        if not amount_kobo:
            raise InsufficientFunds("Your wallet is empty.")
        return withdraw(user_id=actor.user_id, amount_kobo=amount_kobo, claim=claim)
