"""The parts of the measurement that need no server: popularity, mix, answers, percentiles, capacity."""

from collections import Counter
from collections.abc import Callable
from random import Random

import pytest
from pytest_django import Settings

from payshift.measuring.benching.closed_loop import UnexpectedAnswer, is_complete, percentile
from payshift.measuring.crowd import mix
from payshift.measuring.crowd.capacity import Step, capacity_of, find_capacity
from payshift.measuring.crowd.plan import ACTIONS, clients_in_turn
from payshift.measuring.crowd.processor import Usage
from payshift.measuring.crowd.requests import Answer, is_expected, parse, read, write
from payshift.measuring.crowd.results import Results
from payshift.measuring.crowd.zipf import Popular


def test_zipf_gives_the_kth_a_kth_of_the_first() -> None:
    popular, random = Popular(range(1, 1001)), Random(1)

    drawn = Counter(popular.draw(random) for _ in range(100_000))

    assert drawn[1] / drawn[2] == pytest.approx(2, rel=0.1)
    assert drawn[1] / drawn[10] == pytest.approx(10, rel=0.1)
    # One in H(1000) = 7.485 draws.
    assert drawn[1] / 100_000 == pytest.approx(1 / 7.485, rel=0.05)
    assert set(drawn) <= set(range(1, 1001))


def test_zipf_draws_from_one_and_not_from_nothing() -> None:
    assert Popular(["only"]).draw(Random(1)) == "only"
    with pytest.raises(ValueError, match="nothing to draw"):
        Popular([])


def test_mix_is_a_quarter_lists_and_a_twentieth_writes() -> None:
    assert sum(mix.SHARES.values()) == 1000
    assert sum(mix.LISTS.values()) == 250
    assert sum(mix.WRITES.values()) == 50
    assert mix.SHARES.keys() == ACTIONS.keys()


def test_mix_draws_each_action_by_its_share() -> None:
    random = Random(1)

    drawn = Counter(mix.WHOLE.draw(random) for _ in range(50_000))

    assert drawn["get_job"] / 50_000 == pytest.approx(0.3, rel=0.05)
    assert sum(drawn[name] for name in mix.WRITES) / 50_000 == pytest.approx(0.05, rel=0.1)


def test_no_client_of_the_crowd_posts_more_unpaid_jobs_than_anybody_may(settings: Settings) -> None:
    settings.UNPAID_JOBS = 3

    posting = list(clients_in_turn([7, 8, 9], {8: 2, 9: 3}))

    assert posting == [7, 8, 7, 7]


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1), (0.5, 50), (0.95, 95), (0.951, 96), (0.99, 99), (1.0, 100)])
def test_percentile_is_the_nearest_rank(share: float, expected: int) -> None:
    assert percentile(range(1, 101), share) == expected


def test_percentile_of_few_values() -> None:
    assert percentile([7.0], 0.95) == 7.0
    assert percentile([1.0, 2.0], 0.5) == 1.0
    assert percentile([], 0.95) == 0.0


def test_answer_is_complete_with_its_last_byte() -> None:
    whole = b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\ndate: now\r\n\r\nabc"

    assert [is_complete(whole[:length]) for length in (10, len(whole) - 1, len(whole))] == [False, False, True]


