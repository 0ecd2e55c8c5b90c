"""A mail as bytes, written at once where it is of the plain form that nearly all have.

The standard library parses and folds each header and part anew, which costs more than everything else about a mail.
The plain form: a text and the same in HTML, headers of printable ASCII. All other mails are the library's, which also
refuses what must not be in a header.
"""

import re
from binascii import b2a_qp
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from functools import lru_cache
from secrets import token_hex

from django.core.mail import DNS_NAME, EmailMessage, EmailMultiAlternatives

PRINTABLE = re.compile(r"[ -~]{1,900}")
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")


def mail_bytes(message: EmailMessage) -> bytes:
    """Raises ValueError for what cannot be a mail, as Django does."""
    return _plain(message) or message.message(policy=SMTP).as_bytes()


def _plain(message: EmailMessage) -> bytes | None:
    """None where it is not of the plain form."""
    if type(message) is not EmailMultiAlternatives or len(message.alternatives) != 1 or message.attachments:
        return None
    html, kind = message.alternatives[0]
    others = message.cc or message.bcc or message.reply_to or message.encoding or len(message.to) != 1
    if kind != "text/html" or not isinstance(html, str) or others or not ADDRESS.fullmatch(message.to[0]):
        return None
    named = {
        "Subject": str(message.subject),
        "To": message.to[0],
        "Date": formatdate(),
        "Message-ID": "",
        **{name: str(value) for name, value in message.extra_headers.items()},
    }
    named["Message-ID"] = named["Message-ID"] or make_msgid(domain=str(DNS_NAME))
    if not all(PRINTABLE.fullmatch(text) for pair in named.items() for text in pair):
        return None
    boundary = f"=={token_hex(16)}=="
    lines = [f"{name}: {value}" for name, value in named.items()]
    head = [*lines, "MIME-Version: 1.0", f'Content-Type: multipart/alternative; boundary="{boundary}"', "", ""]
    return b"\r\n".join(
        [
            _sender(message.from_email) + "\r\n".join(head).encode(),
            *_part(boundary, "plain", str(message.body)),
            *_part(boundary, "html", html),
            f"--{boundary}--".encode(),
            b"",
        ]
    )


def _part(boundary: str, kind: str, text: str) -> list[bytes]:
    kinds = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable'
    # Ends with a line's end, by which the encoder knows what to break lines with.
    lines = "\r\n".join([*text.replace("\r\n", "\n").split("\n"), ""])
    return [f"--{boundary}\r\n{kinds}\r\n".encode(), b2a_qp(lines.encode(), istext=True)]


@lru_cache(maxsize=8)
def _sender(address: str) -> bytes:
    """The header of who writes, which is of a setting, as the library writes it."""
    message = EmailMessage(from_email=address).message(policy=SMTP)
    return SMTP.fold_binary("From", message["From"])
