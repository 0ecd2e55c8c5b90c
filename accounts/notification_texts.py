"""What each kind of notification says, and which object its link opens."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.conf import settings

from accounts.models import NotificationKind as Kind


@dataclass(frozen=True, slots=True)
class Text:
    """`title` and `body` are formats over the parameters of the kind; `{amount}` is `amount_kobo` in naira."""

    title: str
    body: str
    link: str = ""


TEXTS: dict[Kind, Text] = {
    Kind.APPLICATION_RECEIVED: Text(
        "New application",
        "{name} applied for “{job_title}”, {when}, at {place}. Accept or decline.",
        "/applications/{application_id}",
    ),
    Kind.APPLICATION_ACCEPTED: Text(
        "You got the job",
        "You were accepted for “{job_title}”: {when}, at {place}, for {rate} an hour. Be there on time.",
        "/applications/{application_id}",
    ),
    Kind.APPLICATION_REJECTED: Text(
        "Application declined",
        "Your application for “{job_title}”, {when}, was declined.",
        "/applications/{application_id}",
    ),
    Kind.APPLICATION_CLOSED: Text(
        "Job no longer open", "“{job_title}”, {when}, is no longer open.", "/applications/{application_id}"
    ),
    Kind.APPLICATION_WITHDRAWN: Text(
        "Worker withdrew",
        "{name} withdrew from “{job_title}”, {when}. The place is free again as long as the job is open.",
        "/applications/{application_id}",
    ),
    Kind.STANDING_BY: Text(
        "You stand by",
        "“{job_title}” is full. You stand by: if a place comes free, it is offered to you.",
        "/applications/{application_id}",
    ),
    Kind.PLACE_OFFERED: Text(
        "A place came free",
        "A place at “{job_title}” came free: {when}, at {place}, for {rate} an hour. {until}",
        "/applications/{application_id}",
    ),
    Kind.PLACE_TAKEN: Text(
        "Place taken again", "{name} took the place that had come free at “{job_title}”.", "/client/jobs/{job_id}"
    ),
    Kind.JOB_CHANGED: Text(
        "Job changed",
        "“{job_title}” was changed by its client. It is now {when}, at {place}, for {rate} an hour. Look at it again.",
        "/jobs/{job_id}",
    ),
    Kind.JOB_CANCELED: Text("Job cancelled", "“{job_title}”, {when}, was cancelled.", "/jobs/{job_id}"),
    Kind.JOB_EXPIRED: Text(
        "Job expired",
        "“{job_title}”, {when}, expired. Whatever was paid for it and not earned, {amount}, is in your wallet.",
        "/client/jobs/{job_id}",
    ),
    Kind.JOB_COMPLETED: Text(
        "Job completed", "“{job_title}”, {when}, is completed. Tell how it was: write a review.", "/jobs/{job_id}"
    ),
    Kind.PAYMENT_RECEIVED: Text(
        "Payment received", "{amount} for “{job_title}” is in escrow.", "/client/jobs/{job_id}"
    ),
    Kind.SHIFT_REMINDER: Text(
        "Your shift is near",
        "Your shift of “{job_title}” is on {when}, at {place}. Check in there from 30 minutes before the start.",
        "/assignments/{assignment_id}",
    ),
    Kind.CHECKED_IN: Text(
        "Worker checked in",
        "{name} checked in at “{job_title}”, {when}. If they are not there, contest it on the shift's page.",
        "/client/jobs/{job_id}",
    ),
    Kind.CHECKED_OUT: Text(
        "Worker checked out",
        "{name} worked {minutes} minutes at “{job_title}”, {when}. Approve them, or they count as worked 24 hours "
        "after the shift.",
        "/assignments/{assignment_id}",
    ),
    Kind.CHECKED_OUT_BY_CLOCK: Text(
        "Checked out for you",
        "You did not check out at “{job_title}”, {when}: it was done at the end of your shift.",
        "/assignments/{assignment_id}",
    ),
    Kind.SHIFT_APPROVED: Text(
        "Shift approved",
        "{minutes} minutes of your shift of “{job_title}”, {when}, were approved: {amount} are in your wallet.",
        "/assignments/{assignment_id}",
    ),
    Kind.MINUTES_LOWERED: Text(
        "Hours lowered",
        "The client approved {minutes} of the {worked} minutes recorded of your shift of “{job_title}”, {when}: "
        "{amount} are in your wallet. Reason: {reason} The rest, {withheld}, stays in escrow until {until}. "
        "Accept it, or open a dispute before.",
        "/assignments/{assignment_id}",
    ),
    Kind.MINUTES_RAISED: Text(
        "Hours raised",
        "The client approved {minutes} minutes of your shift of “{job_title}”, {when}, where {worked} were recorded: "
        "{amount} are in your wallet. Reason: {reason}",
        "/assignments/{assignment_id}",
    ),
    Kind.MINUTES_ASKED: Text(
        "Minutes asked for",
        "{name} asks for {asked} minutes of the shift of “{job_title}”, {when}; {minutes} are recorded. "
        "Reason: {reason} Approve as many, or what you think is right.",
        "/assignments/{assignment_id}",
    ),
    Kind.MINUTES_ACCEPTED: Text(
        "Decision accepted",
        "{name} accepted what you decided about the shift of “{job_title}”, {when}.",
        "/assignments/{assignment_id}",
    ),
    Kind.CHECK_IN_CONTESTED: Text(
        "Check-in contested",
        "The client of “{job_title}” says that you are not there, {when}. Reason: {reason} Ask on site for the code "
        "and check in with it, or open a dispute: otherwise the shift counts as a no-show.",
        "/assignments/{assignment_id}",
    ),
    Kind.ATTENDANCE_CORRECTED: Text(
        "Attendance corrected",
        "{change}: {name} at “{job_title}”, {when}.",
        "/assignments/{assignment_id}",
    ),
    Kind.APPROVAL_DUE: Text(
        "A shift waits for your word",
        "The shift of {name} at “{job_title}”, {when}, {outcome} 24 hours after its end: {minutes} minutes are "
        "recorded. Approve it, correct the minutes, or contest it before.",
        "/assignments/{assignment_id}",
    ),
    Kind.DECIDED_BY_CLOCK: Text(
        "Decided for you",
        "You said nothing for 24 hours about the shift of {name} at “{job_title}”, {when}: {outcome}.",
        "/assignments/{assignment_id}",
    ),
    Kind.WAGE_PAID: Text("You were paid", "{amount} for “{job_title}” is in your wallet.", "/wallet"),
    Kind.REFUND_RECEIVED: Text("Refund", "{amount} came back to you{from_job}.", "/wallet"),
    Kind.WITHDRAWAL_PAID: Text("Withdrawal paid", "{amount} is on its way to your bank.", "/wallet"),
    Kind.WITHDRAWAL_FAILED: Text(
        "Withdrawal failed",
        "Your bank refused {amount}. The money is back in your wallet.",
        "/wallet",
    ),
    Kind.WITHDRAWAL_REVERSED: Text(
        "Withdrawal came back",
        "Your bank sent {amount} back. The money is in your wallet.",
        "/wallet",
    ),
    Kind.DISPUTE_OPENED: Text(
        "Dispute opened",
        "A dispute was opened on a shift of “{job_title}”: “{reason}”. Say how it was; what is held stays frozen.",
        "/disputes/{dispute_id}",
    ),
    Kind.DISPUTE_UPDATED: Text(
        "Dispute news", "There is news in your dispute about a shift of “{job_title}”.", "/disputes/{dispute_id}"
    ),
    Kind.DISPUTE_RESOLVED: Text(
        "Dispute resolved",
        "Your dispute about a shift of “{job_title}” was resolved: {to_worker} to the worker, {to_client} to the "
        "client. “{note}”",
        "/disputes/{dispute_id}",
    ),
    Kind.REVIEW_RECEIVED: Text(
        "New review", "You got a review of {rating} out of 5 for “{job_title}”.", "/reviews/{user_id}"
    ),
    Kind.REVIEW_RESPONSE: Text(
        "Answer to your review", "Your review of “{job_title}” was answered.", "/reviews/{user_id}"
    ),
    Kind.NEW_DEVICE: Text(
        "New log-in",
        "Somebody logged in on {device}, {now}. If it was not you, end it and change your password.",
        "/devices",
    ),
    Kind.DEVICE_REVOKED: Text(
        "Device logged out",
        "An old token of {device} was used again, {now}, so we ended it. If it was not you, change your password.",
        "/devices",
    ),
    Kind.BANK_ACCOUNT_CHANGED: Text(
        "Bank account changed",
        "Your bank account is now {account}. Withdrawals to it are possible in 24 hours.",
        "/account-details",
    ),
    Kind.SECOND_FACTOR_CHANGED: Text(
        "Second factor", "{change} If it was not you, change your password and write to {support}."
    ),
    Kind.INVITED: Text(
        "Invitation",
        "{name} invites you to apply for “{job_title}”: {when}, at {place}, for {rate} an hour.",
        "/jobs/{job_id}",
    ),
    Kind.SIGNUP_ATTEMPT: Text(
        "Sign-up with your e-mail",
        "Somebody tried to use your e-mail for another account. If it was you: you have an account already, log in.",
    ),
}

# All minutes taken off: the client says that nobody came.
NO_SHOW = Text(
    "Marked as a no-show",
    "You did not come to “{job_title}”, {when}, says its client, or nobody saw you check in. If you are there, "
    "check in. {withheld} stay in escrow until {until}. Accept it, ask for your minutes, or open a dispute before.",
    "/assignments/{assignment_id}",
)


# Fewer minutes than the schedule has, and nobody's word against them.
APPROVED_IN_PART = Text(
    "Shift approved",
    "{minutes} minutes of your shift of “{job_title}”, {when}, were approved as recorded: {amount} are in your wallet. "
    "If you worked more, open a dispute before {until}: until then {withheld} stay in escrow.",
    "/assignments/{assignment_id}",
)


class _Known(dict[str, str | int]):
    """A parameter that a kind was sent without reads as nothing rather than stopping the message."""

    def __missing__(self, name: str) -> str:
        return ""


# What a link leads to, by the beginning of its path.
type SubjectType = Literal["application", "assignment", "dispute", "job", "user"]
SUBJECTS: dict[str, SubjectType] = {
    "/applications/": "application",
    "/assignments/": "assignment",
    "/client/jobs/": "job",
    "/disputes/": "dispute",
    "/jobs/": "job",
    "/reviews/": "user",
}


def subject_of(link: str) -> tuple[SubjectType, int] | None:
    """The kind and the number of the object that a link opens, for clients that have screens and no paths."""
    for beginning, kind in SUBJECTS.items():
        number = link.removeprefix("/api").removeprefix(beginning)
        if number.isdecimal() and link.endswith(beginning + number):
            return kind, int(number)
    return None


def compose(kind: Kind, params: Mapping[str, str | int]) -> tuple[str, str, str]:
    """Title, body and link of one notification."""
    text = TEXTS[kind]
    if kind is Kind.MINUTES_LOWERED and "worked" not in params:
        text = NO_SHOW
    if kind is Kind.SHIFT_APPROVED and params.get("withheld_kobo"):
        text = APPROVED_IN_PART
    # What people typed stays within its line: a title of several could pass for our own words.
    typed: dict[str, str | int] = {
        key: " ".join(value.split()) if isinstance(value, str) else value for key, value in params.items()
    }
    values = _Known({**typed, "name": typed.get("name") or "Somebody", "support": settings.SUPPORT_EMAIL or "support"})
    if title := typed.get("job_title"):
        values["from_job"] = f" from “{title}”"
    for key, value in params.items():
        if key.endswith("_kobo"):
            naira, kobo = divmod(int(value), 100)
            values[key.removesuffix("_kobo")] = f"NGN {naira:,}.{kobo:02d}"
    return text.title, text.body.format_map(values), text.link.format_map(values)
