"""Screens for what belongs to no app: the queue, Payshift's checks of itself, and groups of staff."""

import payshift.operations.admin
import payshift.operations.exports  # noqa: F401
