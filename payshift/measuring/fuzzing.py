"""Schemathesis over the whole document against running processes, as a stranger and as every kind of person.

What it sends comes from the document, what it expects too. It runs in processes of its own, one caller after the other,
each with an equal share of the time; they find their way by links between operations, so that much of what one request
makes is met by the next.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from core.dev.ports import HOST
from payshift.measuring.databases import drop, measuring_environment, populated
from payshift.measuring.report import DIRECTORY, Check, at_least, at_most
from payshift.measuring.servers import SERVING, WORKER, started, web_server
from payshift.measuring.soaking import Outcome, read_outcome
from payshift.measuring.trees import HERE

PURPOSE, JOBS = "fuzzing", 300
NOBODY = "nobody"
CHECKS = (
    *("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance"),
    *("response_schema_conformance", "ignored_auth", "strangers_get_nothing"),
)
# They end the caller's own session or make somebody else of them: tests/api/test_schema_conformance.py sends them, each
# with a session of its own.
ENDING = ("log_out", "log_out_everywhere", "end_device", "change_role", "delete_me", "change_password")
# Of each caller, in whatever time there is: fewer say nothing.
FEWEST_OPERATIONS = 50
# What is meant to be refused after so many is to be tried thousands of times; only development may relax it.
RELAXED = {"DEBUG": "1", "THROTTLE_FACTOR": "1000"}


@dataclass(frozen=True, slots=True)
class Instance:
    url: str
    tokens: Mapping[str, str]


def fuzz(*, minutes: float, seed: int, say: Callable[[str], object]) -> dict[str, Outcome]:
    """What became of each caller's tests, in as many minutes altogether."""
    name = populated(JOBS, say=say, purpose=PURPOSE, fresh=True)
    try:
        with _instance(name) as instance:
            callers = {NOBODY: "", **instance.tokens}
            seconds = int(minutes * 60 / len(callers))
            return {
                caller: run_schemathesis(instance.url, caller, token=token, seconds=seconds, seed=seed)
                for caller, token in callers.items()
            }
    finally:
        drop(name)


def checks_of(fuzzed: Mapping[str, Outcome]) -> list[Check]:
    return [
        check
        for caller, outcome in fuzzed.items()
        for check in (
            at_least(
                f"document: operations tried as {caller}", outcome.passed + len(outcome.failed), FEWEST_OPERATIONS
            ),
            at_most(f"document: operations that break it as {caller}", len(outcome.failed), 0),
        )
    ]


@contextmanager
def _instance(name: str) -> Iterator[Instance]:
    """Web, worker and sandbox gateway over the database of this name, which is given its callers."""
    environment = {**measuring_environment(name), **SERVING, **RELAXED}
    subprocess.run(HERE.command("migrate", "--verbosity=0"), env=environment, check=True)  # noqa: S603  # the gateway's tables
    people = [sys.executable, "-m", "payshift.measuring.fuzzing_people"]
    told = subprocess.run(people, env=environment, stdout=subprocess.PIPE, check=True, cwd=settings.BASE_DIR)  # noqa: S603
    with ExitStack() as stack:
        gateway = stack.enter_context(
            web_server("fuzzing-gateway", "payment.sandbox.wsgi:application", environment, workers=1, threads=4)
        )
        sandbox = f"http://{HOST}:{gateway.port}"
        environment |= {
            "PAYSTACK_BASE_URL": f"{sandbox}/paystack",
            "PREMBLY_BASE_URL": f"{sandbox}/prembly",
            "FLUTTERWAVE_BASE_URL": f"{sandbox}/flutterwave/v3",
            "SANDBOX_GATEWAY_URL": sandbox,
        }
        web = stack.enter_context(
            web_server("fuzzing-web", "payshift.wsgi:application", environment, workers=1, threads=4)
        )
        stack.enter_context(started("fuzzing-worker", WORKER, environment))
        yield Instance(f"http://localhost:{web.port}", json.loads(told.stdout))


def run_schemathesis(url: str, caller: str, *, token: str, seconds: int, seed: int) -> Outcome:
    """It prints as it goes. Raises `FileNotFoundError` if it could not begin."""
    report = DIRECTORY / f"fuzz-{caller.replace(', ', '-').replace(' ', '-').lower()}.xml"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    program = Path(sys.executable).with_name("schemathesis")
    arguments = [
        *("run", str(settings.BASE_DIR / "openapi.json"), "--url", url, "--seed", str(seed)),
        *("--max-time", str(seconds), "--checks", ",".join(CHECKS), "--continue-on-failure", "--no-color"),
        *("--report-junit-path", str(report), "--generation-database", "none", "--request-timeout", "30"),
    ]
    if token:
        arguments += ["--header", f"Authorization: Bearer {token}"]
        arguments += [part for name in ENDING for part in ("--exclude-operation-id", name)]
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "payshift.measuring.fuzzing_checks"}
    subprocess.run([program, *arguments], cwd=settings.BASE_DIR, env=environment, check=False)  # noqa: S603
    return read_outcome(report)
