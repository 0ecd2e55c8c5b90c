"""What may leave a wallet by bank, and how much of it in a day. Settings, all of them in docs/operations.md.

Asked under the locks of the user, the wallet and its account: what is counted here does not change before it is posted.
"""

from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Sum

from accounts.ports import IDENTITY_REGISTERS
from core import clock
from core.dated import in_force
from core.money import sum_in_words
from payment.exceptions import AboveMaximum, CardMoneyRests, MoneyDisputed, WithdrawalLimit, WithdrawalsHeld
from payment.models import Wallet, Withdrawal, WithdrawalStatus
from payment.selectors.card_money import resting_kobo
from payment.selectors.chargebacks import short_kobo
from payment.selectors.wallet import Standing, WalletBalance, wallet_balance
from payment.services.accounts import lock_accounts, wallet_account, wallet_of
from payment.services.debts import refuse_if_owing
from payment.services.locks import lock_wallet
from payment.services.periods import day_of
from payment.services.stopping import is_stopped

DAY = timedelta(hours=24)
# Both numbers confirmed. Only what is below it has limits of its own.
HIGHEST_TIER = 3
# What failed or came back did not leave.
GONE_OR_GOING = (
    WithdrawalStatus.REQUESTED,
    WithdrawalStatus.SENDING,
    WithdrawalStatus.UNKNOWN,
    WithdrawalStatus.PAID,
)


def refuse_withdrawal(wallet: Wallet, *, amount_kobo: int) -> None:
    """Raises `WalletOwes`, `AboveMaximum`, `WithdrawalLimit`, `MoneyDisputed`, `CardMoneyRests`."""
    refuse_if_owing(wallet.user_id)
    balance = wallet_balance(user_id=wallet.user_id)
    standing = balance.standing
    if amount_kobo > (most_kobo := _largest_kobo(standing)):
        raise AboveMaximum(f"The largest withdrawal is {sum_in_words(most_kobo)}.{_way_up(standing)}")
    _refuse_over_the_days_limit(wallet, amount_kobo, standing)
    _refuse_what_must_stay(wallet.user_id, balance, amount_kobo)


def refuse_card_refund(*, user_id: int, amount_kobo: int) -> None:
    """What may leave to no bank now does not leave to a card either. Locks the wallet and its account.

    Raises `WithdrawalsHeld`, `WalletOwes` and `MoneyDisputed`.
    """
    wallet_of(user_id)
    wallet = lock_wallet(user_id)
    if is_stopped(wallet.pk):
        raise WithdrawalsHeld
    refuse_if_owing(user_id)
    lock_accounts([wallet_account(user_id)])
    _refuse_what_is_disputed(user_id, wallet_balance(user_id=user_id).balance_kobo - amount_kobo)


def _refuse_over_the_days_limit(wallet: Wallet, amount_kobo: int, standing: Standing) -> None:
    last_day = Withdrawal.objects.filter(
        wallet=wallet, created_at__gt=clock.now() - DAY, status__in=GONE_OR_GOING
    ).aggregate(times=Count("pk"), kobo=Sum("amount_kobo", default=0))
    most_kobo = days_limit_kobo(standing)
    if last_day["times"] >= settings.WITHDRAWALS_PER_DAY:
        raise WithdrawalLimit(f"There were {last_day['times']} withdrawals in 24 hours: no more than that.")
    if last_day["kobo"] + amount_kobo > most_kobo:
        raise WithdrawalLimit(
            f"No more than {sum_in_words(most_kobo)} leaves your wallet in 24 hours.{_way_up(standing)}"
        )


def most_at_once_kobo(standing: Standing) -> int:
    """What may leave in one withdrawal: no more than in a day."""
    return min(_largest_kobo(standing), days_limit_kobo(standing))


def days_limit_kobo(standing: Standing) -> int:
    """In 24 hours. A new account's is lower: who comes to steal does not wait."""
    tiers_kobo = _least(settings.WITHDRAWAL_KOBO_PER_DAY, standing.tier, "WITHDRAWAL_KOBO_PER_DAY")
    if standing.joined_at > clock.now() - timedelta(days=settings.NEW_ACCOUNT_DAYS):
        return min(int(settings.NEW_ACCOUNT_WITHDRAWAL_KOBO_PER_DAY), tiers_kobo)
    return tiers_kobo


def _largest_kobo(standing: Standing) -> int:
    return _least(settings.MAX_WITHDRAWAL_KOBO, standing.tier, "WITHDRAWAL_KOBO")


def _least(anybodys_kobo: int, tier: int, limit: str) -> int:
    """By the settings of today in Lagos, and never more than anybody's."""
    text = getattr(settings, f"TIER_{tier}_{limit}", "")
    dated_kobo = in_force(text, day_of(clock.now()))
    return anybodys_kobo if dated_kobo is None else min(dated_kobo, anybodys_kobo)


def _way_up(standing: Standing) -> str:
    has_checks = standing.tier < HIGHEST_TIER and IDENTITY_REGISTERS.get().provider
    return " Confirm your BVN or NIN for more." if has_checks else ""


def _refuse_what_must_stay(user_id: int, balance: WalletBalance, amount_kobo: int) -> None:
    """What an open chargeback has not found yet, and card money that nobody earned. An empty wallet is posting's."""
    left_kobo = balance.balance_kobo - amount_kobo
    _refuse_what_is_disputed(user_id, left_kobo)
    if 0 <= left_kobo < (resting := resting_kobo(user_id=user_id)):
        raise CardMoneyRests(
            f"{sum_in_words(resting)} of your wallet came by card. Send it back to the card, pay a job with it, "
            f"or wait {settings.CARD_MONEY_RESTS_DAYS} days."
        )


def _refuse_what_is_disputed(user_id: int, left_kobo: int) -> None:
    if 0 <= left_kobo < short_kobo(user_id=user_id):
        raise MoneyDisputed
