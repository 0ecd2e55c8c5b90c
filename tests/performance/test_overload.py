"""The overload report: the shipped proxy keeps half-sent bodies to itself, the sink tells when a mail came, and bounds
that are missed are seen.
"""

import select
import socket
from dataclasses import replace
from email.message import EmailMessage
from smtplib import SMTP

import pytest

from payshift.measuring.overload import mail_sink as sinks
from payshift.measuring.overload.attacks import HALF_SENT, Told, half_sent_bodies
from payshift.measuring.overload.figures import Measured, checks_of, rows_of
from payshift.measuring.overload.mail_sink import mail_sink
from payshift.measuring.overload.probing import Latency, Probe
from payshift.measuring.overload.queueing import WAITING
from payshift.measuring.overload.stage import CADDYFILE, on_loopback, proxy

BODY = b"x" * 40_000
HEAD = b"POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(BODY)
# For what must come, on a busy machine.
PATIENCE_SECONDS = 60


def probe(ms: float) -> Probe:
    return Probe(Latency((ms, ms, ms)), Latency((ms, ms, ms)))


GOOD = Measured(
    idle=probe(2),
    attacked={"an attack": probe(5)},
    refusals=Told([(404, 12.0)]),
    payments=Told([(201, 12.0), (202, 2_100.0), (503, 2_100.0)]),
    half_sent=HALF_SENT,
    codes_seconds=[0.2, 1.0],
    notices_waiting=WAITING,
)


def test_shipped_proxy_passes_a_body_on_when_all_of_it_is_there() -> None:
    with (
        socket.create_server(("127.0.0.1", 0), backlog=512) as back,
        proxy(back.getsockname()[1]) as port,
        half_sent_bodies(port),
        socket.create_connection(("127.0.0.1", port)) as slow,
    ):
        back.settimeout(PATIENCE_SECONDS)
        slow.sendall(HEAD + BODY[:-1])
        # Nothing has come from anybody by then.
        assert not select.select([back], [], [], 1)[0]
        slow.sendall(BODY[-1:])
        connection, _ = back.accept()
        with connection:
            arrived = b""
            while not arrived.endswith(BODY):
                arrived += connection.recv(65_536)

    assert arrived.startswith(b"POST /api/auth/login ")


def test_shipped_file_that_has_changed_is_not_mistaken_for_the_one_that_was() -> None:
    with pytest.raises(ValueError, match="has no line"):
        on_loopback(CADDYFILE.read_text().replace("\tservers {", "\tservers :443 {"))


def test_sink_takes_mails_and_tells_when_the_first_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sinks, "SECONDS_OF_A_MAIL", 0)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.com", "Wale@example.com", "Code"
    message.set_content("123456\n.\n")

    with mail_sink() as sink:
        host, _, port = sink.url.removeprefix("smtp://").partition(":")
        with SMTP(host, int(port)) as client:
            client.send_message(message)
            first = sink.came_at("wale@example.com")
            client.send_message(message)

        assert first is not None
        assert sink.came_at("wale@example.com") == first
        assert sink.came_at("ada@example.com") is None


def test_report_whose_bounds_are_kept_is_right() -> None:
    assert [check.name for check in checks_of(GOOD) if not check.ok] == []
    assert rows_of(GOOD)[1] == ["an attack", "5.0", "5.0", "5.0", "5.0", "2.5"]


@pytest.mark.parametrize(
    ("worse", "missed"),
    [
        (replace(GOOD, attacked={"an attack": probe(6)}), "an attack: times idle latency"),
        (replace(GOOD, refusals=Told([(404, 2_100.0)])), "refused reads: slowest, ms"),
        (replace(GOOD, refusals=Told([(500, 1.0)])), "refused reads: answers other than 404"),
        (replace(GOOD, half_sent=HALF_SENT - 1), "half-sent bodies: still open"),
        (replace(GOOD, payments=Told([(201, 9_000.0)])), "slow provider: slowest answer, ms"),
        (replace(GOOD, payments=Told([(0, 1.0)])), "slow provider: payments neither begun nor asked for later"),
        (replace(GOOD, codes_seconds=[0.1, 5.1]), "codes: slowest to leave, s"),
        (replace(GOOD, notices_waiting=WAITING - 1), "codes: notices that waited meanwhile"),
    ],
)
def test_each_missed_bound_is_seen(worse: Measured, missed: str) -> None:
    assert [check.name for check in checks_of(worse) if not check.ok] == [missed]
