"""The hosted checkout page: what the customer sees at the provider.

The access code in the URL is random and unguessable, and it is the whole authority: no session, no CSRF token.
"""

from urllib.parse import urlencode, urlsplit, urlunsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from payment.sandbox import charging
from payment.sandbox.models import Charge, Provider

ACTIONS = {"pay": charging.pay, "fail": charging.decline, "abandon": charging.abandon}


@require_GET
def show(request: HttpRequest, access_code: str) -> HttpResponse:
    try:
        charge = charging.see(access_code=access_code)
    except Charge.DoesNotExist:
        raise Http404 from None
    return _page(request, charge)


@csrf_exempt
@require_POST
def act(request: HttpRequest, access_code: str, action: str) -> HttpResponse:
    """Pay, fail or abandon, then back to the merchant as the provider sends the browser."""
    if action not in ACTIONS:
        raise Http404
    try:
        charge = ACTIONS[action](access_code=access_code)
    except Charge.DoesNotExist:
        raise Http404 from None
    except charging.CannotPay:
        return _page(request, Charge.objects.get(access_code=access_code), status=409)
    response = HttpResponse(status=303)
    # Not HttpResponseRedirect: a mobile client's callback has a scheme of its own.
    response["Location"] = return_url(charge) or reverse("checkout", args=[access_code])
    return response


def return_url(charge: Charge) -> str:
    """Where the browser goes; empty when it stays. Nothing in the query is proof of payment.

    Paystack: `trxref` and `reference`; a declined card stays on the page, leaving goes to `cancel_action`.
    Flutterwave: `status`, `tx_ref` and, once there is one, `transaction_id`.
    """
    if charge.provider == Provider.PAYSTACK:
        if charge.status == Charge.Status.FAILED:
            return ""
        target = charge.callback_url
        if charge.status == Charge.Status.ABANDONED and isinstance(charge.metadata, dict):
            target = str(charge.metadata.get("cancel_action") or target)
        return _with_query(target, trxref=charge.reference, reference=charge.reference)
    words = {Charge.Status.SUCCESS: "successful", Charge.Status.FAILED: "failed"}
    query = {"status": words.get(Charge.Status(charge.status), "cancelled"), "tx_ref": charge.reference}
    if charge.status in words:
        query["transaction_id"] = str(charge.public_id)
    return _with_query(charge.callback_url, **query)


def _with_query(url: str, **query: str) -> str:
    if not url:
        return ""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode(query))))))


def _page(request: HttpRequest, charge: Charge, *, status: int = 200) -> HttpResponse:
    context = {
        "charge": charge,
        "provider": Provider(charge.provider).label,
        "amount": f"{charge.requested_kobo // 100:,}.{charge.requested_kobo % 100:02}",
        "paid": charge.status == Charge.Status.SUCCESS,
        "return_url": return_url(charge),
    }
    return render(request, "sandbox/checkout.html", context, status=status)
