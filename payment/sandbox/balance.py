"""What the provider holds for the merchant: successful charges less fees add, transfers and refunds take away."""

from django.db import transaction

from core import clock
from payment.sandbox.environment import sandbox
from payment.sandbox.models import Balance, BalanceMove


class BalanceTooLow(Exception):
    """A transfer asks for more than there is."""


def balance_kobo(provider: str) -> int:
    row = Balance.objects.filter(provider=provider).first()
    return row.balance_kobo if row else opening_balance_kobo()


def opening_balance_kobo() -> int:
    return sandbox.SANDBOX_OPENING_BALANCE_KOBO


@transaction.atomic
def move(
    *,
    provider: str,
    difference_kobo: int,
    cause: BalanceMove.Cause,
    cause_id: int | None = None,
    reason: str = "",
    needs_cover: bool = False,
) -> None:
    """Change the balance and record why. Raises `BalanceTooLow` with `needs_cover`. Locks the balance row."""
    balance = _lock(provider)
    if needs_cover and balance.balance_kobo + difference_kobo < 0:
        raise BalanceTooLow
    balance.balance_kobo += difference_kobo
    balance.save(update_fields=["balance_kobo"])
    BalanceMove.objects.create(
        provider=provider,
        difference_kobo=difference_kobo,
        balance_kobo=balance.balance_kobo,
        cause=cause,
        cause_id=cause_id,
        reason=reason,
        created_at=clock.now(),
    )


@transaction.atomic
def set_balance(*, provider: str, balance_kobo: int) -> None:
    """As if the merchant topped up or drew from it."""
    difference = balance_kobo - _lock(provider).balance_kobo
    move(provider=provider, difference_kobo=difference, cause=BalanceMove.Cause.TOP_UP, reason="Set by the control API")


def _lock(provider: str) -> Balance:
    Balance.objects.get_or_create(provider=provider, defaults={"balance_kobo": opening_balance_kobo()})
    return Balance.objects.select_for_update().get(provider=provider)
