"""The attacks: each a block within which a few clients do what once stopped the API, and what they were answered."""

import json
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import cycle
from select import select
from threading import Event, Lock, Thread
from uuid import uuid4

import httpx

from core import clock
from core.dev.ports import HOST
from jobs.models import Job, JobStatus
from payshift.measuring.overload.probing import Caller
from payshift.measuring.tokens import make_tokens

HALF_SENT, CALLERS, PAYMENTS = 200, 6, 40
DRIP_SECONDS = 2.0
# A read that is refused; a few of them, so that many wait for the same.
MISSING = [f"/api/jobs/{99_999_990 + number}" for number in range(3)]
# Longer than any call waits.
PROVIDER_DELAY_SECONDS = 10


type Act = Callable[[], tuple[int, float]]


@dataclass(slots=True)
class Told:
    """What the attackers were answered: status and milliseconds."""

    answers: list[tuple[int, float]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def add(self, answer: tuple[int, float]) -> None:
        with self._lock:
            self.answers.append(answer)

    @property
    def slowest_ms(self) -> float:
        return max(ms for _, ms in self.answers)

    def count_other_than(self, *statuses: int) -> int:
        return sum(status not in statuses for status, _ in self.answers)


@contextmanager
def refused_reads(caller: Caller) -> Iterator[Told]:
    """Six clients who ask for jobs that there are not, twice a second each."""
    with again_and_again([refused_read(caller, path) for path in MISSING], pause_seconds=0.5) as told:
        yield told


def refused_read(caller: Caller, path: str = MISSING[0]) -> Act:
    return lambda: caller.ask(path)


@contextmanager
def half_sent_bodies(port: int) -> Iterator[list[socket.socket]]:
    """Two hundred log-ins that announce 5,000 bytes and send one every two seconds."""
    head = (
        b"POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: 5000\r\n\r\n{"
    )
    over = Event()
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_connection((HOST, port))) for _ in range(HALF_SENT)]
        for sock in sockets:
            sock.sendall(head)

        def drip() -> None:
            while not over.wait(DRIP_SECONDS):
                for sock in sockets:
                    # The other side may have had enough: see `count_open`.
                    with suppress(OSError):
                        sock.sendall(b" ")

        dripping = Thread(target=drip, daemon=True)
        dripping.start()
        try:
            yield sockets
        finally:
            over.set()
            dripping.join()


def count_open(sockets: Sequence[socket.socket]) -> int:
    """Those whose other side has neither answered nor hung up."""
    return len(sockets) - len(select(sockets, [], [], 0)[0])


@contextmanager
def slow_provider(gateway_port: int, acts: Sequence[Act]) -> Iterator[Told]:
    """A provider that answers after ten seconds, and six clients who start payments and ask for banks meanwhile."""
    with httpx.Client(base_url=f"http://{HOST}:{gateway_port}/control/", trust_env=False) as gateway:
        for provider, operation in (("paystack", "initialize"), ("flutterwave", "initialize"), ("paystack", "banks")):
            order = {"provider": provider, "kind": "delay", "operation": operation, "times": 100_000}
            gateway.post("faults", json={**order, "value": str(PROVIDER_DELAY_SECONDS)}).raise_for_status()
        try:
            with again_and_again(acts, pause_seconds=0.2) as told:
                yield told
        finally:
            gateway.post("faults/clear", json={}).raise_for_status()


def payment_of(caller: Caller, *, job_id: int, provider: str) -> Act:
    body = json.dumps({"job_id": job_id, "provider": provider}).encode()
    return lambda: caller.ask("/api/payments", body=body, headers={"Idempotency-Key": uuid4().hex})


def banks_of(caller: Caller) -> Act:
    return lambda: caller.ask("/api/banks")


def payments_and_banks(port: int) -> list[Act]:
    """Payments of as many jobs by their clients, at either provider, and the banks."""
    unpaid = Job.objects.filter(status=JobStatus.PENDING, starts_at__gt=clock.now()).order_by("pk")
    jobs = list(unpaid.values_list("pk", "client_id")[:PAYMENTS])
    tokens = make_tokens({client_id for _, client_id in jobs})
    acts: list[Act] = []
    for (job_id, client_id), provider in zip(jobs, cycle(("paystack", "flutterwave")), strict=False):
        caller = Caller(port, tokens[client_id])
        acts += [payment_of(caller, job_id=job_id, provider=provider), banks_of(caller)]
    return acts


@contextmanager
def again_and_again(acts: Sequence[Act], *, pause_seconds: float) -> Iterator[Told]:
    """Six clients who take turns at these."""
    told, over = Told(), Event()
    turns = cycle(acts)

    def attack() -> None:
        while not over.wait(pause_seconds):
            told.add(next(turns)())

    attackers = [Thread(target=attack, daemon=True) for _ in range(CALLERS)]
    for attacker in attackers:
        attacker.start()
    try:
        yield told
    finally:
        over.set()
        for attacker in attackers:
            attacker.join()
