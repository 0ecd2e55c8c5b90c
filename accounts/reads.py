"""The cached reads of accounts."""

from accounts.schemas.bank_account import BankAccountOut
from accounts.schemas.notifications import UnreadOut
from accounts.schemas.people import PublicProfileOut
from core.cache.reads import CachedRead

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
