"""GET, POST, PATCH and DELETE /job-templates: what a client keeps of a posting, to begin the next one with."""

from functools import partial
from typing import Any

import pytest

from accounts.models import CustomUser
from core.actor import Actor, Role
from jobs.exceptions import TooManyTemplates
from jobs.models import JobTemplate
from jobs.services.templates import keep_template
from tests.factories.jobs import TEMPLATE_TERMS, JobTemplateFactory
from tests.jobs.conftest import Api
from tests.support.races import errors_of, race

pytestmark = pytest.mark.django_db


def test_template_is_kept_as_it_was_made_used_renamed_and_deleted(
    api: Api, chidi: CustomUser, emeka: CustomUser
) -> None:
    client = api(chidi)

    kept = client.post("/job-templates", {"name": " Fair ", "terms": TEMPLATE_TERMS})

    assert kept.status_code == 201, kept.content
    body: dict[str, Any] = kept.json()
    path = f"/job-templates/{body['id']}"
    assert {**body, "created_at": ""} == {"id": body["id"], "name": "Fair", "terms": TEMPLATE_TERMS, "created_at": ""}
    assert client.get("/job-templates").json()["items"] == [body]
    assert api(emeka).get("/job-templates").json()["items"] == []
    assert api(emeka).patch(path, {"name": "Mine"}).status_code == api(emeka).delete(path).status_code == 404
    assert client.patch(path, {"name": "Fairs"}).json() == {**body, "name": "Fairs"}

    posted = client.post("/jobs", {**body["terms"], "date": "2026-03-09"})

    assert posted.status_code == 201, posted.content
    assert {name: posted.json()[name] for name in ("title", "rate_kobo", "latitude", "release_unconfirmed")} == {
        name: TEMPLATE_TERMS[name] for name in ("title", "rate_kobo", "latitude", "release_unconfirmed")
    }
    assert client.delete(path).status_code == 204
    assert not JobTemplate.objects.exists()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "", "terms": TEMPLATE_TERMS}, "invalid_input"),
        ({"name": "Fair", "terms": {**TEMPLATE_TERMS, "date": "2026-03-09"}}, "invalid_input"),
        ({"name": "Fair", "terms": {**TEMPLATE_TERMS, "title": "x"}}, "invalid_input"),
        ({"name": "Fair", "terms": {**TEMPLATE_TERMS, "longitude": None}}, "invalid_input"),
        ({"name": "Fair", "terms": {**TEMPLATE_TERMS, "industry": "pirates"}}, "unknown_trade"),
        ({"name": "Fair", "terms": {**TEMPLATE_TERMS, "subcategory": "parrots"}}, "unknown_trade"),
    ],
)
def test_what_no_posting_could_have_is_not_kept(api: Api, chidi: CustomUser, body: dict[str, Any], code: str) -> None:
    answer = api(chidi).post("/job-templates", body)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not JobTemplate.objects.exists()


def test_name_is_a_clients_once_in_whatever_case(api: Api, chidi: CustomUser, emeka: CustomUser) -> None:
    JobTemplateFactory.create(client=chidi, name="Fair")
    other = JobTemplateFactory.create(client=chidi, name="Hall")
    body = {"name": "FAIR", "terms": TEMPLATE_TERMS}

    refused = [
        api(chidi).post("/job-templates", body),
        api(chidi).patch(f"/job-templates/{other.pk}", {"name": "fair"}),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(409, "template_name_taken")] * 2
    assert api(emeka).post("/job-templates", body).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_no_more_are_kept_than_the_bound(chidi: CustomUser, settings: Any) -> None:
    settings.JOB_TEMPLATES_AT_MOST = 3
    keep = partial(keep_template, actor=Actor(chidi.pk, Role.CLIENT), terms=TEMPLATE_TERMS)

    outcomes = race(*(partial(keep, name=f"Template {number}") for number in range(6)))

    assert errors_of(outcomes) == [TooManyTemplates] * 3
    assert JobTemplate.objects.count() == 3
