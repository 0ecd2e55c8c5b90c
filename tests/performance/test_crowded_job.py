"""A job that a thousand people applied to."""

from accounts.models import CustomUser
from core import clock
from jobs.models import Application
from payshift.measuring.reads import Cast
from tests.performance.plans import captured_statements, explain, nodes
from tests.support.api_client import ApiClient

CANDIDATES = 1_000


def test_thousand_applicants_are_ranked_without_reading_their_past_jobs(marketplace_cast: Cast) -> None:
    """Their experience is in an index: looked up job by job, it took half a second."""
    job_id = marketplace_cast.job_id
    workers = CustomUser.objects.filter(role="applicant").exclude(applications__job_id=job_id)[:CANDIDATES]
    Application.objects.bulk_create(
        Application(job_id=job_id, applicant=worker, status="applied", created_at=clock.now()) for worker in workers
    )
    owner = ApiClient(CustomUser.objects.get(pk=marketplace_cast.owner_id))

    with captured_statements() as captured:
        answer = owner.get(f"/jobs/{job_id}/best-applicants/")

    assert len(answer.json()["items"]) == 20
    plan = list(nodes(explain(*captured.statements[-1])))
    assert max(node["Actual Loops"] for node in plan if node.get("Relation Name") == "jobs_shiftassignment") > 900
    assert [node for node in plan if node.get("Relation Name") == "jobs_job"] == []
