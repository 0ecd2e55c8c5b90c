"""Every list and every object of admin runs as many queries for twelve rows as for three, and few of them."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import models
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from accounts.models import CustomUser
from accounts.tasks import mail_notification
from core.queries import count_queries
from tests.architecture.test_query_budgets import grow
from tests.architecture.world import build_world

pytestmark = pytest.mark.django_db

# Session, member of staff, rows; then for some the dates of the hierarchy, the choices of a filter, an inline's rows.
MOST_QUERIES_OF_A_LIST = 7

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


def lists(staff: Client) -> dict[str, int]:
    """Queries per list."""
    counts = {}
    for model in MODELS:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        with count_queries() as counted:
            assert staff.get(address).status_code == 200, model
        counts[model._meta.label] = counted.count
    return counts


def rows(model: type[models.Model]) -> int:
    return model._default_manager.count()


def test_lists_run_as_many_queries_for_twelve_rows_as_for_three(
    staff: Client, chidi: CustomUser, wale: CustomUser, ada: CustomUser, settings: Settings
) -> None:
    settings.TIME_TRAVEL = False  # its clock is a query of its own
    world = build_world(chidi=chidi, wale=wale, ada=ada)

    def more(times: int) -> None:
        for number in range(times):
            grow(world)
            mail_notification.defer(notification_id=number)
            Group.objects.create(name=f"group {Group.objects.count()}")

    more(3)
    with_three, rows_with_three = lists(staff), rows(ProcrastinateJob)
    more(9)
    with_twelve = lists(staff)

    assert rows(ProcrastinateJob) >= rows_with_three + 9
    assert with_twelve == with_three
    assert {label: count for label, count in with_twelve.items() if count > MOST_QUERIES_OF_A_LIST} == {}


def test_first_page_runs_as_many_queries_whatever_there_is(
    staff: Client, chidi: CustomUser, wale: CustomUser, ada: CustomUser, settings: Settings
) -> None:
    settings.TIME_TRAVEL = False

    def spent() -> int:
        with count_queries() as counted:
            staff.get(reverse("admin:index"))
        return counted.count

    spent()
    empty = spent()
    world = build_world(chidi=chidi, wale=wale, ada=ada)
    for _ in range(5):
        grow(world)

    # Session, member of staff, five kinds of open things, balances, the last check, the first answer due, staff without
    # a second factor, what staff propose, differences with providers, open reports, open places, who waits for one,
    # mails that are due in two lanes, pushes, the queue, periodic tasks, workers, the own profile, own history.
    assert (empty, spent()) == (24, 24)
