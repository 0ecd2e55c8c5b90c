"""A line to PostgreSQL that can be cut or go silent, for tests of what happens then."""

import contextlib
import socket
import threading
from pathlib import Path

from django.db import connections


def dial() -> socket.socket:
    """To the tests' own server, over TCP or its socket."""
    database = connections["default"].settings_dict
    if database["HOST"].startswith("/"):
        line = socket.socket(socket.AF_UNIX)
        line.connect(str(Path(database["HOST"]) / f".s.PGSQL.{database['PORT']}"))
        return line
    return socket.create_connection((database["HOST"], int(database["PORT"])))


class TcpProxy:
    """Listens on loopback and passes bytes on. `cut` ends every line and refuses new ones, `freeze` passes nothing on
    but keeps all lines open, as a machine that sleeps does; `mend` undoes both.
    """

    def __init__(self) -> None:
        self._lines: list[socket.socket] = []
        self._lock = threading.Lock()
        self._flowing = threading.Event()
        self._flowing.set()
        self._listener = self._listen(0)
        self.port: int = self._listener.getsockname()[1]

    def cut(self) -> None:
        # Closing alone does not wake the thread that accepts.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.hang_up()

    def hang_up(self) -> None:
        """End every line; new ones are taken."""
        with self._lock:
            lines, self._lines = self._lines, []
        for line in lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    def freeze(self) -> None:
        self._flowing.clear()

    def mend(self) -> None:
        self._flowing.set()
        if self._listener.fileno() < 0:
            self._listener = self._listen(self.port)

    def _listen(self, port: int) -> socket.socket:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(64)
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            try:
                server = dial()
            except OSError:
                caller.close()
                continue
            with self._lock:
                self._lines += [caller, server]
            for source, sink in ((caller, server), (server, caller)):
                threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self._flowing.wait()
                sink.sendall(data)
        for line in (source, sink):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
