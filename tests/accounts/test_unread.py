"""GET /notifications with filters, and GET /notifications/unread."""

import pytest

from accounts.models import CustomUser, Notification, NotificationKind
from accounts.services import notifications
from core import clock
from tests.accounts.conftest import Api
from tests.factories.accounts import NotificationFactory
from tests.support.jobs import RunJobs

pytestmark = pytest.mark.django_db


def test_filters_narrow_the_list(api: Api, wale: CustomUser, ada: CustomUser) -> None:
    read = NotificationFactory.create(user=wale, kind="wage_paid", read_at=clock.now()).pk
    paid, reminder, code = (
        NotificationFactory.create(user=wale, kind=kind).pk for kind in ("wage_paid", "shift_reminder", "new_device")
    )
    NotificationFactory.create(user=ada)
    client = api(wale)

    def found(**params: object) -> set[int]:
        return {item["id"] for item in client.get("/notifications", params).json()["items"]}

    assert found(unread="true") == {paid, reminder, code}
    assert found(unread="false") == {read}
    assert found(kind=["wage_paid", "shift_reminder"]) == {read, paid, reminder}
    assert found(after=paid, unread="true") == {reminder, code}


@pytest.mark.django_db(transaction=True)
def test_unread_ones_are_counted_for_their_owner_alone(
    api: Api, wale: CustomUser, ada: CustomUser, run_jobs: RunJobs
) -> None:
    client, other = api(wale), api(ada)
    assert client.get("/notifications/unread").json() == {"unread_count": 0, "newest_id": None}

    notifications.notify(user_id=wale.pk, kind=NotificationKind.NEW_DEVICE, params={}, dedupe_key="one")
    run_jobs()

    newest = Notification.objects.get(user=wale).pk
    assert client.get("/notifications/unread").json() == {"unread_count": 1, "newest_id": newest}
    assert client.get("/notifications/unread").headers["Cache-Status"] == "payshift; hit"
    assert other.get("/notifications/unread").json() == {"unread_count": 0, "newest_id": None}

    assert client.post(f"/notifications/{newest}/read").status_code == 204
    assert client.get("/notifications/unread").json() == {"unread_count": 0, "newest_id": None}
