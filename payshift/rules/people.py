"""Rules that protect people: throttles, bounds on repeated acts, sessions of staff.

Addresses are shared: behind a mobile network's NAT stand thousands of people, so limits of an address are wide, and
those of an account and an address together are narrow.
"""

from datetime import time

from pydantic import BaseModel, Field


class PeopleRules(BaseModel):
    LOGINS_PER_ADDRESS: int = Field(default=300, ge=1)
    # Pages of jobs for people who are not logged in; those who index them come from few addresses.
    PUBLIC_PAGES_PER_ADDRESS_MINUTE: int = Field(default=600, ge=1)
    # Wrong passwords before each further one must wait: for one account from one address.
    LOGIN_FREE_TRIES: int = Field(default=10, ge=1, le=100)
    # From everywhere together; networks from which the account was logged in before are not counted.
    LOGINS_PER_ACCOUNT_HOUR: int = Field(default=500, ge=10)
    SIGNUPS_PER_ADDRESS_HOUR: int = Field(default=120, ge=1)
    CODES_PER_ADDRESS_HOUR: int = Field(default=200, ge=1)
    CODE_TRIES_PER_ADDRESS_HOUR: int = Field(default=300, ge=1)
    # Sign-ups and codes asked for with one e-mail from one address.
    CODES_PER_EMAIL_HOUR: int = Field(default=10, ge=1)
    # Within so many minutes, notices of the same thing become one.
    NOTICES_MERGED_MINUTES: int = Field(default=15, ge=0, le=1440)
    # Devices of one person that show notices while the app is closed, and when none does unless the person says so.
    PUSH_SUBSCRIPTIONS_PER_PERSON: int = Field(default=10, ge=1, le=100)
    PUSH_QUIET_FROM: time = time(21)
    PUSH_QUIET_UNTIL: time = time(7)
    # What could not be shown by then is in the app, and no longer worth a sound.
    PUSH_TTL_SECONDS: int = Field(default=4 * 3600, ge=60, le=28 * 86_400)
    # Acts that tell others.
    JOB_EDITS_PER_HOUR: int = Field(default=30, ge=1)
    # Of one person for one job: after each withdrawal one may apply again.
    APPLICATIONS_PER_JOB_DAY: int = Field(default=3, ge=1)
    DISPUTES_PER_ASSIGNMENT: int = Field(default=3, ge=1)
    STATEMENTS_PER_DISPUTE_HOUR: int = Field(default=10, ge=1)
    INVITATIONS_PER_HOUR: int = Field(default=60, ge=1)
    # Of one person in 24 hours, whatever the jobs and shifts are.
    JOBS_POSTED_PER_DAY: int = Field(default=100, ge=1)
    JOBS_CANCELED_PER_DAY: int = Field(default=30, ge=1)
    DISPUTES_PER_DAY: int = Field(default=20, ge=1)
    STATEMENTS_PER_DAY: int = Field(default=60, ge=1)
    REPORTS_PER_DAY: int = Field(default=10, ge=1)
    # Of two people's reviews one way, the first in so many days weighs in the average; 0: each.
    REVIEW_WEIGHS_ONCE_DAYS: int = Field(default=30, ge=0)
    # Jobs of one person that are not paid for yet.
    UNPAID_JOBS: int = Field(default=10, ge=1)
    # Development only: tests of a client log in again and again.
    THROTTLE_FACTOR: int = Field(default=1, ge=1, le=1000)
