"""What nginx, Caddy and HAProxy make of a caller who forges its address: recorded once, sent again by the suite.

`make proxies` starts each of them that this machine has, as its documentation begins, with and without a header of the
operator's for the address; sends the attack through it, and writes the bytes that arrive into tests/data/proxies.
"""

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from core.dev.console import say

RECORDED = Path(__file__).parents[1] / "data" / "proxies"
# Loopback has many addresses: the caller's is not the one that the application sees as its peer.
CALLER, FORGED = "127.0.0.5", "6.7.8.9"
# In which order a server reads them decides who wins: the forged ones come before and after those that it takes out.
ATTACK = [
    ("X_Forwarded_For", FORGED),
    ("X-Forwarded_For", FORGED),
    ("X-Forwarded-For", FORGED),
    ("x_forwarded-for", FORGED),
    ("Clientaddress", FORGED),
    ("CLIENTADDRESS", FORGED),
    ("Content-Type", "application/json"),
    ("Zz_Forwarded_For", FORGED),
]
DIRECTORIES = "/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"

NGINX = """
daemon off; pid {home}/pid; error_log stderr; events {{}}
http {{
  access_log off; client_body_temp_path {home}/a; proxy_temp_path {home}/b; fastcgi_temp_path {home}/c;
  uwsgi_temp_path {home}/d; scgi_temp_path {home}/e;
  server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://127.0.0.1:{back}; proxy_set_header {line}; }} }}
}}
"""
CADDY = """
{{
  admin off
  auto_https off
}}
http://:{port} {{
  bind 127.0.0.1
  reverse_proxy 127.0.0.1:{back} {{
    {line}
  }}
}}
"""
HAPROXY = """
defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
  {line}
frontend front
  bind 127.0.0.1:{port}
  default_backend back
backend back
  server web 127.0.0.1:{back}
"""


class Proxy(NamedTuple):
    program: str
    version: tuple[str, ...]
    start: tuple[str, ...]
    configuration: str
    # What its documentation says for X-Forwarded-For, and what writes a header of one word.
    forwarded: str
    one_word: str


PROXIES = [
    Proxy(
        "nginx",
        ("-v",),
        ("-p", "{home}", "-c", "{file}"),
        NGINX,
        "X-Forwarded-For $proxy_add_x_forwarded_for",
        "Clientaddress $remote_addr",
    ),
    Proxy(
        "caddy",
        ("version",),
        ("run", "--adapter", "caddyfile", "--config", "{file}"),
        CADDY,
        "",
        "header_up Clientaddress {{remote_host}}",
    ),
    Proxy(
        "haproxy",
        ("-v",),
        ("-db", "-f", "{file}"),
        HAPROXY,
        "option forwardfor",
        "option forwardfor header Clientaddress",
    ),
]


def main() -> int:
    missing = [proxy.program for proxy in PROXIES if not shutil.which(proxy.program, path=DIRECTORIES)]
    for proxy in PROXIES:
        if proxy.program not in missing:
            for variant, line in (("x-forwarded-for", proxy.forwarded), ("clientaddress", proxy.one_word)):
                record(proxy, variant, line)
    if missing:
        say(f"Not on this machine, their records stay: {', '.join(missing)}")
    return 0


def record(proxy: Proxy, variant: str, line: str) -> None:
    program = str(shutil.which(proxy.program, path=DIRECTORIES))
    said = subprocess.run([program, *proxy.version], capture_output=True, text=True, check=True)
    version = (said.stdout + said.stderr).strip().splitlines()[0]
    with socket.create_server(("127.0.0.1", 0)) as back, started(proxy, program, line, back) as port:
        sent = arrived_at(back, port)
    heading = f"# {proxy.program}: {version}, recorded {datetime.now(UTC):%Y-%m-%d}\n"
    RECORDED.joinpath(f"{proxy.program}-{variant}.http").write_bytes(heading.encode() + sent)
    say(f"{proxy.program}-{variant}: {len(sent)} bytes, {version}")


@contextmanager
def started(proxy: Proxy, program: str, line: str, back: socket.socket) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        file = Path(home, "configuration")
        rule = line.replace("{{", "{").replace("}}", "}")
        file.write_text(proxy.configuration.format(home=home, port=port, back=back.getsockname()[1], line=rule))
        start = [argument.format(home=home, file=file) for argument in proxy.start]
        process = subprocess.Popen([program, *start], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            yield port
        finally:
            process.terminate()
            process.wait(timeout=10)


def arrived_at(back: socket.socket, port: int) -> bytes:
    """The head of the request as the application would get it."""
    caller = connected(port)
    lines = [f"{name}: {value}" for name, value in ATTACK]
    request = ["GET / HTTP/1.1", "Host: payshift.example", *lines, "", ""]
    caller.sendall("\r\n".join(request).encode())
    back.settimeout(10)
    connection, _ = back.accept()
    with caller, connection:
        connection.settimeout(10)
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += connection.recv(65536)
        connection.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
    return head


def connected(port: int) -> socket.socket:
    for _ in range(100):
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=10, source_address=(CALLER, 0))
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise RuntimeError("The proxy does not start.")


if __name__ == "__main__":
    sys.exit(main())
