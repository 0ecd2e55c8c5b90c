"""Numbers of running it: threads, time-outs, retention."""

from pydantic import BaseModel, Field


class OperationsRules(BaseModel):
    # Threads of one process that may wait for another request's cached answer: half of granian's 32 blocking threads.
    CACHE_FOLLOWERS: int = Field(default=16, ge=1, le=1000)
