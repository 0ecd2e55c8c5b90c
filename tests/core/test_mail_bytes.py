"""Mails of the plain form are what the standard library would have written, and all others are its own."""

from email import message_from_bytes, policy
from email.message import EmailMessage as Parsed
from typing import Any

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives

from core import mail_bytes as subject
from core.mail_bytes import mail_bytes

BODY = f"Hello Adé,\n\n₦12,000 is held for “Waiters”.\n.\nFrom here = yours {'and so on ' * 30}\r\nPayshift"
NAME, ADDRESS = "<notification-7@payshift.example>", f"<https://payshift.example/{'x' * 90}>"
HEADERS = {"Message-ID": NAME, "List-Unsubscribe": ADDRESS}


def mail(**values: Any) -> EmailMultiAlternatives:
    values = {
        "subject": "You were paid",
        "body": BODY,
        "from_email": "Payshift <no-reply@payshift.example>",
        "to": ["ada@example.com"],
        "headers": HEADERS,
        **values,
    }
    message = EmailMultiAlternatives(**values)
    message.attach_alternative(f"<p>{BODY}</p>", "text/html")
    return message


def read(raw: bytes) -> Parsed:
    parsed = message_from_bytes(raw, policy=policy.default)
    assert parsed.defects == []
    return parsed


def texts(message: Parsed) -> list[tuple[str, str]]:
    return [
        (part.get_content_type(), "\n".join(str(part.get_content()).splitlines()).rstrip("\n"))
        for part in message.iter_parts()
    ]


def test_plain_mail_says_what_the_librarys_says() -> None:
    message = mail()
    raw = mail_bytes(message)
    ours, theirs = read(raw), read(message.message(policy=policy.SMTP).as_bytes())

    assert {name: ours[name] for name in theirs if name not in ("Content-Type", "Date")} == {
        name: theirs[name] for name in theirs if name not in ("Content-Type", "Date")
    }
    assert ours.get_content_type() == theirs.get_content_type() == "multipart/alternative"
    assert texts(ours) == texts(theirs)
    assert ours["Date"].datetime is not None
    # As SMTP wants it: no line end of another kind, none too long, ASCII alone.
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.isascii()


def test_mail_without_a_name_gets_one() -> None:
    assert read(mail_bytes(mail(headers={})))["Message-ID"].endswith(">")


@pytest.mark.parametrize(
    "values",
    [
        {"subject": "Adé wrote"},
        {"to": ["Adé <ade@example.com>"]},
        {"to": ["ada@example.com", "ben@example.com"]},
        {"cc": ["ben@example.com"]},
        {"attachments": [("a.txt", "A", "text/plain")]},
        {"headers": {"X-Long": "x" * 1000}},
    ],
)
def test_any_other_mail_is_the_librarys(values: dict[str, Any]) -> None:
    message = mail(**values)

    assert subject._plain(message) is None
    assert read(mail_bytes(message))["Subject"] == message.subject


def test_message_without_html_is_the_librarys() -> None:
    assert subject._plain(EmailMessage("Paid", "You were paid.", "a@example.com", ["b@example.com"])) is None


@pytest.mark.parametrize("values", [{"subject": "Two\nlines"}, {"headers": {"X-A": "b\r\nBcc: c@example.com"}}])
def test_header_of_two_lines_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"(?i)newline|linefeed|header"):
        mail_bytes(mail(**values))
