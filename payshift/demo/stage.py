"""Who plays in the demo's history: accounts made from `people`, and what they do between one shift and the next."""

from dataclasses import dataclass, field
from datetime import datetime

from core.actor import Actor, Role
from payshift.demo.people import Person


@dataclass(slots=True)
class Player:
    person: Person
    user_id: int
    role: Role
    # When this worker has shifts, so that nobody is planned into two places.
    shifts: list[tuple[datetime, datetime]] = field(default_factory=list)

    @property
    def actor(self) -> Actor:
        return Actor(user_id=self.user_id, role=self.role)

    def is_free(self, starts_at: datetime, ends_at: datetime) -> bool:
        return all(ends_at <= start or end <= starts_at for start, end in self.shifts)

    def takes(self, starts_at: datetime, ends_at: datetime) -> None:
        self.shifts.append((starts_at, ends_at))


@dataclass(slots=True)
class Cast:
    clients: list[Player]
    workers: list[Player]
    staff: list[Player]
