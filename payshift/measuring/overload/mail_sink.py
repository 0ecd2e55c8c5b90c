"""A mail server with patience: takes every mail, each after a moment, and remembers when the first came for whom."""

from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Lock, Thread
from time import monotonic, sleep

from core.dev.ports import HOST

# What a relay takes for one mail: one sender needs half an hour for ten thousand notices.
SECONDS_OF_A_MAIL = 0.2


class MailSink(ThreadingTCPServer):
    """SMTP without encryption or log-in, on loopback."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__((HOST, 0), Conversation)
        self.seconds_of_a_mail = SECONDS_OF_A_MAIL
        self._first: dict[str, float] = {}
        self._lock = Lock()

    @property
    def url(self) -> str:
        return f"smtp://{HOST}:{self.server_address[1]}"

    def take(self, recipients: list[str]) -> None:
        with self._lock:
            for recipient in recipients:
                self._first.setdefault(recipient, monotonic())

    def came_at(self, recipient: str) -> float | None:
        """By `time.monotonic()`; None as long as nothing came."""
        with self._lock:
            return self._first.get(recipient)


class Conversation(StreamRequestHandler):
    server: MailSink

    def handle(self) -> None:
        recipients: list[str] = []
        self._say("220 sink")
        while line := self.rfile.readline().strip():
            verb = line[:4].upper()
            if verb == b"RCPT":
                recipients.append(line.decode().partition("<")[2].partition(">")[0].lower())
            elif verb == b"DATA":
                self._say("354 go on")
                while self.rfile.readline() not in (b".\r\n", b""):
                    pass
                sleep(self.server.seconds_of_a_mail)
                self.server.take(recipients)
                recipients = []
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            self._say("250 sink")

    def _say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())


@contextmanager
def mail_sink() -> Iterator[MailSink]:
    with MailSink() as sink:
        Thread(target=sink.serve_forever, daemon=True).start()
        try:
            yield sink
        finally:
            sink.shutdown()
