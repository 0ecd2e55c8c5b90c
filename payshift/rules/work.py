"""Rules of work: attendance, refill, terms."""

from pydantic import BaseModel, Field


class WorkRules(BaseModel):
    CHECK_IN_RADIUS_M: int = Field(default=200, ge=10, le=5000)
