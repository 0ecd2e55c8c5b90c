"""Rules that protect people: throttles, bounds on repeated acts, sessions of staff."""

from pydantic import BaseModel


class PeopleRules(BaseModel):
    """None yet."""
