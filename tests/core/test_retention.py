"""What is older than its kind is kept goes, in batches; what is younger, and what no rule names, stays."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.db.models import QuerySet
from prometheus_client import REGISTRY
from pytest_django import Settings

from accounts.models import CustomUser, Notification
from core import clock, retention
from core.queries import count_queries
from tests.factories.accounts import NotificationFactory

pytestmark = pytest.mark.django_db


NOTHING = dict.fromkeys(retention.RULES, 0)


def told(user: CustomUser, *, days_ago: int, times: int = 1) -> None:
    NotificationFactory.create_batch(times, user=user, created_at=clock.now() - timedelta(days=days_ago))


def forgotten() -> float:
    return REGISTRY.get_sample_value("payshift_rows_forgotten_total", {"rule": "notifications"}) or 0


def test_notifications_go_after_their_days_in_batches(
    wale: CustomUser, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    settings.KEPT_NOTIFICATIONS_DAYS, before = 100, forgotten()
    told(wale, days_ago=101, times=5)
    told(wale, days_ago=99, times=3)

    assert retention.forget_old_rows() == {**NOTHING, "notifications": 5}

    assert Notification.objects.count() == 3
    assert forgotten() - before == 5
    assert retention.forget_old_rows() == NOTHING


def test_a_night_with_nothing_old_reads_one_batch(wale: CustomUser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    told(wale, days_ago=1, times=5)

    with count_queries() as counted:
        retention.carry_out("notifications")

    assert counted.count == 1


def test_a_young_row_among_old_ones_neither_goes_nor_ends_the_walk(
    wale: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    told(wale, days_ago=400)
    told(wale, days_ago=1)
    told(wale, days_ago=400)

    assert retention.carry_out("notifications") == 2


def test_a_rule_that_fails_holds_up_no_other_and_is_told(wale: CustomUser, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> QuerySet[Notification]:
        raise OperationalError

    rules = {"broken": replace(retention.RULES["one-time codes"], rows=away), **retention.RULES}
    monkeypatch.setattr(retention, "RULES", rules)
    told(wale, days_ago=400)

    with pytest.raises(retention.Unfinished, match="broken"):
        retention.forget_old_rows()

    assert not Notification.objects.exists()


def test_sessions_of_staff_go_a_month_after_they_ended_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 1)
    for name, days in (("z", -31), ("a", -32), ("over", -29), ("open", 1)):
        Session.objects.create(session_key=name, session_data="", expire_date=clock.now() + timedelta(days=days))

    assert retention.carry_out("sessions of staff") == 2

    assert sorted(Session.objects.values_list("session_key", flat=True)) == ["open", "over"]


def test_log_of_staff_goes_after_its_years(bisi: CustomUser) -> None:
    for days in (2554, 2556):
        entry = LogEntry.objects.create(user=bisi, action_flag=1, object_repr=str(days), change_message="[]")
        LogEntry.objects.filter(pk=entry.pk).update(action_time=clock.now() - timedelta(days=days))

    assert retention.carry_out("log of staff") == 1

    assert LogEntry.objects.get().object_repr == "2554"
