"""One-time codes are made and mailed by jobs: the request that asks for one neither makes it nor looks for anybody."""

from django.db import transaction

from accounts.models import OTP, CustomUser, OTPPurpose
from accounts.services.codes import issue_code
from accounts.services.locks import lock_user
from accounts.services.mail import send_mail
from accounts.services.notifications import tell_of_attempt

SUBJECTS = {
    OTPPurpose.VERIFY_EMAIL: "Your Payshift code to verify your e-mail",
    OTPPurpose.RESET_PASSWORD: "Your Payshift code to reset your password",
    OTPPurpose.CHANGE_EMAIL: "Your Payshift code to confirm your new e-mail",
    OTPPurpose.CONFIRM_IDENTITY: "Your Payshift code to confirm that it is you",
}


def send_code_later(*, user_id: int, purpose: OTPPurpose, to: str, asked_from: str = "") -> None:
    """Queue a one-time code for this address, in the caller's transaction.

    The code is made by the job: the queue is a table that staff can look at, so it never holds one.
    """
    from accounts.tasks import mail_code

    mail_code.defer(user_id=user_id, purpose=str(purpose), to=to, asked_from=asked_from)


def send_requested_code(*, email: str, purpose: OTPPurpose, asked_from: str = "") -> None:
    """Send the code that somebody asked for by e-mail address, if that is a person's who may have one."""
    user = CustomUser.objects.planned().with_email(email).filter(is_active=True).first()
    if user is None or (purpose is OTPPurpose.VERIFY_EMAIL and user.email_verified_at is not None):
        return
    send_code(user_id=user.pk, purpose=purpose, to=user.email, asked_from=asked_from)


def send_code(*, user_id: int, purpose: OTPPurpose, to: str, asked_from: str = "") -> None:
    """Make a code and mail it, unless one was sent within a minute or the user is locked out.

    The code for a new address of somebody else's is made too, and its owner is told in its place: otherwise wrong tries
    would be counted for a free address only, and tell which one it is. A code that could not be mailed is forgotten, so
    that the next try of the job makes another.
    """
    with transaction.atomic():
        user = lock_user(user_id)
        owner = CustomUser.objects.planned().with_email(to).first()
        if owner != user and purpose is not OTPPurpose.CHANGE_EMAIL:
            # It was theirs when they asked: whoever reads the old mail box by now must not get in.
            return
        issued = issue_code(user=user, purpose=purpose, sent_to=to, asked_from=bytes.fromhex(asked_from))
        if issued is not None and owner is not None and owner != user:
            tell_of_attempt(user_id=owner.pk)
            return
    if issued is None:
        return
    otp, code = issued
    # Whoever signs up with a stranger's address would choose how the stranger is greeted.
    name = user.first_name if user == owner and user.email_verified_at is not None else ""
    try:
        send_mail(to=to, subject=SUBJECTS[purpose], template="code", context={"name": name, "code": code})
    except Exception:
        OTP.objects.filter(pk=otp.pk).delete()
        raise
