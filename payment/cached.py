"""What cached answers show of money; see `core.cache`."""

from core.cache.coherence import shown_as
from payment.models import Payment, PaymentAttempt, Refund


def declare() -> None:
    shown_as(Payment, "payments-of:{payer_id}", "payments-of:{recipient_id}")
    shown_as(PaymentAttempt, "payment:{payment_id}")
    # A trigger keeps the refunded sum of the attempt.
    shown_as(Refund, "payments-of:{recipient_id}")
