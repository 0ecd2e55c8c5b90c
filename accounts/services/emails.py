"""Changing one's e-mail: the new address is proved by a code, the old one stays until then."""

from django.db import transaction

from accounts.addresses import fold_email
from accounts.exceptions import EmailTaken
from accounts.models import OTP, CustomUser, OTPPurpose
from accounts.services.code_mail import send_code_later
from accounts.services.codes import require_code
from accounts.services.locks import lock_active_user
from accounts.services.mail import send_mail_later
from accounts.services.reauthentication import confirm_identity
from core import clock
from core.actor import Actor
from core.throttling import Throttle

CHANGES_PER_ACCOUNT = Throttle("email-change", limit=10, period_seconds=3600)
# Of all accounts together: a stranger's mail box is not filled by people who want to change to it.
CHANGES_TO_ADDRESS = Throttle("email-change-to", limit=10, period_seconds=3600)


def request_email_change(*, actor: Actor, email: str, password: str, second_factor_code: str | None = None) -> None:
    """Send a code to the new address. Whose it is already, if anybody's, is found out by the job: here nothing differs.

    Raises `TooManyRequests` and what `confirm_identity` raises.
    """
    CHANGES_PER_ACCOUNT.hit(str(actor.user_id))
    CHANGES_TO_ADDRESS.hit(fold_email(email))
    confirm_identity(user_id=actor.user_id, password=password, code=None, second_factor_code=second_factor_code)
    send_code_later(user_id=actor.user_id, purpose=OTPPurpose.CHANGE_EMAIL, to=email)


def confirm_email_change(*, actor: Actor, code: str) -> None:
    """Take the address that the code was sent to; the old one is told. Codes that went to the old one die.

    Raises `InvalidCode`, `CodeLocked`, and `EmailTaken` when somebody signed up with it meanwhile. Locks the user.
    """
    otp = require_code(user_id=actor.user_id, purpose=OTPPurpose.CHANGE_EMAIL, code=code)
    with transaction.atomic():
        user = lock_active_user(actor.user_id)
        if CustomUser.objects.with_email(otp.sent_to).exclude(pk=user.pk).exists():
            raise EmailTaken
        old = user.email
        user.email = otp.sent_to
        user.email_verified_at = clock.now()
        user.save(update_fields=["email", "email_verified_at"])
        leave_address(user=user, old=old)


def leave_address(*, user: CustomUser, old: str) -> None:
    """In the transaction that changes the address: codes that went to the old one die, and it is told."""
    OTP.objects.filter(user=user, is_live=True).update(is_live=False)
    # Not a notification: those go to the address that the account has by then.
    send_mail_later(
        to=old,
        subject="Your Payshift e-mail was changed",
        template="email_changed",
        context={"name": user.first_name},
    )
