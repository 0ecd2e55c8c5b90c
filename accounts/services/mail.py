"""Mail goes out by a job after commit, from templates in text and HTML."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string

from accounts.models import OTP, CustomUser, OTPPurpose
from accounts.services.codes import issue_code
from accounts.services.locks import lock_user

SUBJECTS = {
    OTPPurpose.VERIFY_EMAIL: "Your Payshift code to verify your e-mail",
    OTPPurpose.RESET_PASSWORD: "Your Payshift code to reset your password",
    OTPPurpose.CHANGE_EMAIL: "Your Payshift code to confirm your new e-mail",
    OTPPurpose.CONFIRM_IDENTITY: "Your Payshift code to confirm that it is you",
}


def send_code_later(*, user_id: int, purpose: OTPPurpose, to: str) -> None:
    """Queue a one-time code for this address, in the caller's transaction.

    The code is made by the job: the queue is a table that staff can look at, so it never holds one.
    """
    from accounts.tasks import mail_code

    mail_code.defer(user_id=user_id, purpose=str(purpose), to=to)


def send_requested_code(*, email: str, purpose: OTPPurpose) -> None:
    """Send the code that somebody asked for by e-mail address, if that is a person's who may have one."""
    user = CustomUser.objects.planned().with_email(email).filter(is_active=True).first()
    if user is None or (purpose is OTPPurpose.VERIFY_EMAIL and user.email_verified_at is not None):
        return
    send_code(user_id=user.pk, purpose=purpose, to=user.email)


def send_code(*, user_id: int, purpose: OTPPurpose, to: str) -> None:
    """Make a code and mail it, unless one was sent within a minute or the user is locked out.

    A code that could not be mailed is forgotten, so that the next try of the job makes another.
    """
    with transaction.atomic():
        user = lock_user(user_id)
        issued = issue_code(user=user, purpose=purpose, sent_to=to)
    if issued is None:
        return
    otp, code = issued
    try:
        send_mail(to=to, subject=SUBJECTS[purpose], template="code", context={"name": user.first_name, "code": code})
    except Exception:
        OTP.objects.filter(pk=otp.pk).delete()
        raise


def send_mail_later(*, to: str, subject: str, template: str, context: dict[str, str]) -> None:
    """Queue one message in the caller's transaction."""
    from accounts.tasks import mail_message

    mail_message.defer(to=to, subject=subject, template=template, context=context)


def send_mail(*, to: str, subject: str, template: str, context: dict[str, Any]) -> None:
    """Send one message now. Raises what the mail server makes of it: the job is tried again."""
    values = {"site": settings.PUBLIC_URL, **context}
    message = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string(f"accounts/mail/{template}.txt", values),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[to],
    )
    message.attach_alternative(render_to_string(f"accounts/mail/{template}.html", values), "text/html")
    message.send()
