"""What each kind of notification says, and which page its link opens."""

from dataclasses import dataclass

from accounts.models import NotificationKind as Kind


@dataclass(frozen=True, slots=True)
class Text:
    """`title` and `body` are formats over the parameters of the kind; `{amount}` is `amount_kobo` in naira, and
    minutes are hours and minutes.

    What the caller may not know is a clause that is left out whole: `{job}`, its title with day, hours and place,
    `{pay}`, `{refunded}`, `{from_job}`, `{to_account}`.
    """

    title: str
    body: str
    link: str = ""


TEXTS: dict[Kind, Text] = {
    Kind.APPLICATION_RECEIVED: Text(
        "New application",
        "{name} applied for {job}. Accept or decline.",
        "/applications/{application_id}",
    ),
    Kind.APPLICATION_ACCEPTED: Text(
        "You got the job",
        "You were accepted for {job}{pay}. Be there on time; if you cannot come, step back early.",
        "/applications/{application_id}",
    ),
    Kind.APPLICATION_REJECTED: Text(
        "Application declined",
        "Your application was declined: {job}. Look for other work.",
        "/applications/{application_id}",
    ),
    Kind.APPLICATION_CLOSED: Text(
        "Job no longer open",
        "No longer open: {job}. Look for other work.",
        "/applications/{application_id}",
    ),
    Kind.APPLICATION_WITHDRAWN: Text(
        "Worker withdrew",
        "{name} withdrew from {job}. A place that came free is offered to those who stand by, and open to others.",
        "/applications/{application_id}",
    ),
    Kind.STANDING_BY: Text(
        "You stand by",
        "All places are taken: {job}. You stand by: if a place comes free, it is offered to you. Step back if you "
        "cannot come.",
        "/applications/{application_id}",
    ),
    Kind.PLACE_OFFERED: Text(
        "A place came free",
        "A place came free: {job}{pay}. Take it if you can come. {until}",
        "/applications/{application_id}",
    ),
    Kind.PLACE_TAKEN: Text(
        "Place taken again",
        "{name} took the place that had come free: {job}. You need not do anything.",
        "/client/jobs/{job_id}",
    ),
    Kind.CONFIRM_PLACE: Text(
        "Are you coming?",
        "Your work is near: {job}. Confirm that you come, or your place may be given to somebody else.",
        "/applications/{application_id}",
    ),
    Kind.PLACE_UNCONFIRMED: Text(
        "Worker has not confirmed",
        "{name} has not confirmed: {job}. {choice}",
        "/client/jobs/{job_id}",
    ),
    Kind.PLACE_RELEASED: Text(
        "Your place was given on",
        "You did not confirm your place, so it was released: {job}. It does not count against you.",
        "/applications/{application_id}",
    ),
    Kind.JOB_CHANGED: Text(
        "Job changed",
        "The client changed the job. It is now {job}{pay}. Look at it again.",
        "/jobs/{job_id}",
    ),
    Kind.JOB_CANCELED: Text(
        "Job cancelled",
        "Cancelled: {job}.{refunded} Nobody need come any more.",
        "/jobs/{job_id}",
    ),
    Kind.JOB_EXPIRED: Text(
        "Job expired",
        "Expired: {job}.{refunded} Post it again if you still need people.",
        "/client/jobs/{job_id}",
    ),
    Kind.JOB_COMPLETED: Text(
        "Job completed",
        "Completed: {job}.{refunded} Say how it was: write a review.",
        "/jobs/{job_id}",
    ),
    Kind.JOB_HIDDEN: Text(
        "Job hidden",
        "Our staff took {job}, out of what people find: “{why}” It takes nobody on. Whoever was taken on comes as "
        "agreed, and its money is where it was. Write to {support} if this is wrong.",
        "/client/jobs/{job_id}",
    ),
    Kind.JOB_RESTORED: Text(
        "Job shown again",
        "Our staff show {job}, again: “{why}” People find it, and can apply.",
        "/client/jobs/{job_id}",
    ),
    Kind.PAYMENT_RECEIVED: Text(
        "Payment received",
        "{amount} is in escrow for {job}.",
        "/client/jobs/{job_id}",
    ),
    Kind.DEPOSIT_RECEIVED: Text(
        "Money came to your wallet",
        "{amount} was sent to your account number, and is in your wallet. You can pay your jobs with it.",
        "/wallet",
    ),
    Kind.SHIFT_REMINDER: Text(
        "Your shift is near",
        "Your shift of “{job_title}” is on {when}, at {place}. Check in there from 30 minutes before the start.",
        "/assignments/{assignment_id}",
    ),
    Kind.CHECKED_IN: Text(
        "Worker checked in",
        "{name} checked in at {job}. If they are not there, contest it on the shift's page.",
        "/client/jobs/{job_id}",
    ),
    Kind.CHECKED_OUT: Text(
        "Worker checked out",
        "{name} worked {minutes} at {job}. Approve it, or it counts as worked 24 hours after the shift.",
        "/assignments/{assignment_id}",
    ),
    Kind.CHECKED_OUT_BY_CLOCK: Text(
        "Checked out for you",
        "You did not check out at {job}: it was done at the end of your shift.",
        "/assignments/{assignment_id}",
    ),
    Kind.SHIFT_APPROVED: Text(
        "Shift approved",
        "{minutes} of your shift of {job}, were approved: {amount} are in your wallet.",
        "/assignments/{assignment_id}",
    ),
    Kind.MINUTES_LOWERED: Text(
        "Hours lowered",
        "The client approved {minutes} of the {worked} recorded of your shift of {job}: "
        "{amount} are in your wallet. Reason: {reason} The rest, {withheld}, stays in escrow until {until}. "
        "Accept it, or open a dispute before.",
        "/assignments/{assignment_id}",
    ),
    Kind.MINUTES_RAISED: Text(
        "Hours raised",
        "The client approved {minutes} of your shift of {job}, where {worked} were recorded: "
        "{amount} are in your wallet. Reason: {reason}",
        "/assignments/{assignment_id}",
    ),
    Kind.MINUTES_ASKED: Text(
        "Minutes asked for",
        "{name} asks for {asked} of the shift of {job}; {minutes} are recorded. "
        "Reason: {reason} Approve as much, or what you think is right.",
        "/assignments/{assignment_id}",
    ),
    Kind.MINUTES_ACCEPTED: Text(
        "Decision accepted",
        "{name} accepted what you decided about the shift of {job}.",
        "/assignments/{assignment_id}",
    ),
    Kind.CHECK_IN_CONTESTED: Text(
        "Check-in contested",
        "The client says that you are not there: {job}. Reason: {reason} Ask on site for the code "
        "and check in with it, or open a dispute: otherwise the shift counts as a no-show.",
        "/assignments/{assignment_id}",
    ),
    Kind.EXTRA_TIME_OFFERED: Text(
        "Can you stay longer?",
        "The client asks you to stay {extra} longer, until {until}, for {amount} more: {job}. Agree or "
        "decline; without your word nothing changes.",
        "/assignments/{assignment_id}",
    ),
    Kind.EXTRA_TIME_ANSWERED: Text(
        "Extra time answered",
        "{name} {answer}: {job}. {paid}",
        "/assignments/{assignment_id}",
    ),
    Kind.ATTENDANCE_CORRECTED: Text(
        "Attendance corrected",
        "{change}: {name} at {job}.",
        "/assignments/{assignment_id}",
    ),
    Kind.APPROVAL_DUE: Text(
        "A shift waits for your word",
        "The shift of {name} at {job}, {outcome} 24 hours after its end: {minutes} are "
        "recorded. Approve it, correct the minutes, or contest it before.",
        "/assignments/{assignment_id}",
    ),
    Kind.DECIDED_BY_CLOCK: Text(
        "Decided for you",
        "You said nothing for 24 hours about the shift of {name} at {job}: {outcome}.",
        "/assignments/{assignment_id}",
    ),
    Kind.WAGE_PAID: Text(
        "You were paid",
        "{amount} is in your wallet for {job}. Withdraw it whenever you like.",
        "/wallet",
    ),
    Kind.REFUND_RECEIVED: Text(
        "Refund",
        "{amount} came back to you{from_job}. You need not do anything.",
        "/wallet",
    ),
    Kind.WITHDRAWAL_PAID: Text(
        "Withdrawal paid",
        "{amount} is on its way to your bank account{to_account}.",
        "/wallet/withdrawals/{withdrawal_id}",
    ),
    Kind.WITHDRAWAL_FAILED: Text(
        "Withdrawal failed",
        "{amount} could not be paid to your bank account{to_account}. The money is back in your wallet: check the "
        "account, and withdraw again.",
        "/wallet/withdrawals/{withdrawal_id}",
    ),
    Kind.WITHDRAWAL_REVERSED: Text(
        "Withdrawal came back",
        "Your bank sent {amount} back from your account{to_account}. The money is in your wallet: check the account, "
        "and withdraw again.",
        "/wallet/withdrawals/{withdrawal_id}",
    ),
    Kind.DISPUTE_OPENED: Text(
        "Dispute opened",
        "A dispute was opened about {job}: “{reason}” Say how it was; what is held stays frozen.",
        "/disputes/{dispute_id}",
    ),
    Kind.DISPUTE_UPDATED: Text(
        "Dispute news",
        "There is news in your dispute about {job}. Read it, and answer if you have to add something.",
        "/disputes/{dispute_id}",
    ),
    Kind.DISPUTE_RESOLVED: Text(
        "Dispute resolved",
        "Your dispute about {job} was resolved: {to_worker} to the worker, {to_client} to the client. “{note}”",
        "/disputes/{dispute_id}",
    ),
    Kind.REVIEW_RECEIVED: Text(
        "New review",
        "You got a review of {rating} out of 5 for {job}. You may answer it once.",
        "/reviews/{user_id}",
    ),
    Kind.REVIEW_RESPONSE: Text(
        "Answer to your review",
        "Your review was answered: {job}. Read what was said.",
        "/reviews/{user_id}",
    ),
    Kind.REVIEW_HIDDEN: Text(
        "Review hidden",
        "{whose} for {job} was hidden by our staff. It counts in no rating any more: “{reason}”",
        "/reviews/{user_id}",
    ),
    Kind.REVIEW_RESTORED: Text(
        "Review shown again",
        "{whose} for {job} was hidden by our staff, and is shown again: “{reason}”",
        "/reviews/{user_id}",
    ),
    Kind.REVIEW_REWORDED: Text(
        "Review reworded",
        "{whose} for {job} stands in other words, which our staff put there. Its stars are as they were: “{reason}”",
        "/reviews/{user_id}",
    ),
    Kind.REPORT_ANSWERED: Text(
        "We looked at your report",
        "Thank you for telling us about “{what}”. {outcome} Nobody learns that it was you.",
        "/reports",
    ),
    Kind.NEW_DEVICE: Text(
        "New log-in",
        "Somebody logged in on {device}, {now}. If it was not you, end it and change your password.",
        "/security",
    ),
    Kind.DEVICE_REVOKED: Text(
        "Device logged out",
        "An old token of {device} was used again, {now}, so we ended it. If it was not you, change your password.",
        "/security",
    ),
    Kind.BANK_ACCOUNT_CHANGED: Text(
        "Bank account changed",
        "Your bank account is {account} since {now}. Withdrawals to it are possible in 24 hours. If it was not you, "
        "change your password and write to {support}.",
        "/get-account-details",
    ),
    Kind.SECOND_FACTOR_CHANGED: Text(
        "Second factor",
        "{change} It happened on {now}. If it was not you, change your password and write to {support}.",
        "/security",
    ),
    Kind.IDENTITY_CHANGED: Text(
        "BVN or NIN",
        "{change} It happened on {now}. If it was not you, change your password and write to {support}.",
        "/wallet/limits",
    ),
    Kind.INVITED: Text(
        "Invitation",
        "{name} invites you to {job}{pay}. Apply if you can come.",
        "/jobs/{job_id}",
    ),
    Kind.NEW_JOB: Text(
        "New work for you",
        "New: {job}{pay}. {why} Apply if you can come.",
        "/jobs/{job_id}",
    ),
    Kind.SERIES_POSTED: Text(
        "The next job of your series",
        "We posted it as every week: {job}. Pay {amount} before it starts, and people can apply.",
        "/client/jobs/{job_id}",
    ),
    Kind.SERIES_LEFT_OUT: Text(
        "A week of your series is missing",
        "We could not post it as every week: {job}. {why} The series goes on.",
        "/client/jobs/{job_id}",
    ),
    Kind.SIGNUP_ATTEMPT: Text(
        "Sign-up with your e-mail",
        "Somebody tried to use your e-mail for another account, {now}. If it was you: you have an account already, "
        "log in. If not, you need not do anything.",
    ),
}

