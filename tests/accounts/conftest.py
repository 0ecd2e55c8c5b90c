"""Codes and mails as a person sees them."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from accounts.models import CustomUser
from tests.support.api_client import ApiClient
from tests.support.jobs import RunJobs

type Api = Callable[[CustomUser], ApiClient]
type QueuedJobs = Callable[[], list[tuple[str, dict[str, Any]]]]
type Mails = Callable[[str], list[EmailMessage]]
type CodeFor = Callable[[str], str]

SENT_CODE = re.compile(r"your code is ([0-9]{6})\.")


@pytest.fixture(autouse=True)
def _production_clock(settings: Any) -> None:
    """Where the clock can be moved, each request reads its offset: one query more than production runs."""
    settings.TIME_TRAVEL = False


@pytest.fixture
def mails_to(run_jobs: RunJobs) -> Mails:
    """Runs the queue, then every mail to the address, oldest first."""

    def mails(address: str) -> list[EmailMessage]:
        run_jobs()
        return [message for message in mail.outbox if message.to == [address]]

    return mails


@pytest.fixture
def code_for(mails_to: Mails) -> CodeFor:
    """The code in the newest mail to the address that has one."""

    def code(address: str) -> str:
        found = [SENT_CODE.search(str(message.body)) for message in mails_to(address)]
        return next(match[1] for match in reversed(found) if match)

    return code


def another(code: str) -> str:
    """A code that is certainly wrong."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def problem(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]
