"""Mail goes out by a job after commit, from templates in text and HTML."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


def send_mail_later(*, to: str, subject: str, template: str, context: dict[str, str]) -> None:
    """Queue one message in the caller's transaction."""
    from accounts.tasks import mail_message

    mail_message.defer(to=to, subject=subject, template=template, context=context)


def send_mail(
    *, to: str, subject: str, template: str, context: dict[str, Any], headers: Mapping[str, str] | None = None
) -> None:
    """Send one message now. Raises what the mail server makes of it: the job is tried again."""
    values = {"site": settings.PUBLIC_URL, "support": settings.SUPPORT_EMAIL, **context}
    message = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string(f"accounts/mail/{template}.txt", values),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[to],
        headers=dict(headers or {}),
    )
    message.attach_alternative(render_to_string(f"accounts/mail/{template}.html", values), "text/html")
    message.send()
