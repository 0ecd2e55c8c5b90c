from ninja import Status

from core.actor import ApiRequest
from core.schemas import problems
from jobs.api.router import router
from jobs.exceptions import CannotReportSelf, OwnJob
from jobs.models import Report
from jobs.schemas.report import ReportIn, ReportOut
from jobs.services import reporting


@router.post("/reports", response={201: ReportOut, **problems(401, 404, 422, 429, OwnJob, CannotReportSelf)})
def report_subject(request: ApiRequest, payload: ReportIn) -> Status[Report]:
    """Tell our staff what is wrong with a job or a person. Nobody else learns of it.

    You are told when they have looked at it. While a report of the same is open, reporting it again changes nothing."""
    keep = reporting.report_job if payload.subject_type == "job" else reporting.report_person
    return Status(201, keep(request.auth, payload.subject_id, category=payload.category, text=payload.text))
