"""What is posted: one draw of a job's terms."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.conf import settings

from jobs.models import JobType, ShiftType
from jobs.services.schedule import PlannedShift
from payshift.measuring.populating.people import Town
from payshift.measuring.populating.words import OCCASIONS, SENTENCES

HOURS = (
    (ShiftType.MORNING, time(7), time(13)),
    (ShiftType.DAY, time(9), time(17)),
    (ShiftType.AFTERNOON, time(12), time(20)),
    (ShiftType.EVENING, time(15), time(23)),
    (ShiftType.NIGHT, time(20), time(6)),
    (ShiftType.FLEXIBLE, time(10), time(16)),
)
LONG_TYPES = (JobType.MULTIPLE_DAYS, JobType.TEMPORARY, JobType.PART_TIME)
SHARE_OF_SINGLE_DAYS = 0.8
LONGEST_DAYS = 5
LONGEST_LEAD_DAYS = 40
PLACES = (1, 2, 3, 4, 6, 10)
PLACES_WEIGHTS = (60, 18, 10, 6, 4, 2)
ZONE = ZoneInfo(settings.DEFAULT_JOB_TIME_ZONE)


@dataclass(frozen=True, slots=True)
class Trade:
    industry_id: int
    subcategory_id: int
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Posting:
    created_at: datetime
    title: str
    description: str
    trade: Trade
    job_type: JobType
    shift_type: ShiftType
    first_day: date
    last_day: date
    start_time: time
    end_time: time
    shifts: list[PlannedShift]
    places: int
    rate_kobo: int
    location: str
    latitude: float
    longitude: float

    @property
    def starts_at(self) -> datetime:
        return self.shifts[0].starts_at

    @property
    def ends_at(self) -> datetime:
        return self.shifts[-1].ends_at

    @property
    def days(self) -> range:
        return range(self.first_day.toordinal(), self.last_day.toordinal() + 1)


class Postings:
    """Trades are ranked, so that some are posted far more often than others."""

    def __init__(self, trades: list[Trade], random: Random) -> None:
        self.trades, self.random, self.town = trades, random, Town(random)
        self.weights = [1 / rank for rank in range(1, len(trades) + 1)]

    def draw(self, created_at: datetime) -> Posting:
        random = self.random
        trade = random.choices(self.trades, self.weights)[0]
        shift_type, start, end = random.choice(HOURS)
        days = 1 if random.random() < SHARE_OF_SINGLE_DAYS else random.randint(2, LONGEST_DAYS)
        # Most work is near: the square draws it to the present.
        first_day = created_at.astimezone(ZONE).date() + timedelta(
            days=1 + int(LONGEST_LEAD_DAYS * random.random() ** 2)
        )
        location, latitude, longitude = self.town.draw()
        return Posting(
            created_at=created_at,
            title=f"{trade.name} for {random.choice(OCCASIONS)}",
            description=" ".join(random.sample(SENTENCES, 3)),
            trade=trade,
            job_type=JobType.SINGLE_DAY if days == 1 else random.choice(LONG_TYPES),
            shift_type=shift_type,
            first_day=first_day,
            last_day=first_day + timedelta(days=days - 1),
            start_time=start,
            end_time=end,
            shifts=[_shift(first_day + timedelta(days=day), start, end) for day in range(days)],
            places=random.choices(PLACES, PLACES_WEIGHTS)[0],
            rate_kobo=random.randint(20, 70) * 5_000,
            location=location,
            latitude=latitude,
            longitude=longitude,
        )


def _shift(day: date, start: time, end: time) -> PlannedShift:
    last_day = day if end > start else day + timedelta(days=1)
    starts_at = datetime.combine(day, start, ZONE).astimezone(UTC)
    ends_at = datetime.combine(last_day, end, ZONE).astimezone(UTC)
    return PlannedShift(starts_at, ends_at, int((ends_at - starts_at).total_seconds()) // 60)
