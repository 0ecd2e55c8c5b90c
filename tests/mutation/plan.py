"""Which modules are changed, and the tests that answer for each.

Tests that need the sandbox gateway are left out: each would start a server of its own in each mutant.
"""

PLAN: dict[str, tuple[str, ...]] = {
    "accounts.tokens": ("tests/accounts/test_sessions.py", "tests/accounts/test_refresh.py"),
    "accounts.services.sessions": ("tests/accounts/test_sessions.py", "tests/accounts/test_strangers.py"),
    "accounts.services.refreshing": ("tests/accounts/test_refresh.py",),
    "core.cache.entries": (
        *("tests/core/cache/test_leases.py", "tests/core/cache/test_coherence.py"),
        *("tests/core/cache/test_values.py", "tests/core/cache/test_stampede.py"),
    ),
    "core.cache.reads": (
        *("tests/core/cache/test_leases.py", "tests/core/cache/test_front.py"),
        "tests/core/cache/test_declarations.py",
    ),
    "core.cache.coherence": (
        *("tests/core/cache/test_coherence.py", "tests/core/cache/test_writers.py"),
        "tests/core/cache/test_declarations.py",
    ),
    "payment.services.escrow": ("tests/payment/test_escrow.py", "tests/jobs/test_notices.py"),
    "payment.services.disputes": ("tests/payment/test_disputes.py",),
    "payment.services.posting": ("tests/payment/test_posting.py", "tests/payment/test_escrow.py"),
    "payment.services.funding": ("tests/payment/test_funding.py",),
}
