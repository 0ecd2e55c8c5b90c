"""What PayshiftAPI gives every operation: strict parameters, exact JSON, an OpenAPI document that tells the truth."""

import pytest
from django.test import Client

from core.problems import CONTENT_TYPE

pytestmark = [pytest.mark.urls("tests.core.urls"), pytest.mark.django_db]


def test_known_query_parameters_pass(client: Client) -> None:
    response = client.get("/api/things?limit=5&name=a%20b&at_least=3&tag=x&tag=y")

    assert response.json() == {"limit": 5, "name": "a b", "at_least": 3, "tag": ["x", "y"]}


@pytest.mark.parametrize("path", ["/api/things?nmae=a&zz=1", "/api/moment?nmae=a&zz=1", "/api/failures/x?nmae=a&zz=1"])
def test_unknown_query_parameters_are_refused_on_every_operation(client: Client, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 422
    assert [(error["field"], error["code"]) for error in response.json()["errors"]] == [
        ("nmae", "extra_forbidden"),
        ("zz", "extra_forbidden"),
    ]


def test_unknown_query_parameters_are_refused_on_writes_too(client: Client) -> None:
    response = client.post("/api/things?dry_run=1", {"name": "a", "amount_kobo": 1}, content_type="application/json")

    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "dry_run"


@pytest.mark.parametrize("query", ["limit=5&limit=6", "name=a&name=a"])
def test_repeated_query_parameters_are_refused_unless_they_are_lists(client: Client, query: str) -> None:
    response = client.get(f"/api/things?{query}&tag=x&tag=y")

    assert response.status_code == 422
    name = query.partition("=")[0]
    assert response.json()["errors"] == [
        {"field": name, "code": "repeated", "message": "Send this query parameter once."}
    ]


def test_authentication_comes_before_the_parameters(anonymous: Client) -> None:
    assert anonymous.get("/api/things?nmae=a").status_code == 401


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=1000000", "limit=-1", "limit=x", "limit=1.5"])
def test_limit_is_bounded(client: Client, query: str) -> None:
    response = client.get(f"/api/things?{query}")

    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "limit"


def test_json_keeps_microseconds_and_decimals(client: Client) -> None:
    assert client.get("/api/moment").content == (
        b'{"at":"2026-03-01T09:30:00.123456Z","on":"2026-03-01",'
        b'"id":"6f2b3f2c-5b7a-4b0e-9a51-000000000001","share":"0.10"}'
    )


def test_openapi_declares_problems_with_their_media_type(client: Client) -> None:
    document = client.get("/api/openapi.json").json()

    responses = document["paths"]["/api/things"]["post"]["responses"]
    # 201, 401 and 422 are its own; the others any write may answer.
    assert list(responses) == ["201", "400", "401", "409", "411", "413", "415", "422", "500", "503"]
    assert list(responses["201"]["content"]) == ["application/json"]
    assert responses["503"] == {"$ref": "#/components/responses/Unavailable"}
    shared = document["components"]["responses"]
    assert shared["Unavailable"]["description"] == "Unavailable"
    assert list(shared["Unavailable"]["headers"]) == ["X-Request-ID", "Retry-After"]
    assert {name for answer in shared.values() for name in answer["content"]} == {CONTENT_TYPE}
    schemas = document["components"]["schemas"]
    problem, own = schemas["InvalidInputProblem"]["allOf"]
    assert shared["InvalidInput"]["content"][CONTENT_TYPE]["schema"]["$ref"].endswith("/InvalidInputProblem")
    assert problem == {"$ref": "#/components/schemas/Problem"}
    assert own["properties"]["code"] == {"type": "string", "enum": ["invalid_input"]}
    assert set(document["components"]["schemas"]["Problem"]["required"]) >= {
        "type",
        "title",
        "status",
        "detail",
        "code",
    }


def test_openapi_names_operations_after_their_functions(client: Client) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]

    assert paths["/api/things"]["get"]["operationId"] == "list_things"
    parameters = paths["/api/things"]["get"]["parameters"]
    assert parameters.pop() == {"$ref": "#/components/parameters/IfNoneMatch"}
    assert {parameter["name"] for parameter in parameters} == {
        "cursor",
        "limit",
        "name",
        "at_least",
        "tag",
    }
    assert paths["/api/things/{thing_id}"].keys() == {"get", "put"}
