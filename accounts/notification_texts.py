"""What each kind of notification says, and which object its link opens."""

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.models import NotificationKind as Kind


@dataclass(frozen=True, slots=True)
class Text:
    """`title` and `body` are formats over the parameters of the kind; `{amount}` is `amount_kobo` in naira."""

    title: str
    body: str
    link: str = ""


TEXTS: dict[Kind, Text] = {
    Kind.APPLICATION_RECEIVED: Text(
        "New application", "{name} applied for “{job_title}”.", "/api/applications/{application_id}"
    ),
    Kind.APPLICATION_ACCEPTED: Text(
        "You got the job", "You were accepted for “{job_title}”.", "/api/applications/{application_id}"
    ),
    Kind.APPLICATION_REJECTED: Text(
        "Application declined", "Your application for “{job_title}” was declined.", "/api/applications/{application_id}"
    ),
    Kind.APPLICATION_CLOSED: Text(
        "Job no longer open", "“{job_title}” is no longer open.", "/api/applications/{application_id}"
    ),
    Kind.APPLICATION_WITHDRAWN: Text(
        "Worker withdrew", "{name} withdrew from “{job_title}”.", "/api/applications/{application_id}"
    ),
    Kind.STANDING_BY: Text(
        "You stand by",
        "“{job_title}” is full. You stand by: if a place comes free, it is offered to you.",
        "/api/applications/{application_id}",
    ),
    Kind.PLACE_OFFERED: Text(
        "A place came free",
        "A place at “{job_title}” came free. {until}",
        "/api/applications/{application_id}",
    ),
    Kind.PLACE_TAKEN: Text(
        "Place taken again", "{name} took the place that had come free at “{job_title}”.", "/api/client/jobs/{job_id}"
    ),
    Kind.CONFIRM_PLACE: Text(
        "Are you coming?",
        "“{job_title}” starts on {starts}. Confirm that you come, or your place may be given to somebody else.",
        "/api/applications/{application_id}",
    ),
    Kind.PLACE_UNCONFIRMED: Text(
        "Worker has not confirmed",
        "{name} has not confirmed for “{job_title}”, which starts on {starts}. {choice}",
        "/api/client/jobs/{job_id}",
    ),
    Kind.PLACE_RELEASED: Text(
        "Your place was given on",
        "You did not confirm your place at “{job_title}”, so it was released. It does not count against you.",
        "/api/applications/{application_id}",
    ),
    Kind.JOB_CHANGED: Text(
        "Job changed", "“{job_title}” was changed by its client. Look at it again.", "/api/jobs/{job_id}"
    ),
    Kind.JOB_CANCELED: Text("Job cancelled", "“{job_title}” was cancelled.", "/api/jobs/{job_id}"),
    Kind.JOB_EXPIRED: Text(
        "Job expired", "“{job_title}” expired. Whatever was paid for it is in your wallet.", "/api/client/jobs/{job_id}"
    ),
    Kind.JOB_COMPLETED: Text("Job completed", "“{job_title}” is completed.", "/api/jobs/{job_id}"),
    Kind.PAYMENT_RECEIVED: Text(
        "Payment received", "{amount} for “{job_title}” is in escrow.", "/api/client/jobs/{job_id}"
    ),
    Kind.SHIFT_REMINDER: Text(
        "Your shift is near",
        "Your shift of “{job_title}” is on {when}, at {place}. Check in there from 30 minutes before the start.",
        "/api/assignments/{assignment_id}",
    ),
    Kind.CHECKED_IN: Text(
        "Worker checked in",
        "{name} checked in at “{job_title}”, {when}. If they are not there, contest it on the shift's page.",
        "/api/client/jobs/{job_id}",
    ),
    Kind.CHECKED_OUT: Text(
        "Worker checked out",
        "{name} worked {minutes} minutes at “{job_title}”, {when}. Approve them, or they count as worked 24 hours "
        "after the shift.",
        "/api/assignments/{assignment_id}",
    ),
    Kind.CHECKED_OUT_BY_CLOCK: Text(
        "Checked out for you",
        "You did not check out at “{job_title}”, {when}: it was done at the end of your shift.",
        "/api/assignments/{assignment_id}",
    ),
    Kind.SHIFT_APPROVED: Text(
        "Shift approved",
        "{minutes} minutes of your shift of “{job_title}”, {when}, were approved: {amount} are in your wallet.",
        "/api/assignments/{assignment_id}",
    ),
    Kind.MINUTES_LOWERED: Text(
        "Hours lowered",
        "The client approved {minutes} of the {worked} minutes recorded of your shift of “{job_title}”, {when}: "
        "{amount} are in your wallet. Reason: {reason} The rest, {withheld}, stays in escrow until {until}. "
        "Accept it, or open a dispute before.",
        "/api/assignments/{assignment_id}",
    ),
    Kind.MINUTES_RAISED: Text(
        "Hours raised",
        "The client approved {minutes} minutes of your shift of “{job_title}”, {when}, where {worked} were recorded: "
        "{amount} are in your wallet. Reason: {reason}",
        "/api/assignments/{assignment_id}",
    ),
    Kind.MINUTES_ASKED: Text(
        "Minutes asked for",
        "{name} asks for {asked} minutes of the shift of “{job_title}”, {when}; {minutes} are recorded. "
        "Reason: {reason} Approve as many, or what you think is right.",
        "/api/assignments/{assignment_id}",
    ),
    Kind.MINUTES_ACCEPTED: Text(
        "Decision accepted",
        "{name} accepted what you decided about the shift of “{job_title}”, {when}.",
        "/api/assignments/{assignment_id}",
    ),
    Kind.CHECK_IN_CONTESTED: Text(
        "Check-in contested",
        "The client of “{job_title}” says that you are not there, {when}. Reason: {reason} Ask on site for the code "
        "and check in with it, or open a dispute: otherwise the shift counts as a no-show.",
        "/api/assignments/{assignment_id}",
    ),
    Kind.ATTENDANCE_CORRECTED: Text(
        "Attendance corrected",
        "{change}: {name} at “{job_title}”, {when}.",
        "/api/assignments/{assignment_id}",
    ),
    Kind.APPROVAL_DUE: Text(
        "A shift waits for your word",
        "The shift of {name} at “{job_title}”, {when}, {outcome} 24 hours after its end: {minutes} minutes are "
        "recorded. Approve it, correct the minutes, or contest it before.",
        "/api/assignments/{assignment_id}",
    ),
    Kind.DECIDED_BY_CLOCK: Text(
        "Decided for you",
        "You said nothing for 24 hours about the shift of {name} at “{job_title}”, {when}: {outcome}.",
        "/api/assignments/{assignment_id}",
    ),
    Kind.WAGE_PAID: Text("You were paid", "{amount} for “{job_title}” is in your wallet.", "/api/wallet/transactions"),
    Kind.REFUND_RECEIVED: Text("Refund", "{amount} came back to you.", "/api/wallet/transactions"),
    Kind.WITHDRAWAL_PAID: Text(
        "Withdrawal paid", "{amount} is on its way to your bank.", "/api/wallet/withdrawals/{withdrawal_id}"
    ),
    Kind.WITHDRAWAL_FAILED: Text(
        "Withdrawal failed",
        "{amount} could not be paid to your bank account. The money is back in your wallet.",
        "/api/wallet/withdrawals/{withdrawal_id}",
    ),
    Kind.WITHDRAWAL_REVERSED: Text(
        "Withdrawal came back",
        "Your bank sent {amount} back. The money is in your wallet.",
        "/api/wallet/withdrawals/{withdrawal_id}",
    ),
    Kind.DISPUTE_OPENED: Text(
        "Dispute opened", "A dispute was opened on a shift of “{job_title}”.", "/api/disputes/{dispute_id}"
    ),
    Kind.DISPUTE_UPDATED: Text("Dispute news", "There is news in your dispute.", "/api/disputes/{dispute_id}"),
    Kind.DISPUTE_RESOLVED: Text("Dispute resolved", "Your dispute was resolved.", "/api/disputes/{dispute_id}"),
    Kind.REVIEW_RECEIVED: Text(
        "New review", "You got a review of {rating} out of 5 for “{job_title}”.", "/api/reviews/{user_id}"
    ),
    Kind.REVIEW_RESPONSE: Text(
        "Answer to your review", "Your review of “{job_title}” was answered.", "/api/reviews/{user_id}"
    ),
    Kind.NEW_DEVICE: Text(
        "New log-in", "Somebody logged in on {device}. If it was not you, end it and change your password."
    ),
    Kind.DEVICE_REVOKED: Text(
        "Device logged out",
        "An old token of {device} was used again, so we ended it. If it was not you, change your password.",
    ),
    Kind.BANK_ACCOUNT_CHANGED: Text(
        "Bank account changed",
        "Your bank account is now {account}. Withdrawals to it are possible in 24 hours.",
        "/api/get-account-details",
    ),
    Kind.SECOND_FACTOR_CHANGED: Text(
        "Second factor", "{change} If it was not you, change your password and write to support."
    ),
    Kind.INVITED: Text("Invitation", "{name} invites you to apply for “{job_title}”.", "/api/jobs/{job_id}"),
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
    "/api/assignments/{assignment_id}",
)


