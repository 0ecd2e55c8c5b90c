"""Rules of work: attendance, refill, terms."""

from pydantic import BaseModel, Field, field_validator

from core.dated import dated


class WorkRules(BaseModel):
    # From a day on, as `core.dated` reads it. Of 2024 is the Act that made the minimum NGN 70,000 a month.
    MINIMUM_RATE_KOBO: str = "2024-07-29=40400"
    LONGEST_SHIFT_MINUTES: str = "2024-07-29=720"
    # A shift that pays less earns nobody an approved shift, reliability or a review.
    MINIMUM_COUNTED_WAGE_KOBO: int = Field(default=50_000, ge=0)
    CHECK_IN_RADIUS_M: int = Field(default=200, ge=10, le=5000)
    PLACE_CORRECTION_M: int = Field(default=300, ge=0, le=5000)
    # A place that comes free again: how many who stand by are asked at once, and how long they come before the others.
    REFILL_OFFERS_AT_ONCE: int = Field(default=5, ge=1, le=100)
    REFILL_LONGEST_MINUTES: int = Field(default=120, ge=1, le=1440)
    REFILL_SHORTEST_MINUTES: int = Field(default=5, ge=1, le=1440)
    # How long a check-out can be taken back as a slip of the finger; later, the worker checks in again.
    CHECK_OUT_TAKEN_BACK_WITHIN_MINUTES: int = Field(default=15, ge=0, le=120)
    # What is paid at least to whom the client sends home without fault: two hours, or the whole of a shorter shift.
    SENT_HOME_MINUTES: int = Field(default=120, ge=0, le=1440)
    # How much longer than its shift one worker may stay, when client and worker agree to it.
    EXTRA_MINUTES_PER_SHIFT: int = Field(default=240, ge=0, le=720)
    # An unpaid break comes off what was worked only as far as that is more than this. The Labour Act (13) asks for a
    # rest in a day of six hours or more.
    BREAK_AFTER_MINUTES: int = Field(default=360, ge=0, le=1440)
    # How long before the clock decides a shift its client is reminded to.
    APPROVAL_REMINDER_HOURS: int = Field(default=6, ge=1, le=23)
    # A job that was paid is told to its client's favourites, and so much later to those nearby whom it suits best.
    FAVOURITES_FIRST_MINUTES: int = Field(default=30, ge=0, le=1440)
    NEW_JOB_TOLD_AT_MOST: int = Field(default=50, ge=0, le=1000)
    NEW_JOB_RADIUS_KM: int = Field(default=25, ge=1, le=200)
    NEW_JOB_NOTICES_A_DAY: int = Field(default=5, ge=0, le=100)
    SAVED_SEARCHES_AT_MOST: int = Field(default=10, ge=0, le=100)
    JOB_TEMPLATES_AT_MOST: int = Field(default=20, ge=0, le=100)
    # A weekly series posts its jobs so many weeks before they take place.
    SERIES_WEEKS_AHEAD: int = Field(default=2, ge=1, le=8)
    # Before the job each worker says once more that they come: asked, reminded, and free to be released so long before.
    CONFIRMATION_ASK_HOURS: int = Field(default=24, ge=1, le=168)
    CONFIRMATION_REMIND_HOURS: int = Field(default=8, ge=1, le=168)
    CONFIRMATION_RELEASE_HOURS: int = Field(default=4, ge=1, le=168)
    CONFIRMATION_ANSWER_MINUTES: int = Field(default=60, ge=5, le=1440)

    @field_validator("MINIMUM_RATE_KOBO", "LONGEST_SHIFT_MINUTES")
    @classmethod
    def _names_days(cls, text: str) -> str:
        dated(text)
        return text
