"""Mails to staff: what people can do again and again is one mail in a while, money always has its own."""

import pytest
from django.core.mail import EmailMessage
from pytest_django import Settings

from payment.services.alerts import mail_staff

DISPUTE = {"dispute_id": "1", "assignment_id": "7", "job_id": "3"}


@pytest.fixture(autouse=True)
def staff(settings: Settings) -> None:
    settings.MANAGERS = ["staff@payshift.example"]


def test_disputes_of_one_shift_are_one_mail_in_a_while(mailoutbox: list[EmailMessage], settings: Settings) -> None:
    for dispute in (DISPUTE, DISPUTE | {"dispute_id": "2"}, DISPUTE | {"dispute_id": "3", "assignment_id": "8"}):
        mail_staff(event="dispute_opened", facts=dispute)

    assert [("dispute_id: 1" in mail.body, "assignment_id: 8" in mail.body) for mail in mailoutbox] == [
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
