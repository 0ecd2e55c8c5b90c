"""A mail server of the test's own, real SMTP on loopback: keeps what it took, and refuses or hangs up as it is told."""

from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from threading import Thread

import pytest
from pytest_django import Settings

from core import smtp
from core.mailers import mailers_from_url
from payshift.measuring.overload.mail_sink import Conversation, MailSink


class MailServer(MailSink):
    def __init__(self) -> None:
        super().__init__()
        self.RequestHandlerClass = Keeping
        self.seconds_of_a_mail = 0
        # Recipients that get 550, and those whose mail ends the connection instead of an answer.
        self.refused: set[str] = set()
        self.hung_up_on: set[str] = set()
        self.messages: list[tuple[str, str]] = []

    @property
    def recipients(self) -> list[str]:
        return [recipient for recipient, _ in self.messages]

    @property
    def copies(self) -> Counter[str]:
        """How often each Message-ID was taken."""
        return Counter(message_id for _, message_id in self.messages)


class Keeping(Conversation):
    server: MailServer

    def handle(self) -> None:
        recipient = ""
        self._say("220 here")
        while line := self.rfile.readline().strip():
            verb = line[:4].upper()
            if verb == b"RCPT":
                recipient = line.decode().partition("<")[2].partition(">")[0]
                if recipient in self.server.refused:
                    self._say("550 nobody of that name")
                    continue
            elif verb == b"DATA":
                self._say("354 go on")
                data = b"".join(iter(self.rfile.readline, b".\r\n"))
                if recipient in self.server.hung_up_on:
                    return
                self.server.messages.append((recipient, str(message_from_bytes(data)["Message-ID"])))
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            self._say("250 good")


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[MailServer]:
    with MailServer() as server:
        settings.MAILERS = mailers_from_url(server.url)
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        smtp.hang_up()
        server.shutdown()
