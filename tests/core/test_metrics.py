"""/metrics: who may read it, what moves the figures, what a scrape may cost, and several processes as one."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.test import Client
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from accounts.models import CustomUser
from core import clock, metrics_directory, metrics_gauges, queries
from core.background import task
from core.lanes import PRIORITY, Lane
from core.metrics import counted_families, observe_request
from core.metrics_gauges import DatabaseGauges, database_gauges
from core.queries import count_queries
from tests.factories.accounts import NotificationFactory
from tests.support.api_client import ApiClient
from tests.support.jobs import RunJobs

pytestmark = pytest.mark.django_db

TOKEN = "a-token-of-thirty-two-characters"


@task(lane=Lane.BULK, retry=None)
def count_to(*, number: int) -> None:
    for _ in range(number):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    if number == 0:
        raise RuntimeError("nothing to count")


@pytest.fixture(autouse=True)
def _fresh() -> None:
    database_gauges.forget()


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


def figure(name: str, **labels: str) -> float:
    """A sample's value now; 0 where it was never counted."""
    return next(
        (
            sample.value
            for family in counted_families()
            for sample in family.samples
            if sample.name == name and sample.labels == labels
        ),
        0.0,
    )


def scraped(client: Client) -> dict[tuple[str, ...], float]:
    text = client.get("/metrics").content.decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


class TestAccess:
    def test_open_in_development(self, client: Client, settings: Settings) -> None:
        settings.DEBUG = True

        answer = client.get("/metrics")

        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert "no-store" in answer.headers["Cache-Control"]

    def test_production_without_a_token_has_no_metrics(self, client: Client, settings: Settings) -> None:
        settings.DEBUG, settings.METRICS_TOKEN = False, ""

        assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404

    @pytest.mark.parametrize("debug", [True, False])
    @pytest.mark.parametrize("sent", ["", "Bearer ", f"Bearer {TOKEN}x", TOKEN, "Bearer ß"])
    def test_wrong_token_is_refused_with_nothing_shown(
        self, client: Client, settings: Settings, debug: bool, sent: str
    ) -> None:
        settings.DEBUG, settings.METRICS_TOKEN = debug, TOKEN

        answer = client.get("/metrics", headers={"Authorization": sent})

        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert b"payshift_" not in answer.content

    def test_right_token_reads(self, client: Client, settings: Settings) -> None:
        settings.DEBUG, settings.METRICS_TOKEN = False, TOKEN

        answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})

        assert answer.status_code == 200
        assert b"payshift_queue_oldest_seconds" in answer.content

    def test_nothing_but_reading(self, client: Client, settings: Settings) -> None:
        settings.DEBUG = True

        assert client.post("/metrics").status_code == 405


