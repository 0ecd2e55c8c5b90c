"""Making users: by commands, by code."""

from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command

from accounts.models import OTP, CustomUser, OTPPurpose, Profile
from accounts.services.code_mail import send_code
from accounts.services.locks import lock_user
from core.errors import NotFound
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db


def test_user_has_a_profile_and_a_domain_in_small_letters() -> None:
    user = CustomUser.objects.create_user(" Ngozi.Eze@EXAMPLE.com ", PASSWORD, first_name="Ngozi")

    assert (user.email, user.role, user.is_staff) == ("Ngozi.Eze@example.com", "applicant", False)
    assert user.email_verified_at is None
    assert Profile.objects.get().user == user
    assert CustomUser.objects.get_by_natural_key("NGOZI.eze@example.com") == user


@pytest.mark.parametrize("email", ["", "  "])
def test_user_without_an_address_is_refused(email: str) -> None:
    with pytest.raises(ValueError, match="e-mail"):
        CustomUser.objects.create_user(email)
    assert not CustomUser.objects.exists()


def test_user_without_a_password_cannot_log_in() -> None:
    assert not CustomUser.objects.create_user("ngozi@example.com").has_usable_password()


def test_command_makes_a_superuser_who_is_staff(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)

    call_command("createsuperuser", interactive=False, email="bisi@example.com", verbosity=0)

    user = CustomUser.objects.get()
    assert (user.role, user.is_staff, user.is_superuser) == ("admin", True, True)
    assert user.email_verified_at is not None
    assert user.check_password(PASSWORD)


def test_nobody_is_locked_by_an_unknown_id() -> None:
    with pytest.raises(NotFound):
        lock_user(1)


def test_code_that_could_not_be_mailed_is_forgotten_and_the_next_try_makes_another(
    wale: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **options: Any) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
        with pytest.raises(ConnectionRefusedError):
            send_code(user_id=wale.pk, purpose=OTPPurpose.VERIFY_EMAIL, to=wale.email)
    assert not OTP.objects.exists()

    send_code(user_id=wale.pk, purpose=OTPPurpose.VERIFY_EMAIL, to=wale.email)

    assert len(mail.outbox) == OTP.objects.count() == 1
