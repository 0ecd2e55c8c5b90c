"""Every refusal below /api/ is a problem, whoever made it: an operation, Ninja, Django's resolver, the database."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from django.test import Client, RequestFactory
from procrastinate.exceptions import ConnectorException
from psycopg import errors as driver
from pytest_django import Settings

from core.errors import CONSTRAINT_ERRORS, BadRequest, Busy, Conflict, InvalidState, Unavailable, register_constraint
from core.problems import error_from_database, error_from_exception, problem_response

pytestmark = [pytest.mark.urls("tests.core.urls"), pytest.mark.django_db]


def assert_problem(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    body = json.loads(response.content)
    assert body.keys() == {"type", "title", "status", "detail", "code", "errors", "request_id"}
    assert body["status"] == status
    assert body["code"] == code
    assert body["type"] == f"urn:payshift:problem:{code.replace('_', '-')}"
    assert body["request_id"] == response.headers["X-Request-ID"]
    assert "secret" not in response.content.decode()
    return dict(body)


@pytest.mark.parametrize("debug", [False, True])
def test_unknown_path_is_a_problem_with_and_without_debug(client: Client, settings: Settings, debug: bool) -> None:
    settings.DEBUG = debug

    body = assert_problem(client.get("/api/nowhere"), 404, "not_found")

    assert body["errors"] == []


def test_wrong_type_in_path_is_not_found(client: Client) -> None:
    assert_problem(client.get("/api/things/seven"), 404, "not_found")


def test_wrong_method_names_the_methods_there_are(client: Client) -> None:
    response = client.delete("/api/things/7")

    assert_problem(response, 405, "method_not_allowed")
    assert response.headers["Allow"] == "GET, PUT"


@pytest.mark.parametrize("token", [None, "Bearer bad", "Basic good", "Bearer"])
def test_missing_or_bad_token_is_refused(anonymous: Client, token: str | None) -> None:
    response = anonymous.get("/api/things", headers={"Authorization": token} if token else {})

    assert_problem(response, 401, "unauthenticated")
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "",
        "nul",
        '{"name": NaN}',
        '{"name": "a", "name": "b"}',
        "[" * 100_000,
        b"\xff\xfe",
        '{"a": ' + "9" * 5000 + "}",
        '{"a": ' * 100_000,
        '{"tags": ' + "[" * 33 + "]" * 33 + "}",
        '{"name": "a"}'.encode("utf-16"),
        b'\xef\xbb\xbf{"name": "a"}',
    ],
)
@pytest.mark.parametrize("debug", [False, True])
def test_unreadable_body_is_a_bad_request(client: Client, settings: Settings, body: str | bytes, debug: bool) -> None:
    settings.DEBUG = debug
    response = client.post("/api/things", body, content_type="application/json")

    if body == "":
        assert_problem(response, 422, "invalid_input")
    else:
        assert_problem(response, 400, "malformed_body")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "", "application/xml"])
def test_body_of_another_media_type_is_refused(client: Client, media_type: str) -> None:
    response = client.post("/api/things", '{"name": "a", "amount_kobo": 1}', content_type=media_type)

    assert_problem(response, 415, "unsupported_media_type")


@pytest.mark.parametrize("media_type", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
def test_form_in_place_of_json_is_refused_where_a_middleware_has_read_it(client: Client, media_type: str) -> None:
    response = client.put("/api/names/1", '{"name": "a", "amount_kobo": 1}', content_type=media_type)

    assert_problem(response, 415, "unsupported_media_type")


@pytest.mark.parametrize("media_type", ["application/json", "Application/JSON; charset=utf-8"])
def test_json_is_taken_under_its_names(client: Client, media_type: str) -> None:
    response = client.post("/api/things", '{"name": "a", "amount_kobo": 1}', content_type=media_type)

    assert response.json() == {"name": "a", "amount_kobo": 1}


def test_invalid_fields_are_listed_by_path(client: Client) -> None:
    response = client.post(
        "/api/things",
        {"name": "", "amount_kobo": True, "address": {"street": "x" * 11}, "tags": ["a", 5], "colour": "red"},
        content_type="application/json",
    )

    body = assert_problem(response, 422, "invalid_input")
    assert {(error["field"], error["code"]) for error in body["errors"]} == {
        ("name", "string_too_short"),
        ("amount_kobo", "int_type"),
        ("address.street", "string_too_long"),
        ("tags.1", "string_type"),
        ("colour", "extra_forbidden"),
    }
    assert all(error["message"] for error in body["errors"])


def test_body_of_another_shape_is_invalid_input(client: Client) -> None:
    body = assert_problem(client.post("/api/things", "[]", content_type="application/json"), 422, "invalid_input")

    assert [error["field"] for error in body["errors"]] == ["body"]


def test_too_large_json_is_refused(client: Client, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    response = client.post("/api/things", {"name": "x" * 200}, content_type="application/json")

    assert_problem(response, 413, "payload_too_large")


def test_too_large_upload_is_refused_by_its_length(client: Client, settings: Settings) -> None:
    settings.MAX_REQUEST_BYTES = 1000

    refused = client.post("/api/files", {"file": SimpleUploadedFile("a", b"x" * 1001)})
    accepted = client.post("/api/files", {"file": SimpleUploadedFile("a", b"x" * 10)})

    assert_problem(refused, 413, "payload_too_large")
    assert accepted.json() == {"size": 10}


def test_body_in_chunks_is_refused_and_not_taken_for_an_empty_one(client: Client) -> None:
    response = client.generic("POST", "/api/things", b"", "application/json", HTTP_TRANSFER_ENCODING="chunked")

    assert_problem(response, 411, "length_required")


def test_length_that_is_no_number_is_no_defect(client: Client) -> None:
    response = client.generic("POST", "/api/things", b"{}", "application/json", CONTENT_LENGTH="many")

    assert_problem(response, 422, "invalid_input")


@pytest.mark.parametrize("path", ["/api/things?name=%00", "/api/things/%00", "/api/%00"])
def test_nul_in_the_url_is_refused(client: Client, path: str) -> None:
    assert_problem(client.get(path), 400, "bad_request")


def test_strangers_cannot_fill_the_logs_with_tracebacks(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    many = "&".join(f"x{number}=1" for number in range(1001))

    response = client.get(f"/api/things?{many}")

    assert_problem(response, 400, "bad_request")
    assert [record for record in caplog.records if record.exc_info or record.levelname == "ERROR"] == []


def test_error_of_an_app_keeps_its_detail_and_headers(client: Client) -> None:
    assert assert_problem(client.get("/api/failures/conflict"), 409, "conflict")["detail"] == "Taken."
    assert assert_problem(client.get("/api/failures/fields"), 422, "unprocessable")["errors"] == [
        {"field": "name", "code": "taken", "message": "That name is taken."}
    ]
    throttled = client.get("/api/failures/throttled")
    assert_problem(throttled, 429, "too_many_requests")
    assert throttled.headers["Retry-After"] == "17"
    unavailable = client.get("/api/failures/unavailable")
    assert_problem(unavailable, 503, "unavailable")
    assert unavailable.headers["Retry-After"] == "3"


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [
        ("http", 403, "forbidden"),
        ("missing", 404, "not_found"),
        ("denied", 403, "forbidden"),
        ("suspicious", 400, "bad_request"),
        ("database", 503, "unavailable"),
    ],
)
def test_errors_of_the_frameworks_become_problems(client: Client, failure: str, status: int, code: str) -> None:
    assert_problem(client.get(f"/api/failures/{failure}"), status, code)


@pytest.mark.parametrize("failure", ["defect", "integrity", "data"])
def test_defect_does_not_show_itself_outside_of_debug(client: Client, settings: Settings, failure: str) -> None:
    settings.DEBUG = False

    body = assert_problem(client.get(f"/api/failures/{failure}"), 500, "internal_error")

    assert body["detail"] == "Something went wrong on our side."


def test_defect_shows_itself_to_a_developer(client: Client, settings: Settings) -> None:
    settings.DEBUG = True

    assert client.get("/api/failures/defect").json()["detail"] == "RuntimeError: secret defect"


def test_defect_reaches_whoever_listens_for_exceptions() -> None:
    with pytest.raises(RuntimeError, match="secret defect"):
        Client().get("/api/failures/defect")


def test_view_that_is_no_operation_is_converted_below_api_only(client: Client) -> None:
    assert_problem(client.get("/api/plain"), 403, "forbidden")

    elsewhere = client.get("/plain")

    assert elsewhere.status_code == 403
    assert elsewhere.headers["Content-Type"].startswith("text/html")


def test_refused_host_is_a_problem(client: Client) -> None:
    assert_problem(client.get("/api/things", headers={"Host": "evil.example"}), 400, "bad_request")


def test_api_docs_and_openapi_are_served_as_they_are(anonymous: Client) -> None:
    assert anonymous.get("/api/docs").headers["Content-Type"].startswith("text/html")
    assert anonymous.get("/api/openapi.json").headers["Content-Type"].startswith("application/json")


def database_error(sqlstate: type[driver.Error], kind: type[DatabaseError]) -> DatabaseError:
    error = kind("refused")
    error.__cause__ = sqlstate("refused")
    return error


@pytest.mark.parametrize("cause", [driver.LockNotAvailable, driver.DeadlockDetected, driver.SerializationFailure])
def test_rows_held_by_someone_else_ask_to_try_again(cause: type[driver.Error]) -> None:
    error = error_from_database(database_error(cause, OperationalError))

    assert isinstance(error, Busy)
    assert error.headers == {"Retry-After": "1"}


@pytest.mark.parametrize("cause", [driver.QueryCanceled, driver.TransactionTimeout, driver.AdminShutdown])
def test_timeouts_and_lost_connections_are_unavailable(cause: type[driver.Error]) -> None:
    assert isinstance(error_from_database(database_error(cause, OperationalError)), Unavailable)


def test_job_that_cannot_be_deferred_is_unavailable() -> None:
    full = ConnectorException("Database error.")
    full.__cause__ = driver.DiskFull("no space left")

    assert isinstance(error_from_exception(full), Unavailable)


def violate(sql: str) -> IntegrityError:
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    return caught.value


def raise_violation(name: str) -> IntegrityError:
    return violate(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = 'check_violation', CONSTRAINT = '{name}'; END $$")


def test_registered_constraint_becomes_its_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class OnlyOneClock(Conflict):
        code = "only_one_clock"

    monkeypatch.setattr("core.errors.CONSTRAINT_ERRORS", CONSTRAINT_ERRORS)
    monkeypatch.delitem(CONSTRAINT_ERRORS, "core_clockoffset_single_row", raising=False)
    sql = "INSERT INTO core_clockoffset (id, \"offset\") VALUES (2, '0')"
    assert error_from_database(violate(sql)) is None

    register_constraint("core_clockoffset_single_row", OnlyOneClock)

    assert isinstance(error_from_database(violate(sql)), OnlyOneClock)
    del CONSTRAINT_ERRORS["core_clockoffset_single_row"]


def test_violated_state_machine_is_an_invalid_state() -> None:
    assert isinstance(error_from_database(raise_violation("jobs_job_status_transition")), InvalidState)
    assert error_from_database(raise_violation("jobs_job_unknown")) is None


def test_problem_outside_of_a_request_id_says_null() -> None:
    response = problem_response(RequestFactory().get("/api/"), BadRequest())

    assert json.loads(response.content)["request_id"] is None
