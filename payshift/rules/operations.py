"""Numbers of running it: threads, time-outs, retention."""

from pydantic import BaseModel, Field, field_validator

from core.lanes import slots_of


class OperationsRules(BaseModel):
    # Threads of one process that may wait for another request's cached answer: half of granian's 32 blocking threads.
    CACHE_FOLLOWERS: int = Field(default=16, ge=1, le=1000)
    # Jobs at a time, per lane and worker process. Each takes a thread and, while it runs, a database connection.
    WORKER_SLOTS: str = "codes=2 money=2 work=1 notices=2 bulk=1"

    @field_validator("WORKER_SLOTS")
    @classmethod
    def _names_lanes(cls, text: str) -> str:
        slots_of(text)
        return text
