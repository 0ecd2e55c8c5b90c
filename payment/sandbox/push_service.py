"""A push service: what RFC 8030 and RFC 8292 ask of a sender is checked, and what arrives is kept."""

import json
import re
from base64 import urlsafe_b64decode
from time import time
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core import clock
from payment.sandbox.models import Browser, Push

MOST_BYTES = 4096
LONGEST_TOKEN_SECONDS = 24 * 3600
VAPID = re.compile(r"vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]+)", re.ASCII)
TOPIC = re.compile(r"[\w-]{1,32}", re.ASCII)


class Refused(Exception):
    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@csrf_exempt
@require_POST
def receive(request: HttpRequest, browser: str) -> HttpResponse:
    row, _ = Browser.objects.get_or_create(name=browser)
    try:
        check_request(request)
        check_sender(request)
    except Refused as refusal:
        return HttpResponse(str(refusal), status=refusal.status)
    if row.answers < 300:
        names = ("TTL", "Topic", "Urgency", "Content-Encoding")
        headers = {name: request.headers.get(name, "") for name in names}
        Push.objects.create(browser=row, headers=headers, body=request.body, created_at=clock.now())
    return HttpResponse(status=row.answers)


def change_answer(*, browser: str, status: int) -> None:
    Browser.objects.update_or_create(name=browser, defaults={"answers": status})


def received() -> list[dict[str, Any]]:
    """Oldest first; the body in hexadecimal."""
    pushes = Push.objects.select_related("browser").order_by("id")
    return [{"browser": push.browser.name, "headers": push.headers, "body": bytes(push.body).hex()} for push in pushes]


def check_request(request: HttpRequest) -> None:
    if not request.headers.get("TTL", "").isdecimal():
        raise Refused(400, "TTL is required.")
    if request.headers.get("Content-Encoding") != "aes128gcm":
        raise Refused(415, "Content-Encoding must be aes128gcm.")
    if "Topic" in request.headers and not TOPIC.fullmatch(request.headers["Topic"]):
        raise Refused(400, "Topic is at most 32 characters of base64url.")
    if len(request.body) > MOST_BYTES:
        raise Refused(413, "The message is too long.")


def check_sender(request: HttpRequest) -> None:
    """The token's signature by the key beside it, whom it is for, and how long it is good."""
    sent = VAPID.fullmatch(request.headers.get("Authorization", ""))
    if sent is None:
        raise Refused(401, "VAPID is required.")
    header, claims, signature, key = sent.groups()
    try:
        numbers = decoded(signature)
        der = encode_dss_signature(int.from_bytes(numbers[:32]), int.from_bytes(numbers[32:]))
        sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(key))
        sender.verify(der, f"{header}.{claims}".encode(), ec.ECDSA(SHA256()))
        told = json.loads(decoded(claims))
    except (ValueError, InvalidSignature):
        raise Refused(403, "The token is not signed by the key.") from None
    if told.get("aud") != f"{request.scheme}://{request.get_host()}":
        raise Refused(403, "The token is for another service.")
    if not 0 < told.get("exp", 0) - time() <= LONGEST_TOKEN_SECONDS:
        raise Refused(403, "The token is over, or good for too long.")
    if not str(told.get("sub", "")).startswith(("mailto:", "https:", "http://127.0.0.1")):
        raise Refused(403, "The token does not say whom to write to.")


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
