"""Argon2id within bounds: however many people log in at once, hashing takes a known share of memory and CPU.

Django's parameters take 100 MiB and eight threads for each log-in: fifty at once would take 5 GB. These are the ones
that OWASP recommends (Password Storage Cheat Sheet), and only a few run at once in one process; the others wait.
"""

from threading import BoundedSemaphore

from django.contrib.auth.hashers import Argon2PasswordHasher

AT_ONCE = 4
_slots = BoundedSemaphore(AT_ONCE)


class BoundedArgon2Hasher(Argon2PasswordHasher):
    """19 MiB and two passes each, at most `AT_ONCE` of them: 76 MiB per process."""

    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with _slots:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with _slots:
            return super().verify(password, encoded)
