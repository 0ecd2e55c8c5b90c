"""Whom each kind of notification concerns, and what it is about: the settings show a person their own, in groups."""

from dataclasses import dataclass
from enum import StrEnum

from accounts.models import NotificationKind as Kind
from core.actor import Role


class Topic(StrEnum):
    """In the order in which the settings show them."""

    HIRING = "hiring"
    JOBS = "jobs"
    SHIFTS = "shifts"
    MONEY = "money"
    DISPUTES = "disputes"
    REVIEWS = "reviews"
    SAFETY = "safety"


@dataclass(frozen=True, slots=True)
class Concern:
    topic: Topic
    roles: tuple[Role, ...]


WORKER, CLIENT = (Role.APPLICANT,), (Role.CLIENT,)
BOTH = WORKER + CLIENT

CONCERNS: dict[Kind, Concern] = {
    Kind.APPLICATION_RECEIVED: Concern(Topic.HIRING, CLIENT),
    Kind.APPLICATION_ACCEPTED: Concern(Topic.HIRING, WORKER),
    Kind.APPLICATION_REJECTED: Concern(Topic.HIRING, WORKER),
    Kind.APPLICATION_CLOSED: Concern(Topic.HIRING, WORKER),
    Kind.APPLICATION_WITHDRAWN: Concern(Topic.HIRING, CLIENT),
    Kind.STANDING_BY: Concern(Topic.HIRING, WORKER),
    Kind.PLACE_OFFERED: Concern(Topic.HIRING, WORKER),
    Kind.PLACE_TAKEN: Concern(Topic.HIRING, CLIENT),
    Kind.CONFIRM_PLACE: Concern(Topic.HIRING, WORKER),
    Kind.PLACE_UNCONFIRMED: Concern(Topic.HIRING, CLIENT),
    Kind.PLACE_RELEASED: Concern(Topic.HIRING, WORKER),
    Kind.JOB_CHANGED: Concern(Topic.JOBS, WORKER),
    Kind.JOB_CANCELED: Concern(Topic.JOBS, BOTH),
    Kind.JOB_EXPIRED: Concern(Topic.JOBS, CLIENT),
    Kind.JOB_COMPLETED: Concern(Topic.JOBS, BOTH),
    Kind.PAYMENT_RECEIVED: Concern(Topic.MONEY, CLIENT),
    Kind.DEPOSIT_RECEIVED: Concern(Topic.MONEY, CLIENT),
    Kind.SHIFT_REMINDER: Concern(Topic.SHIFTS, WORKER),
    Kind.CHECKED_IN: Concern(Topic.SHIFTS, CLIENT),
    Kind.CHECKED_OUT: Concern(Topic.SHIFTS, CLIENT),
    Kind.CHECKED_OUT_BY_CLOCK: Concern(Topic.SHIFTS, WORKER),
    Kind.SHIFT_APPROVED: Concern(Topic.SHIFTS, WORKER),
    Kind.MINUTES_LOWERED: Concern(Topic.SHIFTS, WORKER),
    Kind.MINUTES_RAISED: Concern(Topic.SHIFTS, WORKER),
    Kind.MINUTES_ASKED: Concern(Topic.SHIFTS, CLIENT),
    Kind.MINUTES_ACCEPTED: Concern(Topic.SHIFTS, CLIENT),
    Kind.CHECK_IN_CONTESTED: Concern(Topic.SHIFTS, WORKER),
    Kind.EXTRA_TIME_OFFERED: Concern(Topic.SHIFTS, WORKER),
    Kind.EXTRA_TIME_ANSWERED: Concern(Topic.SHIFTS, CLIENT),
    Kind.ATTENDANCE_CORRECTED: Concern(Topic.SHIFTS, BOTH),
    Kind.APPROVAL_DUE: Concern(Topic.SHIFTS, CLIENT),
    Kind.DECIDED_BY_CLOCK: Concern(Topic.SHIFTS, CLIENT),
    Kind.WAGE_PAID: Concern(Topic.MONEY, WORKER),
    Kind.REFUND_RECEIVED: Concern(Topic.MONEY, CLIENT),
    # A client's refunds are in a wallet too.
    Kind.WITHDRAWAL_PAID: Concern(Topic.MONEY, BOTH),
    Kind.WITHDRAWAL_FAILED: Concern(Topic.MONEY, BOTH),
    Kind.WITHDRAWAL_REVERSED: Concern(Topic.MONEY, BOTH),
    Kind.DISPUTE_OPENED: Concern(Topic.DISPUTES, BOTH),
    Kind.DISPUTE_UPDATED: Concern(Topic.DISPUTES, BOTH),
    Kind.DISPUTE_RESOLVED: Concern(Topic.DISPUTES, BOTH),
    Kind.JOB_HIDDEN: Concern(Topic.JOBS, CLIENT),
    Kind.JOB_RESTORED: Concern(Topic.JOBS, CLIENT),
    Kind.REVIEW_RECEIVED: Concern(Topic.REVIEWS, BOTH),
    Kind.REVIEW_RESPONSE: Concern(Topic.REVIEWS, BOTH),
    Kind.REVIEW_HIDDEN: Concern(Topic.REVIEWS, BOTH),
    Kind.REVIEW_RESTORED: Concern(Topic.REVIEWS, BOTH),
    Kind.REVIEW_REWORDED: Concern(Topic.REVIEWS, BOTH),
    Kind.REPORT_ANSWERED: Concern(Topic.DISPUTES, BOTH),
    Kind.NEW_DEVICE: Concern(Topic.SAFETY, BOTH),
    Kind.DEVICE_REVOKED: Concern(Topic.SAFETY, BOTH),
    Kind.BANK_ACCOUNT_CHANGED: Concern(Topic.SAFETY, BOTH),
    Kind.SECOND_FACTOR_CHANGED: Concern(Topic.SAFETY, BOTH),
    Kind.IDENTITY_CHANGED: Concern(Topic.SAFETY, BOTH),
    Kind.INVITED: Concern(Topic.HIRING, WORKER),
    Kind.NEW_JOB: Concern(Topic.JOBS, WORKER),
    Kind.SERIES_POSTED: Concern(Topic.JOBS, CLIENT),
    Kind.SERIES_LEFT_OUT: Concern(Topic.JOBS, CLIENT),
    Kind.SIGNUP_ATTEMPT: Concern(Topic.SAFETY, BOTH),
}

# About the account's safety: these cannot be switched off.
ALWAYS = frozenset(kind for kind, concern in CONCERNS.items() if concern.topic is Topic.SAFETY)
