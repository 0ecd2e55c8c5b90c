"""The client's word on many shifts at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.actor import Actor, Role, require_role
from core.errors import PayshiftError
from jobs.models import ShiftAssignment
from jobs.services.approval import approve_assignment


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of one of them: either the approved assignment, or why it was refused."""

    assignment_id: int
    assignment: ShiftAssignment | None = None
    refusal: PayshiftError | None = None


def approve_assignments(*, actor: Actor, assignment_ids: Sequence[int]) -> list[Decided]:
    """Approve each as worked and pay it, in the order given; one that is refused keeps no other from its pay.

    Each has a transaction and locks of its own, those of `approve_assignment`, so it must not run inside another. Ended
    half-way it has paid the first ones; called again it pays the rest, and refuses those with `InvalidState`. Raises
    `WrongRole`.
    """
    require_role(actor, Role.CLIENT)
    return [_approve(actor, assignment_id) for assignment_id in assignment_ids]


def _approve(actor: Actor, assignment_id: int) -> Decided:
    try:
        approved = approve_assignment(actor=actor, assignment_id=assignment_id)
    except PayshiftError as refusal:
        return Decided(assignment_id, refusal=refusal)
    return Decided(assignment_id, approved)
