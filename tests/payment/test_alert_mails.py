"""Mails to staff: each leads to what it is about; what people can do again and again is one mail in a while, money
always has its own."""

import re
from pathlib import Path
from typing import Any, get_args

import pytest
from django.conf import settings as configured
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import CustomUser
from payment.models import LedgerTransaction
from payment.services.accounts import wallet_of
from payment.services.alert_links import WAYS, StaffEvent
from payment.services.alerts import mail_staff
from tests.factories.jobs import JobFactory
from tests.factories.payment import (
    ChargebackFactory,
    DisputeFactory,
    RefundFactory,
    StaffMoveFactory,
    VirtualAccountFactory,
    WithdrawalFactory,
    pay_in_escrow,
)

pytestmark = pytest.mark.django_db

DISPUTE = {"dispute_id": "1", "assignment_id": "7", "job_id": "3"}


@pytest.fixture(autouse=True)
def staff(settings: Settings) -> None:
    settings.MANAGERS = ["staff@payshift.example"]


def test_disputes_of_one_shift_are_one_mail_in_a_while(mailoutbox: list[EmailMessage], settings: Settings) -> None:
    for dispute in (DISPUTE, DISPUTE | {"dispute_id": "2"}, DISPUTE | {"dispute_id": "3", "assignment_id": "8"}):
        mail_staff(event="dispute_opened", facts=dispute)

    assert [("Dispute: 1\n" in mail.body, "Assignment: 8\n" in mail.body) for mail in mailoutbox] == [
        (True, False),
        (False, True),
    ]


def test_money_is_never_merged(mailoutbox: list[EmailMessage]) -> None:
    for _ in range(2):
        mail_staff(event="suspense", facts={"reference": "pay-1"})

    assert len(mailoutbox) == 2


def test_merging_can_be_switched_off(mailoutbox: list[EmailMessage], settings: Settings) -> None:
    settings.NOTICES_MERGED_MINUTES = 0

    for _ in range(2):
        mail_staff(event="dispute_opened", facts=DISPUTE)

    assert len(mailoutbox) == 2


# Of whom there is no row to lead to: the list or the page where it is seen.
LISTS = {
    "provider_differs": "payment_providerdifference_changelist",
    "settlement_differs": "payment_settlement_changelist",
    "identity_provider_refuses_us": "health",
    "the_books_are_wrong": "books",
}


def of_rows() -> dict[str, tuple[Any, dict[str, object]]]:
    """Of each event the row that its mail leads to, and the facts that staff are told, as services tell them."""
    job = JobFactory.create()
    funding: LedgerTransaction = pay_in_escrow(job)
    refund = RefundFactory.create()
    attempt, withdrawal = refund.attempt, WithdrawalFactory.create(status="sending")
    chargeback, known_twice = ChargebackFactory.create(), ChargebackFactory.create(told_as="77")
    wallet, move = wallet_of(job.client_id), StaffMoveFactory.create()
    dispute, account = DisputeFactory.create(), VirtualAccountFactory.create()
    of_transfer = (withdrawal, {"reference": withdrawal.reference, "amount_kobo": 5})
    of_refund = (refund, {"reference": refund.reference, "amount_kobo": 5})
    of_attempt = (attempt, {"provider": "paystack", "reference": attempt.reference})
    of_chargeback = (chargeback, {"provider": "paystack", "chargeback_id": chargeback.provider_id})
    of_move = (move, {"move_id": move.pk, "amount_kobo": 5_000, "user_id": 0})
    bare = funding.reference.removeprefix("paystack:")
    return {
        "money_in_suspense": (funding, {"provider": "paystack", "reference": bare, "job_id": 0}),
        "chargeback": of_chargeback,
        "chargeback_due": (known_twice, {"provider": "paystack", "chargeback_id": "77"}),
        "chargeback_answer_refused": of_chargeback,
        # Of money that is booked here, of a chargeback that is not.
        "chargeback_unclear": (attempt, {**of_attempt[1], "chargeback_id": "nobody's"}),
        "wallet_owes": (wallet, {"user_id": job.client_id, "amount_kobo": 5, "reference": "pay-1"}),
        **dict.fromkeys((event for event in WAYS if event.startswith("card_refund_")), of_refund),
        "card_refund_not_in_the_books": of_attempt,
        "card_refund_failed_after_all": (attempt, {"attempt_id": attempt.pk, "amount_kobo": 5}),
        **dict.fromkeys((event for event in WAYS if event.startswith("transfer_")), of_transfer),
        **dict.fromkeys((event for event in WAYS if event.startswith("staff_money_")), of_move),
        "withdrawal_stopped": of_transfer,
        "dispute_opened": (dispute, {"dispute_id": dispute.pk, "assignment_id": dispute.assignment_id}),
        "dispute_proposed": (dispute, {"dispute_id": dispute.pk, "to_worker_kobo": 5}),
        "provider_balance_too_low": of_transfer,
        "provider_refuses_our_account": of_attempt,
        "provider_fee_not_believed": (funding, {"reference": funding.reference, "fee_kobo": 5}),
        "virtual_account_refused": (account, {"provider": "paystack", "virtual_account_id": account.pk}),
        "row_not_reconciled": (refund, {"found_in": "refund", "row_id": refund.pk, "reference": refund.reference}),
        "payment_status_unknown": of_attempt,
    }


