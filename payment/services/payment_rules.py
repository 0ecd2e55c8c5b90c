"""What one person may pay in at providers: the most of one payment, and how many and how much in a day.

Asked under the lock of the payer, so that of payments for several jobs at once each sees those before it. Money that
came already is always credited, whatever the limits say: they bound what is begun. The wallet has none.
"""

from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Sum

from core import clock
from core.money import sum_in_words
from jobs.models import Job
from payment.exceptions import AboveMaximum, PaymentLimit
from payment.models import Payment, PaymentKind, PaymentProvider, PaymentStatus

DAY = timedelta(hours=24)
# What failed or was given up brought nothing.
PAID_OR_OPEN = (PaymentStatus.PENDING, PaymentStatus.SUCCEEDED)


def refuse_payment(job: Job, *, amount_kobo: int) -> None:
    """Raises `AboveMaximum` and `PaymentLimit`. The open payment of this job is the one that is asked about."""
    if amount_kobo > settings.MAX_PAYMENT_KOBO:
        raise AboveMaximum(f"The largest payment is {sum_in_words(settings.MAX_PAYMENT_KOBO)}.")
    at_providers = Payment.objects.filter(
        payer_id=job.client_id,
        created_at__gt=clock.now() - DAY,
        kind=PaymentKind.ESCROW_FUNDING,
        status__in=PAID_OR_OPEN,
    ).exclude(provider=PaymentProvider.WALLET)
    others = at_providers.exclude(job=job, status=PaymentStatus.PENDING)
    last_day = others.aggregate(times=Count("pk"), kobo=Sum("amount_kobo", default=0))
    if last_day["times"] >= settings.PAYMENTS_PER_DAY:
        raise PaymentLimit(f"There were {last_day['times']} payments in 24 hours: no more than that.")
    if last_day["kobo"] + amount_kobo > settings.PAYMENT_KOBO_PER_DAY:
        raise PaymentLimit(f"No more than {sum_in_words(settings.PAYMENT_KOBO_PER_DAY)} is paid in within 24 hours.")
