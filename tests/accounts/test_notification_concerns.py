"""Whom each kind of notification concerns: what the settings show a person is what that person can be told."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

from accounts.models import CustomUser, NotificationKind
from accounts.notification_concerns import ALWAYS, CONCERNS
from core.actor import Role
from tests.accounts.conftest import Api

TOLD_BY = {"tell_worker": Role.APPLICANT, "tell_client": Role.CLIENT}


def told() -> list[tuple[str, NotificationKind]]:
    """Each call that tells one side of a shift of a kind that stands in it."""
    calls = [
        (node.func.id, argument.attr)
        for path in (Path(settings.BASE_DIR) / "jobs" / "services").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TOLD_BY
        for argument in node.args
        if isinstance(argument, ast.Attribute) and ast.unparse(argument.value) == "NotificationKind"
    ]
    return sorted((name, NotificationKind[kind]) for name, kind in calls)


def test_each_kind_says_whom_it_concerns_and_what_it_is_about() -> None:
    assert set(CONCERNS) == set(NotificationKind)
    assert {
        *(NotificationKind.NEW_DEVICE, NotificationKind.DEVICE_REVOKED, NotificationKind.BANK_ACCOUNT_CHANGED),
        *(NotificationKind.SECOND_FACTOR_CHANGED, NotificationKind.IDENTITY_CHANGED, NotificationKind.SIGNUP_ATTEMPT),
    } == ALWAYS


def test_a_side_of_a_shift_is_told_only_what_concerns_its_role() -> None:
    found = told()

    assert [(name, kind) for name, kind in found if TOLD_BY[name] not in CONCERNS[kind].roles] == []
    assert {name for name, _ in found} == set(TOLD_BY)


@pytest.mark.django_db
def test_settings_say_of_each_kind_its_topic_and_its_roles(api: Api, wale: CustomUser) -> None:
    preferences = api(wale).get("/notifications/settings").json()["preferences"]

    by_kind = {preference["kind"]: (preference["topic"], preference["roles"]) for preference in preferences}
    assert by_kind["application_received"] == ("hiring", ["client"])
    assert by_kind["wage_paid"] == ("money", ["applicant"])
    assert by_kind["dispute_opened"] == ("disputes", ["applicant", "client"])
    assert len(by_kind) == len(NotificationKind) - len(ALWAYS)
