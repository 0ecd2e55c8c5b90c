"""Notes of staff about a job or a person, for the next of them."""

from uuid import UUID

from django.db import transaction

from accounts.services.locks import lock_user
from core import clock
from core.errors import InvalidState
from jobs.models import StaffNote


@transaction.atomic
def note_about_person(*, staff_id: int, user_id: int, text: str, key: UUID) -> StaffNote:
    """Keep a note; sent twice with one key, it is kept once. Locks the person, since notes go when an account closes.

    Raises `NotFound`, and `InvalidState` about somebody who is gone.
    """
    user = lock_user(user_id)
    if not user.is_active and user.banned_at is None:
        raise InvalidState("This account was deleted: nothing more is noted about it.")
    return _keep(key, user_id=user_id, author_id=staff_id, text=text)


@transaction.atomic
def note_about_job(*, staff_id: int, job_id: int, text: str, key: UUID) -> StaffNote:
    """Keep a note; sent twice with one key, it is kept once."""
    return _keep(key, job_id=job_id, author_id=staff_id, text=text)


def _keep(key: UUID, **values: int | str) -> StaffNote:
    note, _ = StaffNote.objects.get_or_create(key=key, defaults={**values, "created_at": clock.now()})
    return note
