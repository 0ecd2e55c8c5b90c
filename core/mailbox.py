"""Development's mail box: every e-mail is a file under .local/mail, shown at /dev/mailbox/.

Web server and worker both send, so the box is a directory and not memory. Only mounted with DEBUG on.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage as ParsedMessage
from email.utils import getaddresses
from pathlib import Path
from time import time_ns
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

# The box shows and keeps this many; older files are removed when new ones come.
KEPT_MESSAGES = 500


@dataclass(frozen=True, slots=True)
class StoredMessage:
    id: str
    sent_at: datetime
    to: list[str]
    subject: str
    text: str
    html: str


class MailboxBackend(BaseEmailBackend):
    """Writes each message to a file of its own: first under another name, so that no reader sees half of one."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = mail_folder()
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            # The name sorts by time; the tail keeps two processes apart.
            path = folder / f"{time_ns()}-{uuid4().hex[:8]}.eml"
            partial = path.with_suffix(".partial")
            partial.write_bytes(message.message().as_bytes(policy=policy.SMTP))
            os.replace(partial, path)
        for old in sorted(folder.glob("*.eml"))[:-KEPT_MESSAGES]:
            old.unlink(missing_ok=True)
        return len(email_messages)


def mail_folder() -> Path:
    folder: Path = settings.BASE_DIR / ".local" / "mail"
    return folder


def messages(*, to: str = "") -> list[StoredMessage]:
    """Newest first; with `to`, only those to that address."""
    stored = (_read(path) for path in sorted(mail_folder().glob("*.eml"), reverse=True))
    return [message for message in stored if message and (not to or to.casefold() in message.to)]


def _read(path: Path) -> StoredMessage | None:
    try:
        parsed = message_from_bytes(path.read_bytes(), policy=policy.default)
    except FileNotFoundError:
        return None
    addresses = getaddresses(list(map(str, parsed.get_all("To", []))))
    sent_at = datetime.fromtimestamp(int(path.stem.partition("-")[0]) / 1_000_000_000, UTC)
    return StoredMessage(
        id=path.stem,
        sent_at=sent_at,
        to=[address.casefold() for _, address in addresses],
        subject=str(parsed.get("Subject", "")),
        text=_part(parsed, "plain"),
        html=_part(parsed, "html"),
    )


def _part(parsed: ParsedMessage, subtype: str) -> str:
    part = parsed.get_body(preferencelist=(subtype,))
    return str(part.get_content()).replace("\r\n", "\n") if part else ""


@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    to = request.GET.get("to", "")
    return render(request, "core/mailbox.html", {"messages": messages(to=to), "to": to})


@require_safe
def mailbox_message(request: HttpRequest, message_id: str) -> HttpResponse:
    for message in messages():
        if message.id == message_id:
            return render(request, "core/mailbox_message.html", {"message": message})
    raise Http404("No such message.")


@require_safe
def mailbox_json(request: HttpRequest) -> JsonResponse:
    """For scripts: `?to=` an address; newest first."""
    found = messages(to=request.GET.get("to", ""))
    return JsonResponse(
        {
            "messages": [
                {
                    "id": message.id,
                    "sent_at": message.sent_at.isoformat(),
                    "to": message.to,
                    "subject": message.subject,
                    "text": message.text,
                }
                for message in found
            ]
        }
    )
