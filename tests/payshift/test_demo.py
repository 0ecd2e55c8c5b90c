"""`manage.py demo` stops at the first thing that is not as it should be; the whole walk is tests/test_main_job.py."""

import httpx
import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from payshift.demo.narrator import Answer, Caller, Deviation, Narrator, expect


def caller_of(*answers: httpx.Response) -> tuple[Caller, list[str]]:
    """A person whose calls get these answers, one after the other, and what is narrated."""
    waiting = list(answers)
    client = httpx.Client(base_url="http://web", transport=httpx.MockTransport(lambda request: waiting.pop(0)))
    lines: list[str] = []
    return Caller("Chidi", client, Narrator(lines.append), pause=lambda: None), lines


def json_answer(status: int = 200, body: object = None, headers: dict[str, str] | None = None) -> httpx.Response:
    return httpx.Response(status, json=body, headers=headers)


MISS = {"Cache-Status": "payshift; fwd=miss; stored", "Server-Timing": 'db;dur=1.00;desc="2 queries", total;dur=3.00'}
HIT = {"Cache-Status": "payshift; hit", "Server-Timing": 'db;dur=0.00;desc="0 queries", total;dur=1.00'}


def test_call_is_narrated_with_status_queries_and_cache() -> None:
    chidi, lines = caller_of(json_answer(body={}, headers=MISS))

    chidi.get("/jobs/7")

    assert lines[0].split()[:4] == ["Chidi", "GET", "/jobs/7", "200"]
    assert lines[0].endswith("2 queries  miss")


def test_unexpected_status_is_a_deviation_that_shows_the_answer() -> None:
    chidi, _ = caller_of(json_answer(500, {"code": "internal_error"}))

    with pytest.raises(Deviation, match=r"POST /jobs as Chidi should answer 201 but answered 500: .*internal_error"):
        chidi.post("/jobs", {}, status=201)


def test_refusal_with_another_code_is_a_deviation() -> None:
    chidi, _ = caller_of(json_answer(409, {"code": "job_full"}))

    with pytest.raises(Deviation, match="refused as already_applied, not as job_full"):
        chidi.refused("/apply-jobs/", {}, status=409, code="already_applied")


def test_read_twice_wants_a_miss_then_a_hit() -> None:
    chidi, lines = caller_of(json_answer(body={"id": 7}, headers=MISS), json_answer(body={"id": 7}, headers=HIT))

    chidi.read_twice("/jobs/7")

    assert [line.split()[-1] for line in lines] == ["miss", "hit"]


def test_read_twice_waits_until_the_cache_takes_something_in() -> None:
    early = json_answer(body={"id": 7}, headers={**MISS, "Cache-Status": "payshift; fwd=miss"})
    chidi, lines = caller_of(
        early, early, json_answer(body={"id": 7}, headers=MISS), json_answer(body={"id": 7}, headers=HIT)
    )

    chidi.read_twice("/jobs/7")

    assert [line.split()[-1] for line in lines] == ["miss", "hit"]


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (json_answer(body={"id": 7}, headers=MISS), "should hit the cache"),
        (json_answer(body={"id": 7}, headers={**HIT, "Server-Timing": MISS["Server-Timing"]}), "should run no query"),
        (json_answer(body={"id": 8}, headers=HIT), "differs"),
    ],
)
def test_second_read_that_is_no_clean_hit_is_a_deviation(second: httpx.Response, message: str) -> None:
    chidi, _ = caller_of(json_answer(body={"id": 7}, headers=MISS), second)

    with pytest.raises(Deviation, match=message):
        chidi.read_twice("/jobs/7")


def test_answer_without_server_timing_tells_no_queries() -> None:
    assert Answer(json_answer(body={}), 1.0).queries is None


def test_expectation_that_fails_is_a_deviation() -> None:
    with pytest.raises(Deviation, match="no"):
        expect(False, "no")


def test_command_ends_with_an_error_when_nothing_runs(settings: Settings) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    settings.SANDBOX_GATEWAY_URL = "http://127.0.0.1:9"

    with pytest.raises(CommandError, match=r"Payshift does not answer at http://127.0.0.1:9"):
        call_command("demo")


def test_command_ends_with_an_error_without_a_gateway(settings: Settings) -> None:
    settings.SANDBOX_GATEWAY_URL = ""

    with pytest.raises(CommandError, match="SANDBOX_GATEWAY_URL"):
        call_command("demo")
