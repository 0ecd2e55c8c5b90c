"""The attendance counters on profiles against the assignments, and `manage.py check_counters`."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import CustomUser, Profile
from tests.factories.jobs import ShiftAssignmentFactory

pytestmark = pytest.mark.django_db


def counters(user: CustomUser) -> tuple[int, ...]:
    return Profile.objects.values_list(
        "approved_count", "no_show_count", "late_cancel_count", "given_count", "called_off_count"
    ).get(user=user)


@pytest.fixture
def history(wale: CustomUser, chidi: CustomUser) -> CustomUser:
    """Two approved, one no-show, one late and one early withdrawal, one called off late: written by no service."""
    for options in (
        {"approved": True},
        {"approved": True},
        {"status": "no_show"},
        {"status": "canceled", "cancel_reason": "withdrawn_late"},
        {"status": "canceled", "cancel_reason": "withdrawn"},
        {"status": "canceled", "cancel_reason": "job_canceled", "compensation_kobo": 600_000},
    ):
        ShiftAssignmentFactory.create(worker=wale, client=chidi, **options)
    return wale


def test_difference_is_found_and_nothing_changed(history: CustomUser, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="2 profiles differ"):
        call_command("check_counters")

    assert f"user {history.pk}:" in capsys.readouterr().out
    assert counters(history) == (0, 0, 0, 0, 0)


def test_repair_sets_the_counters_right(history: CustomUser, chidi: CustomUser, ada: CustomUser) -> None:
    Profile.objects.filter(user=ada).update(approved_count=7)

    call_command("check_counters", "--repair", verbosity=0)

    assert counters(history) == (2, 1, 1, 0, 0)
    assert counters(chidi) == (0, 0, 0, 2, 1)
    assert counters(ada) == (0, 0, 0, 0, 0)
    call_command("check_counters")
