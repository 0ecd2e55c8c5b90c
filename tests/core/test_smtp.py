"""Mails over a kept connection, sent to a mail server of the test's own."""

from collections.abc import Iterator
from smtplib import SMTPException
from threading import Thread
from typing import Any

import pytest
from django.core.mail import EmailMessage
from pytest_django import Settings

from core import smtp
from core.mailers import mailers_from_url
from payshift.measuring.overload.mail_sink import Conversation, MailSink

FROM = "payshift@example.com"


class CountingSink(MailSink):
    """Counts its connections, and ends them when it is told to: in silence before the next mail."""

    connections = 0
    refuses = False
    open_ones: list[Any]

    def __init__(self) -> None:
        super().__init__()
        self.RequestHandlerClass = CountedConversation
        self.seconds_of_a_mail = 0
        self.open_ones = []

    def end_connections(self) -> None:
        for request in self.open_ones:
            self.shutdown_request(request)
        self.open_ones.clear()


class CountedConversation(Conversation):
    server: CountingSink

    def handle(self) -> None:
        self.server.connections += 1
        self.server.open_ones.append(self.request)
        super().handle()

    def _say(self, answer: str) -> None:
        super()._say("450 later" if self.server.refuses and answer == "354 go on" else answer)


@pytest.fixture
def sink(settings: Settings) -> Iterator[CountingSink]:
    with CountingSink() as sink:
        settings.MAILERS = mailers_from_url(sink.url)
        Thread(target=sink.serve_forever, daemon=True).start()
        yield sink
        smtp.hang_up()
        sink.shutdown()


def send(number: int = 0) -> int:
    return EmailMessage("Paid", "You were paid.", FROM, [f"worker{number}@example.com"]).send()


def test_further_mails_go_over_the_first_ones_connection(sink: CountingSink) -> None:
    assert [send(number) for number in range(3)] == [1, 1, 1]

    assert sink.connections == 1
    assert all(sink.came_at(f"worker{number}@example.com") for number in range(3))


def test_connection_that_the_server_ended_is_replaced(sink: CountingSink) -> None:
    send()
    sink.end_connections()

    assert send(1) == 1
    assert sink.connections == 2


def test_connection_is_given_up_after_as_many_mails_as_servers_like(
    sink: CountingSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "MOST_MAILS", 2)

    for number in range(5):
        send(number)

    assert sink.connections == 3


def test_mail_that_failed_takes_its_connection_with_it(sink: CountingSink) -> None:
    send()
    sink.refuses = True
    with pytest.raises(SMTPException):
        send(1)
    sink.refuses = False

    assert send(1) == 1
    assert sink.connections == 2


def test_each_thread_has_a_connection_of_its_own(sink: CountingSink) -> None:
    def send_two() -> None:
        send(1)
        send(2)

    send()
    thread = Thread(target=send_two)
    thread.start()
    thread.join(30)

    assert sink.connections == 2
    assert sink.came_at("worker2@example.com")
