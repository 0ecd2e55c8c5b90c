"""`run_jobs()`: what was deferred, and what the rounds find due, by the real worker's code, in the test's database.

For tests marked `django_db(transaction=True)`: the worker has connections of its own and sees committed rows only.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Protocol

import pytest
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.job_context import JobContext

from core import clock
from core.rounds import ROUNDS, go_round
from core.worker import worker_connector


def work_off(**options: Any) -> None:
    """Of a worker that ends when there is nothing to do."""
    is_done = False
    while not is_done:
        app.run_worker(wait=False, listen_notify=False, install_signal_handlers=False, **options)
        is_done = not sum([go_round(each) for each in ROUNDS.values()])


class RunJobs(Protocol):
    def __call__(self, *, allow_failures: bool = False) -> int: ...


@pytest.fixture
def run_jobs() -> RunJobs:
    """Run all queued jobs, those included that they defer, and all rounds until they find nothing due.

    Returns how many jobs ran.

    The first exception of a job is raised, unless failures are allowed. Periodic tasks are not deferred by time: a test
    defers the one that it is about.
    """

    def run(*, allow_failures: bool = False) -> int:
        failures: list[Exception] = []
        ran = 0

        def collect(call_next: Callable[[], Any], context: JobContext, worker: Any) -> Any:
            nonlocal ran
            ran += 1
            try:
                return call_next()
            except Exception as error:
                failures.append(error)
                raise

        middleware = [*app.worker_defaults.get("task_middleware", []), collect]
        periodic = app.periodic_registry.periodic_tasks
        app.periodic_registry.periodic_tasks = {}
        try:
            with app.replace_connector(worker_connector()):
                work_off(task_middleware=middleware)
        finally:
            app.periodic_registry.periodic_tasks = periodic
        if failures and not allow_failures:
            raise failures[0]
        return ran

    return run


@pytest.fixture
def queued_jobs() -> Callable[[], list[tuple[str, dict[str, Any]]]]:
    """Task names and arguments that wait in the queue, oldest first."""

    def queued() -> list[tuple[str, dict[str, Any]]]:
        rows = ProcrastinateJob.objects.filter(status="todo").order_by("id").values_list("task_name", "args")
        return [(name, arguments) for name, arguments in rows]

    return queued


@pytest.fixture(autouse=True)
def _real_time() -> Iterator[None]:
    """A clock that one test moved must not run ahead in the next."""
    clock._offset = timedelta()
    yield
    clock._offset = timedelta()
