"""A stranger learns nothing from how long an answer takes: known and unknown e-mails cost the same slow work.

Hashes are what takes long, queries come next: both are counted. The clock would say as much of the machine.
"""

from collections.abc import Callable
from typing import Any

import argon2
import pytest

from accounts.models import CustomUser, OTPPurpose
from core.queries import count_queries
from tests.factories.accounts import PASSWORD, OTPFactory, UserFactory
from tests.support.api_client import ApiClient

pytestmark = pytest.mark.django_db

KNOWN, UNKNOWN = "ngozi@example.com", "nobody@example.com"
CODE = {"code": "000000"}
NAMES = {"first_name": "N", "last_name": "O", "role": "client"}
OPERATIONS: dict[str, dict[str, str]] = {
    "/auth/signup": {"password": "a wholly different phrase", **NAMES},
    "/auth/login": {"password": "wrong horse battery"},
    "/auth/otp": {"purpose": "reset_password"},
    "/auth/password-reset": {},
    "/auth/password-reset/confirm": {**CODE, "new_password": "a wholly different phrase"},
    "/auth/verify": CODE,
}
WITH_A_HASH = {"/auth/signup", "/auth/login", "/auth/password-reset/confirm"}


@pytest.fixture(autouse=True)
def ngozi() -> CustomUser:
    """With live codes: trying one costs the most."""
    user: CustomUser = UserFactory.create(email=KNOWN, password=PASSWORD)
    for purpose in (OTPPurpose.VERIFY_EMAIL, OTPPurpose.RESET_PASSWORD):
        OTPFactory.create(user=user, purpose=purpose)
    return user


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One name for each time that Argon2 runs."""
    ran: list[str] = []

    def counting(name: str, run: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **options: Any) -> Any:
            ran.append(name)
            return run(*arguments, **options)

        return counted

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counting("argon2", argon2.PasswordHasher.verify))
    low_level = argon2.low_level.hash_secret
    monkeypatch.setattr(argon2.low_level, "hash_secret", counting("argon2", low_level))
    return ran


@pytest.mark.parametrize(("path", "fields"), OPERATIONS.items(), ids=OPERATIONS.keys())
def test_known_and_unknown_addresses_cost_the_same(
    path: str, fields: dict[str, str], anonymous_api: ApiClient, hashes: list[str]
) -> None:
    spent = {}
    answers = set()
    for email in (KNOWN, UNKNOWN):
        hashes.clear()
        with count_queries() as counted:
            answer = anonymous_api.post(path, {"email": email, **fields})
        body = {name: value for name, value in answer.json().items() if name != "request_id"}
        answers.add((answer.status_code, str(body)))
        spent[email] = (len(hashes), counted.count)

    assert len(answers) == 1
    assert spent[KNOWN][0] == spent[UNKNOWN][0] == (path in WITH_A_HASH)
    # A query is a fiftieth of a hash; a few beside one, and one by itself, drown in the noise of a network.
    assert abs(spent[KNOWN][1] - spent[UNKNOWN][1]) <= (4 if path in WITH_A_HASH else 1), spent
