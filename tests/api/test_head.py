"""HEAD is GET without the body, for every read of the document."""

from datetime import UTC, datetime
from typing import Any

import pytest
from time_machine import TimeMachineFixture

from accounts.models import CustomUser
from core.queries import count_queries
from tests.api.test_document import operations
from tests.architecture.access_matrix import MATRIX
from tests.architecture.world import build_world
from tests.support.api_client import ApiClient, ApiResponse

READS = sorted(operation["operationId"] for method, operation in operations() if method == "get")
# Asks a provider, which no open transaction may.
OFFLINE = [name for name in READS if not MATRIX[name].network]
# Of one request alone, or of the time that it took.
OF_ITS_OWN = {"X-Request-ID", "Server-Timing"}


@pytest.mark.django_db
def test_head_is_get_without_the_body(
    chidi: CustomUser, wale: CustomUser, ada: CustomUser, time_machine: TimeMachineFixture
) -> None:
    # Some answers tell the time.
    time_machine.move_to(datetime.now(UTC), tick=False)
    world = build_world(chidi=chidi, wale=wale, ada=ada)
    people = {name: ApiClient(getattr(world, name)) for name in ("chidi", "wale", "ada")}

    for name in OFFLINE:
        caller, path = people[MATRIX[name].owner], MATRIX[name].path.format(**world.ids)
        caller.get(path)
        got, queries = asked(caller, "GET", path)
        head, queries_of_head = asked(caller, "HEAD", path)

        assert got.status_code == 200, (name, got.content)
        assert (name, head.status_code, head.content) == (name, 200, b"")
        assert (name, headers_of(head)) == (name, headers_of(got))
        assert (name, queries_of_head) == (name, queries)
    assert len(OFFLINE) == len(READS) - 1


@pytest.mark.django_db
def test_head_is_refused_as_get_is(wale: CustomUser) -> None:
    paths = ["/jobs/99999999", "/jobs?limit=0", "/nothing-here", "/me"]
    people = [ApiClient(wale), ApiClient(wale), ApiClient(wale), ApiClient()]

    answers = [
        (asked(one, "GET", path)[0], asked(one, "HEAD", path)[0]) for one, path in zip(people, paths, strict=True)
    ]

    assert [(got.status_code, head.status_code) for got, head in answers] == [
        (404, 404),
        (422, 422),
        (404, 404),
        (401, 401),
    ]
    assert [head.content for _, head in answers] == [b""] * 4
    # Their bodies name the request.
    assert [without_length(head) for _, head in answers] == [without_length(got) for got, _ in answers]


def asked(caller: ApiClient, method: str, path: str) -> tuple[ApiResponse, int]:
    with count_queries() as counted:
        answer = caller._send(method, path, headers={})
    return answer, counted.count


def headers_of(answer: ApiResponse) -> dict[str, Any]:
    """With the length of the body that would come."""
    sent = {name: value for name, value in answer.headers.items() if name not in OF_ITS_OWN}
    return sent | {"Content-Length": sent.get("Content-Length", str(len(answer.content)))}


def without_length(answer: ApiResponse) -> dict[str, Any]:
    return {name: value for name, value in headers_of(answer).items() if name != "Content-Length"}
