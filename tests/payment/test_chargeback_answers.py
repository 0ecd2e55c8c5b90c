"""What staff say to a payer's bank: once, by one or two people, and heard whatever becomes of a call."""

from base64 import b64decode
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.exceptions import SecondPersonNeeded
from accounts.models import CustomUser
from core import clock
from core.actor import Role
from core.errors import InvalidState
from jobs.models import Job
from payment.exceptions import AlreadyPosted, RefundExceedsCapture
from payment.models import AccountKind, Chargeback, ChargebackStatus, StaffMove
from payment.providers.base import ChargebackOutcome, OutcomeUnknown
from payment.services import chargeback_answers
from payment.services.accounts import escrow_account, system_account, wallet_account
from payment.services.acting_alone import accept_chargeback, win_chargeback
from payment.services.chargeback_answers import accept, contest, send_answer
from payment.services.chargeback_deadlines import remind_of_deadlines
from payment.services.chargeback_sweep import sweep_chargebacks
from payment.services.chargebacks import book_chargeback_lost
from payment.services.ledger_check import check_books
from payment.services.staff_moves import approve_move
from tests.factories.accounts import UserFactory
from tests.factories.payment import ChargebackFactory, balance_of, pay_in
from tests.payment.conftest import Checkout, alerts
from tests.payment.test_chargebacks import decided, opened
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs
from tests.support.races import errors_of, race
from tests.support.staff_pages import act_on_page

pytestmark = pytest.mark.django_db(transaction=True)

HELD = system_account(AccountKind.CHARGEBACKS_HELD)
SAID = "Two people worked on Monday; Chidi approved."


@pytest.fixture
def disputed(paid: Checkout, gateway: Gateway, run_jobs: RunJobs) -> Chargeback:
    """Its payer's bank wants the money back, and waits for our word."""
    gateway.charge_back(paid.attempt_reference)
    gateway.post_webhooks(Client())
    run_jobs()
    return Chargeback.objects.get()


@pytest.fixture
def checker() -> CustomUser:
    user: CustomUser = UserFactory(role=Role.ADMIN, is_superuser=True)
    return user


def said(chargeback: Chargeback) -> tuple[str, bool, str]:
    chargeback.refresh_from_db()
    return chargeback.answer, chargeback.answer_sent_at is not None, chargeback.status


def documents_of(heard: dict[str, Any]) -> list[tuple[str, bytes]]:
    return [(each["type"], b64decode(each["content"])) for each in heard["documents"].values()]


def contested(chargeback: Chargeback, staff: CustomUser) -> None:
    contest(staff_id=staff.pk, chargeback_id=chargeback.pk, evidence=SAID, reason="Worked")


def books() -> list[str]:
    return [str(finding) for finding in check_books().findings]


def test_contested_the_bank_reads_the_evidence_and_the_money_stays_held_until_it_decides(
    disputed: Chargeback, bisi: CustomUser, gateway: Gateway, run_jobs: RunJobs, job: Job
) -> None:
    contested(disputed, bisi)
    run_jobs()
    sweep_chargebacks()

    assert said(disputed) == ("contest", True, ChargebackStatus.ANSWERED)
    assert disputed.message == "awaiting-bank-feedback declined"
    assert balance_of(HELD) == disputed.amount_kobo
    heard = gateway.decide_chargeback(int(disputed.provider_id), "declined")
    assert heard["evidence"]["service_details"] == SAID
    assert heard["evidence"]["customer_email"] == "chidi@example.com"
    assert documents_of(heard) == [("text/plain; charset=utf-8", SAID.encode())]
    gateway.post_webhooks(Client())
    run_jobs()
    assert said(disputed)[2] == ChargebackStatus.WON
    assert balance_of(escrow_account(job.pk)) == disputed.amount_kobo
    assert books() == []


def test_accepted_in_part_the_provider_takes_that_much_and_the_rest_is_free(
    disputed: Chargeback, bisi: CustomUser, gateway: Gateway, run_jobs: RunJobs, job: Job
) -> None:
    before = gateway.balance_kobo()

    accept(staff_id=bisi.pk, chargeback_id=disputed.pk, amount_kobo=100_000, reason="He is right")
    run_jobs()

    assert said(disputed) == ("accept", True, ChargebackStatus.LOST)
    assert (disputed.taken_kobo, before - gateway.balance_kobo()) == (100_000, 100_000)
    assert (balance_of(HELD), balance_of(escrow_account(job.pk))) == (0, disputed.amount_kobo - 100_000)
    assert books() == []


