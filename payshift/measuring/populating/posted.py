from dataclasses import dataclass

from jobs.ports import Price
from jobs.services.schedule import PlannedShift
from payshift.measuring.populating.postings import Posting


@dataclass(frozen=True, slots=True)
class PostedJob:
    """A job under its id, with the ids of its shifts."""

    id: int
    client_id: int
    posting: Posting
    shifts: list[tuple[int, PlannedShift]]
    price: Price
