"""The gateway's only background thread: settles what is due and sends the webhooks, with the providers' retries.

All state is in PostgreSQL and every row is claimed with SKIP LOCKED, so several processes may each run a courier. No
transaction is open while a webhook is under way: a claim moves `due_at` past the time-out, and a courier that dies
with it leaves the delivery to the next.
"""

import logging
import threading
from collections.abc import Sequence
from datetime import timedelta

import httpx
from django.db import close_old_connections, transaction

from core import clock
from payment.sandbox import behaviour, courier_bell, payouts, refunding
from payment.sandbox.environment import sandbox
from payment.sandbox.models import Delivery, Provider
from payment.sandbox.timing import real_in, real_now
from payment.sandbox.webhooks import domain, tampered

logger = logging.getLogger(__name__)

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# paystack.com/docs/payments/webhooks and developer.flutterwave.com/docs/webhooks
PAYSTACK_LIVE = (3 * MINUTE,) * 4 + (HOUR,) * 72
PAYSTACK_TEST = (HOUR,) * 10
FLUTTERWAVE = (30 * MINUTE,) * 3
TIMEOUT_SECONDS = {Provider.PAYSTACK: 30.0, Provider.FLUTTERWAVE: 60.0}
POLL_SECONDS = 0.5


def retry_delays(provider: str) -> Sequence[timedelta]:
    """The waits after the first try, the second and so on, as the provider has them."""
    if provider == Provider.FLUTTERWAVE:
        return FLUTTERWAVE
    return PAYSTACK_LIVE if domain() == "live" else PAYSTACK_TEST


def start() -> None:
    threading.Thread(target=_run, name="courier", daemon=True).start()


def _run() -> None:
    while True:
        try:
            step()
        except Exception:
            # The database is away or being emptied by a test, a URL is wrong: without this thread nothing is ever sent.
            logger.warning("The courier failed and looks again.", exc_info=True)
        close_old_connections()
        courier_bell.wait(POLL_SECONDS)


def step() -> None:
    """Everything that is due now and left to the courier."""
    mode = behaviour.current()
    if mode.settling == "auto":
        clock.refresh()
        payouts.settle_due()
        refunding.settle_due()
    if mode.webhooks == "auto":
        while (delivery := _claim_due()) is not None:
            send(delivery, url=mode.webhook_urls[delivery.provider])


def deliver(*, delivery_id: int, tamper: bool = False) -> Delivery:
    """Send one delivery now, whatever its state: the control API's way."""
    delivery = Delivery.objects.get(pk=delivery_id)
    return send(delivery, url=behaviour.current().webhook_urls[delivery.provider], tamper=tamper)


def send(delivery: Delivery, *, url: str, tamper: bool = False) -> Delivery:
    """One try. Only 200 counts, a redirect is a failure."""
    body = tampered(delivery.body) if tamper else delivery.body
    timeout = TIMEOUT_SECONDS[Provider(delivery.provider)]
    try:
        with httpx.Client(timeout=timeout, follow_redirects=False, trust_env=False) as client:
            answer = client.post(url, content=body.encode(), headers=delivery.headers)
        return record(delivery_id=delivery.pk, status=answer.status_code)
    except httpx.HTTPError as error:
        return record(delivery_id=delivery.pk, status=None, error=f"{type(error).__name__}: {error}")


@transaction.atomic
def record(*, delivery_id: int, status: int | None, error: str = "") -> Delivery:
    """Note what a try came to, and when the next one is. Locks the delivery."""
    delivery = Delivery.objects.select_for_update().get(pk=delivery_id)
    delivery.attempts += 1
    delivery.last_status, delivery.last_error = status, error[:300]
    delays = retry_delays(delivery.provider)
    if status == httpx.codes.OK:
        delivery.state = Delivery.State.DELIVERED
    elif delivery.state == Delivery.State.WAITING and delivery.attempts > len(delays):
        delivery.state = Delivery.State.GIVEN_UP
    elif delivery.state == Delivery.State.WAITING:
        wait = delays[delivery.attempts - 1].total_seconds() / sandbox.SANDBOX_TIME_FACTOR
        delivery.due_at = real_in(wait)
    delivery.save()
    return delivery


@transaction.atomic
def _claim_due() -> Delivery | None:
    due = Delivery.objects.filter(state=Delivery.State.WAITING, due_at__lte=real_now()).order_by("due_at", "id")
    delivery = due.select_for_update(skip_locked=True).first()
    if delivery is not None:
        lease = timedelta(seconds=TIMEOUT_SECONDS[Provider(delivery.provider)] + 5)
        Delivery.objects.filter(pk=delivery.pk).update(due_at=real_now() + lease)
    return delivery
