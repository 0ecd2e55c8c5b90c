"""Telling people what happened: queued with the fact, delivered once by a job after commit."""

from collections.abc import Mapping

from accounts.models import NotificationKind


def notify(*, user_id: int, kind: NotificationKind, params: Mapping[str, str | int], dedupe_key: str) -> None:
    """Queue one notification in the caller's transaction: one query, and nothing if the caller rolls back.

    `dedupe_key` names the fact; however often the job runs, a person is told of a fact once.
    """
    from accounts.tasks import deliver_notification

    deliver_notification.defer(user_id=user_id, kind=str(kind), params=dict(params), dedupe_key=dedupe_key)
