"""Flutterwave's chargebacks: heard without its webhook, answered by its API, and never counted twice beside staff's."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import CustomUser
from core.errors import InvalidState
from jobs.models import Job
from payment.models import AccountKind, Chargeback, ChargebackStatus, PaymentAttempt
from payment.providers.base import OutcomeUnknown, ReferenceUnknown
from payment.providers.registry import provider_named
from payment.services.accounts import escrow_account, system_account
from payment.services.chargeback_answers import accept, contest, send_answer
from payment.services.chargeback_sweep import sweep_chargebacks
from payment.services.chargebacks import open_chargeback
from payment.services.ledger_check import check_books
from tests.factories.payment import balance_of
from tests.payment.conftest import Checkout, Till, alerts
from tests.support.api_client import ApiClient
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs
from tests.support.staff_pages import act_on_page

pytestmark = pytest.mark.django_db(transaction=True)

HELD = system_account(AccountKind.CHARGEBACKS_HELD)
SAID = "Two people worked on Monday; Chidi approved."
OURS = "stf-0123456789abcdef0123"


@pytest.fixture
def paid(till: Till, chidi: CustomUser, job: Job, gateway: Gateway) -> Checkout:
    """Chidi paid by Flutterwave; the money is in the job's escrow."""
    gateway.set_balance(100_000_000, provider="flutterwave")
    payer = ApiClient(chidi)
    checkout = till.start(payer, job, provider="flutterwave")
    till.pay(checkout)
    assert payer.post(f"/payments/{checkout.reference}/verify").json()["status"] == "succeeded"
    gateway.post_webhooks(Client())
    return checkout


@pytest.fixture
def disputed(paid: Checkout, gateway: Gateway) -> Chargeback:
    """Its payer's bank wants the money back; the webhook was lost."""
    gateway.fault("drop_webhook", operation="webhook", provider="flutterwave")
    gateway.charge_back(paid.attempt_reference)
    sweep_chargebacks()
    return Chargeback.objects.get()


def attempt_of(paid: Checkout) -> PaymentAttempt:
    return PaymentAttempt.objects.get(reference=paid.attempt_reference)


def said(chargeback: Chargeback) -> tuple[str, bool, str]:
    chargeback.refresh_from_db()
    return chargeback.answer, chargeback.answer_sent_at is not None, chargeback.status


def taken(gateway: Gateway) -> int:
    return gateway.balance_kobo("flutterwave")


def test_webhook_holds_the_money_and_what_staff_say_is_heard(
    paid: Checkout, bisi: CustomUser, gateway: Gateway, run_jobs: RunJobs, job: Job
) -> None:
    number = gateway.charge_back(paid.attempt_reference)
    gateway.post_webhooks(Client())
    run_jobs()
    chargeback = Chargeback.objects.get()
    assert (chargeback.provider_id, chargeback.message) == (str(number), "initiated new")
    assert (chargeback.amount_kobo, balance_of(HELD)) == (paid.amount_kobo, paid.amount_kobo)
    assert chargeback.due_at is not None

    contest(staff_id=bisi.pk, chargeback_id=chargeback.pk, evidence=SAID, reason="Worked")
    run_jobs()
    assert said(chargeback) == ("contest", True, ChargebackStatus.ANSWERED)
    heard = gateway.decide_chargeback(number, "declined")
    gateway.post_webhooks(Client())
    run_jobs()

    assert heard["evidence"]["comment"] == f"Worked\n\n{SAID}"
    assert said(chargeback)[2] == ChargebackStatus.WON
    assert balance_of(escrow_account(job.pk)) == paid.amount_kobo
    assert check_books().findings == []


