from django.http.response import HttpResponseBase
from ninja import Query, Router, Status

from accounts import listings
from accounts.notification_schemas import (
    MarkedOut,
    NotificationsOut,
    NotificationsQuery,
    PreferencesIn,
    PreferencesOut,
    UnreadOut,
)
from accounts.reads import UNREAD
from accounts.selectors import notifications as selectors
from accounts.services import notifications
from core.actor import ApiRequest
from core.cache.reads import Shown
from core.errors import InvalidCursor
from core.listings import json_response
from core.schemas import problems

router = Router()


@router.get("/notifications", response={200: NotificationsOut, **problems(401, 422, InvalidCursor)})
def list_notifications(request: ApiRequest, query: Query[NotificationsQuery]) -> HttpResponseBase:
    """What happened, newest first, and how much of it all is unread."""
    return json_response(listings.notices_of(request.auth, query=query))


@router.get(UNREAD.path, response={200: UnreadOut, **problems(401)})
def count_unread_notifications(request: ApiRequest) -> HttpResponseBase:
    """How much is unread: cheap enough to ask again and again. Cached for an hour, current after every change."""
    user_id = request.auth.user_id

    def build() -> Shown:
        unread = UnreadOut.model_validate(selectors.unread_of(user_id), from_attributes=True)
        return Shown(unread, frozenset({f"unread-of:{user_id}"}), only_for=user_id)

    return UNREAD.answer(request, build=build)


@router.post("/notifications/{int:notification_id}/read", response={204: None, **problems(401, 404)})
def mark_notification_read(request: ApiRequest, notification_id: int) -> Status[None]:
    """You have seen it. Doing it again changes nothing."""
    notifications.mark_read(actor=request.auth, notification_id=notification_id)
    return Status(204, None)


@router.post("/notifications/read-all", response={200: MarkedOut, **problems(401)})
def mark_all_notifications_read(request: ApiRequest) -> MarkedOut:
    """You have seen all there are. Answers how many were unread."""
    return MarkedOut(marked=notifications.mark_all_read(actor=request.auth))


@router.get("/notifications/settings", response={200: PreferencesOut, **problems(401)})
def get_notification_settings(request: ApiRequest) -> PreferencesOut:
    """How you are told of each kind: in the app, by e-mail, on the devices that you opted in."""
    return PreferencesOut.of(selectors.preferences_of(request.auth))


@router.put("/notifications/settings", response={200: PreferencesOut, **problems(401, 422)})
def set_notification_settings(request: ApiRequest, body: PreferencesIn) -> PreferencesOut:
    """Change the kinds that are sent; the others stay as they are."""
    wishes = {wish.kind: wish.wish() for wish in body.preferences}
    notifications.set_preferences(actor=request.auth, wishes=wishes)
    return PreferencesOut.of(selectors.preferences_of(request.auth))
