"""SMTP whose connections are kept: a further mail waits for no TCP, TLS and log-in of its own."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from smtplib import SMTP, SMTPException
from threading import local

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from core.mail_bytes import ADDRESS, mail_bytes

# Many servers end a connection after a hundred.
MOST_MAILS = 100
# A server that is there answers at once; for one that is not, a new connection has the whole time-out again.
PROBE_SECONDS = 2


@dataclass(slots=True)
class Kept:
    server: tuple[object, ...]
    connection: SMTP
    mails: int

    def __del__(self) -> None:
        """Without a farewell, for which a server that hangs would have to be waited for. A thread's end does it too."""
        with suppress(OSError):
            self.connection.close()


class _Thread(local):
    kept: Kept | None = None


_thread = _Thread()


def hang_up() -> None:
    """End this thread's connection, if it keeps one."""
    _thread.kept = None


class KeptConnectionBackend(EmailBackend):
    """Django's SMTP, but for the end: each thread keeps its connection for its next mails.

    Before it is used again it is asked for a sign of life, since servers end what idles. A mail that fails takes the
    connection with it: whoever tries again does so on a new one. Raises what Django's does.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        if self.connection is not None:
            # Opened by the caller, who closes it.
            return super().send_messages(email_messages)
        server = (self.host, self.port, self.username, self.use_tls, self.use_ssl)
        kept, _thread.kept = _thread.kept, None
        if kept is None or kept.server != server or not self._lives(kept.connection):
            self.open()
            if self.connection is None:
                # In silence, as the caller wants it.
                return 0
            kept = Kept(server, self.connection, 0)
        self.connection = kept.connection
        try:
            sent = super().send_messages(email_messages)
        finally:
            self.connection = None
        kept.mails += len(email_messages)
        if kept.mails < MOST_MAILS:
            _thread.kept = kept
        else:
            with suppress(SMTPException, OSError):
                kept.connection.quit()
        return sent

    def _send(self, email_message: EmailMessage) -> bool:
        """As Django's, but for what it costs to write a plain mail."""
        sender, *recipients = map(self._address, (email_message.from_email, *email_message.recipients()))
        if not recipients or self.connection is None:
            return False
        try:
            self.connection.sendmail(sender, recipients, mail_bytes(email_message))
        except SMTPException:
            if not self.fail_silently:
                raise
            return False
        return True

    def _address(self, address: str) -> str:
        """What the envelope names. Raises ValueError for what is no address."""
        return address if ADDRESS.fullmatch(address) else str(self.prep_address(address))

    def _lives(self, connection: SMTP) -> bool:
        if connection.sock is None:
            return False
        connection.sock.settimeout(PROBE_SECONDS)
        with suppress(SMTPException, OSError):
            if connection.noop()[0] == 250:
                connection.sock.settimeout(self.timeout)
                return True
        return False
