"""Everything that is kept of one person, in pages of at most `MOST_ROWS`, whoever has how much.

A page goes on behind the last row of the one before, part by part and by primary key, so that what is written meanwhile
neither hides a row nor shows one twice.
"""

from collections.abc import Mapping
from typing import Any

from accounts.models import BankAccount, CustomUser
from accounts.notification_schemas import PreferencesOut
from accounts.push_schemas import QuietHoursOut
from accounts.schemas import BankAccountOut, MeOut, SecondFactorOut
from accounts.selectors import people
from accounts.selectors.notifications import preferences_of
from accounts.selectors.push import quiet_hours_of
from core import clock
from core.actor import Actor
from core.errors import InvalidCursor
from core.pagination import Keyset
from core.throttling import Throttle
from payshift import schemas
from payshift.selectors.export_parts import Part, parts_of

# It reads more than any other operation does.
EXPORTS_PER_ACCOUNT = Throttle("export", limit=10, period_seconds=3600)
PAGES_PER_ACCOUNT = Throttle("export-pages", limit=600, period_seconds=3600)
MOST_ROWS = 5_000
# What a page starts behind: a row of a part.
PLACE = Keyset(CustomUser, "export", ("part", "pk"))


def export_of(actor: Actor, cursor: str | None = None) -> schemas.ExportOut:
    """A page of one's own data; each says who the person is. Raises `TooManyRequests` and `InvalidCursor`."""
    (PAGES_PER_ACCOUNT if cursor else EXPORTS_PER_ACCOUNT).hit(str(actor.user_id))
    rows, next_place = _page(parts_of(actor.user_id), PLACE.keys_of(cursor, owner=actor.user_id))
    user = people.me(actor)
    bank_account = BankAccount.objects.planned().filter(user_id=actor.user_id).first()
    return schemas.ExportOut(
        exported_at=clock.now(),
        account=MeOut.of(user),
        email_verified_at=user.email_verified_at,
        second_factor=SecondFactorOut.model_validate(people.second_factor_of(actor), from_attributes=True),
        bank_account=BankAccountOut.of(bank_account) if bank_account else None,
        quiet_hours=QuietHoursOut.model_validate(quiet_hours_of(actor.user_id), from_attributes=True),
        notification_settings=PreferencesOut.of(preferences_of(actor)).preferences,
        **rows,
        next_cursor=PLACE.cursor_of(next_place, owner=actor.user_id) if next_place else None,
    )


def _page(
    parts: Mapping[str, Part[Any]], place: list[Any] | None
) -> tuple[dict[str, list[Any]], tuple[str, int] | None]:
    """The rows of a page, by part, and where the next one starts. A part that is not reached is empty."""
    names = list(parts)
    first, after = place or (names[0], 0)
    # A release may have renamed the part since the cursor was given out.
    if first not in parts:
        raise InvalidCursor
    page: dict[str, list[Any]] = {name: [] for name in names}
    room = MOST_ROWS
    for name in names[names.index(first) :]:
        found = parts[name].read(after=after, limit=room + 1)
        page[name] = [row for _, row in found[:room]]
        if len(found) > room:
            return page, (name, found[room - 1][0] if room else after)
        room, after = room - len(found), 0
    return page, None
