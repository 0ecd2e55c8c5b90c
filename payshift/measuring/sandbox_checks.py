"""The checks that refuse the sandbox in production, which is what gets measured with it."""

SANDBOX_CHECKS = ("payment.E002", "payment.E006", "payment.E007")
