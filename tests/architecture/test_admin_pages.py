"""Every screen of admin opens for staff: list, search and one object of each model, with as many queries for ten rows
as for one."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import models
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import CustomUser
from core.actor import Role
from tests.architecture.source import LAYERS
from tests.architecture.world import World, build_world
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

MODELS = [model for app in LAYERS for model in apps.get_app_config(app).get_models() if admin.site.is_registered(model)]


@pytest.fixture
def world(chidi: CustomUser, wale: CustomUser, ada: CustomUser) -> World:
    return build_world(chidi=chidi, wale=wale, ada=ada)


@pytest.fixture
def staff(bisi: CustomUser) -> Client:
    client = Client()
    client.force_login(bisi)
    return client


def page(model: type[models.Model], name: str, *arguments: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=arguments)


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_list_search_and_object_open(model: type[models.Model], staff: Client) -> None:
    assert staff.get(page(model, "changelist")).status_code == 200
    found = staff.get(page(model, "changelist"), {"q": "wale"})
    assert found.status_code == 200
    first = model._default_manager.order_by("pk").first()
    if first is not None:
        assert staff.get(page(model, "change", first.pk)).status_code == 200


@pytest.fixture
def clerk(db: None) -> CustomUser:
    """Of staff, without any permission."""
    clerk: CustomUser = UserFactory.create(email="clerk@example.com", role=Role.ADMIN)
    return clerk


def test_staff_without_a_permission_are_shown_nothing(clerk: CustomUser) -> None:
    client = Client()
    client.force_login(clerk)

    pages = [page(CustomUser, "changelist"), page(CustomUser, "add"), page(CustomUser, "change", clerk.pk)]
    assert [client.get(path).status_code for path in pages] == [403, 403, 403]


@pytest.mark.parametrize("may_look", [False, True])
def test_every_act_of_staff_is_a_permission_of_its_own(clerk: CustomUser, rf: RequestFactory, may_look: bool) -> None:
    """Forms, actions on rows, buttons of lists and of objects: nothing of them for who may do nothing, or only look."""
    if may_look:
        clerk.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    request = rf.get("/admin/")
    request.user = CustomUser.objects.get(pk=clerk.pk)

    for model in MODELS:
        screen: Any = admin.site._registry[model]
        acts = [
            *screen.get_actions(request),
            *screen.get_actions_list(request),
            *screen.get_actions_row(request),
            *screen.get_actions_detail(request, 1),
            *screen.get_actions_submit_line(request, 1),
        ]
        changes = (
            screen.has_add_permission(request),
            screen.has_change_permission(request),
            screen.has_delete_permission(request),
        )
        assert (acts, changes) == ([], (False, False, False)), model._meta.label
        assert screen.has_view_permission(request) is may_look, model._meta.label


def test_strangers_to_staff_are_sent_to_the_login(chidi: CustomUser) -> None:
    client = Client()
    client.force_login(chidi)

    for model in MODELS:
        answer = client.get(page(model, "changelist"))
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, reverse("admin:login"))
