"""Reading people: oneself, the public face of others, one's devices and bank account."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import BankAccount, CustomUser, Device, SecondFactor
from core import clock
from core.actor import Actor, Role
from core.errors import NotFound
from core.instances import instances
from core.listings import Given
from core.pagination import Page, PageQuery, paginate


def me(actor: Actor) -> CustomUser:
    """The caller with profile, in one query."""
    return CustomUser.objects.planned().select_related("profile").get(pk=actor.user_id)


def public_person(given: Given) -> QuerySet[CustomUser]:
    """`given`: `user_id`. Banned, deleted and unverified people have no public face."""
    return CustomUser.objects.filter(pk=given["user_id"], is_active=True, email_verified_at__isnull=False)


@instances("user_id")
def _bank_account(given: Given) -> QuerySet[BankAccount]:
    return BankAccount.objects.planned().filter(user_id=given["user_id"])


def bank_account_of(user_id: int) -> BankAccount:
    """Raises `NotFound` until one was set."""
    for account in _bank_account.all(user_id=user_id):
        return account
    raise NotFound("You have not set a bank account yet: PUT /api/account-details.")


@dataclass(frozen=True, slots=True)
class SecondFactorState:
    confirmed_at: datetime | None = None
    recovery_codes_left: int = 0

    @property
    def is_on(self) -> bool:
        return self.confirmed_at is not None


def second_factor_of(actor: Actor) -> SecondFactorState:
    """Whether the caller has one, in one query. An offer that was not confirmed is none."""
    confirmed = SecondFactor.objects.planned().filter(user_id=actor.user_id, confirmed_at__isnull=False)
    left = confirmed.annotate(left=Count("recovery_codes", Q(recovery_codes__used_at__isnull=True)))
    found = left.values_list("confirmed_at", "left").first()
    return SecondFactorState(*found) if found else SecondFactorState()


def devices_of(actor: Actor, *, page: PageQuery) -> Page[Device]:
    """The caller's live devices, the newest log-in first: the last used one changes from page to page."""
    live = Device.objects.planned().filter(
        user_id=actor.user_id, revoked_at__isnull=True, refresh_expires_at__gt=clock.now()
    )
    return paginate(live, order=("-created_at", "-id"), page=page)


def staff_without_second_factor() -> QuerySet[CustomUser]:
    """Of those who may log in: their password alone opens the console, unless everybody must have one."""
    has_one = SecondFactor.objects.filter(user_id=OuterRef("pk"), confirmed_at__isnull=False)
    return CustomUser.objects.filter(~Exists(has_one), role=Role.ADMIN, is_active=True)
