"""What the machine sees after each step: the rows by status, and whether any status jumped (W3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

# The product's state machines, typed again from the design: the code's own tables cannot vouch for themselves. Terminal
# states are left out.
STEPS: dict[str, dict[str, set[str]]] = {
    "job": {
        "pending": {"upcoming", "canceled", "expired"},
        "upcoming": {"pending", "ongoing", "canceled", "expired"},
        "ongoing": {"completed"},
    },
    "application": {
        "applied": {"accepted", "standing_by", "rejected", "withdrawn", "closed"},
        "standing_by": {"accepted", "rejected", "withdrawn", "closed"},
        "rejected": {"accepted"},
        "accepted": {"completed", "withdrawn", "no_show", "canceled"},
        "completed": {"accepted"},
        "no_show": {"accepted"},
    },
    "assignment": {
        "scheduled": {"checked_in", "approved", "no_show", "canceled"},
        "checked_in": {"checked_out", "no_show"},
        "checked_out": {"checked_in", "approved", "no_show"},
        "no_show": {"scheduled", "checked_in", "checked_out", "approved"},
    },
    "dispute": {
        "open": {"under_review", "withdrawn"},
        "under_review": {"resolved", "withdrawn"},
    },
}
BORN: dict[str, str] = {"job": "pending", "application": "applied", "assignment": "scheduled", "dispute": "open"}


@dataclass(frozen=True, slots=True)
class SeenJob:
    id: int
    status: str
    client_id: int
    starts_at: datetime
    is_open: bool


@dataclass(frozen=True, slots=True)
class SeenApplication:
    id: int
    status: str
    client_id: int
    worker_id: int
    job_id: int


@dataclass(frozen=True, slots=True)
class SeenAssignment:
    id: int
    status: str
    client_id: int
    worker_id: int
    worked_minutes: int | None
    starts_at: datetime
    ends_at: datetime
    withheld_kobo: int


@dataclass(frozen=True, slots=True)
class SeenDispute:
    id: int
    status: str
    client_id: int
    worker_id: int
    opened_by_id: int


type SeenRow = SeenJob | SeenApplication | SeenAssignment | SeenDispute


@dataclass(frozen=True, slots=True)
class View:
    jobs: tuple[SeenJob, ...] = ()
    applications: tuple[SeenApplication, ...] = ()
    assignments: tuple[SeenAssignment, ...] = ()
    disputes: tuple[SeenDispute, ...] = ()

    def jobs_in(self, *statuses: str) -> list[SeenJob]:
        return [job for job in self.jobs if job.status in statuses]

    def applications_in(self, *statuses: str) -> list[SeenApplication]:
        return [application for application in self.applications if application.status in statuses]

    def assignments_in(self, *statuses: str) -> list[SeenAssignment]:
        return [assignment for assignment in self.assignments if assignment.status in statuses]

    def withheld(self) -> list[SeenAssignment]:
        return [assignment for assignment in self.assignments if assignment.withheld_kobo]

    def disputes_in(self, *statuses: str) -> list[SeenDispute]:
        return [dispute for dispute in self.disputes if dispute.status in statuses]

    def statuses(self) -> dict[tuple[str, int], str]:
        of_kind: dict[str, Sequence[SeenRow]] = {
            "job": self.jobs,
            "application": self.applications,
            "assignment": self.assignments,
            "dispute": self.disputes,
        }
        return {(kind, row.id): row.status for kind, rows in of_kind.items() for row in rows}


# In the order of their making, so that a position names the same row in every run.
LOOK = """
SELECT 'job' AS kind, id, status, client_id, is_open::int::bigint, NULL::bigint, starts_at, NULL::timestamptz,
    NULL::bigint
FROM jobs_job
UNION ALL
SELECT 'application', a.id, a.status, j.client_id, a.applicant_id, a.job_id, NULL, NULL, NULL
FROM jobs_application a JOIN jobs_job j ON j.id = a.job_id
UNION ALL
SELECT 'assignment', id, status, client_id, worker_id, worked_minutes, starts_at, ends_at, withheld_kobo
FROM jobs_shiftassignment
UNION ALL
SELECT 'dispute', id, status, client_id, worker_id, opened_by_id, NULL, NULL, NULL
FROM payment_dispute
ORDER BY kind, id
"""


def look() -> View:
    """One query."""
    with connection.cursor() as cursor:
        cursor.execute(LOOK)
        rows = cursor.fetchall()
    of_kind = {kind: [row[1:] for row in rows if row[0] == kind] for kind in BORN}
    return View(
        jobs=tuple(SeenJob(row[0], row[1], row[2], row[5], bool(row[3])) for row in of_kind["job"]),
        applications=tuple(SeenApplication(*row[:5]) for row in of_kind["application"]),
        assignments=tuple(SeenAssignment(*row) for row in of_kind["assignment"]),
        disputes=tuple(SeenDispute(*row[:5]) for row in of_kind["dispute"]),
    )


def jumps(before: View, after: View) -> list[str]:
    """W3: statuses that moved where no path leads, and rows that vanished. One step may take several transitions."""
    then, now = before.statuses(), after.statuses()
    wrong = [f"{kind} {row_id} vanished" for kind, row_id in then.keys() - now.keys()]
    for (kind, row_id), status in now.items():
        came_from = then.get((kind, row_id), BORN[kind])
        if status not in reachable(kind, came_from):
            wrong.append(f"{kind} {row_id}: {came_from} -> {status}")
    return wrong


def reachable(kind: str, start: str) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        for status in STEPS[kind].get(waiting.pop(), set()) - found:
            found.add(status)
            waiting.append(status)
    return found
