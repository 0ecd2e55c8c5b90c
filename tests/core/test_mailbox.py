"""Development's mail box: what is sent is there to read, by a person and by a script."""

from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives, mailers
from django.test import Client
from pytest_django import Settings

from core import mailbox
from core.mailers import mailers_from_url

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.urls")]


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.BASE_DIR = tmp_path
    settings.MAILERS = {"default": {"BACKEND": "core.mailbox.MailboxBackend"}}
    return tmp_path / ".local" / "mail"


def send(to: str, subject: str = "Your code", text: str = "Your code is 123456.\n", html: str = "") -> None:
    message = EmailMultiAlternatives(subject, text, "Payshift <no-reply@payshift.example>", [to])
    if html:
        message.attach_alternative(html, "text/html")
    mailers.default.send_messages([message])


def test_messages_are_listed_newest_first_for_one_address(client: Client) -> None:
    send("Ada <Ada@Example.com>", subject="First — ₦1,250")
    send("wale@example.com")
    send("ada@example.com", subject="Second")

    listed = client.get("/dev/mailbox.json?to=ADA@example.com").json()["messages"]

    assert [message["subject"] for message in listed] == ["Second", "First — ₦1,250"]
    assert listed[1]["to"] == ["ada@example.com"]
    assert listed[1]["text"] == "Your code is 123456.\n"
    assert len(client.get("/dev/mailbox.json").json()["messages"]) == 3


def test_empty_box_is_an_empty_list(client: Client) -> None:
    assert client.get("/dev/mailbox.json").json() == {"messages": []}
    assert b"No mail yet" in client.get("/dev/mailbox/").content


def test_pages_show_list_and_message_escaped(client: Client) -> None:
    send("ada@example.com", subject="<script>alert(1)</script>", text="Hello <b>", html="<p>Hello</p>")
    (message,) = mailbox.messages()

    page = client.get("/dev/mailbox/?to=ada@example.com").content.decode()
    shown = client.get(f"/dev/mailbox/{message.id}/").content.decode()

    assert "<script>" not in page + shown
    assert f'href="/dev/mailbox/{message.id}/"' in page
    assert "Hello &lt;b&gt;" in shown
    assert '<iframe sandbox srcdoc="&lt;p&gt;Hello&lt;/p&gt;' in shown
    assert client.get("/dev/mailbox/nothing/").status_code == 404


def test_half_written_message_is_not_seen_and_old_ones_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "KEPT_MESSAGES", 2)
    for number in range(3):
        send("ada@example.com", subject=str(number))
    (folder / "1-half.partial").write_bytes(b"Subject: half")

    assert [message.subject for message in mailbox.messages()] == ["2", "1"]


@pytest.mark.parametrize(
    ("url", "backend", "options"),
    [
        ("console://", "django.core.mail.backends.console.EmailBackend", {}),
        ("mailbox://", "core.mailbox.MailboxBackend", {}),
        (
            "smtp://user%40x:p%2Fw@mail.example:587?tls=1",
            "core.smtp.KeptConnectionBackend",
            {
                "host": "mail.example",
                "port": 587,
                "username": "user@x",
                "password": "p/w",
                "use_tls": True,
                "timeout": 10,
            },
        ),
        (
            "smtp://mail.example?ssl=1",
            "core.smtp.KeptConnectionBackend",
            {"host": "mail.example", "use_ssl": True, "timeout": 10},
        ),
    ],
)
def test_email_url_is_read(settings: Settings, url: str, backend: str, options: dict[str, object]) -> None:
    (configured,) = mailers_from_url(url).values()

    assert configured["BACKEND"] == backend
    assert configured.get("OPTIONS", {}) == options
    settings.MAILERS = {"default": configured}
    mailers.default.close()


@pytest.mark.parametrize("url", ["", "smtp://", "ftp://x", "smtp://user:secret@", "smtp://u:secret@h?starttls=1"])
def test_malformed_email_url_is_refused_without_showing_its_password(url: str) -> None:
    with pytest.raises(ValueError, match="EMAIL_URL") as refused:
        mailers_from_url(url)

    assert "secret" not in str(refused.value)
