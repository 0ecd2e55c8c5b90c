"""Production's settings for what is measured, with the one thing that production refuses: the sandbox and its keys."""

from payshift.settings import *  # noqa: F403

SILENCED_SYSTEM_CHECKS = ["auth.E003", "payment.E002", "payment.E006", "payment.E007"]
