"""The headers of real answers are those that the document declares for them, no less and no more.

Each operation that asks no provider is called by nobody, by a stranger and by whose it is; what needs a state of its
own comes below.
"""

from typing import Any

import pytest

from accounts.models import CustomUser
from tests.api.test_document import DOCUMENT, named, operations
from tests.architecture.access_matrix import MATRIX, STRANGERS
from tests.architecture.test_access import OFFLINE, ROUTES, answer_to
from tests.architecture.world import World, build_world
from tests.factories.accounts import PASSWORD, UserFactory
from tests.support.api_client import ApiClient, ApiResponse

pytestmark = pytest.mark.django_db

OPERATIONS: dict[str, dict[str, Any]] = {operation["operationId"]: operation for _, operation in operations()}
DECLARED: dict[str, dict[str, Any]] = DOCUMENT["components"]["headers"]
# Of HTTP and of what stands around every answer of any site: no part of the contract.
OF_ANY_ANSWER = {
    *("Content-Type", "Content-Length", "Vary", "Allow", "Server-Timing"),
    *("X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy"),
    *("Content-Security-Policy", "Permissions-Policy", "Strict-Transport-Security"),
}


def faults(name: str, answer: ApiResponse) -> list[str]:
    """What is missing of what the document promises, and what came that it does not name."""
    declared = named(OPERATIONS[name]["responses"][str(answer.status_code)]).get("headers", {})
    sent = set(answer.headers) - OF_ANY_ANSWER | ({"Set-Cookie"} if answer.cookies else set())
    missing = {header for header in declared if DECLARED[header].get("required")} - sent
    where = f"{name} {answer.status_code}"
    return [*(f"{where} lacks {header}" for header in missing), *(f"{where} sends {h}" for h in sent - set(declared))]


@pytest.fixture
def world(chidi: CustomUser, wale: CustomUser, ada: CustomUser) -> World:
    return build_world(chidi=chidi, wale=wale, ada=ada)


def test_each_answer_has_the_headers_that_are_declared(world: World, sade: CustomUser, emeka: CustomUser) -> None:
    strangers = {"sade": sade, "emeka": emeka}
    found: list[str] = []
    met: set[int] = set()
    for name in OFFLINE:
        row = MATRIX[name]
        for caller in (None, strangers[STRANGERS[row.owner]], getattr(world, row.owner)):
            answer = answer_to(ROUTES[name], row, world, caller)
            met.add(answer.status_code)
            found += faults(name, answer)
            if answer.status_code == 401 and caller is None:
                found += [] if answer.headers.get("WWW-Authenticate") == "Bearer" else [f"{name} does not ask"]

    assert found == []
    assert {200, 201, 204, 401, 403, 404, 409} <= met


def test_unchanged_reads_have_theirs(world: World) -> None:
    reader = ApiClient(world.wale)
    for name, path in {"get_job": "/jobs/{open_job}", "get_wallet": "/wallet"}.items():
        first = reader.get(path.format(**world.ids))

        again = reader.get(path.format(**world.ids), If_None_Match=first.headers["ETag"])

        assert (again.status_code, faults(name, again), again.headers["ETag"]) == (304, [], first.headers["ETag"])
    assert "Cache-Status" in reader.get("/jobs/{open_job}".format(**world.ids)).headers


def test_cookies_are_put_and_taken_where_that_is_declared() -> None:
    UserFactory.create(email="ngozi@example.com", password=PASSWORD)
    browser = ApiClient()
    who = {"email": "ngozi@example.com", "password": PASSWORD, "client": "web"}

    put = browser.post("/auth/login", who)
    kept = ApiClient().post("/auth/login", {**who, "client": "mobile"})
    traded = browser.post("/auth/refresh", {}, Origin="http://testserver")
    browser.token = traded.json()["access_token"]
    taken = browser.post("/auth/logout")

    assert [bool(answer.cookies) for answer in (put, kept, traded, taken)] == [True, False, True, True]
    steps = {"log_in": put, "refresh_tokens": traded, "log_out": taken}
    assert [fault for name, answer in steps.items() for fault in faults(name, answer)] == []


def test_too_many_requests_say_when_to_come_again(wale: CustomUser) -> None:
    wrong = {"email": wale.email, "password": "wrong horse battery"}
    caller = ApiClient()

    answers = (caller.post("/auth/login", wrong) for _ in range(60))
    late = next(answer for answer in answers if answer.status_code == 429)

    assert (faults("log_in", late), int(late.headers["Retry-After"]) >= 1) == ([], True)


def test_replayed_answers_say_so(world: World) -> None:
    row, payer = MATRIX["start_payment"], ApiClient(world.chidi)
    assert callable(row.body)
    order = row.body(world)

    first, again = (payer.post(row.path, order, Idempotency_Key="key-of-one-order") for _ in range(2))

    assert [answer.headers.get("Idempotent-Replayed") for answer in (first, again)] == [None, "true"]
    assert faults("start_payment", first) + faults("start_payment", again) == []
