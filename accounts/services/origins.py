"""From where people come: what strangers do from elsewhere must not lock them out.

An origin is a neighbourhood of addresses (IPv4 /24, IPv6 /48), kept as an HMAC. It is known to an account when one of
its devices was opened there.
"""

from django.conf import settings
from django.utils.crypto import salted_hmac

from accounts.addresses import fold_email
from accounts.models import CustomUser, Device
from core.errors import TooManyRequests
from core.throttling import AddressThrottle, GrowingDelay, Throttle, network_of, site_of

LOGIN_PER_ADDRESS = AddressThrottle("login-address", limit="LOGINS_PER_ADDRESS", period_seconds=300)
LOGIN_PER_ACCOUNT = Throttle("login-account", limit="LOGINS_PER_ACCOUNT_HOUR", period_seconds=3600)
# Of one account from one address: at its longest a dozen guesses an hour.
LOGIN_DELAYS = GrowingDelay("login-delay", free="LOGIN_FREE_TRIES", longest_seconds=300, period_seconds=3600)


def origin_of(address: str) -> bytes:
    return salted_hmac("origin", site_of(address), secret=settings.SECRET_KEY, algorithm="sha256").digest()


def is_known_origin(*, user_id: int, origin: bytes) -> bool:
    return Device.objects.filter(user_id=user_id, origin=origin).exists()


def count_log_in(*, email: str, address: str) -> None:
    """Count a try before the password is compared. Raises `TooManyRequests`.

    Wrong tries from one address delay further ones from there and nowhere else. Only a multitude from everywhere stops
    an account's log-in, and then not from where its owner has been before.
    """
    LOGIN_PER_ADDRESS.hit(address)
    LOGIN_DELAYS.hit(_pair(email, address))
    try:
        LOGIN_PER_ACCOUNT.hit(fold_email(email))
    except TooManyRequests:
        owner = CustomUser.objects.with_email(email).values_list("pk", flat=True).first()
        if owner is None or not is_known_origin(user_id=owner, origin=origin_of(address)):
            raise


def forgive_log_in(*, email: str, address: str) -> None:
    """The right password came: what was wrong before it delays nobody."""
    LOGIN_DELAYS.forget(_pair(email, address))


def _pair(email: str, address: str) -> str:
    return f"{fold_email(email)} {network_of(address)}"
