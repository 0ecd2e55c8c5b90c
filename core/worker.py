"""A worker process: a procrastinate worker per lane, each with slots of its own, and the lanes' rounds (`core.rounds`).

All start and stop together.
"""

import asyncio
import signal
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import structlog
from procrastinate import App
from procrastinate.connector import BaseConnector
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.worker import Worker
from psycopg import AsyncConnection
from psycopg.abc import PQGen

from core.connections import alias_of_sessions
from core.lanes import Lane
from core.metrics import LANE_SLOTS
from core.rounds import PAUSE_SECONDS, ROUNDS, Round, go_round

logger = structlog.get_logger(__name__)

# Jobs of before there were lanes, or of a queue that no lane knows any more.
FORMER_QUEUES = {Lane.BULK: ("default",)}
# Connections' clean-up and the like use the same threads for a moment.
SPARE_THREADS = 4
PATIENCE_SECONDS = 60.0


class WorkerConnector(PsycopgConnector):
    """A worker's own way to the queue. What a job defers goes by Django's connection of its thread, so that it commits
    with what the job writes, as in a request.
    """

    def get_sync_connector(self) -> BaseConnector:
        return DjangoConnector()


class PatientConnection(AsyncConnection[Any]):
    """Waits until something comes. psycopg's own looks up ten times a second whether it was interrupted, and those of
    all lanes together keep an idle worker busy; an event loop wakes whoever is cancelled by itself.
    """

    async def wait[T](self, gen: PQGen[T], interval: float = PATIENCE_SECONDS, timeout: float | None = None) -> T:
        return await super().wait(gen, interval, timeout)


def worker_connector() -> WorkerConnector:
    """What `App.replace_connector` takes in a worker: the application's database, the queue looked at as it is now.

    It listens to what is queued, and has settings of its own: both belong to a session, which a pooler might not keep.

    A worker asks for its next job by a function of procrastinate's, whose plan PostgreSQL would keep from a moment when
    the queue was empty: when ten thousand jobs come at once, that plan reads all of them again for each of them.
    """

    async def plan_anew(connection: AsyncConnection) -> None:
        await connection.execute("SET plan_cache_mode = force_custom_plan")
        await connection.commit()

    return WorkerConnector(
        kwargs=connector_params(alias_of_sessions()), configure=plan_anew, connection_class=PatientConnection
    )


class LaneEnded(Exception):
    """A lane's worker ended though nobody asked it to."""


class LaneWorkers:
    """`run()` until `stop()`. When one lane ends by itself, the others finish their jobs and an error is raised.

    It is the lane's own, or `LaneEnded`: procrastinate stops in silence when its heartbeat or its listener fails.
    """

    def __init__(self, app: App, slots: Mapping[Lane, int], *, shutdown_seconds: float = 50) -> None:
        self._app = app
        self._slots = slots
        self._shutdown_seconds = shutdown_seconds
        self._workers: list[Worker] = []
        self._rounds = [each for each in ROUNDS.values() if each.lane in slots]
        self._stopping = False
        self._stopped = asyncio.Event()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        # The default has few more threads than the machine has cores: a lane's slot must never wait for one.
        threads = sum(self._slots.values()) + len(self._rounds) + SPARE_THREADS
        loop.set_default_executor(ThreadPoolExecutor(max_workers=threads, thread_name_prefix="job"))
        async with self._app.open_async():
            self._workers = [self._worker(lane, slots) for lane, slots in self._slots.items()]
            for lane, slots in self._slots.items():
                LANE_SLOTS.labels(lane).set(slots)
            running = [*map(self._run_one, self._workers), *map(self._keep_going_round, self._rounds)]
            results = await asyncio.gather(*running, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    def stop(self) -> None:
        """Take no new job; those that run are finished."""
        self._stopping = True
        self._stopped.set()
        for worker in self._workers:
            worker.stop()  # type: ignore[no-untyped-call]  # procrastinate names no types here

    def stop_on_signals(self) -> None:
        """Of the running loop."""
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self.stop)

    async def _run_one(self, worker: Worker) -> None:
        if self._stopping:
            # Told while it was connecting: a worker forgets at its start what it was told before.
            return
        try:
            await worker.run()  # type: ignore[no-untyped-call]
            if not self._stopping:
                raise LaneEnded(f"{worker.worker_name} ended by itself: the lines above say why.")
        finally:
            # A lane that ended by itself takes the process with it: whoever supervises starts a whole one.
            self.stop()

    async def _keep_going_round(self, each: Round) -> None:
        """A round that fails comes again after the pause: what is due stays due."""
        while not self._stopping:
            try:
                done = await asyncio.to_thread(go_round, each)
            except Exception:
                done = 0
                logger.exception("round_failed", round=each.name)
            if not done:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopped.wait(), PAUSE_SECONDS)

    def _worker(self, lane: Lane, slots: int) -> Worker:
        # As `App.run_worker_async` makes it, but for being ours to stop.
        return self._app._worker(
            queues=[lane, *FORMER_QUEUES.get(lane, ())],
            name=f"worker-{lane}",
            concurrency=slots,
            install_signal_handlers=False,
            shutdown_graceful_timeout=self._shutdown_seconds,
        )
