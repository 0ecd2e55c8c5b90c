"""A payment's life at the provider: asked for, seen, then paid, declined or left, and paid after all."""

import secrets
from datetime import timedelta

from django.db import transaction

from core import clock
from payment.sandbox import faults, webhooks
from payment.sandbox.balance import move
from payment.sandbox.fees import charge_fee_kobo
from payment.sandbox.models import BalanceMove, Charge, Chargeback, DedicatedAccount, Fault, Provider, VirtualNumber
from payment.sandbox.models.charges import MANY

# The verdicts after which the customer has the money.
TAKEN = ("merchant-accepted", "auto-accepted")
# In the official sample the answer is due 28 hours after the dispute began.
TO_ANSWER = timedelta(hours=28)


class ReferenceTaken(Exception):
    """The reference was used before: it stands for that payment for ever."""


class CannotAnswer(Exception):
    """The dispute waits for the bank, or is over."""


class CannotPay(Exception):
    """It is paid already, or the link was disabled."""


def open_charge(
    *, provider: str, reference: str, amount_kobo: int, currency: str, domain: str, **details: object
) -> Charge:
    """Start a payment. Raises `ReferenceTaken`; of parallel calls with one reference, one wins."""
    charge, created = Charge.objects.get_or_create(
        provider=provider,
        reference=reference,
        defaults={
            "access_code": secrets.token_urlsafe(18).replace("-", "a").replace("_", "b"),
            "requested_kobo": amount_kobo,
            "requested_currency": currency,
            "amount_kobo": amount_kobo,
            "currency": currency,
            "domain": domain,
            "created_at": clock.now(),
            **details,
        },
    )
    if not created:
        raise ReferenceTaken(reference)
    return charge


@transaction.atomic
def see(*, access_code: str) -> Charge:
    """The customer looks at the checkout page."""
    charge = _lock(access_code)
    if charge.status == Charge.Status.UNSEEN:
        charge.status = Charge.Status.ONGOING
        charge.save(update_fields=["status"])
    return charge


