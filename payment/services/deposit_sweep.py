"""Account numbers that were asked for and did not come, and money to them whose webhook was lost.

How a row that fails, or a provider that hangs, is kept from stopping the others: `payment.services.sweeping`.
"""

from datetime import timedelta

from core import clock
from payment.models import VirtualAccount, VirtualAccountStatus
from payment.services.deposits import providers_of_numbers, unheard_deposits
from payment.services.payments import check_attempt
from payment.services.sweeping import Row, ask_each, due, take_turns

# Younger ones have their own job.
GRACE = timedelta(minutes=10)
OPEN_EVERY = timedelta(days=1)


def sweep_deposits() -> int:
    """Ask again for numbers that did not come, and book what was not heard of. Returns how many were asked about."""
    from payment.tasks import open_virtual_account

    now = clock.now()
    waiting = VirtualAccount.objects.filter(
        due(now=now, since="created_at", at_least_every=OPEN_EVERY),
        status=VirtualAccountStatus.REQUESTED,
        created_at__lte=now - GRACE,
        # With a reference its owner asks, who alone has the number that it takes.
        reference="",
    )
    for account_id in take_turns(waiting):
        open_virtual_account.defer(account_id=account_id)
    # What is new to us has no row yet: nothing of it is postponed.
    rows = [
        Row(VirtualAccount, 0, provider, reference)
        for provider in providers_of_numbers()
        for reference in unheard_deposits(provider)
    ]
    return ask_each(rows, lambda provider, reference: check_attempt(provider=provider, reference=reference))
