"""Production's settings for what is measured, with the one thing that production refuses: the sandbox and its keys."""

from payshift.measuring.sandbox_checks import SANDBOX_CHECKS
from payshift.settings import *  # noqa: F403
from payshift.settings import SILENCED_SYSTEM_CHECKS as SILENCED_IN_PRODUCTION

SILENCED_SYSTEM_CHECKS = [*SILENCED_IN_PRODUCTION, *SANDBOX_CHECKS]