@transaction.atomic
def pay(*, access_code: str) -> Charge:
    """The customer pays, also after a declined or abandoned try. Raises `CannotPay`. Locks the charge."""
    charge = _lock(access_code)
    if charge.status == Charge.Status.SUCCESS or charge.disabled:
        raise CannotPay
    met = faults.take(charge.provider, faults.PAY)
    if Fault.Kind.WRONG_AMOUNT in met:
        charge.amount_kobo = int(met[Fault.Kind.WRONG_AMOUNT] or max(1, charge.requested_kobo // 2))
    if Fault.Kind.WRONG_CURRENCY in met:
        charge.currency = met[Fault.Kind.WRONG_CURRENCY] or "USD"
    if Fault.Kind.WRONG_DOMAIN in met:
        charge.domain = "live" if charge.domain == "test" else "test"
    charge.status = Charge.Status.SUCCESS
    charge.fee_kobo = charge_fee_kobo(charge.provider, charge.amount_kobo)
    charge.paid_at = clock.now()
    charge.save()
    move(
        provider=charge.provider,
        difference_kobo=charge.amount_kobo - charge.fee_kobo,
        cause=BalanceMove.Cause.TRANSACTION,
        cause_id=charge.public_id,
        reason=f"Payment {charge.reference}",
    )
    webhooks.announce_charge(charge)
    return charge


@transaction.atomic
def decline(*, access_code: str) -> Charge:
    """The customer's bank says no. Paystack tells nobody; Flutterwave sends charge.completed with status failed."""
    charge = _leave(access_code, Charge.Status.FAILED)
    if charge.status == Charge.Status.FAILED:
        webhooks.announce_charge(charge)
    return charge


@transaction.atomic
def abandon(*, access_code: str) -> Charge:
    """The customer closes the page. Neither provider tells anybody."""
    return _leave(access_code, Charge.Status.ABANDONED)


@transaction.atomic
def take_deposit(*, account_number: str, amount_kobo: int, currency: str, domain: str) -> Charge:
    """Somebody sends money to a number of the merchant's, one of a customer or not: it is a payment that succeeded."""
    if number := VirtualNumber.objects.filter(account_number=account_number).first():
        charge = open_charge(
            provider=Provider.FLUTTERWAVE,
            reference=f"{number.tx_ref}{MANY}{secrets.token_hex(8)}",
            amount_kobo=amount_kobo,
            currency=currency,
            domain=domain,
            email=number.email,
            customer={"name": number.name},
            channels=["bank_transfer"],
            metadata={"originatorname": "ADA OBI", "bankname": "Test Bank", "originatoraccountnumber": "012*******89"},
        )
        return pay(access_code=charge.access_code)
    account = DedicatedAccount.objects.select_related("customer").filter(account_number=account_number).first()
    charge = open_charge(
        provider=Provider.PAYSTACK,
        reference=f"{secrets.randbelow(10**15):015d}",
        amount_kobo=amount_kobo,
        currency=currency,
        domain=domain,
        email=account.customer.email if account else "unknown@payshift.example",
        channels=["dedicated_nuban"],
        metadata={"receiver_account_number": account_number, "receiver_bank": "Test Bank", "custom_fields": []},
    )
    return pay(access_code=charge.access_code)


@transaction.atomic
def charge_back(*, charge: Charge, amount_kobo: int | None = None, category: str = "chargeback") -> Chargeback:
    """The customer's bank disputes a payment."""
    chargeback = Chargeback.objects.create(
        charge=charge,
        amount_kobo=amount_kobo or charge.amount_kobo,
        category=category,
        created_at=clock.now(),
        due_at=clock.now() + TO_ANSWER,
    )
    webhooks.announce_chargeback(chargeback, "charge.dispute.create")
    return chargeback


@transaction.atomic
def answer_chargeback(*, chargeback: Chargeback, resolution: str, refund_kobo: int) -> Chargeback:
    """The merchant accepts, and the money goes back, or declines, and the bank's word is awaited.

    Raises `CannotAnswer` for one that waits for the merchant no more, and for more than is disputed.
    """
    chargeback = Chargeback.objects.select_for_update(of=("self",)).select_related("charge").get(pk=chargeback.pk)
    if chargeback.status != Chargeback.Status.AWAITING:
        raise CannotAnswer("Dispute has already been resolved")
    if refund_kobo > chargeback.amount_kobo:
        raise CannotAnswer("Refund amount cannot be more than the disputed amount")
    if resolution in TAKEN:
        return resolve_chargeback(chargeback=chargeback, resolution=resolution, refund_kobo=refund_kobo)
    chargeback.status, chargeback.resolution = Chargeback.Status.AWAITING_BANK, resolution
    chargeback.save(update_fields=["status", "resolution"])
    return chargeback


@transaction.atomic
def resolve_chargeback(*, chargeback: Chargeback, resolution: str, refund_kobo: int) -> Chargeback:
    """The last word: the money goes back, or (`declined`) the bank gives up. `auto-accepted`: nobody answered."""
    chargeback = Chargeback.objects.select_for_update().select_related("charge").get(pk=chargeback.pk)
    if chargeback.status == Chargeback.Status.RESOLVED:
        return chargeback
    chargeback.status, chargeback.resolution = Chargeback.Status.RESOLVED, resolution
    chargeback.resolved_at = clock.now()
    if resolution in TAKEN:
        chargeback.amount_kobo = refund_kobo
    chargeback.save()
    if resolution in TAKEN:
        move(
            provider=chargeback.charge.provider,
            difference_kobo=-refund_kobo,
            cause=BalanceMove.Cause.DISPUTE,
            cause_id=chargeback.public_id,
            reason=f"Chargeback of {chargeback.charge.reference}",
        )
    webhooks.announce_chargeback(chargeback, "charge.dispute.resolve")
    return chargeback


def _leave(access_code: str, status: Charge.Status) -> Charge:
    charge = _lock(access_code)
    if charge.status != Charge.Status.SUCCESS:
        charge.status = status
        charge.save(update_fields=["status"])
    return charge


def _lock(access_code: str) -> Charge:
    return Charge.objects.select_for_update().get(access_code=access_code)
