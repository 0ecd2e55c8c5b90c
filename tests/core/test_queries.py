import threading

import pytest
import structlog
from django.db import ProgrammingError, connection, connections, transaction
from django.test import Client
from pytest_django import Settings

from core import queries
from core.queries import QueryCount, count_queries, set_budget

pytestmark = pytest.mark.django_db


def run(sql: str = "SELECT 1") -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_count_sees_each_statement_and_its_time() -> None:
    with count_queries(statements=True) as counted:
        run("SELECT 1")
        run("SELECT pg_sleep(0.02)")

    run("SELECT 3")
    assert counted.count == 2
    assert counted.statements == ["SELECT 1", "SELECT pg_sleep(0.02)"]
    assert counted.ms >= 20


def test_count_works_with_debug_off_and_keeps_no_statements_unasked(settings: Settings) -> None:
    settings.DEBUG = False

    with count_queries() as counted:
        run()

    assert (counted.count, counted.statements) == (1, [])


def test_executemany_counts_once_and_a_failing_statement_counts() -> None:
    with count_queries() as counted:
        with connection.cursor() as cursor:
            cursor.executemany("SELECT %s", [[1], [2], [3]])
        with pytest.raises(ProgrammingError), transaction.atomic():
            run("SELECT nonsense")

    # executemany, SAVEPOINT, the failing one, ROLLBACK TO SAVEPOINT, RELEASE SAVEPOINT.
    assert counted.count == 5


def test_nested_counts_each_see_what_is_inside_them() -> None:
    with count_queries() as outer:
        run()
        with count_queries() as inner:
            run()

    assert (outer.count, inner.count) == (2, 1)


def test_parallel_threads_do_not_see_each_other() -> None:
    counts: dict[int, int] = {}
    together = threading.Barrier(4)

    def work(number: int) -> None:
        together.wait(timeout=30)
        try:
            with count_queries() as counted:
                for _ in range(number):
                    run()
            counts[number] = counted.count
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert counts == {0: 0, 1: 1, 2: 2, 3: 3}


@pytest.mark.urls("tests.core.urls")
class TestMiddleware:
    def test_refusals_are_timed_and_named_too(self, client: Client) -> None:
        with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
            responses = [
                client.get("/api/nowhere"),
                client.put("/api/things/1", headers={"Authorization": ""}),
                client.delete("/api/things/1"),
            ]

        assert [response.status_code for response in responses] == [404, 401, 405]
        assert all('desc="0 queries"' in response.headers["Server-Timing"] for response in responses)
        assert [line["operation"] for line in lines if line["event"] == "request_finished"][:2] == ["", "put_thing"]

    @pytest.mark.parametrize(("count", "text"), [(0, "0 queries"), (1, "1 query"), (5, "5 queries")])
    def test_server_timing_tells_queries_and_times(self, client: Client, count: int, text: str) -> None:
        header = client.get(f"/api/queries/{count}").headers["Server-Timing"]

        database, total = header.split(", ")
        assert database.startswith("db;dur=")
        assert database.endswith(f'desc="{text}"')
        assert total.startswith("total;dur=")

    def test_server_timing_is_for_those_who_ask(self, client: Client, settings: Settings) -> None:
        settings.SERVER_TIMING = False

        assert "Server-Timing" not in client.get("/api/queries/1").headers

    def test_server_timing_is_never_on_auth_operations(self, client: Client) -> None:
        response = client.get("/api/auth/timed")

        assert response.status_code == 200
        assert "Server-Timing" not in response.headers

    def test_more_queries_than_the_budget_are_logged(self, client: Client) -> None:
        with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
            client.get("/api/queries/3")
            client.get("/api/queries/4")
            set_budget("run_queries", 4)
            client.get("/api/queries/4")
        del queries.BUDGETS["run_queries"]

        exceeded = [line for line in lines if line["event"] == "query_budget_exceeded"]
        assert [(line["operation"], line["queries"], line["budget"]) for line in exceeded] == [("run_queries", 4, 3)]

    def test_observers_hear_of_each_request(self, client: Client) -> None:
        heard: list[tuple[str, int]] = []

        def observe(operation: str, counted: QueryCount) -> None:
            heard.append((operation, counted.count))

        queries.OBSERVERS.append(observe)
        try:
            client.get("/api/queries/2")
            client.put("/api/things/1")
            client.get("/api/nowhere")
        finally:
            queries.OBSERVERS.remove(observe)

        assert heard == [("run_queries", 2), ("put_thing", 0), ("", 0)]

    def test_request_id_is_made_kept_or_replaced(self, client: Client) -> None:
        made = client.get("/api/moment").headers["X-Request-ID"]
        kept = client.get("/api/moment", headers={"X-Request-ID": "mobile-7.1_abc"}).headers["X-Request-ID"]
        forged = client.get("/api/moment", headers={"X-Request-ID": "x\tlevel=error {}"}).headers["X-Request-ID"]
        short = client.get("/api/moment", headers={"X-Request-ID": "1"}).headers["X-Request-ID"]

        assert len(made) == 36
        assert kept == "mobile-7.1_abc"
        assert len(forged) == len(short) == 36

    def test_log_line_has_the_id_the_operation_and_no_query_string(self, client: Client) -> None:
        with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
            client.get("/api/things?name=ada@example.com", headers={"X-Request-ID": "mobile-7.1_abc"})

        (line,) = [line for line in lines if line["event"] == "request_finished"]
        assert line["request"] == "GET /api/things"
        assert (line["code"], line["request_id"]) == (200, "mobile-7.1_abc")
        assert (line["operation"], line["queries"]) == ("list_things", 0)

    def test_failure_without_an_id_of_its_own_is_found_in_the_log(self, client: Client, settings: Settings) -> None:
        settings.DEBUG = False
        with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
            answer = client.get("/api/failures/defect")

        assert answer.status_code == 500
        known = {line["request_id"] for line in lines if line["event"] in ("request_finished", "request_failed")}
        assert known == {answer.headers["X-Request-ID"]} == {answer.json()["request_id"]}

    def test_answer_that_brought_no_id_of_its_own_is_found_in_the_log(self, client: Client) -> None:
        with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
            answer = client.get("/api/moment")

        (line,) = [line for line in lines if line["event"] == "request_finished"]
        assert line["request_id"] == answer.headers["X-Request-ID"]
