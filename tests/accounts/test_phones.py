"""PATCH /me with a phone number as people write it."""

import pytest

from accounts.models import CustomUser, Profile
from tests.accounts.conftest import Api, problem

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("0803 123 4567", "+2348031234567"),
        ("+234 803 123 4567", "+2348031234567"),
        ("+234 (0)803-123-4567", "+2348031234567"),
        ("00234 803.123.4567", "+2348031234567"),
        ("234 8031234567", "+2348031234567"),
        ("(01) 270 1234", "+23412701234"),
        ("+44 20 7946 0000", "+442079460000"),
        ("", ""),
    ],
)
def test_phone_is_kept_in_one_form(api: Api, wale: CustomUser, typed: str, stored: str) -> None:
    answer = api(wale).patch("/me", {"phone": typed})

    assert (answer.status_code, answer.json().get("phone")) == (200, stored)
    assert Profile.objects.get(user=wale).phone == stored


@pytest.mark.parametrize(
    "typed",
    ["+23408031234567", "+234 0803 123 4567", "8031234567", "0803 123", "+2348031234567890", "call me", "+٢٣٤٨٠٣١"],
)
def test_what_no_phone_can_dial_is_refused(api: Api, wale: CustomUser, typed: str) -> None:
    assert problem(api(wale).patch("/me", {"phone": typed})) == (422, "invalid_input")
    assert Profile.objects.get(user=wale).phone == ""
