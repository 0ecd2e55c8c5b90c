"""What people say of themselves: names, profile, role."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from accounts.exceptions import IdentityNotConfirmed, OpenObligations, RoleFixed
from accounts.models import CustomUser
from accounts.names import refuse_posing
from accounts.ports import OBLIGATIONS, Obligation
from accounts.services.identity import doubt_name
from accounts.services.locks import lock_active_user
from accounts.services.reauthentication import confirm_identity
from accounts.services.sessions import end_earlier_access
from core.actor import Actor, Role
from core.errors import FieldProblem

NAMES = ("first_name", "last_name")
USER_FIELDS = frozenset({"username", *NAMES})


def update_me(
    *,
    actor: Actor,
    changes: Mapping[str, Any],
    password: str | None = None,
    code: str | None = None,
    second_factor_code: str | None = None,
) -> None:
    """Change the given fields of the caller's user and profile; a taken username is refused by its constraint.

    Another name needs a proof of identity, and puts a bank account in doubt that is not in that name. Locks the user,
    then the bank account. Raises what `confirm_identity` raises, and `InvalidInput` for a name that is kept. Not to be
    called inside a transaction.
    """
    person = CustomUser.objects.planned().filter(pk=actor.user_id, is_active=True).first()
    is_confirmed = person is not None and _renames(person, changes)
    if is_confirmed:
        confirm_identity(user_id=actor.user_id, password=password, code=code, second_factor_code=second_factor_code)
    _write(actor, changes, is_confirmed=is_confirmed)


def _renames(user: CustomUser, changes: Mapping[str, Any]) -> bool:
    return any(name in changes and changes[name] != getattr(user, name) for name in NAMES)


@transaction.atomic
def _write(actor: Actor, changes: Mapping[str, Any], *, is_confirmed: bool) -> None:
    user = lock_active_user(actor.user_id)
    renamed = _renames(user, changes)
    # Another request may have changed the name that this one left as it was.
    if renamed and not is_confirmed:
        raise IdentityNotConfirmed
    of_user = sorted(USER_FIELDS & changes.keys())
    of_profile = sorted(changes.keys() - USER_FIELDS)
    for name in of_user:
        setattr(user, name, changes[name])
    if renamed:
        refuse_posing(first_name=user.first_name, last_name=user.last_name)
        doubt_name(user)
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
