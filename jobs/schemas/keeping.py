from datetime import datetime
from typing import Annotated

from pydantic import Field

from core.schemas import Id, Out, StrictIn
from jobs.schemas.job import JobListItem
from jobs.schemas.people import PersonOut, WorkerOut


class SaveJobIn(StrictIn):
    job_id: Annotated[Id, Field(strict=True)]


class SavedOut(Out):
    job_id: int
    saved_at: datetime


class SavedJobOut(SavedOut):
    job: JobListItem


class BlockIn(StrictIn):
    user_id: Annotated[Id, Field(strict=True)]


class BlockedOut(Out):
    user_id: Annotated[int, Field(alias="blocked_id")]
    created_at: datetime


class BlockOut(BlockedOut):
    user: Annotated[PersonOut, Field(alias="blocked")]


class FavouriteIn(StrictIn):
    user_id: Annotated[Id, Field(strict=True)]


class FavouriteAddedOut(Out):
    user_id: Annotated[int, Field(alias="worker_id")]
    created_at: datetime


class FavouriteOut(FavouriteAddedOut):
    user: Annotated[WorkerOut, Field(alias="worker")]
