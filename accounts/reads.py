"""The cached reads of accounts."""

from core.cache.reads import CachedRead

PROFILE = CachedRead(operation="get_profile", path="/get-profile/{int:user_id}", ttl_seconds=3600, key="{user_id}")
# Nobody can ask for another person's: the key names the caller.
ACCOUNT_DETAILS = CachedRead(
    operation="get_account_details", path="/get-account-details", ttl_seconds=3600, key="{viewer}"
)
