"""Ending mails of one kind from the mail itself, without logging in (RFC 8058).

The token is signed and says whose mails of which kind; all it can do is to end those. It does not run out: a mail may
be old when its reader has had enough.
"""

from django.core import signing
from django.db import transaction

from accounts.models import CustomUser, NotificationKind, NotificationPreference
from core.errors import NotFound

SALT = "accounts.unsubscribe"


def unsubscribe_token(*, user_id: int, kind: NotificationKind) -> str:
    return signing.dumps([user_id, str(kind)], salt=SALT)


def kind_of(token: str) -> NotificationKind:
    """Raises `NotFound` for a token that is not ours."""
    return _read(token)[1]


@transaction.atomic
def unsubscribe(token: str) -> NotificationKind:
    """No more mails of this kind; in the app they still come. Twice changes nothing. Raises `NotFound`."""
    user_id, kind = _read(token)
    if not CustomUser.objects.filter(pk=user_id, is_active=True).exists():
        raise NotFound
    NotificationPreference.objects.update_or_create(user_id=user_id, kind=kind, defaults={"email": False})
    return kind


def _read(token: str) -> tuple[int, NotificationKind]:
    try:
        user_id, kind = signing.loads(token, salt=SALT)
        return int(user_id), NotificationKind(kind)
    except (signing.BadSignature, ValueError) as error:
        raise NotFound from error
