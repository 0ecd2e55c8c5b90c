"""Chargebacks whose webhook was lost: the open ones of each provider, and how those that we have open stand.

An answer of staff that the provider may not have heard is said again.

How one that cannot be applied, or a provider that hangs, is kept from stopping the others:
`payment.services.sweeping`.
"""

from django.db.models import F

from payment.checks import KEYS
from payment.models import OPEN_CHARGEBACKS, Chargeback
from payment.providers.base import DisputedCharge
from payment.providers.registry import provider_named
from payment.services.alerts import alert_staff_once
from payment.services.chargeback_answers import send_answer
from payment.services.chargebacks import apply_chargeback
from payment.services.references import BY_HAND
from payment.services.sweeping import MOST_PER_SWEEP, Row, ask_each, ask_for_list


def sweep_chargebacks() -> int:
    """Apply what the providers tell, and ask about those of ours that they do not. Returns how many that was."""
    told: dict[tuple[str, str], DisputedCharge] = {
        (provider, each.provider_id): each
        for provider in KEYS
        for each in ask_for_list(provider, lambda at: at.open_chargebacks(), of=Chargeback)
    }
    # Staff's own have a number that the provider does not know.
    ours = Chargeback.objects.filter(status__in=OPEN_CHARGEBACKS).exclude(provider_id__startswith=BY_HAND, told_as="")
    longest_ago = ours.order_by(F("checked_at").asc(nulls_first=True), "due_at")
    known = {(row.provider, row.number): row.pk for row in longest_ago.only("provider", "provider_id", "told_as")}
    unsent = ours.exclude(answer="").filter(answer_sent_at__isnull=True)
    answers = {(row.provider, row.number): row.pk for row in unsent.only("provider", "provider_id", "told_as")}
    # A number that is new to us has no row yet: nothing of it is postponed.
    keys = [*told, *[key for key in known if key not in told][:MOST_PER_SWEEP]]

    def check(provider: str, number: str) -> None:
        if asked := answers.get((provider, number)):
            # Looks it up as well, before it says anything.
            send_answer(chargeback_id=asked)
            return
        each = told.get((provider, number)) or provider_named(provider).chargeback(provider_id=number)
        if apply_chargeback(provider=provider, told=each) is None:
            # Its webhook may have been lost, or there is none: nobody else would say it.
            alert_staff_once(
                "chargeback",
                about=f"{provider}:{number}",
                provider=provider,
                reference=each.charge_reference,
                chargeback_id=number,
            )

    return ask_each([Row(Chargeback, known.get(key, 0), *key) for key in keys], check)