def body_of(event: str, facts: dict[str, object], mailoutbox: list[EmailMessage]) -> str:
    """Facts go through a job, so all of them are texts."""
    mail_staff(event=event, facts={name: str(value) for name, value in facts.items()})
    return str(mailoutbox.pop().body)


def link_of(body: str) -> str:
    (link,) = re.findall(rf"^{re.escape(configured.PUBLIC_URL)}(/admin/\S*)$", body, flags=re.MULTILINE)
    return str(link)


@pytest.fixture
def office(bisi: CustomUser) -> Client:
    client = Client()
    client.force_login(bisi)
    return client


def test_every_mail_leads_to_what_it_is_about(mailoutbox: list[EmailMessage], office: Client) -> None:
    rows = of_rows()
    wrong = []
    for event, (row, facts) in rows.items():
        link = link_of(body_of(event, facts, mailoutbox))
        opened = office.get(link)
        if opened.status_code != 200 or opened.context["original"] != row:
            wrong.append((event, link))

    assert wrong == []
    assert set(rows) | set(LISTS) | {"money_for_a_closed_account"} == set(get_args(StaffEvent.__value__))


def test_of_whom_there_is_no_row_the_list_opens(
    mailoutbox: list[EmailMessage], office: Client, wale: CustomUser
) -> None:
    """Also of facts whose row is not there: it was rolled back, or told of by a reference alone."""
    for event, screen in LISTS.items():
        link = link_of(body_of(event, {"provider": "paystack", "differences": 2}, mailoutbox))
        assert link.partition("?")[0] == reverse(f"admin:{screen}")
        assert office.get(link).status_code == 200
    person = link_of(body_of("money_for_a_closed_account", {"user_id": wale.pk, "amount_kobo": 5}, mailoutbox))
    assert person == reverse("admin:person_everything", args=[wale.pk])
    for event in set(WAYS) - set(LISTS) - {"money_for_a_closed_account", "wallet_owes"}:
        missing: dict[str, object] = {"provider": "paystack", "reference": "gone-1", "chargeback_id": "gone"}
        assert office.get(link_of(body_of(event, missing, mailoutbox))).status_code == 200, event
    told_before = link_of(body_of("an_event_of_an_older_version", {}, mailoutbox))
    assert told_before == reverse("admin:index")


def test_sums_are_naira_and_rows_that_are_not_there_are_not_named(mailoutbox: list[EmailMessage]) -> None:
    facts = {"amount_kobo": 1_250_050, "user_id": 0, "job_id": 0, "provider": "", "by_staff_id": 7}

    body = body_of("staff_money_moved", facts, mailoutbox)

    assert body.splitlines()[:-1] == ["Amount: ₦12,500.50", "By staff: 7", ""]


def test_every_mail_to_staff_is_explained_in_the_docs() -> None:
    text = Path(configured.BASE_DIR / "docs" / "money.md").read_text().partition("## What staff are told")[2]
    table = text.partition("\n## ")[0]
    told = {
        name for row in re.findall(r"^\| (`.+?) \|", table, flags=re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    }

    assert told == set(WAYS) == set(get_args(StaffEvent.__value__))
