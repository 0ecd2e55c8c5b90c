"""`manage.py populate_demo`: one load, looked at from several sides."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.models import CustomUser, Notification
from core import clock
from core.self_checks import last_check
from jobs.models import Application, ApplicationStatus, AssignmentStatus, Job, JobStatus, ShiftAssignment
from payment.models import Dispute, DisputeStatus, PaymentAttempt, PaymentStatus, Withdrawal, WithdrawalStatus
from payment.services.ledger_check import BOOKS
from payshift.demo import people
from payshift.services.patterns import LOOKED_AT, find_patterns
from rating.models import Review
from tests.support.papers import receipts_beside_the_books, statements_beside_the_books

pytestmark = pytest.mark.django_db(transaction=True)

IN_FLIGHT = {WithdrawalStatus.REQUESTED, WithdrawalStatus.SENDING, WithdrawalStatus.UNKNOWN}


@pytest.fixture(autouse=True)
def _development(settings: Settings) -> None:
    """The test runner turns DEBUG off."""
    settings.DEBUG = True
    settings.TIME_TRAVEL = True


def populate(*arguments: str) -> str:
    output = StringIO()
    call_command("populate_demo", *arguments, stdout=output)
    return output.getvalue()


def test_demo_data_shows_every_state_in_books_that_balance_and_loads_once() -> None:
    said = populate()

    assert all(login in said for login in (people.CLIENT_EMAIL, people.WORKER_EMAIL, people.STAFF_EMAIL))
    assert "100%" in said
    assert CustomUser.objects.count() == len(people.EVERYBODY) == 30
    assert Job.objects.count() == 60
    assert states(Job) == set(JobStatus)
    assert states(Application) == set(ApplicationStatus)
    assert states(ShiftAssignment) == set(AssignmentStatus)
    assert states(PaymentAttempt) == set(PaymentStatus)
    # What is in flight would be looked up at a gateway that knows nothing of it.
    assert states(Withdrawal) == set(WithdrawalStatus) - IN_FLIGHT
    assert states(Dispute) == set(DisputeStatus) - {DisputeStatus.UNDER_REVIEW}
    assert set(Review.objects.values_list("rating", flat=True)) >= {3, 4, 5}
    assert Notification.objects.filter(read_at__isnull=True).exists()
    # Of the past nobody is mailed today.
    assert not Notification.objects.filter(mail_at__isnull=False).exists()
    assert CustomUser.objects.get(email=people.WORKER_EMAIL).check_password(people.PASSWORD)
    call_command("ledger_check", stdout=StringIO())
    check = last_check(BOOKS)
    assert check is not None
    assert check.differences == 0
    assert receipts_beside_the_books() > 150
    assert statements_beside_the_books() > 250
    # Its people are honest: staff are shown nothing to look into, though they worked, travelled and praised each other.
    assert ShiftAssignment.objects.filter(check_in_latitude__isnull=False).exists()
    assert list(find_patterns(since=clock.now() - LOOKED_AT)) == []

    before = Job.objects.latest("pk").pk
    assert "nothing was changed" in populate()
    assert Job.objects.latest("pk").pk == before


def test_demo_data_is_refused_outside_development(settings: Settings) -> None:
    settings.DEBUG = False

    with pytest.raises(CommandError, match="for development"):
        populate("--reset")

    assert not CustomUser.objects.exists()


def states(model: type[Job | Application | ShiftAssignment | PaymentAttempt | Withdrawal | Dispute]) -> set[str]:
    return set(model._default_manager.values_list("status", flat=True))
