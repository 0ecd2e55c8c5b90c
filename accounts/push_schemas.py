"""What push looks like in the API, in and out."""

from datetime import time
from typing import Annotated, Self

from pydantic import AfterValidator, Field, WithJsonSchema

from accounts.quiet_hours import Quiet
from accounts.selectors.push import PushState
from accounts.services.push_subscriptions import Subscription
from core.moments import known_zones
from core.schemas import Out, StrictIn
from core.web_push import base64url
from core.web_push.encryption import BrowserKeys
from core.web_push.endpoints import LONGEST, check_form


def known_zone(name: str) -> str:
    if name not in known_zones():
        raise ValueError("There is no such time zone.")
    return name


def of_a_push_service(endpoint: str) -> str:
    check_form(endpoint)
    return endpoint


def whole_minute(value: time) -> time:
    if value.tzinfo or value.second or value.microsecond:
        raise ValueError("A time of day in whole minutes, without an offset.")
    return value


Key = Annotated[str, Field(max_length=100, description="Base64url, as the browser gives it.")]
WallTime = Annotated[
    time,
    AfterValidator(whole_minute),
    WithJsonSchema({"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9](:00)?$", "examples": ["21:00:00"]}),
]


class PushKeysIn(StrictIn):
    p256dh: Key
    auth: Key

    def decoded(self) -> BrowserKeys:
        """Raises ValueError for what no browser gives."""
        public_key, auth = (base64url.decode(key.rstrip("=")) for key in (self.p256dh, self.auth))
        return BrowserKeys(public_key=public_key, auth=auth)


def of_a_browser(keys: PushKeysIn) -> PushKeysIn:
    keys.decoded()
    return keys


class PushSubscriptionIn(StrictIn):
    """What the browser's `PushSubscription.toJSON()` gives, without `expirationTime`."""

    endpoint: Annotated[str, Field(max_length=LONGEST), AfterValidator(of_a_push_service)]
    keys: Annotated[PushKeysIn, AfterValidator(of_a_browser)]

    def subscription(self) -> Subscription:
        return Subscription(endpoint=self.endpoint, keys=self.keys.decoded())


class QuietHoursIn(StrictIn):
    start_time: WallTime
    end_time: WallTime
    time_zone: Annotated[str, Field(min_length=1, max_length=64), AfterValidator(known_zone)]

    def quiet(self) -> Quiet:
        return Quiet(self.start_time, self.end_time, self.time_zone)


class QuietHoursOut(Out):
    """Nothing is pushed between these times; the same time twice is never."""

    start_time: WallTime
    end_time: WallTime
    time_zone: str


class PushOut(Out):
    public_key: str | None = Field(description="What to subscribe with; null where there is no push.")
    is_on: bool = Field(description="Whether this device is opted in.")
    endpoint_sha256: str | None = Field(
        description="SHA-256 of the opted-in endpoint, in hexadecimal: a browser that has another one sends it again."
    )
    quiet_hours: QuietHoursOut

    @classmethod
    def of(cls, state: PushState) -> Self:
        return cls.model_validate(state, from_attributes=True)
