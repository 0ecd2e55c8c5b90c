"""Mails of notices leave by batches, each with a mark of its own: none is lost, none goes twice, none stops another."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier
from typing import Any, Literal

import pytest
import time_machine

from accounts.models import CustomUser, Notification, NotificationKind
from accounts.services import mailing
from accounts.services.mailing import HELD, MAIL_TAKES, TRIES, mail_again, send_due_mails
from core import clock
from core.lanes import PRIORITY, Lane
from core.queries import count_queries
from tests.factories.accounts import NotificationFactory, UserFactory
from tests.jobs.test_races import run_together
from tests.support.crashing import KILLED, Crash, Machine
from tests.support.mail_server import MailServer

pytestmark = pytest.mark.django_db(transaction=True)

NOTICES = Lane.NOTICES


@pytest.fixture
def due() -> Callable[..., list[Notification]]:
    """So many mails that are due, each to a person of its own, oldest first."""

    def make(number: int, **values: Any) -> list[Notification]:
        return [
            NotificationFactory.create(
                user=UserFactory.create(email=f"worker{place}@example.com"),
                mail_at=clock.now() - timedelta(seconds=number - place),
                **values,
            )
            for place in range(number)
        ]

    return make


type Due = Callable[..., list[Notification]]


def addresses(*numbers: int) -> list[str]:
    return [f"worker{number}@example.com" for number in numbers]


def unsent() -> int:
    return Notification.objects.filter(mailed_at=None).count()


def test_batch_is_claimed_by_one_statement_and_marked_mail_by_mail(due: Due, mail_server: MailServer) -> None:
    due(5)

    with count_queries(statements=True) as counted:
        assert send_due_mails(NOTICES) == 5

    # The claim; one mark for each.
    assert counted.count == 1 + 5, counted.statements
    assert (mail_server.recipients, unsent()) == (addresses(0, 1, 2, 3, 4), 0)
    assert send_due_mails(NOTICES) == 0


def test_no_batch_is_larger_than_it_may_be(due: Due, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailing, "BATCH", 3)
    due(5)

    assert [send_due_mails(NOTICES) for _ in range(3)] == [3, 2, 0]


def test_what_is_not_to_be_mailed_stays(mail_server: MailServer) -> None:
    now = clock.now()
    NotificationFactory.create(mail_at=None)
    NotificationFactory.create(mail_at=now, superseded_at=now)
    NotificationFactory.create(mail_at=now, mailed_at=now)
    NotificationFactory.create(mail_at=now + timedelta(minutes=1))

    assert (send_due_mails(NOTICES), mail_server.messages) == (0, [])


@pytest.mark.parametrize("step", ["before", "after"])
def test_killed_in_the_middle_of_a_batch_loses_none_and_doubles_none_but_the_one_nobody_knows_of(
    due: Due, mail_server: MailServer, machine: Machine, step: Literal["before", "after"]
) -> None:
    due(6)

    assert machine.work(Crash("accounts.services.mailing._send", step, call=3)) == KILLED
    assert len(mail_server.messages) == (2 if step == "before" else 3)
    assert unsent() == 4
    # The killed one's batch is held: it may be alive.
    assert send_due_mails(NOTICES) == 0
    with time_machine.travel(clock.now() + HELD, tick=True):
        assert send_due_mails(NOTICES) == 4

    assert sorted(set(mail_server.recipients)) == addresses(0, 1, 2, 3, 4, 5)
    # As the same message, by which mail boxes know it.
    assert sorted(mail_server.copies.values()) == [1] * 5 + [1 if step == "before" else 2]


def test_killed_between_claim_and_first_mail_loses_none(due: Due, mail_server: MailServer, machine: Machine) -> None:
    due(3)

    assert machine.work(Crash("accounts.services.mailing._claim", "after", call=2)) == KILLED
    with time_machine.travel(clock.now() + HELD, tick=True):
        send_due_mails(NOTICES)

    assert mail_server.recipients == addresses(0, 1, 2)


def test_control_without_a_mark_for_each_what_was_sent_before_goes_twice(
    due: Due, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(3)
    with monkeypatch.context() as patch:
        patch.setattr(mailing, "SENT", "SELECT %s::timestamptz, %s")
        send_due_mails(NOTICES)
    with time_machine.travel(clock.now() + HELD, tick=True):
        send_due_mails(NOTICES)

    assert set(mail_server.copies.values()) == {2}


def test_several_senders_at_once_send_each_mail_once(
    due: Due, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailing, "BATCH", 3)
    due(12)

    assert run_together([lambda: send_due_mails(NOTICES)] * 4) == ["ok"] * 4
    while send_due_mails(NOTICES):
        pass

    assert sorted(mail_server.copies.values()) == [1] * 12


def test_control_without_the_locks_of_the_claim_two_senders_send_the_same(
    due: Due, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(3)
    looked, claim = Barrier(2), mailing._claim

    def claim_together(lane: Lane, now: Any) -> list[mailing.Letter]:
        letters = claim(lane, now)
        looked.wait(30)
        return letters

    unlocked = mailing.CLAIM.replace("FOR NO KEY UPDATE SKIP LOCKED", "").replace(
        "UPDATE accounts_notification n SET mail_began_at = %(now)s FROM due WHERE n.id = due.id RETURNING n.*",
        "SELECT n.* FROM accounts_notification n JOIN due USING (id)",
    )
    monkeypatch.setattr(mailing, "CLAIM", unlocked)
    monkeypatch.setattr(mailing, "_claim", claim_together)

    assert run_together([lambda: send_due_mails(NOTICES)] * 2) == ["ok"] * 2

    assert sorted(mail_server.copies.values()) == [2] * 3


def test_mail_that_cannot_be_written_or_that_the_server_refuses_stops_no_other(
    due: Due, mail_server: MailServer
) -> None:
    poisoned, refused, *_ = due(4)
    Notification.objects.filter(pk=poisoned.pk).update(title="Two\nlines")
    mail_server.refused.add(refused.user.email)

    assert send_due_mails(NOTICES) == 4

    assert mail_server.recipients == addresses(2, 3)
    for row in Notification.objects.filter(pk__in=[poisoned.pk, refused.pk]):
        assert (row.mail_tries, row.mail_began_at, row.mailed_at) == (1, None, None)
        assert row.mail_at is not None
        assert timedelta(seconds=3) < row.mail_at - clock.now() < timedelta(seconds=5)


def test_mail_whose_every_try_fails_is_given_up_and_told(
    due: Due, mail_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    [row] = due(1)
    mail_server.refused.add(row.user.email)
    at = clock.now()

    for _ in range(TRIES):
        with time_machine.travel(at, tick=True):
            assert send_due_mails(NOTICES) == 1
        at += timedelta(seconds=4**TRIES)

    row.refresh_from_db()
    assert (row.mail_at, row.mail_tries, row.mailed_at) == (None, TRIES, None)
    assert "mail_given_up" in caplog.text


def test_server_that_cannot_be_reached_costs_one_mail_a_try_and_no_other_its_turn(
    due: Due, mail_server: MailServer
) -> None:
    first, second, third = due(3)
    mail_server.hung_up_on.add(first.user.email)

    # None says how many more there are: the worker pauses.
    assert send_due_mails(NOTICES) == 0
    rows = Notification.objects.in_bulk()
    assert [rows[each.pk].mail_tries for each in (first, second, third)] == [1, 0, 0]
    assert {row.mail_began_at for row in rows.values()} == {None}

    # One that makes the server hang up each time stops nobody.
    assert send_due_mails(NOTICES) == 2
    assert mail_server.recipients == addresses(1, 2)


def test_slow_sender_begins_no_mail_that_another_could_have_by_then(
    due: Due, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(3)
    seconds = iter([0.0, 0.0, MAIL_TAKES.total_seconds() + 1])
    monkeypatch.setattr(mailing, "monotonic", lambda: next(seconds))

    assert send_due_mails(NOTICES) == 1

    assert mail_server.recipients == addresses(0)
    # Free at once, for whoever comes.
    assert Notification.objects.filter(mailed_at=None, mail_began_at=None).count() == 2


def test_sender_that_slept_gives_up_nothing_that_another_began_meanwhile(
    due: Due, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    [first, second] = due(2)
    others = clock.now() + HELD
    seconds = iter([0.0, MAIL_TAKES.total_seconds() + 1])

    def wake() -> float:
        Notification.objects.filter(pk=second.pk).update(mail_began_at=others)
        return next(seconds)

    monkeypatch.setattr(mailing, "monotonic", wake)
    send_due_mails(NOTICES)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.mail_began_at, second.mail_began_at) == (None, others)


def test_safety_has_a_lane_of_its_own(due: Due, mail_server: MailServer) -> None:
    due(2)
    safety = NotificationFactory.create(
        kind=NotificationKind.NEW_DEVICE, mail_at=clock.now(), mail_turn=PRIORITY[Lane.CODES]
    )

    assert send_due_mails(Lane.CODES) == 1
    assert mail_server.recipients == [safety.user.email]
    assert send_due_mails(NOTICES) == 2


def test_whoever_is_told_much_is_mailed_after_everybody_else(due: Due, mail_server: MailServer) -> None:
    loud, quiet = due(2)
    Notification.objects.filter(pk=loud.pk).update(mail_turn=-1)

    send_due_mails(NOTICES)

    assert mail_server.recipients == [quiet.user.email, loud.user.email]


def test_mail_that_an_older_version_queued_becomes_due_once(wale: CustomUser, mail_server: MailServer) -> None:
    row = NotificationFactory.create(user=wale)

    mail_again(row.pk)
    assert send_due_mails(NOTICES) == 1
    mail_again(row.pk)

    assert (send_due_mails(NOTICES), len(mail_server.messages)) == (0, 1)
