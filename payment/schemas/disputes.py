from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from core.schemas import Currency, Id, Kobo, Out, StrictIn, prose
from payment.models import Dispute, DisputeStatement, DisputeStatus, Resolution
from payment.schemas.payments import PaidJobOut


class DisputeIn(StrictIn):
    assignment_id: Annotated[Id, Field(strict=True)]
    reason: Annotated[str, Field(min_length=10, max_length=1000), AfterValidator(prose)]


class StatementIn(StrictIn):
    body: Annotated[str, Field(min_length=1, max_length=4000)]


class StatementOut(Out):
    id: int
    author_id: int
    author_name: str
    body: str
    created_at: datetime

    @classmethod
    def of(cls, statement: DisputeStatement) -> "StatementOut":
        return cls(
            id=statement.pk,
            author_id=statement.author_id,
            author_name=statement.author.name,
            body=statement.body,
            created_at=statement.created_at,
        )


class DisputeListItem(Out):
    id: int
    status: DisputeStatus
    assignment_id: int
    job: PaidJobOut
    opened_by_me: bool
    reason: str
    resolution: Resolution | None
    resolution_note: str
    to_worker_kobo: Kobo
    to_client_kobo: Kobo
    currency: Currency = "NGN"
    created_at: datetime
    closed_at: datetime | None

    @classmethod
    def fields_of(cls, dispute: Dispute, viewer_id: int) -> dict[str, object]:
        job = dispute.assignment.application.job
        return {
            "id": dispute.pk,
            "status": dispute.status,
            "assignment_id": dispute.assignment_id,
            "job": PaidJobOut(id=job.pk, title=job.title),
            "opened_by_me": dispute.opened_by_id == viewer_id,
            "reason": dispute.reason,
            "resolution": dispute.resolution or None,
            "resolution_note": dispute.resolution_note,
            "to_worker_kobo": dispute.to_worker_kobo,
            "to_client_kobo": dispute.to_client_kobo,
            "created_at": dispute.created_at,
            "closed_at": dispute.closed_at,
        }

    @classmethod
    def of(cls, dispute: Dispute, *, viewer_id: int) -> "DisputeListItem":
        return cls.model_validate(cls.fields_of(dispute, viewer_id))


class DisputeOut(DisputeListItem):
    statements: list[StatementOut]

    @classmethod
    def of(cls, dispute: Dispute, *, viewer_id: int) -> "DisputeOut":
        statements = [StatementOut.of(statement) for statement in dispute.statements.all()]
        return cls.model_validate({**cls.fields_of(dispute, viewer_id), "statements": statements})
