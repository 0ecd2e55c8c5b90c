"""Who acts: the little that services need to know about the caller, without a model and without a query."""

from dataclasses import dataclass

from django.db import models
from django.http import HttpRequest

from core.errors import WrongRole


class Role(models.TextChoices):
    APPLICANT = "applicant"
    CLIENT = "client"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Actor:
    """An authenticated caller. `device_id` is None for staff in admin, commands and jobs."""

    user_id: int
    role: Role
    device_id: int | None = None

    @property
    def is_staff(self) -> bool:
        return self.role is Role.ADMIN


class ApiRequest(HttpRequest):
    """A request that passed bearer authentication."""

    auth: Actor


def require_role(actor: Actor, *roles: Role) -> None:
    """Raise `WrongRole` (403) unless the actor has one of the roles."""
    if actor.role not in roles:
        raise WrongRole(f"Only {' or '.join(roles)} accounts may do this. Yours is {actor.role}.")
