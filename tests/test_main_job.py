"""The main job end to end: the demo's own walk over real HTTP, against a live server and the sandbox gateway.

The walk checks every answer on its way; what is asserted here is what it left behind in the database.
"""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db.models import Sum
from pytest_django.live_server_helper import LiveServer

from accounts.models import CustomUser, Notification, Profile
from jobs.models import Application, ApplicationStatusLog, Job, ShiftAssignment
from payment.models import LedgerAccount, LedgerEntry, Payment, PaymentAttempt, Refund, WebhookEvent, Withdrawal
from payshift.demo.walkthrough import Walkthrough, price_of, wage_of
from rating.models import Review
from tests.support.api_client import ApiClient
from tests.support.gateway import Gateway
from tests.support.instance import SteppedInstance
from tests.support.jobs import RunJobs

pytestmark = pytest.mark.django_db(transaction=True)

FULL, LOWERED = 479, 419
PRICE_KOBO = price_of(4 * 480)
PAID_KOBO = 3 * price_of(FULL) + price_of(LOWERED)
FEES_KOBO = 3 * (price_of(FULL) - wage_of(FULL)) + price_of(LOWERED) - wage_of(LOWERED)
WALES_KOBO, ADAS_KOBO = 2 * wage_of(FULL), wage_of(FULL) + wage_of(LOWERED)


@pytest.fixture
def walk(live_server: LiveServer, gateway: Gateway, run_jobs: RunJobs) -> Iterator[Walkthrough]:
    gateway.mode(webhook_base_url=live_server.url)
    with SteppedInstance(live_server.url, gateway, run_jobs) as instance:
        walkthrough = Walkthrough(instance)
        try:
            walkthrough.run()
            run_jobs()
            yield walkthrough
        finally:
            instance.reset_clock()


def test_main_job_from_sign_up_to_a_paid_shift(walk: Walkthrough) -> None:
    job = Job.objects.get()
    chidi, wale, ada, sade = (CustomUser.objects.get(pk=p.id) for p in (walk.chidi, walk.wale, walk.ada, walk.sade))

    # Work
    assert (job.status, job.client, job.accepted_count, job.price_kobo) == ("completed", chidi, 2, PRICE_KOBO)
    assert dict(Application.objects.values_list("applicant__first_name", "status")) == {
        "Wale": "completed",
        "Ada": "completed",
        "Sade": "closed",
    }
    changes = ApplicationStatusLog.objects.filter(application__applicant=wale).order_by("id")
    assert list(changes.values_list("from_status", "to_status", "changed_by")) == [
        ("", "applied", wale.pk),
        ("applied", "accepted", chidi.pk),
        ("accepted", "completed", chidi.pk),
    ]
    assignments = ShiftAssignment.objects.order_by("worker__first_name", "starts_at")
    assert list(assignments.values_list("worker__first_name", "status", "approved_minutes", "withheld_kobo")) == [
        ("Ada", "approved", FULL, 0),
        ("Ada", "approved", LOWERED, 0),
        ("Wale", "approved", FULL, 0),
        ("Wale", "approved", FULL, 0),
    ]

    # Money
    assert balances() == {
        "escrow": 0,
        "wallet": ADAS_KOBO,
        # What was not earned is on its way back to the card.
        "refunds_in_flight": PRICE_KOBO - PAID_KOBO,
        "platform_fees": FEES_KOBO,
        "payouts_in_flight": 0,
        "provider_balance": WALES_KOBO - PRICE_KOBO + provider_fees(),
        "provider_fees": -provider_fees(),
    }
    assert LedgerEntry.objects.aggregate(sum=Sum("amount_kobo"))["sum"] == 0
    assert sorted(Payment.objects.values_list("kind", "status", "amount_kobo")) == [
        ("escrow_funding", "succeeded", PRICE_KOBO),
        ("wage", "succeeded", wage_of(LOWERED)),
        *[("wage", "succeeded", wage_of(FULL))] * 3,
    ]
    assert list(Refund.objects.order_by("pk").values_list("recipient", "destination", "status", "amount_kobo")) == [
        (chidi.pk, "wallet", "processed", PRICE_KOBO - PAID_KOBO),
        (chidi.pk, "card", "processing", PRICE_KOBO - PAID_KOBO),
    ]
    assert list(Withdrawal.objects.values_list("wallet__user", "status", "amount_kobo")) == [
        (wale.pk, "paid", WALES_KOBO)
    ]
    assert sorted(WebhookEvent.objects.values_list("event", "status")) == [
        ("charge.success", "processed"),
        ("refund.pending", "processed"),
        ("transfer.success", "processed"),
    ]
    call_command("ledger_check", verbosity=0)

    # Reputation
    assert sorted(Review.objects.values_list("reviewer", "reviewed", "rating", "response")) == sorted(
        [(chidi.pk, wale.pk, 5, "Thank you."), (chidi.pk, ada.pk, 4, ""), (wale.pk, chidi.pk, 5, "")]
    )
    counters = ("user__first_name", "reviews_count", "rating_sum", "approved_count", "no_show_count")
    assert sorted(Profile.objects.values_list(*counters)) == [
        ("Ada", 1, 4, 2, 0),
        ("Chidi", 1, 5, 0, 0),
        ("Sade", 0, 0, 0, 0),
        ("Wale", 1, 5, 2, 0),
    ]

    # News
    assert {"application_accepted", "shift_approved", "wage_paid", "withdrawal_paid", "review_received"} <= told(wale)
    assert {"application_received", "payment_received", "checked_in", "refund_received", "job_completed"} <= told(chidi)
    assert "minutes_lowered" in told(ada)
    assert "application_closed" in told(sade)
    assert unopened() == []


def balances() -> dict[str, int]:
    sums = LedgerAccount.objects.values_list("kind").annotate(kobo=Sum("balance_kobo"))
    return dict(sums)


def provider_fees() -> int:
    charged = PaymentAttempt.objects.aggregate(kobo=Sum("provider_fee_kobo"))["kobo"]
    paid_out = Withdrawal.objects.aggregate(kobo=Sum("provider_fee_kobo"))["kobo"]
    return int((charged or 0) + (paid_out or 0))


# The app's pages are named as what they show is named in the API, but for this one.
SHOWN_BY = {"/security": "/auth/devices"}


def unopened() -> list[tuple[str, str]]:
    """The news whose link leads to something that is closed to whom it was written for."""
    news = Notification.objects.exclude(link="").select_related("user")
    return [
        (item.kind, item.link)
        for item in news
        if ApiClient(item.user).get(SHOWN_BY.get(item.link, item.link)).status_code != 200
    ]


def told(person: CustomUser) -> set[str]:
    return set(Notification.objects.filter(user=person).values_list("kind", flat=True))
