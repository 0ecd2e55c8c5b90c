from ninja import Query, Router, Status

from accounts.schemas import MarkedOut, NotificationOut, NotificationsOut, PreferencesIn, PreferencesOut
from accounts.selectors import notifications as selectors
from accounts.services import notifications
from core.actor import ApiRequest
from core.pagination import PageQuery
from core.schemas import problems

router = Router()


@router.get("/notifications", response={200: NotificationsOut, **problems(401, 422)})
def list_notifications(request: ApiRequest, page: Query[PageQuery]) -> NotificationsOut:
    """What happened, newest first, and how much of it is unread."""
    own = selectors.notifications_of(request.auth, page=page)
    return NotificationsOut(
        items=[NotificationOut.of(notification) for notification in own.items],
        next_cursor=own.next_cursor,
        unread_count=selectors.unread_count(request.auth),
    )


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
    """How you are told of each kind: in the app, by e-mail."""
    return PreferencesOut.of(selectors.preferences_of(request.auth))


@router.put("/notifications/settings", response={200: PreferencesOut, **problems(401, 422)})
def set_notification_settings(request: ApiRequest, body: PreferencesIn) -> PreferencesOut:
    """Change the kinds that are sent; the others stay as they are."""
    wishes = {wish.kind: (wish.in_app, wish.email) for wish in body.preferences}
    notifications.set_preferences(actor=request.auth, wishes=wishes)
    return PreferencesOut.of(selectors.preferences_of(request.auth))
