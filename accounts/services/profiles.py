"""What people say of themselves: names, profile, role."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from accounts.exceptions import OpenObligations, RoleFixed
from accounts.ports import OBLIGATIONS, Obligation
from accounts.services.locks import lock_active_user
from accounts.services.sessions import end_earlier_access
from core.actor import Actor, Role
from core.errors import FieldProblem

USER_FIELDS = frozenset({"username", "first_name", "last_name"})


@transaction.atomic
def update_me(*, actor: Actor, changes: Mapping[str, Any]) -> None:
    """Change the given fields of the caller's user and profile; a taken username is refused by its constraint.

    Locks the user.
    """
    user = lock_active_user(actor.user_id)
    of_user = sorted(USER_FIELDS & changes.keys())
    of_profile = sorted(changes.keys() - USER_FIELDS)
    for name in of_user:
        setattr(user, name, changes[name])
    for name in of_profile:
        setattr(user.profile, name, changes[name])
    if of_user:
        user.save(update_fields=of_user)
    if of_profile:
        user.profile.save(update_fields=of_profile)


@transaction.atomic
def change_role(*, actor: Actor, role: Role) -> None:
    """Switch between applicant and client; acts at the next request.

    Raises `RoleFixed` for staff, and `OpenObligations` while a worker holds live shifts or a client live jobs: in the
    other role nobody could check in or approve. Locks the user.
    """
    user = lock_active_user(actor.user_id)
    if user.role == Role.ADMIN or role is Role.ADMIN:
        raise RoleFixed
    if user.role != role:
        refuse_open(OBLIGATIONS.get().of_role(user_id=user.pk))
        user.role = role
        user.save(update_fields=["role"])
        end_earlier_access(user_id=user.pk)


def refuse_open(obligations: Sequence[Obligation]) -> None:
    """Raises `OpenObligations` with all of them, if there are any."""
    if obligations:
        raise OpenObligations(
            " ".join(obligation.message for obligation in obligations),
            errors=[FieldProblem("", obligation.code, obligation.message) for obligation in obligations],
        )