class TestCounts:
    def test_request_is_counted_by_operation_and_status_with_its_queries(
        self, wale: CustomUser, settings: Settings
    ) -> None:
        # Reading the clock of development comes before the count.
        settings.TIME_TRAVEL = False

        def counted() -> tuple[float, ...]:
            return (
                figure("payshift_requests_total", operation="list_industries", status="200"),
                figure("payshift_request_seconds_count", operation="list_industries"),
                figure("payshift_queries_total", operation="list_industries"),
            )

        client = ApiClient(wale)
        client.get("/industries")
        before = counted()
        with count_queries() as run:
            client.get("/industries")

        assert run.count > 0
        assert [now - then for now, then in zip(counted(), before, strict=True)] == [1, 1, run.count]

    def test_addresses_that_are_no_operation_share_one_series(self, client: Client) -> None:
        before = figure("payshift_requests_total", operation="unmatched", status="404")
        names = {sample.labels.get("operation") for family in counted_families() for sample in family.samples}

        for path in ("/wp-login.php", "/api/.env", "/admin2/x"):
            client.get(path)

        assert figure("payshift_requests_total", operation="unmatched", status="404") == before + 3
        now = {sample.labels.get("operation") for family in counted_families() for sample in family.samples}
        assert now - names <= {"unmatched"}

    def test_unknown_method_makes_no_series_of_its_own(self, client: Client) -> None:
        before = figure("payshift_requests_total", operation="health_live", status="405")

        client.generic("BREW", "/health/live")

        assert figure("payshift_requests_total", operation="health_live", status="405") == before + 1

    def test_hit_and_its_confirmation_are_requests_of_one_operation(self) -> None:
        observe_request("test_hit", 200, 0.003)
        observe_request("test_hit", 304, 0.003)

        assert figure("payshift_requests_total", operation="test_hit", status="200") == 1
        assert figure("payshift_requests_total", operation="test_hit", status="304") == 1
        assert figure("payshift_request_seconds_count", operation="test_hit") == 2
        assert figure("payshift_request_seconds_bucket", operation="test_hit", le="0.0025") == 0
        assert figure("payshift_request_seconds_bucket", operation="test_hit", le="0.005") == 2

    def test_exceeded_budget_is_counted(self, wale: CustomUser, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(queries.BUDGETS, "list_industries", 0)
        before = figure("payshift_query_budget_exceeded_total", operation="list_industries")

        ApiClient(wale).get("/industries")

        assert figure("payshift_query_budget_exceeded_total", operation="list_industries") == before + 1

    @pytest.mark.django_db(transaction=True)
    def test_job_is_counted_by_outcome_with_its_queries(self, run_jobs: RunJobs) -> None:
        def figures() -> tuple[float, float, float]:
            return (
                figure("payshift_jobs_total", task=count_to.name, outcome="succeeded"),
                figure("payshift_jobs_total", task=count_to.name, outcome="failed"),
                figure("payshift_queries_total", operation=count_to.name),
            )

        count_to.defer(number=3)
        count_to.defer(number=0)
        before = figures()

        run_jobs(allow_failures=True)

        succeeded, failed, queries = (now - then for now, then in zip(figures(), before, strict=True))
        assert (succeeded, failed) == (1, 1)
        assert queries >= 3


class TestGauges:
    @pytest.mark.django_db(transaction=True)
    def test_queue_tells_depth_failures_and_the_oldest_that_could_run(
        self, client: Client, settings: Settings, run_jobs: RunJobs
    ) -> None:
        settings.DEBUG = True
        count_to.defer(number=0)
        run_jobs(allow_failures=True)
        count_to.defer(number=1)
        count_to.configure(schedule_in={"hours": 1}).defer(number=2)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_events SET at = at - interval '90 s' WHERE type = 'deferred'")

        figures = scraped(client)

        assert figures["payshift_queue_jobs", "bulk", "todo"] == 2
        assert figures["payshift_queue_jobs", "bulk", "doing"] == 0
        assert figures["payshift_queue_jobs", "bulk", "failed"] == 1
        assert 90 <= figures["payshift_queue_oldest_seconds", "bulk"] < 150
        assert figures["payshift_source_up", "queue"] == 1

    def test_lane_without_jobs_is_zeros_and_no_hole(self, client: Client, settings: Settings) -> None:
        settings.DEBUG = True

        figures = scraped(client)

        assert {lane for lane in Lane if figures["payshift_queue_jobs", lane, "todo"] == 0} == set(Lane)
        assert figures["payshift_queue_oldest_seconds", "money"] == 0

    @pytest.mark.django_db(transaction=True)
    def test_periodic_task_whose_last_run_failed_is_told(
        self, client: Client, settings: Settings, run_jobs: RunJobs
    ) -> None:
        settings.DEBUG = True
        for number in (1, 0):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT procrastinate_defer_periodic_job_v2(%s, NULL, NULL, %s, 0, %s, %s, %s)",
                    [Lane.BULK, count_to.name, f"runs {number}", number, json.dumps({"number": number})],
                )
        run_jobs(allow_failures=True)

        assert scraped(client)["payshift_cron_failed", count_to.name] == 1

    def test_row_that_a_round_could_take_counts_with_the_jobs_of_its_lane(
        self, client: Client, settings: Settings
    ) -> None:
        settings.DEBUG = True
        NotificationFactory.create(mail_at=clock.now() - timedelta(seconds=100))
        NotificationFactory.create(mail_at=clock.now() + timedelta(seconds=100), mail_turn=PRIORITY[Lane.CODES])

        figures = scraped(client)

        assert 90 <= figures["payshift_queue_oldest_seconds", "notices"] < 150
        assert figures["payshift_queue_oldest_seconds", "codes"] == 0

    def test_job_for_later_is_not_late(self, client: Client, settings: Settings) -> None:
        settings.DEBUG = True
        count_to.configure(schedule_in={"hours": 1}).defer(number=2)

        assert scraped(client)["payshift_queue_oldest_seconds", "bulk"] == 0

    def test_scrapes_in_a_row_share_one_reading(self, client: Client, settings: Settings) -> None:
        settings.DEBUG = True
        client.get("/metrics")

        with count_queries() as counted:
            client.get("/metrics")

        # The clock of development.
        assert counted.count <= 1

    def test_source_that_fails_takes_no_other_down(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken() -> Iterable[Metric]:
            with connection.cursor() as cursor:
                cursor.execute("SELECT nonsense")
            return []

        def fine() -> Iterable[Metric]:
            return [GaugeMetricFamily("fine", "", value=7)]

        monkeypatch.setattr(metrics_gauges, "SOURCES", {"broken": broken, "fine": fine})

        found = {
            (sample.name, *sample.labels.values()): sample.value
            for family in DatabaseGauges().collect()
            for sample in family.samples
        }

        assert found == {("fine",): 7, ("payshift_source_up", "broken"): 0, ("payshift_source_up", "fine"): 1}

    def test_slow_source_is_cut_off(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def slow() -> Iterable[Metric]:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(5)")
            return []

        monkeypatch.setattr(metrics_gauges, "SOURCES", {"slow": slow})
        monkeypatch.setattr(metrics_gauges, "STATEMENT_TIMEOUT_MS", 50)

        (up,) = DatabaseGauges().collect()

        assert [sample.value for sample in up.samples] == [0]

    def test_without_a_database_the_counts_are_still_there(
        self, client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.DEBUG = True
        observe_request("test_without_database", 200, 0.01)

        def refuse() -> None:
            raise OperationalError

        monkeypatch.setattr(connection, "ensure_connection", refuse)

        figures = scraped(client)

        assert figures["payshift_source_up", "queue"] == 0
        assert figures["payshift_requests_total", "test_without_database", "200"] == 1


def python(code: str, directory: Path) -> str:
    variables = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(directory)}
    ran = subprocess.run([sys.executable, "-c", code], env=variables, capture_output=True, text=True, check=True)
    return ran.stdout


COUNT = "from core.metrics import observe_request; [observe_request('shared', 200, 0.01) for _ in range({})]"
READ = (
    "from core.metrics import counted_families\n"
    "for family in counted_families():\n"
    "    for sample in family.samples:\n"
    "        if sample.name == 'payshift_requests_total': print(sample.labels['operation'], sample.value)"
)


def test_several_processes_are_scraped_as_one(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", f"{COUNT.format(3)}; print(flush=True); input()"],
        env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as running:
        assert running.stdout is not None
        running.stdout.readline()
        python(COUNT.format(4), tmp_path)

        assert python(READ, tmp_path).split() == ["shared", "7.0"]


def test_processes_that_ended_keep_their_counts_in_one_file(tmp_path: Path) -> None:
    for _ in range(3):
        python(COUNT.format(2), tmp_path)

    assert python(READ, tmp_path).split() == ["shared", "6.0"]
    # The ended ones' and the reader's own.
    assert len(list(tmp_path.glob("counter_*.db"))) == 2


def test_gauges_of_processes_that_ended_are_forgotten(tmp_path: Path) -> None:
    python("from core.metrics import BUSY_THREADS; BUSY_THREADS.set(7)", tmp_path)

    busy = "print(*[s.value for f in counted_families() for s in f.samples if s.name == 'payshift_busy_threads'])"

    assert python(f"from core.metrics import counted_families; {busy}", tmp_path).split() == ["0.0"]
    assert not list(tmp_path.glob("gauge_ended*"))


def test_directory_without_room_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(metrics_directory.VARIABLE, str(tmp_path))
    monkeypatch.setattr(metrics_directory, "LEAST_FREE_BYTES", 2**60)

    assert metrics_directory.shared_directory() is None
    assert metrics_directory.VARIABLE not in os.environ
