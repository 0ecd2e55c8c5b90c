"""Where a push may be sent. The address comes from a browser, that is from anybody: it must not lead into our network.

Its form is checked when it is stored. Its name is looked up anew for each message, every address that it has must be
public, and the connection goes to the address that was checked: what the name means a moment later matters to nobody.
"""

import re
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

LONGEST = 1000
# Names of two labels or more. The last begins with a letter: no form of an IPv4 address does.
NAMED = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
# The part of IPv6 that is routed, without 6to4: the NAT64 and 6to4 forms of a private IPv4 address are not in it.
ROUTED, SIX_TO_FOUR = IPv6Network("2000::/3"), IPv6Network("2002::/16")


class EndpointRefused(ValueError):
    """Nothing may be sent there."""


def is_of_sandbox(endpoint: str) -> bool:
    """The sandbox's push service is on loopback, without TLS. In production no sandbox may be named (payment.E006)."""
    return bool(settings.SANDBOX_GATEWAY_URL) and endpoint.startswith(f"{settings.SANDBOX_GATEWAY_URL}/push/")


def check_form(endpoint: str) -> SplitResult:
    """Raises `EndpointRefused` unless it is https, of a named host and at the usual port, or the sandbox's."""
    parts = _split(endpoint)
    if is_of_sandbox(endpoint):
        return parts
    try:
        port = parts.port
    except ValueError:
        raise EndpointRefused("The port is no port.") from None
    if parts.scheme != "https" or "@" in parts.netloc or parts.fragment or port not in (None, 443):
        raise EndpointRefused("An endpoint is an https address of a push service.")
    if not NAMED.fullmatch(parts.hostname or ""):
        raise EndpointRefused("An endpoint names its host.")
    return parts


def addresses_of(parts: SplitResult) -> list[tuple[str, int]]:
    """Where to connect: all that the host's name means. Raises `EndpointRefused` where one is not public, OSError where
    the name is unknown.
    """
    host, port = parts.hostname or "", parts.port or 443
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
    if not is_of_sandbox(parts.geturl()) and not all(is_public(ip_address(address)) for address in addresses):
        raise EndpointRefused("The endpoint's host is not public.")
    return [(address, port) for address in addresses]


def is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address) and (address not in ROUTED or address in SIX_TO_FOUR):
        return False
    return address.is_global and not address.is_multicast


def _split(endpoint: str) -> SplitResult:
    if len(endpoint) > LONGEST or not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint:
        raise EndpointRefused("An endpoint is an address of at most a thousand characters.")
    try:
        return urlsplit(endpoint)
    except ValueError:
        raise EndpointRefused("This is no address.") from None