# Fewer minutes than the schedule has, and nobody's word against them.
APPROVED_IN_PART = Text(
    "Shift approved",
    "{minutes} minutes of your shift of “{job_title}”, {when}, were approved as recorded: {amount} are in your wallet. "
    "If you worked more, open a dispute before {until}: until then {withheld} stay in escrow.",
    "/api/assignments/{assignment_id}",
)

# Money for a job that did not go into its escrow.
ENDED_IN = {
    "wallet": Text(
        "Payment received",
        "{amount} for “{job_title}” came late or a second time. It is in your wallet.",
        "/api/wallet/transactions",
    ),
    "suspense": Text(
        "We look at your payment",
        "We received a payment for “{job_title}” that is not what was asked for ({amount}). Please do not pay again: "
        "we look at it, and write to you.",
        "/api/client/jobs/{job_id}",
    ),
}
NEW_TERMS = Text(
    "New terms",
    "The client of “{job_title}” changed {changed}. You are bound to nothing new: look at it, and confirm the new terms"
    " or step back.",
    "/api/jobs/{job_id}",
)


class _Known(dict[str, str | int]):
    """A parameter that a kind was sent without reads as nothing rather than stopping the message."""

    def __missing__(self, name: str) -> str:
        return ""


def compose(kind: Kind, params: Mapping[str, str | int]) -> tuple[str, str, str]:
    """Title, body and link of one notification."""
    text = TEXTS[kind]
    if kind is Kind.MINUTES_LOWERED and "worked" not in params:
        text = NO_SHOW
    if kind is Kind.PAYMENT_RECEIVED and params.get("ended_in"):
        text = ENDED_IN[str(params["ended_in"])]
    if kind is Kind.JOB_CHANGED and params.get("changed"):
        text = NEW_TERMS
    if kind is Kind.SHIFT_APPROVED and params.get("withheld_kobo"):
        text = APPROVED_IN_PART
    # What people typed stays within its line: a title of several could pass for our own words.
    typed = {key: " ".join(value.split()) if isinstance(value, str) else value for key, value in params.items()}
    values = _Known({**typed, "name": typed.get("name") or "Somebody"})
    for key, value in params.items():
        if key.endswith("_kobo"):
            naira, kobo = divmod(int(value), 100)
            values[key.removesuffix("_kobo")] = f"NGN {naira:,}.{kobo:02d}"
    return text.title, text.body.format_map(values), text.link.format_map(values)
