"""`python -m payshift.measuring.benching.writes_planned SEED`: what there is to write in the database at hand.

Prints as JSON, by the name of the write, requests as `writes_done` takes them; more than are wanted, since some will be
refused.
"""

import json
import sys
from collections.abc import Iterator
from random import Random
from typing import Any
from uuid import uuid4

from django import setup

type Request = dict[str, Any]


def main() -> None:
    setup()

    from core import clock
    from core.actor import Role
    from jobs.models import Application, AssignmentStatus, Job, JobStatus, ShiftAssignment
    from payshift.measuring.crowd.against import earlier
    from payshift.measuring.crowd.plan import SOON

    random = Random(int(sys.argv[1]))  # noqa: S311
    plan = earlier().plan(random)

    def write(user_id: int, path: str, payload: dict[str, Any], *, key: str = "") -> Request:
        return {"token": plan.tokens[user_id], "path": path, "payload": payload, "key": key}

    def applications() -> Iterator[Request]:
        made = set(Application.objects.values_list("job_id", "applicant_id"))
        workers = [person.id for person in plan.people if person.role == Role.APPLICANT]
        jobs = Job.objects.filter(is_open=True, starts_at__gt=clock.now() + SOON).order_by("pk")
        for job_id, worker_id in zip(jobs.values_list("pk", flat=True), workers, strict=False):
            if (job_id, worker_id) not in made:
                yield write(worker_id, "/apply-jobs/", {"job_id": job_id, "note": "I can start at once."})

    def approvals() -> Iterator[Request]:
        worked = ShiftAssignment.objects.filter(status=AssignmentStatus.CHECKED_OUT, starts_at__gt=clock.now())
        ongoing = worked.filter(application__job__status=JobStatus.ONGOING).order_by("pk")
        for assignment_id, client_id in ongoing.values_list("pk", "client_id"):
            yield write(client_id, f"/assignments/{assignment_id}/approve", {})

    def reviews() -> Iterator[Request]:
        for reviewer_id, reviewed_id, job_id in plan.reviewable:
            payload = {"job_id": job_id, "reviewed_id": reviewed_id, "rating": 4, "comment": "As agreed."}
            yield write(reviewer_id, "/reviews", payload)

    def payments(jobs: list[tuple[int, int]], provider: str) -> Iterator[Request]:
        for client_id, job_id in jobs:
            yield write(client_id, "/payments", {"job_id": job_id, "provider": provider}, key=uuid4().hex)

    half = len(plan.payable) // 2
    planned = {
        "apply": list(applications()),
        "accept": [
            write(client_id, f"/applications/{application_id}/accept", {})
            for client_id, application_id in plan.acceptable
        ],
        "approve": list(approvals()),
        "review": list(reviews()),
        "pay from the wallet": list(payments(plan.payable[:half], "wallet")),
        "pay by card": list(payments(plan.payable[half:], "paystack")),
    }
    json.dump(planned, sys.stdout)


if __name__ == "__main__":
    main()
