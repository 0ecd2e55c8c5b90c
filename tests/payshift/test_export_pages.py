"""An export of any size comes in pages of a bounded number of rows, each row once."""

import pytest

from accounts.models import CustomUser
from core.queries import count_queries
from jobs.models import SavedJob
from payshift.selectors import export
from tests.accounts.conftest import Api, problem
from tests.factories.accounts import NotificationFactory
from tests.factories.jobs import JobFactory, SavedJobFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "MOST_ROWS", 3)


@pytest.fixture
def much(sade: CustomUser) -> CustomUser:
    """Seven notifications and, two parts further on, four saved jobs."""
    NotificationFactory.create_batch(7, user=sade)
    for _ in range(4):
        SavedJobFactory(user=sade, job=JobFactory())
    return sade


def test_pages_show_each_row_once_and_none_has_more_than_its_bound(api: Api, much: CustomUser) -> None:
    client, cursor, pages = api(much), None, []
    while True:
        page = client.get("/me/export", {"cursor": cursor} if cursor else {}).json()
        pages.append(page)
        if (cursor := page["next_cursor"]) is None:
            break

    lists = [name for name, rows in pages[0].items() if isinstance(rows, list) and name != "notification_settings"]
    assert all(sum(len(page[name]) for name in lists) <= 3 for page in pages)
    shown = [row["id"] for page in pages for row in page["notifications"]]
    assert shown == list(much.notifications.order_by("pk").values_list("pk", flat=True))
    saved = [row["job_id"] for page in pages for row in page["saved_jobs"]]
    assert saved == list(SavedJob.objects.filter(user=much).order_by("pk").values_list("job_id", flat=True))
    assert {page["account"]["id"] for page in pages} == {much.pk}


def test_a_page_asks_each_part_for_no_more_than_it_has_room_for(api: Api, much: CustomUser) -> None:
    client = api(much)
    client.get("/me")

    with count_queries() as counted:
        page = client.get("/me/export").json()

    # The account, its factor, account details, settings and quiet hours; devices, what they were opted in for, codes,
    # and the part that filled the page.
    assert counted.count <= 10
    assert len(page["notifications"]) == 2


def test_a_cursor_is_its_owners_and_is_of_this_list(api: Api, much: CustomUser, wale: CustomUser) -> None:
    cursor = api(much).get("/me/export").json()["next_cursor"]

    for caller, sent in (
        (wale, cursor),
        (much, "nonsense"),
        (much, export.PLACE.cursor_of(("gone", 0), owner=much.pk)),
    ):
        answer = api(caller).get("/me/export", {"cursor": sent})
        assert problem(answer) == (422, "invalid_cursor")
