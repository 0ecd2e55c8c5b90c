"""What the API's document says in words: an introduction, and the subjects that its operations are sorted by."""

from collections.abc import Callable
from typing import Any

INTRODUCTION = """\
Shift work, paid into escrow: a client posts a job and pays for it, workers apply, check in, work and check out, the
client approves the hours, and the wage is in the worker's wallet at once.

**Log in.** `POST /api/auth/login` answers an access token for 15 minutes; send it as `Authorization: Bearer …`, here by
the button Authorize. `POST /api/auth/refresh` trades the refresh token for a new pair.

**Errors.** Every refusal is `application/problem+json` (RFC 9457). Switch on `code`; `errors` names the fields. What is
refused changed nothing. After 429, 503 and 409 `busy` wait as long as `Retry-After` says and try again.

**Pages.** Lists answer `items` and `next_cursor`. Send the cursor back as `?cursor=` with the same filters, until it is
null.

**Money** is whole kobo (100 kobo are one naira). Operations that move it need an `Idempotency-Key`: a new random value
for each intended payment, the same one for each retry; then a lost answer never pays twice.

**Reads** have an `ETag`: send it back as `If-None-Match` and get 304 without a body where nothing changed.

**Sandbox.** An instance in development plays the payment providers itself: the checkout that a payment leads to has
buttons to pay, to fail and to leave, mails come to `/dev/mailbox`, and the gateway moves the clock. The SQL of a call:
*Execute* it here, then *SQL* in Debug Toolbar at the edge of this page, with plan and time of each statement.
"""

CONTACT = {"name": "Payshift"}

# The module in which an operation is written -> what the operations of it are about.
SUBJECTS = {
    "accounts.api.authentication": "log-in",
    "accounts.api.second_factor": "second factor",
    "accounts.api.devices": "devices",
    "accounts.api.me": "people",
    "payshift.people_api": "people",
    "accounts.api.bank_account": "bank account",
    "accounts.api.notifications": "notifications",
    "accounts.api.push": "notifications",
    "jobs.api.jobs": "finding work",
    "jobs.api.searches": "finding work",
    "jobs.api.templates": "jobs of a client",
    "jobs.api.keeping": "finding work",
    "jobs.api.invitations": "invitations",
    "jobs.api.reports": "people",
    "jobs.api.favourites": "invitations",
    "jobs.api.client": "jobs of a client",
    "jobs.api.series": "jobs of a client",
    "jobs.api.workers": "jobs of a client",
    "jobs.api.applications": "applications",
    "jobs.api.assignments": "attendance",
    "jobs.api.calendar": "calendar",
    "payment.api.payments": "payments",
    "payment.api.receipts": "receipts",
    "payment.api.statements": "receipts",
    "payment.api.wallet": "wallet",
    "payment.api.disputes": "disputes",
    "rating.api": "reviews",
    "payshift.config_api": "start",
    "payshift.home_api": "start",
}
ABOUT = {
    "start": "What a client shows first: the numbers of the rules, and what waits for whoever is logged in.",
    "log-in": "Accounts, codes, tokens and passwords.",
    "second factor": "Codes of an authenticator app, and recovery codes.",
    "devices": "Where one is logged in.",
    "people": "Oneself, and the public face of others.",
    "bank account": "Where withdrawals go.",
    "notifications": "What happened, and how to be told of it.",
    "finding work": "Jobs as workers see them: search, matches, saved ones, blocked people.",
    "invitations": "Workers one likes to have back: favourites, asking them to apply, and being asked.",
    "jobs of a client": "Quote, post, edit, cancel, and choose among applicants.",
    "applications": "Applying, accepting, rejecting, withdrawing, and standing by for a place.",
    "attendance": "The calendar of shifts: check-in, check-out, approval.",
    "calendar": "The shifts as a feed for calendar programs.",
    "payments": "Paying a job into escrow, at a provider or from the wallet.",
    "receipts": "Numbered receipts and statements of account: as data, as pages to print, as files.",
    "wallet": "Wages, refunds and withdrawals.",
    "disputes": "What freezes a wage until staff decide.",
    "reviews": "What client and worker say of each other afterwards.",
}
TAGS = [{"name": name, "description": text} for name, text in ABOUT.items()]


def subject_of(operation: Callable[..., Any]) -> str | None:
    """What this operation is about, where its module says so."""
    return SUBJECTS.get(operation.__module__)
