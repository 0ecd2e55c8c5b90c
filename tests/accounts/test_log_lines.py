"""Each line of a request names who asked, as soon as their token or session is read: what failed for Ada is looked for
by her number."""

from typing import Any, NoReturn

import pytest
import structlog
from django.contrib import admin
from django.http import HttpRequest
from django.test import Client
from django.urls import path
from ninja import Router

from accounts.auth import BearerAuth
from accounts.models import CustomUser
from core.api import PayshiftAPI
from tests.support.api_client import ApiClient

api = PayshiftAPI(title="Failing", urls_namespace="failing", auth=BearerAuth())
router = Router()
logger = structlog.get_logger("tests")


@router.get("/fail")
def fail(request: HttpRequest) -> NoReturn:
    logger.info("about_to_fail")
    raise RuntimeError("A defect")


def fail_on_a_page(request: HttpRequest) -> NoReturn:
    raise RuntimeError("A defect")


api.add_router("", router)
urlpatterns = [path("api/", api.urls), path("admin/fail", admin.site.admin_view(fail_on_a_page))]


def lines_of(client: Client, address: str, **headers: str) -> list[dict[str, Any]]:
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        client.get(address, headers=headers)
    return [dict(line) for line in lines]


def callers(lines: list[dict[str, Any]]) -> dict[str, int | None]:
    return {line["event"]: line.get("user_id") for line in lines if line["event"] != "request_started"}


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_failure_and_what_was_said_before_it_name_the_caller_and_not_the_token(ada: CustomUser) -> None:
    caller = ApiClient(ada)

    lines = lines_of(caller.client, "/api/fail", Authorization=f"Bearer {caller.token}")

    assert callers(lines) == {"about_to_fail": ada.pk, "request_failed": ada.pk}
    assert caller.token not in str(lines)


@pytest.mark.django_db(transaction=True)
def test_answers_from_the_database_and_from_the_cache_name_the_caller(ada: CustomUser, wale: CustomUser) -> None:
    caller = ApiClient(ada)
    address = f"/api/get-profile/{wale.pk}"

    for _ in ("miss", "hit"):
        lines = lines_of(caller.client, address, Authorization=f"Bearer {caller.token}")
        assert callers(lines)["request_finished"] == ada.pk
    refused = lines_of(caller.client, "/api/jobs/987654321", Authorization=f"Bearer {caller.token}")
    assert callers(refused)["request_finished"] == ada.pk


@pytest.mark.django_db
def test_nobody_is_named_by_a_request_that_follows_on_the_same_thread(ada: CustomUser) -> None:
    caller = ApiClient(ada)
    lines_of(caller.client, "/api/me", Authorization=f"Bearer {caller.token}")

    for token in ("", "Bearer psa_unknown"):
        assert callers(lines_of(Client(), "/api/me", Authorization=token))["request_finished"] is None


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_failure_of_a_page_names_who_of_staff_asked(bisi: CustomUser) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(bisi)

    assert callers(lines_of(client, "/admin/fail")) == {"request_failed": bisi.pk}


@pytest.mark.django_db
def test_page_that_nobody_logged_in_to_asks_for_nobody(bisi: CustomUser) -> None:
    client = Client()
    client.force_login(bisi)

    assert callers(lines_of(client, "/health/live")) == {"request_finished": None}