# All minutes taken off: the client says that nobody came.
NO_SHOW = Text(
    "Marked as a no-show",
    "You did not come to {job}, says its client, or nobody saw you check in. If you are there, "
    "check in. {withheld} stay in escrow until {until}. Accept it, ask for your minutes, or open a dispute before.",
    "/assignments/{assignment_id}",
)

# Fewer minutes than the schedule has, and nobody's word against them.
APPROVED_IN_PART = Text(
    "Shift approved",
    "{minutes} of your shift of {job}, were approved as recorded: {amount} are in your wallet. "
    "If you worked more, open a dispute before {until}: until then {withheld} stay in escrow.",
    "/assignments/{assignment_id}",
)

# Money for a job that did not go into its escrow.
ENDED_IN = {
    "wallet": Text(
        "Payment received",
        "{amount} came late or a second time for {job}. It is in your wallet.",
        "/wallet",
    ),
    "suspense": Text(
        "We look at your payment",
        "We received a payment that is not what was asked for ({amount}): {job}. Please do not pay again: we look at "
        "it, and write to you.",
        "/client/jobs/{job_id}",
    ),
}
NEW_TERMS = Text(
    "New terms",
    "The client changed {changed}. It is now {job}{pay}. You are bound to nothing new: look at it, and confirm the new "
    "terms or step back.",
    "/jobs/{job_id}",
)

# The platform's doing and not the worker's: a ban, or a closed account. It says neither which nor why.
NOT_AVAILABLE = Text(
    "A worker cannot come",
    "{name} is no longer available on Payshift, and so not for {job}. A place that came free is offered to those who "
    "stand by, and open to others.",
    "/applications/{application_id}",
)

# By the rule that the client set for the job, and not by a word about this person.
ACCEPTED_BY_RULE = Text(
    "You got the job",
    "You were accepted at once for {job}{pay}: the client takes people on whom they know, by a rule. Be there on time; "
    "if you cannot come, step back early.",
    "/applications/{application_id}",
)
TAKEN_BY_RULE = Text(
    "Accepted by your rule",
    "{name} applied for {job}, and was accepted at once by the rule that you set for it. You can switch it off where "
    "you edit the job.",
    "/client/jobs/{job_id}",
)

BY_RULE = {Kind.APPLICATION_ACCEPTED: ACCEPTED_BY_RULE, Kind.PLACE_TAKEN: TAKEN_BY_RULE}
