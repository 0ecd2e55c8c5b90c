from ninja import Query, Status

from core.actor import ApiRequest
from core.errors import InvalidCursor
from core.pagination import Page, PageOut, PageQuery
from core.schemas import problems
from jobs.api.router import router
from jobs.exceptions import CannotReportSelf, OwnJob
from jobs.models import Report
from jobs.schemas.report import ReportIn, ReportListItem, ReportOut
from jobs.selectors.reports import reports_of
from jobs.services import reporting


@router.get("/reports", response={200: PageOut[ReportListItem], **problems(401, 422, InvalidCursor)})
def list_reports(request: ApiRequest, page: Query[PageQuery]) -> Page[Report]:
    """What the caller reported, the last first, and what our staff answered."""
    return reports_of(actor=request.auth, page=page)


@router.post("/reports", response={201: ReportOut, **problems(401, 404, 422, 429, OwnJob, CannotReportSelf)})
def report_subject(request: ApiRequest, payload: ReportIn) -> Status[Report]:
    """Tell our staff what is wrong with a job or a person. Nobody else learns of it.

    You are told when they have looked at it. While a report of the same is open, reporting it again changes nothing."""
    keep = reporting.report_job if payload.subject_type == "job" else reporting.report_person
    return Status(201, keep(request.auth, payload.subject_id, category=payload.category, text=payload.text))
