"""What one person may pay in at providers: the most of one payment, and how many and how much in a day.

Asked under the lock of the payer, so that of payments for several jobs at once each sees those before it. Money that
came already is always credited, whatever the limits say: they bound what is begun. The wallet has none.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet, Sum

from core import clock
from core.listings import Given, Prepared
from core.money import sum_in_words
from jobs.models import Job
from payment.exceptions import AboveMaximum, PaymentLimit
from payment.models import Payment, PaymentKind, PaymentProvider, PaymentStatus

DAY = timedelta(hours=24)
# What failed or was given up brought nothing.
PAID_OR_OPEN = (PaymentStatus.PENDING, PaymentStatus.SUCCEEDED)


def _last_day(given: Given) -> QuerySet[Any, Any]:
    at_providers = Payment.objects.filter(
        payer_id=given["payer_id"],
        created_at__gt=given["since"],
        kind=PaymentKind.ESCROW_FUNDING,
        status__in=PAID_OR_OPEN,
    ).exclude(provider=PaymentProvider.WALLET)
    others = at_providers.exclude(job=given["job_id"], status=PaymentStatus.PENDING)
    return others.order_by().values("payer_id").annotate(times=Count("pk"), kobo=Sum("amount_kobo"))


# How often and how much somebody paid at providers for other jobs, or for this one before.
LAST_DAY = Prepared(_last_day, ("times", "kobo"), given=("payer_id", "since", "job_id"))


def refuse_payment(job: Job, *, amount_kobo: int) -> None:
    """Raises `AboveMaximum` and `PaymentLimit`. The open payment of this job is the one that is asked about."""
    if amount_kobo > settings.MAX_PAYMENT_KOBO:
        raise AboveMaximum(f"The largest payment is {sum_in_words(settings.MAX_PAYMENT_KOBO)}.")
    rows = LAST_DAY.rows(payer_id=job.client_id, since=clock.now() - DAY, job_id=job.pk)
    times, kobo = rows[0] if rows else (0, 0)
    if times >= settings.PAYMENTS_PER_DAY:
        raise PaymentLimit(f"There were {times} payments in 24 hours: no more than that.")
    if kobo + amount_kobo > settings.PAYMENT_KOBO_PER_DAY:
        raise PaymentLimit(f"No more than {sum_in_words(settings.PAYMENT_KOBO_PER_DAY)} is paid in within 24 hours.")
