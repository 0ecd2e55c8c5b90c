"""Refunds that the provider made and whose webhook was lost: all of late are listed, and what the books lack is asked.

How one that cannot be read, or a provider that hangs, is kept from stopping the others: `payment.services.sweeping`.
"""

from datetime import timedelta

from core import clock
from payment.checks import KEYS
from payment.models import Refund, RefundStatus
from payment.providers.base import ListedRefund
from payment.providers.base import RefundStatus as ProviderRefundStatus
from payment.providers.registry import provider_named
from payment.services.refunds import check_refunds
from payment.services.sweeping import Row, ask_each, ask_for_list

# A refund is at the card within 15 working days.
LOOKS_BACK = timedelta(days=21)


def sweep_foreign_refunds() -> int:
    """Book, or tell staff of, what the providers gave back without our asking. Returns how many payments were asked."""
    # By the provider's number of the payment; our reference where the list names it.
    named = {(provider, number): name for provider in KEYS for number, name in _unheard(provider).items()}

    def check(provider: str, number: str) -> None:
        reference = named[provider, number] or provider_named(provider).reference_of(charge_id=number)
        check_refunds(provider=provider, charge_reference=reference)

    return ask_each([Row(Refund, 0, provider, number) for provider, number in named], check)


def _unheard(provider: str) -> dict[str, str]:
    """The payments whose refunds stand otherwise at the provider than here. Those on their way have their own sweep."""
    since = clock.now() - LOOKS_BACK
    told = ask_for_list(provider, lambda at: at.refunds_since(since=since), of=Refund)
    numbers = [each.refund.provider_id for each in told]
    ours = Refund.objects.filter(attempt__provider=provider, provider_id__in=numbers)
    states = dict(ours.values_list("provider_id", "status"))
    return {
        each.charge_id: each.charge_reference for each in told if _differs(each, states.get(each.refund.provider_id))
    }


def _differs(told: ListedRefund, state: str | None) -> bool:
    if told.refund.status == ProviderRefundStatus.PROCESSED:
        return state in (None, RefundStatus.FAILED)
    return told.refund.status == ProviderRefundStatus.FAILED and state == RefundStatus.PROCESSED
