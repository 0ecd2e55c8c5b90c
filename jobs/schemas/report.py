from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from core.schemas import Id, Out, StrictIn
from jobs.models import Report, ReportCategory, ReportVerdict
from jobs.models.report import MAX_REPORT_LENGTH
from jobs.services.reporting import OUTCOMES

type ReportedType = Literal["job", "user"]


class ReportIn(StrictIn):
    subject_type: ReportedType
    subject_id: Annotated[Id, Field(strict=True, description="The number of the job or of the person.")]
    category: ReportCategory
    text: Annotated[str, Field(max_length=MAX_REPORT_LENGTH, description="What happened, for our staff.")] = ""


class ReportOut(Out):
    id: int
    subject_type: ReportedType
    subject_id: int
    category: ReportCategory
    created_at: datetime

    @staticmethod
    def resolve_subject_type(report: Report) -> ReportedType:
        return "user" if report.job_id is None else "job"

    @staticmethod
    def resolve_subject_id(report: Report) -> int | None:
        return report.job_id or report.user_id


class ReportListItem(ReportOut):
    subject: Annotated[str, Field(description="The job's title, or the person's name.")]
    answered_at: Annotated[datetime | None, Field(description="Since when our staff have looked at it.")]
    verdict: ReportVerdict | Literal[""]
    answer: Annotated[str | None, Field(description="As you were told it; nothing of what was done to whom.")]

    @staticmethod
    def resolve_subject(report: Report) -> str:
        return report.job.title if report.job is not None else report.user.name if report.user is not None else ""

    @staticmethod
    def resolve_answer(report: Report) -> str | None:
        return OUTCOMES[ReportVerdict(report.verdict)] if report.verdict else None