def test_accepted_it_is_all_of_it_or_nothing(
    disputed: Chargeback, bisi: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    before = taken(gateway)
    with pytest.raises(InvalidState, match="all of it or nothing"):
        accept(staff_id=bisi.pk, chargeback_id=disputed.pk, amount_kobo=100_000, reason="Right")
    assert said(disputed) == ("", False, ChargebackStatus.OPEN)

    accept(staff_id=bisi.pk, chargeback_id=disputed.pk, amount_kobo=disputed.amount_kobo, reason="Right")
    run_jobs()

    assert said(disputed) == ("accept", True, ChargebackStatus.LOST)
    assert (disputed.taken_kobo, before - taken(gateway)) == (disputed.amount_kobo, disputed.amount_kobo)


@pytest.mark.parametrize("fault", ["drop_answer", "error_5xx_before", "error_5xx_after_effect"])
def test_unknown_outcome_is_looked_up_and_has_one_effect(
    fault: str, disputed: Chargeback, bisi: CustomUser, gateway: Gateway
) -> None:
    contest(staff_id=bisi.pk, chargeback_id=disputed.pk, evidence=SAID, reason="Worked")
    gateway.fault(fault, operation="answer_dispute", provider="flutterwave")

    with pytest.raises(OutcomeUnknown):
        send_answer(chargeback_id=disputed.pk)
    send_answer(chargeback_id=disputed.pk)

    assert said(disputed) == ("contest", True, ChargebackStatus.ANSWERED)
    assert "chargeback_answer_refused" not in alerts()


def test_verdict_without_a_webhook_is_found_under_its_status(disputed: Chargeback, gateway: Gateway) -> None:
    gateway.fault("drop_webhook", operation="webhook", provider="flutterwave")
    gateway.decide_chargeback(int(disputed.provider_id), "auto-accepted")

    sweep_chargebacks()

    assert said(disputed)[2] == ChargebackStatus.LOST
    assert (disputed.message, disputed.taken_kobo) == ("lost new", disputed.amount_kobo)
    with pytest.raises(ReferenceUnknown):
        provider_named("flutterwave").chargeback(provider_id="1")


def test_one_that_staff_entered_first_is_not_held_twice_and_the_providers_word_decides_it(
    paid: Checkout, bisi: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    entered = open_chargeback(attempt_id=attempt_of(paid).pk, provider_id=OURS, amount_kobo=100_000, due_at=None)
    with pytest.raises(InvalidState, match="dashboard"):
        contest(staff_id=bisi.pk, chargeback_id=entered.pk, evidence=SAID, reason="Worked")
    number = gateway.charge_back(paid.attempt_reference, 100_000)
    sweep_chargebacks()
    found = Chargeback.objects.get()
    assert (found.pk, found.told_as, balance_of(HELD)) == (entered.pk, str(number), 100_000)

    contest(staff_id=bisi.pk, chargeback_id=entered.pk, evidence=SAID, reason="Worked")
    run_jobs()
    assert said(entered) == ("contest", True, ChargebackStatus.ANSWERED)
    gateway.decide_chargeback(number, "auto-accepted")
    sweep_chargebacks()
    # Both of its webhooks come late.
    gateway.post_webhooks(Client())
    run_jobs()

    assert said(entered)[2] == ChargebackStatus.LOST
    assert Chargeback.objects.count() == 1
    assert check_books().findings == []


def test_staff_say_on_its_page_that_they_contested_it_in_the_dashboard(
    paid: Checkout, bisi: CustomUser, gateway: Gateway
) -> None:
    browser = Client()
    browser.force_login(bisi)
    gateway.charge_back(paid.attempt_reference, 100_000)
    sweep_chargebacks()
    told = Chargeback.objects.get()
    entered = open_chargeback(attempt_id=attempt_of(paid).pk, provider_id=OURS, amount_kobo=200_000, due_at=None)

    pages = [reverse("admin:payment_chargeback_answered_there", args=[row.pk]) for row in (told, entered)]
    answers = [act_on_page(browser, page, evidence=SAID, reason="By hand").status_code for page in pages]

    assert answers == [422, 302]
    assert said(told) == ("", False, ChargebackStatus.OPEN)
    assert said(entered) == ("contest", True, ChargebackStatus.ANSWERED)
    history = browser.get(reverse("admin:payment_chargeback_history", args=[entered.pk])).content.decode()
    assert "Contested in the provider&#x27;s dashboard: By hand" in history


def test_one_of_money_that_is_not_booked_is_told_once(gateway: Gateway, paid: Checkout) -> None:
    gateway.charge_back(paid.attempt_reference)
    PaymentAttempt.objects.filter(pk=attempt_of(paid).pk).update(credited_to="suspense")

    for _ in range(2):
        sweep_chargebacks()

    assert not Chargeback.objects.exists()
    assert alerts() == ["chargeback"]
