"""What each role of staff may look at and do: the matrix of all acts in admin, and of the cards of Today."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts.models import CustomUser
from core.actor import Role
from payshift.staff_roles import STAFF_ROLES, make_roles
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

SUPPORT, FINANCE, OPERATIONS = "Support", "Finance", "Operations"
# Every act in admin, and who may do it besides superusers. Who reads only may do none.
ACTS: dict[str, set[str]] = {
    "accounts_customuser_ban": {SUPPORT},
    "accounts_customuser_unban": {SUPPORT},
    "accounts_customuser_send_code": {SUPPORT},
    "accounts_device_end": {SUPPORT},
    "accounts_staffexport_make": {FINANCE},
    "accounts_staffexport_fetch": {FINANCE},
    "accounts_secondfactor_switch_off": {SUPPORT},
    "jobs_job_cancel": {SUPPORT},
    "jobs_job_hide": {SUPPORT},
    "jobs_job_show_again": {SUPPORT},
    "jobs_report_answer": {SUPPORT, OPERATIONS},
    "rating_review_hide": {SUPPORT},
    "rating_review_reword": {SUPPORT},
    "rating_review_show_again": {SUPPORT},
    "payment_dispute_review": {SUPPORT},
    "payment_dispute_all_to_worker": {SUPPORT},
    "payment_dispute_all_to_client": {SUPPORT},
    "payment_dispute_split": {SUPPORT},
    "payment_chargeback_accept": {FINANCE},
    "payment_chargeback_contest": {FINANCE},
    "payment_chargeback_answered_there": {FINANCE},
    "payment_chargeback_attach": {FINANCE},
    "payment_chargeback_document": {FINANCE},
    "payment_chargeback_won": {FINANCE},
    "payment_chargeback_give_up": {FINANCE},
    "payment_chargeback_lost": {FINANCE},
    "payment_paymentattempt_chargeback": {FINANCE},
    "payment_paymentattempt_chargeback_opened": {FINANCE},
    "payment_refund_look_up": {FINANCE},
    "payment_refund_return_to_wallet": {FINANCE},
    "payment_refund_let_go": {FINANCE},
    "payment_withdrawal_look_up": {FINANCE},
    "payment_withdrawal_return_to_wallet": {FINANCE},
    "payment_withdrawal_release": {FINANCE},
    "payment_wallet_hold": {FINANCE},
    "payment_wallet_let_go": {FINANCE},
    "payment_providerdifference_explained": {FINANCE},
    "payment_settlement_booked": {FINANCE},
    "payment_ledgertransaction_staff_payment": {FINANCE},
    "payment_ledgertransaction_settlement": {FINANCE},
    "payment_ledgertransaction_statement_line": {FINANCE},
    "payment_webhookevent_process_again": {FINANCE, OPERATIONS},
    "procrastinate_procrastinatejob_retry": {OPERATIONS},
}
# Offered by what the row is as well: tests/payment/test_staff_moves.py and test_staff_money.py.
BY_THE_ROW = {
    "payment_staffmove_approve",
    "payment_staffmove_decline",
    "payment_ledgertransaction_suspense",
}
ADMINS = {f"{model._meta.app_label}_{model._meta.model_name}": screen for model, screen in admin.site._registry.items()}


def test_migrate_made_the_roles() -> None:
    """Of the suite's own database, in which nothing else has."""
    assert {role.name for role in STAFF_ROLES} <= set(Group.objects.values_list("name", flat=True))
    assert Group.objects.filter(name=SUPPORT, permissions__codename="ban_customuser").exists()


def member(role: str) -> Client:
    user: CustomUser = UserFactory.create(role=Role.ADMIN)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture(autouse=True)
def _roles(db: None) -> None:
    make_roles()


def test_every_act_of_admin_is_in_the_matrix() -> None:
    acts = {
        f"{name}_{act}"
        for name, screen in ADMINS.items()
        for act in {*screen.actions, *screen.actions_detail, *screen.actions_list}  # type: ignore[attr-defined,misc]
    }

    assert acts == set(ACTS) | BY_THE_ROW


@pytest.mark.parametrize("role", [role.name for role in STAFF_ROLES])
def test_role_reaches_its_acts_and_no_other(role: str) -> None:
    client = member(role)
    reached = set()
    for name in ACTS:
        screen = next(model for model in ADMINS if name.startswith(f"{model}_"))
        act = name.removeprefix(f"{screen}_")
        on_list = act in ADMINS[screen].actions_list  # type: ignore[attr-defined]
        answer = client.get(reverse(f"admin:{name}", args=() if on_list else (999_999_999,)))
        if answer.status_code != 403:
            reached.add(name)

    assert reached == {name for name, roles in ACTS.items() if role in roles}


@pytest.mark.parametrize("role", [role.name for role in STAFF_ROLES])
def test_role_is_offered_on_its_lists_what_it_may_do(role: str) -> None:
    client = member(role)
    user = CustomUser.objects.get(groups__name=role)
    for name, screen in ADMINS.items():
        if not screen.actions:
            continue
        answer = client.get(reverse(f"admin:{name}_changelist"))
        app, model = name.split("_", 1)
        assert (answer.status_code == 200) is user.has_perm(f"{app}.view_{model}")
        if answer.status_code == 200:
            offered = {f"{name}_{act}" for act in screen.get_actions(answer.wsgi_request)}
            assert offered == {act for act in ACTS if act in offered and role in ACTS[act]}


@pytest.mark.parametrize(
    ("role", "cards"),
    [
        (
            SUPPORT,
            [
                *("Open disputes", "Suspense", "Withdrawals waiting", "Refunds to cards"),
                *("Staff without a second factor", "Reports"),
            ],
        ),
        (OPERATIONS, ["Failed webhooks", "Reports", "Failed background jobs"]),
    ],
)
def test_today_shows_the_cards_whose_lists_one_may_open(role: str, cards: list[str]) -> None:
    client = member(role)

    shown = client.get(reverse("admin:index")).context["cards"]

    assert [card.title for card in shown] == cards
    assert {client.get(card.link).status_code for card in shown} == {200}


def test_support_bans_and_does_not_set_credentials(wale: CustomUser) -> None:
    client = member(SUPPORT)

    assert client.get(reverse("admin:accounts_customuser_ban", args=[wale.pk])).status_code == 200
    assert (
        client.post(reverse("admin:accounts_customuser_change", args=[wale.pk]), {"email": "x@y.ng"}).status_code == 403
    )


def test_roles_are_put_right_again_and_other_groups_left_alone() -> None:
    own = Group.objects.create(name="Night shift")
    Group.objects.get(name=SUPPORT).permissions.clear()

    make_roles()

    assert Group.objects.get(name=SUPPORT).permissions.filter(codename="change_job").exists()
    assert list(own.permissions.all()) == []
