"""GET, POST and DELETE /favourites."""

import pytest

from accounts.models import CustomUser
from jobs.models import Favourite
from tests.factories.jobs import ApplicationFactory, FavouriteFactory, JobFactory, ShiftAssignmentFactory
from tests.jobs.conftest import Api

pytestmark = pytest.mark.django_db


def worked_for(client: CustomUser, worker: CustomUser, **fields: object) -> None:
    application = ApplicationFactory.create(job=JobFactory.create(client=client), applicant=worker, status="completed")
    ShiftAssignmentFactory.create(application=application, **fields)


def test_who_worked_well_is_added_once_and_listed(api: Api, chidi: CustomUser, wale: CustomUser) -> None:
    worked_for(chidi, wale, approved=True)
    client = api(chidi)

    answers = [client.post("/favourites", {"user_id": wale.pk}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert [(item["user_id"], item["user"]["name"]) for item in client.get("/favourites").json()["items"]] == [
        (wale.pk, "Wale Adeyemi")
    ]


def test_only_people_whose_work_was_approved_can_be_added(api: Api, chidi: CustomUser, wale: CustomUser) -> None:
    worked_for(chidi, wale, status="canceled")
    client = api(chidi)

    refused = [
        client.post("/favourites", {"user_id": user_id}).json()["code"] for user_id in (wale.pk, chidi.pk, 10**9)
    ]

    assert refused == ["never_worked_for_you", "cannot_favour_self", "not_found"]
    assert not Favourite.objects.exists()


def test_list_is_the_clients_own(api: Api, chidi: CustomUser, emeka: CustomUser, wale: CustomUser) -> None:
    FavouriteFactory.create(client=chidi, worker=wale)

    assert api(emeka).get("/favourites").json()["items"] == []
    assert api(emeka).delete(f"/favourites/{wale.pk}").status_code == 404
    assert Favourite.objects.count() == 1
    assert api(chidi).delete(f"/favourites/{wale.pk}").status_code == 204
    assert Favourite.objects.count() == 0
