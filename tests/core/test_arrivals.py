"""What the web server counts before Django: time in the queue of threads, and threads that are busy."""

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from wsgiref.util import setup_testing_defaults

import pytest
from prometheus_client import REGISTRY
from pytest_django import Settings

from core.arrivals import LONGEST_SECONDS, Arrivals, observe_queue

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def figure(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def waited(header: str) -> tuple[float, float]:
    """How many requests were counted for the header, and how many seconds."""
    before = figure("payshift_request_queued_seconds_count"), figure("payshift_request_queued_seconds_sum")
    observe_queue(header)
    after = figure("payshift_request_queued_seconds_count"), figure("payshift_request_queued_seconds_sum")
    return after[0] - before[0], after[1] - before[1]


def test_wait_for_a_thread_is_counted_as_caddy_and_nginx_say_it() -> None:
    ago = time.time() - 3

    for header in (f"t={int(ago * 1000)}", f"t={ago:.3f}"):
        count, seconds = waited(header)

        assert count == 1
        assert 3 <= seconds < 30


def test_proxy_whose_clock_is_ahead_waited_not_at_all() -> None:
    count, seconds = waited(f"t={int((time.time() + 5) * 1000)}")

    assert count == 1
    assert seconds == pytest.approx(0)


@pytest.mark.parametrize(
    "header",
    ["", "t=", "now", "t=12", "t=1e9", "t=٣٣٣٣٣٣٣٣٣٣٣٣٣", f"t={int((time.time() - LONGEST_SECONDS * 9) * 1000)}"],
    # The last differs between the processes of the suite.
    ids=["empty", "no time", "word", "seconds", "float", "other digits", "long ago"],
)
def test_what_says_nothing_is_not_counted(header: str) -> None:
    assert waited(header) == (0, 0)


@pytest.mark.parametrize(("proxies", "counted"), [(0, 0), (1, 1)])
def test_only_a_proxy_is_believed_and_a_thread_is_busy_while_it_serves(
    settings: Settings, proxies: int, counted: int
) -> None:
    settings.NINJA_NUM_PROXIES = proxies
    busy: list[float] = []

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        busy.append(figure("payshift_busy_threads"))
        raise RuntimeError

    environ: dict[str, Any] = {"HTTP_X_REQUEST_START": f"t={time.time():.3f}"}
    setup_testing_defaults(environ)
    idle, before = figure("payshift_busy_threads"), figure("payshift_request_queued_seconds_count")

    with pytest.raises(RuntimeError):
        Arrivals(application)(environ, lambda *_: lambda _: None)

    assert busy == [idle + 1]
    assert figure("payshift_busy_threads") == idle
    assert figure("payshift_request_queued_seconds_count") - before == counted
