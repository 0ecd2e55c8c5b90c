"""Whether work and workers find each other now: places that are open, and who asked for them, by trade and by area."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import F

from jobs.areas import area_of
from jobs.models import Application, ApplicationStatus, Job

# Areas are read off each job's address: of so many, the newest.
MOST_JOBS = 2_000
WAITING = (ApplicationStatus.APPLIED, ApplicationStatus.STANDING_BY)
NOWHERE = "Elsewhere"


@dataclass(frozen=True, slots=True)
class Liquidity:
    """Of the open jobs of one trade or area. `workers`: people, each counted once, who wait for an answer."""

    name: str
    jobs: int
    open_places: int
    applications: int
    workers: int

    @property
    def applications_per_place(self) -> float:
        return self.applications / self.open_places if self.open_places else 0


@dataclass(frozen=True, slots=True)
class OpenJob:
    pk: int
    trade: str
    area: str
    open_places: int


def liquidity() -> tuple[list[Liquidity], list[Liquidity]]:
    """By trade and by area, the most open places first: of the newest `MOST_JOBS` open jobs. Two queries, along the
    index of open jobs and that of each job's applications."""
    jobs = _open_jobs()
    waiting = (
        Application.objects.filter(job__in=[job.pk for job in jobs], status__in=WAITING)
        .order_by()
        .values_list("job_id", "applicant_id")
    )
    applicants: defaultdict[int, list[int]] = defaultdict(list)
    for job_id, applicant_id in waiting:
        applicants[job_id].append(applicant_id)
    return _by(lambda job: job.trade, jobs, applicants), _by(lambda job: job.area, jobs, applicants)


def open_places() -> tuple[int, int]:
    """How many places are open, and how many people's applications wait for one: of the newest `MOST_JOBS` open jobs,
    in two queries along the indexes that `liquidity` uses."""
    jobs = Job.objects.filter(is_open=True).order_by("-created_at", "-id")
    left = jobs.values_list(F("applicants_needed") - F("accepted_count"), flat=True)[:MOST_JOBS]
    waiting = Application.objects.filter(job__in=jobs.values("pk")[:MOST_JOBS], status__in=WAITING)
    return sum(left), waiting.count()


def _open_jobs() -> list[OpenJob]:
    rows = (
        Job.objects.filter(is_open=True, accepted_count__lt=F("applicants_needed"))
        .order_by("-created_at", "-id")
        .values_list(
            *("pk", "industry__name", "location", "latitude", "longitude", "applicants_needed", "accepted_count")
        )
    )
    return [
        OpenJob(pk, trade, str(area_of(location, latitude=north, longitude=east)) or NOWHERE, needed - accepted)
        for pk, trade, location, north, east, needed, accepted in rows[:MOST_JOBS]
    ]


def _by(name: Callable[[OpenJob], str], jobs: Iterable[OpenJob], applicants: dict[int, list[int]]) -> list[Liquidity]:
    groups: defaultdict[str, list[OpenJob]] = defaultdict(list)
    for job in jobs:
        groups[name(job)].append(job)
    rows = []
    for group, members in groups.items():
        asking = [person for job in members for person in applicants.get(job.pk, ())]
        places = sum(job.open_places for job in members)
        rows.append(Liquidity(group, len(members), places, len(asking), len(set(asking))))
    return sorted(rows, key=lambda row: (-row.open_places, row.name))
