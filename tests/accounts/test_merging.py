"""Repeated notices of the same thing within a quarter of an hour become one, in the app and in the mail box."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.db.models import F

from accounts.models import CustomUser, Notification, NotificationKind, NotificationPreference
from accounts.notification_concerns import ALWAYS
from accounts.services import merging, notifications
from accounts.services.mailing import send_due_mails
from accounts.services.notifications import Notice, notify_all
from core import clock
from core.lanes import Lane
from payshift.measuring.databases import owner_connection
from tests.accounts.conftest import Api
from tests.jobs.test_races import run_together

pytestmark = pytest.mark.django_db

Kind = NotificationKind
MINUTE = timedelta(minutes=1)
MONEY = {
    *(Kind.PAYMENT_RECEIVED, Kind.WAGE_PAID, Kind.REFUND_RECEIVED, Kind.SHIFT_APPROVED),
    *(Kind.MINUTES_LOWERED, Kind.MINUTES_RAISED, Kind.DISPUTE_RESOLVED),
    *(Kind.WITHDRAWAL_PAID, Kind.WITHDRAWAL_FAILED, Kind.WITHDRAWAL_REVERSED),
}
type Tell = Callable[..., None]


@pytest.fixture
def tell(wale: CustomUser) -> Tell:
    """Wale hears that a job changed: what happened `after` so many minutes, delivered at that time."""
    start = clock.now()

    def deliver_after(after: int, *, kind: NotificationKind = Kind.JOB_CHANGED, job: int = 7, to: int = 0) -> None:
        at = start + after * MINUTE
        with time_machine.travel(at, tick=False):
            params: dict[str, str | int] = {"job_id": job, "job_title": f"Waiter {after}", "amount_kobo": 5}
            key = f"{kind}:{job}:{after}"
            notify_all([Notice(to or wale.pk, kind, params, key)])

    return deliver_after


def standing(user: CustomUser) -> list[str]:
    """What the app shows as unread, newest first."""
    rows = Notification.objects.filter(user=user, read_at__isnull=True, is_hidden=False).order_by("-created_at")
    return [body.partition("“")[2].partition("”")[0] for body in rows.values_list("body", flat=True)]


def mails() -> list[tuple[str, timedelta]]:
    """What is to be mailed: of which job, and how long after it happened."""
    rows = Notification.objects.filter(mail_at__isnull=False, superseded_at=None, mailed_at=None).order_by("pk")
    told = rows.annotate(after=F("mail_at") - F("created_at")).values_list("body", "after")
    return [(body.partition("“")[2].partition("”")[0], after) for body, after in told]


NOW = timedelta()


def sent(notification: Notification, at: datetime) -> None:
    Notification.objects.filter(pk=notification.pk).update(mailed_at=at)


def test_newer_notice_takes_the_place_of_the_unread_older_one(api: Api, wale: CustomUser, tell: Tell) -> None:
    tell(0)
    tell(5)
    tell(14)

    assert standing(wale) == ["Waiter 14"]
    shown = api(wale).get("/notifications").json()
    assert ([item["title"] for item in shown["items"]], shown["unread_count"]) == (["Job changed"], 1)
    assert Notification.objects.filter(superseded_at__isnull=False).count() == 2


def test_fact_that_was_told_is_not_told_again_once_superseded(wale: CustomUser, tell: Tell) -> None:
    tell(0)
    tell(5)
    tell(0)

    assert standing(wale) == ["Waiter 5"]
    assert Notification.objects.count() == 2


def test_older_fact_that_comes_late_takes_no_place(wale: CustomUser, tell: Tell) -> None:
    tell(5)
    tell(0)

    assert standing(wale) == ["Waiter 5"]
    late = Notification.objects.exclude(superseded_at=None).get()
    assert (late.is_hidden, late.read_at is not None) == (True, True)
    assert mails() == [("Waiter 5", NOW)]


@pytest.mark.parametrize(("second", "left"), [(14, ["Waiter 14"]), (15, ["Waiter 15", "Waiter 0"])])
def test_after_a_quarter_of_an_hour_it_is_another_notice(
    wale: CustomUser, tell: Tell, second: int, left: list[str]
) -> None:
    tell(0)
    tell(second)

    assert standing(wale) == left


def test_other_people_kinds_and_objects_stay_apart(wale: CustomUser, ada: CustomUser, tell: Tell) -> None:
    tell(0)
    tell(1, to=ada.pk)
    tell(2, job=8)
    tell(3, kind=Kind.INVITED)

    assert (standing(wale), standing(ada)) == (["Waiter 3", "Waiter 2", "Waiter 0"], ["Waiter 1"])


def test_one_that_was_read_stays_read(wale: CustomUser, tell: Tell) -> None:
    tell(0)
    Notification.objects.update(read_at=clock.now())
    tell(5)

    assert (standing(wale), Notification.objects.filter(is_hidden=False).count()) == (["Waiter 5"], 2)


def test_safety_and_money_are_never_merged(wale: CustomUser, tell: Tell) -> None:
    assert not merging.MERGED & (ALWAYS | MONEY)
    tell(0, kind=Kind.WAGE_PAID)
    tell(1, kind=Kind.WAGE_PAID)

    assert standing(wale) == ["Waiter 1", "Waiter 0"]
    assert mails() == [("Waiter 0", NOW), ("Waiter 1", NOW)]


def test_mail_that_was_sent_lets_the_next_one_wait_for_the_rest_of_the_time(wale: CustomUser, tell: Tell) -> None:
    tell(0)
    first = Notification.objects.get()
    sent(first, first.created_at)
    tell(5)

    assert mails() == [("Waiter 5", 10 * MINUTE)]


def test_mail_of_the_older_one_that_has_not_begun_is_not_sent(tell: Tell, mailoutbox: Any) -> None:
    tell(0)
    tell(5)

    assert mails() == [("Waiter 5", NOW)]
    with time_machine.travel(clock.now() + 5 * MINUTE, tick=False):
        send_due_mails(Lane.NOTICES)
    assert ["Waiter 5" in str(message.body) for message in mailoutbox] == [True]


def test_whoever_wants_mails_alone_gets_one_too(wale: CustomUser, tell: Tell, mailoutbox: Any) -> None:
    NotificationPreference.objects.create(user=wale, kind=Kind.JOB_CHANGED, in_app=False, email=True)
    tell(0)
    tell(5)

    with time_machine.travel(clock.now() + 5 * MINUTE, tick=False):
        send_due_mails(Lane.NOTICES)

    assert (standing(wale), ["Waiter 5" in str(message.body) for message in mailoutbox]) == ([], [True])


def writes(user: CustomUser) -> list[Callable[[], object]]:
    """Of four facts about one thing, a minute between them; each can be told whenever, as what happened then."""
    now = clock.now()

    def of(minute: int) -> Callable[[], object]:
        params: dict[str, str | int] = {"job_id": 7, "job_title": f"Waiter {minute}"}
        notice = Notice(user.pk, Kind.JOB_CHANGED, params, f"x:{minute}")
        return lambda: notify_all([notice], happened_at=now + minute * MINUTE)

    return [of(minute) for minute in range(4)]


@pytest.mark.django_db(transaction=True)
def test_of_several_writers_at_once_the_newest_stays(wale: CustomUser) -> None:
    assert run_together(writes(wale)) == ["ok"] * 4

    assert standing(wale) == ["Waiter 3"]
    assert Notification.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_fact_that_is_told_twice_at_once_is_told_once(wale: CustomUser) -> None:
    first, *_ = writes(wale)

    assert run_together([first] * 4) == ["ok"] * 4

    assert (standing(wale), Notification.objects.count()) == (["Waiter 0"], 1)


@pytest.fixture
def _unlocked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A function of the same, but for the lock."""
    with owner_connection() as owner:
        (body,) = owner.execute("SELECT pg_get_functiondef('accounts_tell'::regproc)").fetchone() or ("",)
        unlocked = re.sub(r"PERFORM pg_advisory_xact_lock\(.*?\);", "", body, flags=re.DOTALL)
        assert unlocked != body
        owner.execute(unlocked.replace("accounts_tell", "accounts_tell_unlocked", 1).encode())
        monkeypatch.setattr(
            notifications, "TELL", notifications.TELL.replace("accounts_tell", "accounts_tell_unlocked")
        )
        yield
        owner.execute("DROP FUNCTION accounts_tell_unlocked(jsonb, timestamptz, timestamptz, interval)")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_unlocked")
def test_control_without_the_lock_all_stay(wale: CustomUser) -> None:
    written = Barrier(4)

    def at_once(write: Callable[[], object]) -> Callable[[], None]:
        def tell() -> None:
            with transaction.atomic():
                write()
                written.wait(30)

        return tell

    assert run_together([at_once(write) for write in writes(wale)]) == ["ok"] * 4
    assert len(standing(wale)) == 4


@pytest.mark.django_db(transaction=True)
def test_mail_that_begins_as_a_newer_notice_comes_goes_or_gives_way(wale: CustomUser, mailoutbox: Any) -> None:
    older, newer, *_ = writes(wale)
    older()

    assert run_together([newer, lambda: send_due_mails(Lane.NOTICES)]) == ["ok", "ok"]

    # One of the two: the older one's mail went, and the newer one's waits; or it did not, and the newer one's is due.
    first, later = Notification.objects.order_by("pk")
    assert later.mail_at is not None
    assert (first.mailed_at is not None) == (later.mail_at > clock.now() + MINUTE)
    assert standing(wale) == ["Waiter 1"]
