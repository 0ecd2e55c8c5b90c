"""Whoever sits at a session of staff gives nothing away without the password of who logged in."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from accounts.models import CustomUser
from accounts.services.banning import ban_user
from payment.services.accounts import wallet_of
from payment.services.wallet_holds import hold_withdrawals
from tests.factories.accounts import PASSWORD, SecondFactorFactory, UserFactory
from tests.support.staff_pages import act_on_page

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 11, tzinfo=UTC)
LATER = NOON + timedelta(minutes=30, seconds=1)
INLINE = {"profile-TOTAL_FORMS": 0, "profile-INITIAL_FORMS": 0}
type Write = Callable[..., Any]


@pytest.fixture
def tosin() -> CustomUser:
    user: CustomUser = UserFactory.create(email="tosin@example.com", role="admin", is_superuser=True, password=PASSWORD)
    return user


@pytest.fixture
def office(tosin: CustomUser) -> Client:
    """Logged in at noon."""
    return at_noon(tosin)


def at_noon(user: CustomUser) -> Client:
    with time_machine.travel(NOON, tick=False):
        client = Client()
        client.force_login(user)
    return client


def change_person(client: Client, person: CustomUser, **more: str) -> Any:
    fields = {"first_name": person.first_name, "last_name": person.last_name, "role": person.role}
    page = reverse("admin:accounts_customuser_change", args=[person.pk])
    return client.post(page, {**fields, **INLINE, "email": "taken@example.com", **more})


def add_person(client: Client, person: CustomUser, **more: str) -> Any:
    fields = {"first_name": "Second", "last_name": "Hand", "role": "admin", "email": "taken@example.com"}
    return client.post(reverse("admin:accounts_customuser_add"), {**fields, **more})


def taken() -> bool:
    return CustomUser.objects.filter(email="taken@example.com").exists()


@pytest.mark.parametrize("write", [change_person, add_person])
def test_accounts_are_not_given_away_without_the_password_of_who_acts(
    write: Write, office: Client, tosin: CustomUser, wale: CustomUser
) -> None:
    with time_machine.travel(LATER, tick=False):
        refused = [write(office, wale), write(office, wale, who_acts="a guess"), write(office, wale, password=PASSWORD)]

        assert [answer.status_code for answer in refused] == [200, 200, 200]
        assert [list(answer.context["adminform"].form.errors) for answer in refused] == [["who_acts"]] * 3
        assert not taken()
        assert write(office, wale, who_acts=PASSWORD).status_code == 302

    assert taken()
    told = "".join(LogEntry.objects.values_list("change_message", flat=True))
    assert (PASSWORD in told, "password" in told.lower()) == (False, False)


def test_rights_of_a_group_are_not_given_away_without_it(office: Client, tosin: CustomUser) -> None:
    group = Group.objects.create(name="Guests")
    ban = Permission.objects.get(codename="ban_customuser")
    page = reverse("admin:auth_group_change", args=[group.pk])
    given = {"name": "Guests", "permissions": [ban.pk]}

    with time_machine.travel(LATER, tick=False):
        assert office.post(page, given).status_code == 200
        assert office.post(reverse("admin:auth_group_add"), {**given, "name": "Others"}).status_code == 200
        assert (group.permissions.count(), Group.objects.filter(name="Others").exists()) == (0, False)
        assert office.post(page, {**given, "who_acts": PASSWORD}).status_code == 302

    assert group.permissions.get() == ban


def test_soon_after_the_log_in_and_of_who_only_looks_nothing_is_asked(
    office: Client, tosin: CustomUser, wale: CustomUser
) -> None:
    reader: CustomUser = UserFactory.create(role="admin")
    reader.user_permissions.set(Permission.objects.filter(codename="view_customuser"))
    page = reverse("admin:accounts_customuser_change", args=[wale.pk])
    looking = at_noon(reader)

    with time_machine.travel(NOON + timedelta(minutes=30), tick=False):
        assert "who_acts" not in office.get(page).content.decode()
        assert change_person(office, wale).status_code == 302
    with time_machine.travel(LATER, tick=False):
        assert "who_acts" in office.get(page).content.decode()
        shown = looking.get(page)
        assert (shown.status_code, "who_acts" in shown.content.decode()) == (200, False)


def test_money_is_not_set_free_without_it(
    office: Client, tosin: CustomUser, wale: CustomUser, bisi: CustomUser
) -> None:
    """What is let go leaves within minutes, and does not come back with a hold or a ban."""
    wallet_of(wale.pk)
    hold_withdrawals(user_id=wale.pk, reason="Odd")
    ban_user(user_id=wale.pk, staff_id=bisi.pk)
    pages = [
        reverse("admin:payment_wallet_let_go", args=[wale.wallet.pk]),
        reverse("admin:accounts_customuser_unban", args=[wale.pk]),
    ]

    with time_machine.travel(LATER, tick=False):
        assert [act_on_page(office, page, reason="They called").status_code for page in pages] == [422, 422]
        wale.refresh_from_db()
        wale.wallet.refresh_from_db()
        assert (wale.banned_at is None, wale.wallet.held_at is None) == (False, False)
        answers = [act_on_page(office, pages[0], reason="They called", password=PASSWORD)]
        answers.append(act_on_page(office, pages[1], reason="They called"))

    assert [answer.status_code for answer in answers] == [302, 302]


def test_what_one_session_proved_is_no_proof_of_another(tosin: CustomUser, office: Client, chidi: CustomUser) -> None:
    other = at_noon(tosin)

    with time_machine.travel(LATER, tick=False):
        ban = reverse("admin:accounts_customuser_ban", args=[chidi.pk])
        assert "Your password" in office.get(ban).content.decode()
        assert change_person(office, chidi, who_acts=PASSWORD).status_code == 302
        assert "Your password" not in office.get(ban).content.decode()

        assert "Your password" in other.get(ban).content.decode()
        assert change_person(other, chidi, email="again@example.com").status_code == 200


@pytest.mark.parametrize("change", ["password", "second factor", "no longer staff"])
def test_what_a_session_proved_ends_with_it(change: str, tosin: CustomUser, office: Client, wale: CustomUser) -> None:
    """Proved a minute ago, and then somebody else's, or another way in, is the true one."""
    if change == "password":
        tosin.set_password("another one altogether")
        tosin.save()
    elif change == "second factor":
        SecondFactorFactory.create(user=tosin)
    else:
        CustomUser.objects.filter(pk=tosin.pk).update(role="client", is_staff=False, is_superuser=False)

    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        answers = [
            change_person(office, wale),
            act_on_page(office, reverse("admin:accounts_customuser_ban", args=[wale.pk]), reason="Mine"),
        ]

    assert [answer.headers.get("Location", "").partition("?")[0] for answer in answers] == ["/admin/login/"] * 2
    wale.refresh_from_db()
    assert (taken(), wale.banned_at) == (False, None)
