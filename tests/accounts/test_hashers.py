"""Passwords are hashed with Argon2id, within bounds of memory."""

from threading import Lock
from time import sleep
from typing import Any

import argon2
import pytest
from django.contrib.auth.hashers import check_password, make_password

from accounts.hashers import AT_ONCE
from tests.support.races import race


def test_password_is_hashed_with_argon2id_in_19_mib_and_two_passes() -> None:
    encoded = make_password("correct horse battery")

    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert check_password("correct horse battery", encoded)
    assert not check_password("correct horse batterz", encoded)


def test_fifty_parallel_log_ins_hash_four_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    encoded = make_password("correct horse battery")
    lock = Lock()
    running: list[int] = [0]
    most: list[int] = [0]
    verify = argon2.PasswordHasher.verify

    def watched(*args: Any, **options: Any) -> Any:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        sleep(0.005)
        try:
            return verify(*args, **options)
        finally:
            with lock:
                running[0] -= 1

    monkeypatch.setattr(argon2.PasswordHasher, "verify", watched)

    outcomes = race(*[lambda: check_password("correct horse battery", encoded)] * 50)

    assert outcomes == [True] * 50
    assert most == [AT_ONCE]
