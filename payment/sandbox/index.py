"""The page for a developer: what happened at the providers, and the buttons."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core import clock
from payment.sandbox import behaviour, faults
from payment.sandbox.balance import balance_kobo
from payment.sandbox.models import Charge, Delivery, Fault, Provider, Refund, Transfer

SHOWN = 25
CLOCK_STEPS = ((900, "15 min"), (3600, "1 h"), (8 * 3600, "8 h"), (24 * 3600, "1 day"), (48 * 3600, "2 days"))


def show(request: HttpRequest) -> HttpResponse:
    context = {
        "now": clock.now(),
        "clock_steps": CLOCK_STEPS,
        "offset": clock.refresh(),
        "mode": behaviour.current(),
        "balances": [(provider.label, provider.value, balance_kobo(provider) / 100) for provider in Provider],
        "charges": Charge.objects.order_by("-id")[:SHOWN],
        "transfers": Transfer.objects.order_by("-id")[:SHOWN],
        "refunds": Refund.objects.select_related("charge").order_by("-id")[:SHOWN],
        "deliveries": Delivery.objects.order_by("-id")[:SHOWN],
        "faults": Fault.objects.filter(remaining__gt=0).order_by("id"),
        "providers": Provider.choices,
        "kinds": Fault.Kind.values,
        "operations": sorted(faults.CALL_OPERATIONS),
    }
    return render(request, "sandbox/index.html", context)
