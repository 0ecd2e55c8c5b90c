from datetime import datetime
from typing import Annotated

from pydantic import Field

from core.schemas import Id, Out, StrictIn
from jobs.schemas.job import JobOnOfferOut


class InviteIn(StrictIn):
    user_id: Annotated[Id, Field(strict=True)]


class InvitedOut(Out):
    id: int
    job_id: int
    user_id: Annotated[int, Field(alias="worker_id")]
    created_at: datetime


class InvitationOut(Out):
    """To the worker, who applies to the job as to any other."""

    id: int
    created_at: datetime
    applied: bool
    job: JobOnOfferOut
