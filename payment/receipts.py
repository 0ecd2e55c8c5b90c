"""Receipts to print: one page of HTML that needs nothing but itself."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string

from core.money import naira
from payment.models import Payment, Withdrawal


def receipt_number(paid: Payment | Withdrawal) -> str:
    """PS for payments, PO for payouts: each row's own number, so that none is given twice."""
    return f"{'PS' if isinstance(paid, Payment) else 'PO'}-{paid.pk:08d}"


def of_payment(payment: Payment, *, reader_id: int) -> str:
    """With job and parties loaded. The fee is the payer's: who was paid got the amount, and is shown no other total."""
    is_paid = payment.recipient_id == reader_id
    fee = [] if is_paid else [("Payshift's fee", payment.fee_kobo)]
    percent = f"{payment.vat_bps / 100:g} %"
    vat = [(f"VAT in the fee, {percent}", f"NGN {naira(payment.vat_kobo)}")] if payment.vat_bps and not is_paid else []
    recipient = payment.recipient.name if payment.recipient else "Payshift, into the escrow of the job"
    return _page(
        payment,
        title=payment.get_kind_display(),
        paid_at=payment.succeeded_at or payment.created_at,
        facts=[
            ("Paid by", payment.payer.name),
            ("Paid to", recipient),
            ("For the job", f"{payment.job.title} (number {payment.job_id})"),
            *vat,
        ],
        amounts=[("Amount", payment.amount_kobo), *fee],
    )


def of_withdrawal(withdrawal: Withdrawal) -> str:
    """With the wallet's owner loaded."""
    return _page(
        withdrawal,
        title="payout",
        paid_at=withdrawal.finished_at or withdrawal.created_at,
        facts=[
            ("Paid by", "Payshift, from the wallet"),
            ("Paid to", withdrawal.wallet.user.name),
            ("Bank", withdrawal.bank_name),
            ("Account", "*" * 6 + withdrawal.account_number[-4:]),
        ],
        amounts=[("Amount", withdrawal.amount_kobo)],
    )


def _page(
    paid: Payment | Withdrawal,
    *,
    title: str,
    paid_at: datetime,
    facts: list[tuple[str, str]],
    amounts: list[tuple[str, int]],
) -> str:
    local = paid_at.astimezone(ZoneInfo(settings.DEFAULT_JOB_TIME_ZONE))
    issuer = [("Tax number of Payshift", settings.TAX_NUMBER)] if settings.TAX_NUMBER else []
    total_kobo = sum(amount_kobo for _, amount_kobo in amounts)
    return render_to_string(
        "payment/receipt.html",
        {
            "number": receipt_number(paid),
            "title": f"Receipt: {title}",
            "facts": [("Reference", paid.reference), ("Date", f"{local:%d %B %Y, %H:%M} (Lagos)"), *facts, *issuer],
            "amounts": [(name, naira(amount_kobo)) for name, amount_kobo in [*amounts, ("Total", total_kobo)]],
            "currency": paid.currency,
        },
    )
