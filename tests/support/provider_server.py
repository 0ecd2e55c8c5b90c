"""A provider on loopback that misbehaves as told, and counts what reaches it."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

type Behaviour = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """Counts the calls, and answers each as `behaviour` says."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.behaviour: Behaviour = answer(200, {"status": True})
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def handle_call(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.calls.append(f"{self.command} {self.path}")
                outer.behaviour(self)

            do_GET = do_POST = handle_call

            def log_message(self, *_: object) -> None:
                """Silent."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.http.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_port}"


def answer(status: int, body: object, headers: dict[str, str] | None = None) -> Behaviour:
    def behave(handler: BaseHTTPRequestHandler) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)

    return behave


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


@contextmanager
def running_server() -> Iterator[Server]:
    server = Server()
    server.thread.start()
    try:
        yield server
    finally:
        server.http.shutdown()
        server.http.server_close()
        server.thread.join()