@pytest.mark.parametrize("fault", ["drop_request", "drop_answer", "error_5xx_before", "error_5xx_after_effect"])
def test_unknown_outcome_is_looked_up_and_the_answer_has_one_effect(
    fault: str, disputed: Chargeback, bisi: CustomUser, gateway: Gateway
) -> None:
    before = gateway.balance_kobo()
    accept(staff_id=bisi.pk, chargeback_id=disputed.pk, amount_kobo=100_000, reason="He is right")
    gateway.fault(fault, operation="answer_dispute")

    with pytest.raises(OutcomeUnknown):
        send_answer(chargeback_id=disputed.pk)
    assert said(disputed) == ("accept", False, ChargebackStatus.OPEN)
    send_answer(chargeback_id=disputed.pk)

    assert said(disputed) == ("accept", True, ChargebackStatus.LOST)
    assert before - gateway.balance_kobo() == 100_000
    assert "chargeback_answer_refused" not in alerts()


REFUSAL = '{"status": false, "message": "Invalid", "type": "validation_error", "code": "invalid_params"}'


@pytest.mark.parametrize("refusal", [f"400 {REFUSAL}", f"422 {REFUSAL}", f"404 {REFUSAL}"])
def test_refusal_after_the_effect_is_looked_up_and_no_refusal(
    refusal: str, disputed: Chargeback, bisi: CustomUser, gateway: Gateway
) -> None:
    contested(disputed, bisi)
    gateway.fault("answer_after_effect", operation="answer_dispute", value=refusal)

    send_answer(chargeback_id=disputed.pk)

    assert said(disputed) == ("contest", True, ChargebackStatus.ANSWERED)
    assert "chargeback_answer_refused" not in alerts()


