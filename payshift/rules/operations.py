"""Numbers of running it: threads, time-outs, retention."""

from pydantic import BaseModel


class OperationsRules(BaseModel):
    """None yet."""
