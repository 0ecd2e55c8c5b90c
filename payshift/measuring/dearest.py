"""What the dearest request of each operation costs: the fullest page of each read, by the people who have most, and
for each kind of input the one that costs most of those that are let in.

Processor time is the thread's own and that of the database's backend, so that a busy machine changes little. Memory is
the most that Python held at once, of a second request of the same kind; what a decoder of pictures holds is not in it.
"""

import gc
import json
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import batched
from time import thread_time
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from PIL import Image

from accounts.models import Notification, NotificationKind
from core import clock
from core.api import query_names
from core.pagination import MAX_LIMIT
from core.queries import count_queries
from jobs.models import Job
from payshift.api import api
from payshift.measuring import report
from payshift.measuring.calls import Application, environ_of
from payshift.measuring.cpu import BackendCPU
from payshift.measuring.reads import Cast, Read, reads
from payshift.measuring.report import Check, at_most

NAME = "dearest_report"
HEAD = ("operation", "application ms", "database ms", "peak MB", "queries", "answer kB", "allowed ms", "allowed MB")
# Of one request: what a thread may be held by it, and what 32 of them at once may take of a gigabyte.
CPU_MS, PEAK_MB = 400, 32
# Of one person with as many as nobody has.
EXPORTED_ROWS = 100_000
LONGEST_PHRASE = 200
JSON_BYTES = 1_000_000
EDGE_PX = 4096


@dataclass(frozen=True, slots=True)
class Dear:
    """A request and what it may cost."""

    name: str
    user_id: int
    path: str
    method: str = "GET"
    body: bytes = b""
    content_type: str = "application/json"
    cpu_ms: float = CPU_MS
    peak_mb: float = PEAK_MB
    # 200 and its like, or the refusal that it ends in.
    status: int = 200


@dataclass(frozen=True, slots=True)
class Cost:
    of: Dear
    application_ms: float
    database_ms: float
    peak_mb: float
    queries: int
    answer_kb: float

    @property
    def cells(self) -> list[str]:
        measured = (self.application_ms, self.database_ms, self.peak_mb)
        return [
            self.of.name,
            *(f"{value:.1f}" for value in measured),
            str(self.queries),
            f"{self.answer_kb:.1f}",
            f"{self.of.cpu_ms:g}",
            f"{self.of.peak_mb:g}",
        ]


