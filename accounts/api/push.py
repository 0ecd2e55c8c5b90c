from ninja import Router, Status

from accounts.exceptions import PushIsOff
from accounts.push_schemas import PushOut, PushSubscriptionIn, QuietHoursIn
from accounts.selectors.push import push_of
from accounts.services import push_subscriptions
from core.actor import ApiRequest
from core.schemas import problems

router = Router()


@router.get("/push", response={200: PushOut, **problems(401)})
def get_push(request: ApiRequest) -> PushOut:
    """Whether this device shows notices while the app is closed (Web Push), and when it is quiet."""
    return PushOut.of(push_of(request.auth))


@router.put("/push/subscription", response={204: None, **problems(401, 404, 422, PushIsOff)})
def subscribe_to_push(request: ApiRequest, body: PushSubscriptionIn) -> Status[None]:
    """Opt this device in; it ends with the device's log-in. Messages say a kind and a subject, as notifications do.

    The kind `several` has no subject. What is about the account's safety, and codes, never go this way. What happens in
    the quiet hours is told after them, in one message.
    """
    push_subscriptions.subscribe(actor=request.auth, subscription=body.subscription())
    return Status(204, None)


@router.delete("/push/subscription", response={204: None, **problems(401)})
def unsubscribe_from_push(request: ApiRequest) -> Status[None]:
    """Opt this device out. Doing it again changes nothing."""
    push_subscriptions.unsubscribe(actor=request.auth)
    return Status(204, None)


@router.put("/push/quiet-hours", response={200: PushOut, **problems(401, 422)})
def set_quiet_hours(request: ApiRequest, body: QuietHoursIn) -> PushOut:
    """When none of your devices shows anything, in the time zone that you name. The same time twice: never."""
    push_subscriptions.set_quiet_hours(actor=request.auth, quiet=body.quiet())
    return PushOut.of(push_of(request.auth))
