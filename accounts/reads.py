"""The cached reads of accounts."""

from accounts.notification_schemas import UnreadOut
from accounts.schemas import BankAccountOut, PublicProfileOut
from accounts.selectors.people import public_person
from core.cache.reads import CachedRead, Shown
from core.details import Detail
from core.errors import NotFound

PROFILE = CachedRead(
    operation="get_profile",
    path="/get-profile/{int:user_id}",
    ttl_seconds=3600,
    key="{user_id}",
    shows=PublicProfileOut,
)
# Nobody can ask for another person's: the key names the caller.
ACCOUNT_DETAILS = CachedRead(
    operation="get_account_details",
    path="/get-account-details",
    ttl_seconds=3600,
    key="{viewer}",
    shows=BankAccountOut,
)
# Whoever is logged in asks for it every few seconds.
UNREAD = CachedRead(
    operation="count_unread_notifications",
    path="/notifications/unread",
    ttl_seconds=3600,
    key="{viewer}",
    shows=UnreadOut,
)
WHOLE_PROFILE = Detail(PublicProfileOut, public_person, given=("user_id",))


def profile_shown(user_id: int) -> Shown:
    """Anybody's public face, in one query. Raises `NotFound`."""
    profile = WHOLE_PROFILE.read(user_id=user_id)
    if profile is None:
        raise NotFound("There is no such person.")
    return Shown(profile.to_json(), frozenset({f"user:{user_id}", f"profile:{user_id}"}))
