"""The ten documented operations, each with somebody who calls it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from jobs.models import Application, JobStatus
from jobs.selectors.search import open_jobs
from payshift.measuring.reads import Cast


@dataclass(frozen=True)
class Operation:
    """`cached`: its answer is cached, not only its caller's token. `joins`: it has relations to join."""

    name: str
    user_id: int
    path: str
    cached: bool = False
    joins: bool = True
    payloads: Iterator[dict[str, Any]] | None = field(default=None)

    def payload(self) -> dict[str, Any] | None:
        return None if self.payloads is None else next(self.payloads)


def documented_operations(cast: Cast) -> list[Operation]:
    worker, client, owner, job = cast.worker_id, cast.client_id, cast.owner_id, cast.job_id
    return [
        Operation("get-profile", client, f"/get-profile/{worker}", cached=True),
        Operation("get-account-details", worker, "/get-account-details", cached=True, joins=False),
        Operation("jobs/{id}", worker, f"/jobs/{job}", cached=True),
        Operation("clientjobs/{user_id}", client, f"/clientjobs/{client}"),
        Operation("client/jobs/{id}", owner, f"/client/jobs/{job}"),
        Operation("jobs/{id}/best-applicants", owner, f"/jobs/{job}/best-applicants/"),
        Operation("apply-jobs", worker, "/apply-jobs/", payloads=_applications(worker)),
        Operation("users/{id}/payments", worker, f"/users/{worker}/payments", cached=True),
        Operation("reviews/{user_id}", client, f"/reviews/{worker}", cached=True),
        Operation("ratings/reviewer_{user_id}", client, f"/ratings/reviewer_{worker}/", cached=True),
    ]


def _applications(worker_id: int) -> Iterator[dict[str, Any]]:
    """A job after the other that the worker may apply to, and that has not begun: the naive rules know nothing of days
    that are left.
    """
    applied = Application.objects.filter(applicant_id=worker_id).values("job_id")
    whole = open_jobs(viewer_id=worker_id).filter(status=JobStatus.UPCOMING, part_open=False)
    for job_id in list(whole.exclude(pk__in=applied).order_by("pk").values_list("pk", flat=True)):
        yield {"job_id": job_id, "note": "I live close by."}
