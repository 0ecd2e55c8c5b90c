"""TLS in front of a server that cannot speak it, under a certificate of one's own authority.

What begins as TLS is unwrapped, the rest passed on as it is: servers among themselves find each other under the same
address as those who come by TLS.
"""

import asyncio
import socket
import ssl
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HANDSHAKE = b"\x16"


class Authority:
    """`certificates`: what whoever trusts it is given. `key` and `chain`: of the server at `host`."""

    def __init__(self, directory: Path, host: str) -> None:
        directory.mkdir()
        self.certificates, self.key, self.chain = (directory / name for name in ("ca.pem", "key.pem", "chain.pem"))
        own_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        own_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority of one's own")])
        begun = datetime.now(UTC) - timedelta(days=1)
        made = (
            x509.CertificateBuilder()
            .issuer_name(own_name)
            .not_valid_before(begun)
            .not_valid_after(begun + timedelta(days=30))
        )
        usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
        own_id = x509.SubjectKeyIdentifier.from_public_key(own_key.public_key())
        own = (
            made.subject_name(own_name)
            .public_key(own_key.public_key())
            .serial_number(1)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(own_id, critical=False)
            .sign(own_key, hashes.SHA256())
        )
        server = (
            made.subject_name(x509.Name([]))
            .public_key(key.public_key())
            .serial_number(2)
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own_id), critical=False)
            .sign(own_key, hashes.SHA256())
        )
        pem = serialization.Encoding.PEM
        self.certificates.write_bytes(own.public_bytes(pem))
        self.chain.write_bytes(server.public_bytes(pem))
        form, unlocked = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        self.key.write_bytes(key.private_bytes(pem, form, unlocked))


class TlsFront:
    """`wrapped`: how many lines came by TLS, and were believed."""

    def __init__(self, host: str, authority: Authority, *, to: int) -> None:
        self.wrapped, self._host, self._to = 0, host, to
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(authority.chain, authority.key)
        self._listener = socket.create_server((host, 0), backlog=64)
        self._listener.setblocking(False)
        self.port: int = self._listener.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        accepting = self._loop.create_task(self._accept())
        self._loop.run_forever()
        lines = asyncio.all_tasks(self._loop)
        for line in lines:
            line.cancel()
        self._loop.run_until_complete(asyncio.gather(accepting, *lines, return_exceptions=True))
        # What was aborted is closed in the turn after the next.
        self._loop.run_until_complete(asyncio.sleep(0.05))
        self._loop.close()
        self._listener.close()

    async def _accept(self) -> None:
        lines = set()
        while True:
            caller, _ = await self._loop.sock_accept(self._listener)
            line = self._loop.create_task(self._serve(caller))
            lines.add(line)
            line.add_done_callback(lines.discard)

    async def _serve(self, caller: socket.socket) -> None:
        # Where either side ends it, or does not believe the other.
        with suppress(OSError), caller:
            await self._readable(caller)
            is_tls = caller.recv(1, socket.MSG_PEEK) == HANDSHAKE
            reader = asyncio.StreamReader()
            protocol = asyncio.StreamReaderProtocol(reader)
            transport, _ = await self._loop.connect_accepted_socket(
                lambda: protocol, caller, ssl=self._context if is_tls else None
            )
            self.wrapped += is_tls
            writer = asyncio.StreamWriter(transport, protocol, reader, self._loop)
            try:
                await self._lead_on(reader, writer)
            finally:
                transport.abort()

    async def _lead_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(self._host, self._to)
        try:
            await asyncio.gather(self._pass_on(reader, far_writer), self._pass_on(far_reader, writer))
        finally:
            far_writer.transport.abort()

    async def _readable(self, line: socket.socket) -> None:
        came = asyncio.Event()
        self._loop.add_reader(line, came.set)
        try:
            await came.wait()
        finally:
            self._loop.remove_reader(line)

    async def _pass_on(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
        sink.close()