def test_refused_staff_are_told_and_may_answer_anew(
    disputed: Chargeback, bisi: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    contested(disputed, bisi)
    gateway.fault("answer_before", operation="answer_dispute", value=f"400 {REFUSAL}")
    run_jobs()
    assert said(disputed) == ("", False, ChargebackStatus.OPEN)
    assert alerts()[-1] == "chargeback_answer_refused"

    contested(disputed, bisi)
    run_jobs()

    assert said(disputed) == ("contest", True, ChargebackStatus.ANSWERED)


def test_sweep_says_again_what_a_killed_worker_did_not(
    disputed: Chargeback, bisi: CustomUser, gateway: Gateway
) -> None:
    contested(disputed, bisi)

    sweep_chargebacks()

    assert said(disputed) == ("contest", True, ChargebackStatus.ANSWERED)


def test_time_that_was_up_before_our_word_is_booked_and_told(
    disputed: Chargeback, bisi: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    contested(disputed, bisi)
    gateway.decide_chargeback(int(disputed.provider_id), "auto-accepted")

    run_jobs()

    assert said(disputed) == ("", False, ChargebackStatus.LOST)
    assert "chargeback_answer_refused" in alerts()


def test_verdict_without_an_amount_is_of_what_was_disputed_but_nothing_is_taken_by_it(paid: Checkout, job: Job) -> None:
    chargeback = opened(paid)

    unclear = decided(paid, ChargebackOutcome.LOST, amount_kobo=-1)
    assert (unclear.status, alerts()[-1]) == (ChargebackStatus.OPEN, "chargeback_unclear")
    won = decided(paid, ChargebackOutcome.WON, amount_kobo=-1)

    assert (won.pk, won.status) == (chargeback.pk, ChargebackStatus.WON)
    assert balance_of(escrow_account(job.pk)) == paid.amount_kobo


def test_two_who_answer_at_once_are_one_answer(
    disputed: Chargeback, bisi: CustomUser, checker: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    before = gateway.balance_kobo()

    outcomes = race(
        lambda: contested(disputed, bisi),
        lambda: accept(staff_id=checker.pk, chargeback_id=disputed.pk, amount_kobo=100_000, reason="Right"),
        lambda: contested(disputed, checker),
    )
    race(*[lambda: send_answer(chargeback_id=disputed.pk)] * 2)
    run_jobs()

    assert errors_of(outcomes) == [InvalidState] * 2
    answer, sent, status = said(disputed)
    assert sent
    assert status == (ChargebackStatus.LOST if answer == "accept" else ChargebackStatus.ANSWERED)
    assert before - gateway.balance_kobo() == (100_000 if answer == "accept" else 0)


def test_control_without_the_rows_lock_the_second_answer_overwrites_the_first(
    disputed: Chargeback, bisi: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = Chargeback.objects.get(pk=disputed.pk)
    contested(disputed, bisi)
    monkeypatch.setattr(chargeback_answers, "lock_chargeback", lambda pk: stale)

    accept(staff_id=bisi.pk, chargeback_id=disputed.pk, amount_kobo=100_000, reason="Right")

    assert said(disputed)[0] == "accept"


def test_above_the_sum_a_second_person_approves_and_only_then_the_provider_is_told(
    disputed: Chargeback,
    bisi: CustomUser,
    checker: CustomUser,
    wale: CustomUser,
    settings: Settings,
    gateway: Gateway,
    run_jobs: RunJobs,
) -> None:
    # Others' money: the provider keeps its fee, and never holds less than nothing.
    pay_in(wale.pk, 500_000)
    settings.CHARGEBACK_ALONE_KOBO = disputed.amount_kobo - 1
    move = accept_chargeback(
        staff_id=bisi.pk,
        chargeback_id=disputed.pk,
        amount_kobo=disputed.amount_kobo,
        reason="Right",
        reference="stf-1",
    )
    run_jobs()
    assert isinstance(move, StaffMove)
    assert said(disputed) == ("", False, ChargebackStatus.OPEN)

    with pytest.raises(SecondPersonNeeded):
        approve_move(staff_id=bisi.pk, move_id=move.pk)
    approve_move(staff_id=checker.pk, move_id=move.pk)
    run_jobs()

    assert said(disputed) == ("accept", True, ChargebackStatus.LOST)
    assert disputed.taken_kobo == disputed.amount_kobo
    assert books() == []


def won_by(staff: CustomUser, chargeback: Chargeback) -> Chargeback | StaffMove:
    return win_chargeback(staff_id=staff.pk, chargeback_id=chargeback.pk, reason="Second round")


def test_one_person_alone_says_that_a_large_one_is_won_and_nothing_moves(
    disputed: Chargeback, bisi: CustomUser, checker: CustomUser, chidi: CustomUser, job: Job, settings: Settings
) -> None:
    """Lost first: said to be won, what the bank took would be in the payer's wallet."""
    settings.CHARGEBACK_ALONE_KOBO = disputed.amount_kobo - 1
    book_chargeback_lost(staff_id=bisi.pk, chargeback_id=disputed.pk, reason="Bank letter")

    move = won_by(bisi, disputed)

    assert isinstance(move, StaffMove)
    assert (move.kind, move.amount_kobo) == ("chargeback_won", disputed.amount_kobo)
    assert said(disputed)[2] == ChargebackStatus.LOST
    assert balance_of(wallet_account(chidi.pk)) == 0
    with pytest.raises(AlreadyPosted):
        won_by(checker, disputed)
    with pytest.raises(SecondPersonNeeded):
        approve_move(staff_id=bisi.pk, move_id=move.pk)

    approve_move(staff_id=checker.pk, move_id=move.pk)

    assert said(disputed)[2] == ChargebackStatus.WON
    assert balance_of(wallet_account(chidi.pk)) == disputed.amount_kobo
    assert books() == []


def test_small_one_is_won_by_one_person_and_of_ones_own_by_nobody(
    disputed: Chargeback, bisi: CustomUser, checker: CustomUser, chidi: CustomUser, job: Job, settings: Settings
) -> None:
    settings.CHARGEBACK_ALONE_KOBO = disputed.amount_kobo
    CustomUser.objects.filter(pk=chidi.pk).update(role=Role.ADMIN, is_staff=True)
    with pytest.raises(SecondPersonNeeded):
        won_by(chidi, disputed)
    settings.CHARGEBACK_ALONE_KOBO = 0
    move = won_by(bisi, disputed)
    assert isinstance(move, StaffMove)
    with pytest.raises(SecondPersonNeeded):
        approve_move(staff_id=chidi.pk, move_id=move.pk)
    settings.CHARGEBACK_ALONE_KOBO = disputed.amount_kobo

    won_by(bisi, disputed)

    assert said(disputed)[2] == ChargebackStatus.WON
    assert balance_of(escrow_account(job.pk)) == disputed.amount_kobo
    # What was proposed before is about nothing now.
    with pytest.raises(InvalidState):
        approve_move(staff_id=checker.pk, move_id=move.pk)


def test_won_is_approved_of_the_sum_that_was_proposed(
    disputed: Chargeback, bisi: CustomUser, checker: CustomUser, settings: Settings
) -> None:
    settings.CHARGEBACK_ALONE_KOBO = 0
    move = won_by(bisi, disputed)
    assert isinstance(move, StaffMove)
    book_chargeback_lost(staff_id=bisi.pk, chargeback_id=disputed.pk, amount_kobo=100, reason="Bank letter")

    with pytest.raises(InvalidState, match="another sum"):
        approve_move(staff_id=checker.pk, move_id=move.pk)

    assert StaffMove.objects.get().status == "proposed"
    assert said(disputed)[2] == ChargebackStatus.LOST


def test_what_cannot_be_answered_is_refused_and_nothing_is_asked(
    disputed: Chargeback, bisi: CustomUser, chidi: CustomUser
) -> None:
    own = ChargebackFactory(provider_id="stf-0123456789abcdef0123")
    too_much = disputed.amount_kobo + 1

    with pytest.raises(RefundExceedsCapture):
        accept(staff_id=bisi.pk, chargeback_id=disputed.pk, amount_kobo=too_much, reason="Right")
    with pytest.raises(RefundExceedsCapture):
        accept_chargeback(
            staff_id=bisi.pk, chargeback_id=disputed.pk, amount_kobo=too_much, reason="Right", reference="stf-1"
        )
    with pytest.raises(SecondPersonNeeded):
        contested(disputed, chidi)
    with pytest.raises(InvalidState, match="dashboard"):
        contested(own, bisi)

    assert said(disputed) == ("", False, ChargebackStatus.OPEN)
    assert not StaffMove.objects.exists()


def test_staff_are_reminded_twice_before_the_time_is_up_and_not_of_what_is_answered(
    disputed: Chargeback, bisi: CustomUser, run_jobs: RunJobs
) -> None:
    assert disputed.due_at is not None

    def reminders_at(hours: float) -> int:
        assert disputed.due_at is not None
        with time_machine.travel(disputed.due_at - timedelta(hours=hours), tick=False):
            remind_of_deadlines()
            remind_of_deadlines()
        return alerts().count("chargeback_due")

    assert [reminders_at(hours) for hours in (13, 11, 4, 2, -1)] == [0, 1, 1, 2, 2]

    Chargeback.objects.update(reminders=0)
    contested(disputed, bisi)
    run_jobs()
    assert reminders_at(2) == 2


def test_staff_answer_on_its_page_and_the_history_says_who_and_why(
    disputed: Chargeback, bisi: CustomUser, run_jobs: RunJobs
) -> None:
    browser = Client()
    browser.force_login(bisi)
    page = reverse("admin:payment_chargeback_contest", args=[disputed.pk])
    tried = browser.post(page, {"evidence": SAID, "reason": "He signed for it", "sent": "1"}).content.decode()

    answer = act_on_page(browser, page, evidence=SAID, reason="He signed for it")
    run_jobs()

    assert "stays held until the bank decides" in tried
    assert answer.status_code == 302
    assert said(disputed) == ("contest", True, ChargebackStatus.ANSWERED)
    history = browser.get(reverse("admin:payment_chargeback_history", args=[disputed.pk])).content.decode()
    assert "Contest with evidence: He signed for it" in history
    gone = browser.get(reverse("admin:payment_chargeback_change", args=[disputed.pk])).content.decode()
    assert page not in gone


def test_staff_accept_on_its_page_after_seeing_what_would_move(
    disputed: Chargeback, bisi: CustomUser, settings: Settings
) -> None:
    settings.CHARGEBACK_ALONE_KOBO = 0
    browser = Client()
    browser.force_login(bisi)
    page = reverse("admin:payment_chargeback_accept", args=[disputed.pk])

    answer = act_on_page(browser, page, amount="500.00", reason="He is right")

    assert answer.status_code == 302
    move = StaffMove.objects.get()
    assert (move.kind, move.amount_kobo, move.chargeback_id) == ("chargeback_accepted", 50_000, disputed.pk)
    assert clock.now() >= move.proposed_at
    assert said(disputed)[0] == ""
