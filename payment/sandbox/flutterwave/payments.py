"""developer.flutterwave.com: standard payments, verification, refunds."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.urls import reverse

from payment.sandbox import charging, refunding, webhooks
from payment.sandbox.calls import Call, Reply
from payment.sandbox.flutterwave import payloads
from payment.sandbox.flutterwave.envelope import kobo, ok, refuse, required, text
from payment.sandbox.flutterwave.paging import page_of
from payment.sandbox.models import Charge, Provider, Refund
from payment.sandbox.models.charges import MANY, PUBLIC_ID_OFFSET
from payment.sandbox.webhooks import domain

# A payment exists as a transaction once the customer tried to pay: before that there is only a link.
TRIED = (Charge.Status.SUCCESS, Charge.Status.FAILED)
LONGEST_SESSION_MINUTES = 1440


def create(call: Call) -> Reply:
    body = call.body
    required(body, "tx_ref", "amount", "redirect_url", "customer")
    customer = body["customer"]
    email = text(customer.get("email")) if isinstance(customer, dict) else ""
    try:
        validate_email(email)
    except ValidationError:
        raise refuse("customer.email must be a valid email") from None
    if (text(body.get("currency")) or "NGN") != "NGN":
        raise refuse("currency is not enabled for this merchant")
    configurations = body.get("configurations")
    minutes = configurations.get("session_duration", 0) if isinstance(configurations, dict) else 0
    if not str(minutes).isdigit() or int(minutes) > LONGEST_SESSION_MINUTES:
        raise refuse("session_duration must be at most 1440 minutes")
    try:
        charge = charging.open_charge(
            provider=Provider.FLUTTERWAVE,
            reference=text(body["tx_ref"])[:200],
            amount_kobo=kobo(body["amount"]),
            currency="NGN",
            domain=domain(),
            email=email,
            customer={key: text(value) for key, value in customer.items()},
            callback_url=text(body["redirect_url"])[:1000],
            metadata=body.get("meta"),
        )
    except charging.ReferenceTaken:
        raise refuse("Duplicate tx_ref: a transaction with this reference already exists") from None
    return ok("Hosted Link", {"link": call.request.build_absolute_uri(reverse("checkout", args=[charge.access_code]))})


def disable_link(call: Call) -> Reply:
    required(call.body, "link")
    code = text(call.body["link"]).rstrip("/").rpartition("/")[2]
    charges = Charge.objects.filter(provider=Provider.FLUTTERWAVE, access_code=code)
    if not charges.exclude(status=Charge.Status.SUCCESS).update(disabled=True):
        raise refuse("Payment link not found", status=404)
    return ok("Payment link disabled", None)


def verify(call: Call, *, transaction_id: int) -> Reply:
    return ok("Transaction fetched successfully", payloads.transaction(_tried(transaction_id)))


def verify_by_reference(call: Call) -> Reply:
    reference = call.query.get("tx_ref", "")
    # Of many that came to one number, any: the documents do not say which.
    charge = Charge.objects.filter(_under(reference), provider=Provider.FLUTTERWAVE, status__in=TRIED).last()
    if charge is None:
        raise refuse("No transaction was found for this id", status=404)
    return ok("Transaction fetched successfully", payloads.transaction(charge))


def listing(call: Call) -> Reply:
    charges = Charge.objects.filter(provider=Provider.FLUTTERWAVE, status__in=TRIED).order_by("-id")
    if reference := call.query.get("tx_ref"):
        charges = charges.filter(_under(reference))
    if since := call.query.get("from"):
        charges = charges.filter(created_at__date__gte=since)
    if status := call.query.get("status"):
        charges = charges.filter(status=Charge.Status.SUCCESS if status == "successful" else Charge.Status.FAILED)
    rows, meta = page_of(call, charges)
    return ok("Transactions fetched", [payloads.transaction_listed(row) for row in rows], meta=meta)


def resend_hook(call: Call, *, transaction_id: int) -> Reply:
    webhooks.announce_charge(_tried(transaction_id))
    return ok("hook sent", "hook sent")


def refund(call: Call, *, transaction_id: int) -> Reply:
    charge = _tried(transaction_id)
    amount = call.body.get("amount")
    try:
        row = refunding.refund(
            charge=charge,
            amount_kobo=None if amount in (None, "") else kobo(amount),
            met=call.met,
            merchant_note=text(call.body.get("comments"))[:500],
        )
    except refunding.CannotRefund as error:
        raise refuse(str(error)) from None
    return ok("Transaction refund initiated", payloads.refund(row))


def refunds(call: Call) -> Reply:
    rows, meta = page_of(
        call, Refund.objects.filter(charge__provider=Provider.FLUTTERWAVE).select_related("charge").order_by("-id")
    )
    return ok("Refunds fetched", [payloads.refund(row) for row in rows], meta=meta)


def read_refund(call: Call, *, refund_id: int) -> Reply:
    found = Refund.objects.select_related("charge").filter(charge__provider=Provider.FLUTTERWAVE)
    row = found.filter(pk=refund_id - PUBLIC_ID_OFFSET).first()
    if row is None:
        raise refuse("Refund not found", status=404)
    return ok("Refund fetched", payloads.refund(row))


def _under(tx_ref: str) -> Q:
    return Q(reference=tx_ref) | Q(reference__startswith=f"{tx_ref}{MANY}")


def _tried(transaction_id: int) -> Charge:
    charges = Charge.objects.filter(provider=Provider.FLUTTERWAVE, status__in=TRIED)
    charge = charges.filter(pk=transaction_id - PUBLIC_ID_OFFSET).first()
    if charge is None:
        raise refuse("No transaction was found for this id", status=404)
    return charge