def test_answer_other_than_200_ends_a_closed_loop() -> None:
    with pytest.raises(UnexpectedAnswer, match="404"):
        is_complete(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")


def test_answer_says_status_cache_and_code() -> None:
    head = b"HTTP/1.1 409 Conflict\r\ncache-status: payshift; fwd=miss; stored\r\ncontent-type: x"

    answer = parse(head, b'{"code": "job_full"}')

    assert (answer.status, answer.cache, answer.code) == (409, "fwd=miss", "job_full")
    assert parse(b"HTTP/1.1 502 Bad Gateway", b"<html>") == Answer(502, "", b"<html>")
    assert parse(b"HTTP/1.1 502 Bad Gateway", b"<html>").code == ""


@pytest.mark.parametrize(
    ("operation", "status", "code", "expected"),
    [
        ("apply_to_job", 201, "", True),
        ("apply_to_job", 409, "job_full", True),
        ("apply_to_job", 409, "already_reviewed", False),
        ("apply_to_job", 500, "job_full", False),
        ("apply_to_job", 429, "too_many_requests", False),
        ("get_job", 404, "not_found", False),
        ("get_account_details", 404, "not_found", True),
        ("get_job", 304, "", False),
    ],
)
def test_only_what_the_rules_explain_is_expected(operation: str, status: int, code: str, expected: bool) -> None:
    answer = Answer(status, "", f'{{"code": "{code}"}}'.encode())

    assert is_expected(operation, answer) is expected


def test_requests_carry_token_length_and_key() -> None:
    assert read("get_job", "/jobs/1", "psa_x").content.startswith(b"GET /api/jobs/1 HTTP/1.1\r\n")
    content = write("start_payment", "/payments", "psa_x", payload={"job_id": 1}, key="k1").content

    head, _, body = content.partition(b"\r\n\r\n")
    assert body == b'{"job_id": 1}'
    assert b"\r\nContent-Length: 13" in head
    assert b"\r\nIdempotency-Key: k1" in head
    assert b"\r\nAuthorization: Bearer psa_x\r\n" in head


def test_hit_rate_counts_hits_misses_and_bypasses_of_cached_reads_only() -> None:
    results = Results()
    for operation, cache in (
        *(("get_job", "hit"),) * 6,
        ("get_profile", "fwd=miss"),
        ("list_payments", "fwd=bypass"),
        ("find_jobs", "fwd=bypass"),
    ):
        results.add(operation, 1.0, Answer(200, cache, b""))

    assert results.hit_rate == 6 / 8
    assert results.count == 9


def test_results_keep_unexpected_answers_apart_from_refusals() -> None:
    results = Results()
    results.add("apply_to_job", 5.0, Answer(409, "", b'{"code": "job_full"}'))
    results.add("apply_to_job", 5.0, Answer(500, "", b'{"code": "internal_error"}'))
    results.fail("get_job", "TimeoutError")

    assert results.refused == {"apply_to_job job_full": 1}
    assert results.errors == {"apply_to_job 500 internal_error": 1, "get_job TimeoutError": 1}
    assert results.unexpected == 2


def test_mix_of_some_leaves_the_others_out_and_keeps_their_proportions() -> None:
    random, some = Random(1), mix.Mix.of(["get_job", "pay", "newest_jobs", "something newer"])

    drawn = Counter(some.draw(random) for _ in range(50_000))

    assert drawn.keys() == {"get_job", "pay", "newest_jobs"}
    assert drawn["get_job"] / drawn["newest_jobs"] == pytest.approx(300 / 80, rel=0.05)


@pytest.mark.parametrize(
    ("limit", "tried", "carried"),
    [
        (1300, [1000, 1250, 1562, 1406, 1328, 1289], 1289),
        (700, [1000, 800, 640, 720, 680, 700], 700),
        (1000, [1000, 1250, 1125, 1062, 1031], 1000),
        (0, 10, 0),
        (10**9, 10, 7445),
    ],
)
def test_capacity_is_sought_up_and_down_and_then_between(limit: int, tried: list[int] | int, carried: int) -> None:
    steps = find_capacity(carries_up_to(limit), users=1000)

    users = [step.users for step in steps]
    assert users == tried if isinstance(tried, list) else len(users) == tried
    assert capacity_of(steps) == carried


def test_busy_without_the_people_counts_what_nobody_can_name() -> None:
    assert Usage({"web": 0.3, "generator": 0.1}, 0.6).busy_serving == pytest.approx(0.5)


def carries_up_to(limit: int) -> Callable[[int], Step]:
    return lambda users: Step(users, users / 2, 100.0, 0.9, users <= limit)


@pytest.mark.parametrize(
    ("web", "whole", "words"),
    [(0.6, 0.7, "nothing was reached"), (0.8, 0.95, "most of it web"), (0.6, 0.95, "not Payshift alone")],
)
def test_limit_is_the_processors_unless_somebody_else_used_them(web: float, whole: float, words: str) -> None:
    assert words in Usage({"web": web, "Redis": 0.05}, whole).limit