def dear_requests(cast: Cast) -> Iterator[Dear]:
    paged = {name for name, known in _known_parameters().items() if "limit" in known}
    for read in reads(cast):
        yield Dear(read.name, read.user_id, _fullest(read) if read.operation in paged else read.path)
    worker, client = cast.worker_id, cast.client_id
    phrase = urlencode({"q": ("a " * LONGEST_PHRASE)[:LONGEST_PHRASE], "order": "relevance", "limit": MAX_LIMIT})
    yield Dear("find_jobs, longest phrase", worker, f"/jobs?{phrase}")
    yield Dear(f"export_me, {EXPORTED_ROWS:,} rows", worker, "/me/export", cpu_ms=2_000, peak_mb=64)
    yield Dear("get_statement, of a client", client, f"/wallet/statements/{clock.now():%Y-%m}")
    yield Dear("set_avatar, largest picture", worker, "/me/avatar", "PUT", *_picture(), cpu_ms=4_000, peak_mb=64)
    yield Dear("log_in, wrong password", worker, "/auth/login", "POST", _json(_login()), cpu_ms=1_000, status=401)
    flat = b"[" + b"[]," * (JSON_BYTES // 3) + b"[]]"
    for what, body in (("flat", flat), ("deep", b'{"a":' * (JSON_BYTES // 5)), ("digits", b"9" * JSON_BYTES)):
        status = 422 if what == "flat" else 400
        yield Dear(f"log_in, {what} JSON", worker, "/auth/login", "POST", body, cpu_ms=1_000, peak_mb=96, status=status)
    ids = _json({"assignment_ids": list(range(1, 101))})
    yield Dear("approve_assignments, a hundred", client, "/assignments/approve", "POST", ids, cpu_ms=2_000)
    yield Dear("post_job, 62 shifts", client, "/jobs", "POST", _json(_longest_job()), status=201)


def _known_parameters() -> dict[str, frozenset[str]]:
    operations = (
        operation
        for router in api._get_bound_routers()
        for view in router.path_operations.values()
        for operation in view.operations
    )
    return {operation.view_func.__name__: query_names(operation)[0] for operation in operations}


def _fullest(read: Read) -> str:
    return f"{read.path}{'&' if '?' in read.path else '?'}limit={MAX_LIMIT}"


def _json(body: Any) -> bytes:
    return json.dumps(body).encode()


def _login() -> dict[str, str]:
    return {"email": "nobody@example.com", "password": "p" * 100}


def _longest_job() -> dict[str, Any]:
    day = clock.now().date().toordinal() + 7
    like = Job.objects.select_related("industry").latest("pk")
    return {
        "title": f"Everything {uuid4().hex[:8]}",
        "description": "x " * 1_000,
        "industry": like.industry.slug,
        "location": "Ikeja, Lagos",
        "job_type": "multiple_days",
        "date": clock.now().date().fromordinal(day).isoformat(),
        "end_date": clock.now().date().fromordinal(day + 61).isoformat(),
        "start_time": "09:00",
        "end_time": "17:00",
        "applicants_needed": 1,
        "rate_kobo": 150_000,
    }


def _picture() -> tuple[bytes, str]:
    """Progressive, and as large as is decoded in full."""
    content = BytesIO()
    Image.effect_noise((EDGE_PX, EDGE_PX), 20).save(content, "JPEG", progressive=True, quality=20)
    head = (
        b'--frame\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    )
    return head + content.getvalue() + b"\r\n--frame--\r\n", "multipart/form-data; boundary=frame"


def give_many_rows(user_id: int) -> None:
    """So many notifications that nobody has read."""
    rows = (
        Notification(
            user_id=user_id,
            kind=NotificationKind.JOB_CHANGED,
            title="Changed",
            body="It changed. " * 20,
            link="/jobs/1",
            created_at=clock.now(),
            dedupe_key=f"dear:{number}",
        )
        for number in range(EXPORTED_ROWS)
    )
    for batch in batched(rows, 5_000, strict=True):
        Notification.objects.bulk_create(batch)


def measure(application: Application, cpu: BackendCPU, dear: Dear, *, token: str) -> Cost:
    """The second request of its kind, the first having filled what is filled once, and memory by a third."""
    _send(application, dear, token)
    before = cpu.read_ms()
    with count_queries() as counted:
        started = thread_time()
        content = _send(application, dear, token)
        spent = thread_time() - started
    database_ms = cpu.read_ms() - before
    return Cost(
        of=dear,
        application_ms=spent * 1_000,
        database_ms=database_ms,
        peak_mb=_peak_mb(lambda: _send(application, dear, token)),
        queries=counted.count,
        answer_kb=len(content) / 1_000,
    )


def _peak_mb(act: Callable[[], object]) -> float:
    gc.collect()
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def _send(application: Application, dear: Dear, token: str) -> bytes:
    body = dear.body
    if dear.path == "/jobs" and body:
        # The same twice would be a duplicate.
        body = _json(_longest_job())
    environ = environ_of(token, dear.path, None) | {
        "REQUEST_METHOD": dear.method,
        "CONTENT_TYPE": dear.content_type if body else "",
        "CONTENT_LENGTH": str(len(body)) if body else "",
        "wsgi.input": BytesIO(body),
    }
    said: list[str] = []
    answer = application(environ, lambda status, headers, *_: said.append(status))
    content = b"".join(answer)
    if (close := getattr(answer, "close", None)) is not None:
        close()
    if int(said[0][:3]) != dear.status:
        raise RuntimeError(f"{dear.name}: {said[0]} {content[:300].decode()}")
    return content


def checks_of(costs: Sequence[Cost]) -> list[Check]:
    return [
        check
        for cost in costs
        for check in (
            at_most(f"{cost.of.name}: ms", cost.application_ms + cost.database_ms, cost.of.cpu_ms),
            at_most(f"{cost.of.name}: MB", cost.peak_mb, cost.of.peak_mb),
        )
    ]


def write_report(costs: Sequence[Cost], checks: Sequence[Check], *, data: str) -> list[str]:
    """JSON and the document's section; returns the table for the terminal."""
    lines = report.table(HEAD, [cost.cells for cost in costs])
    report.write_report(NAME, checks, data=data)
    report.write_section(NAME, "\n".join([f"Over {data}.", "", *lines]))
    return lines
