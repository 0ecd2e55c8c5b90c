"""Who somebody is by the state's registers: a BVN or NIN, asked of a licensed provider and compared with the name.

The number lives as long as the request: it is in no row, log, job or answer. So an unknown outcome cannot be looked up
later; a look-up has no effect, and the person asks again. What was attacked, and what holds it:

- Two checks at once: the user's row is locked, the second finds the first one's row and tells nobody again; the unique
  constraint stands behind it.
- The name changed while the provider was asked: names are compared under the lock.
- Confirmed, then renamed: what was confirmed of the old name is forgotten in the transaction that renames.
- Somebody else in the account: the person is told of each change, by mail too, and cannot switch that off.
- Guessing: few tries a day, and one answer for a number that is nobody's and one that is somebody else's.
- A provider that hangs: the limits of every call within a request.
"""

from django.db import transaction

from accounts.exceptions import IdentityNumberRefused, NoIdentityChecks
from accounts.models import CustomUser, IdentityCheck, IdentityKind, NotificationKind
from accounts.ports import IDENTITY_REGISTERS
from accounts.services.bank_accounts import doubt_bank_account, names_agree
from accounts.services.locks import lock_active_user
from accounts.services.notifications import notify
from core import clock
from core.actor import Actor
from core.throttling import Throttle

# Each is paid for, and a wrong one may be somebody else's.
CHECKS_PER_ACCOUNT = Throttle("identity-check", limit=5, period_seconds=24 * 3600)


def confirm_number(*, actor: Actor, kind: IdentityKind, number: str) -> IdentityCheck:
    """Ask whose number this is, and keep that it is the caller's. Confirmed before, nobody is asked.

    A network call, before the transaction; locks the user. Raises `NoIdentityChecks` where there is no provider,
    `IdentityNumberRefused`, `ProviderUnavailable` and `TooManyRequests`.
    """
    registers = IDENTITY_REGISTERS.get()
    if not registers.provider:
        raise NoIdentityChecks
    if found := _confirmed(actor.user_id, kind):
        return found
    CHECKS_PER_ACCOUNT.hit(str(actor.user_id))
    holder = registers.holder_of(kind=kind, number=number)
    with transaction.atomic():
        user = lock_active_user(actor.user_id)
        if not names_agree(first_name=user.first_name, last_name=user.last_name, holder=holder):
            raise IdentityNumberRefused
        if found := _confirmed(user.pk, kind):
            return found
        check = IdentityCheck.objects.create(
            user=user, kind=kind, provider=registers.provider, confirmed_at=clock.now()
        )
        _tell(check, f"Your {kind.upper()} was confirmed. The limits of your withdrawals go by it.")
    return check


def doubt_name(user: CustomUser) -> None:
    """Somebody's name changed: what was confirmed of the old one is void. In the caller's transaction and lock."""
    doubt_bank_account(user)
    checks = list(IdentityCheck.objects.filter(user_id=user.pk).order_by("kind"))
    if not checks:
        return
    numbers = " and ".join(check.kind.upper() for check in checks)
    _tell(checks[0], f"Your name was changed, so your {numbers} must be confirmed again, under the new name.")
    IdentityCheck.objects.filter(user_id=user.pk).delete()


def _confirmed(user_id: int, kind: IdentityKind) -> IdentityCheck | None:
    return IdentityCheck.objects.filter(user_id=user_id, kind=kind).first()


def _tell(check: IdentityCheck, change: str) -> None:
    notify(
        user_id=check.user_id,
        kind=NotificationKind.IDENTITY_CHANGED,
        params={"change": change},
        dedupe_key=f"identity:{check.pk}:{clock.now().isoformat()}",
    )
