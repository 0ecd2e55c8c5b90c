"""GET and PATCH /me, POST /me/role."""

from typing import Any

import pytest

from accounts.models import CustomUser, Profile
from core.actor import Role
from core.queries import count_queries
from tests.accounts.conftest import Api, problem
from tests.factories.accounts import UserFactory
from tests.support.identity import proof_of

pytestmark = pytest.mark.django_db


def test_me_shows_all_of_my_own(api: Api, wale: CustomUser) -> None:
    body = api(wale).get("/me").json()

    assert body == {
        "id": wale.pk,
        "name": "Wale Adeyemi",
        "username": None,
        "role": "applicant",
        "bio": "",
        "skills": [],
        "location": "",
        "avatar_url": None,
        "avatar_small_url": None,
        "joined_at": wale.profile.joined_at.isoformat().replace("+00:00", "Z"),
        "rating": None,
        "reviews_count": 0,
        "reliability": None,
        "approved_count": 0,
        "no_show_count": 0,
        "late_cancel_count": 0,
        "given_count": 0,
        "called_off_count": 0,
        "email": "wale@example.com",
        "first_name": "Wale",
        "last_name": "Adeyemi",
        "phone": "",
        "latitude": None,
        "longitude": None,
    }


def test_me_is_private_to_the_caller(api: Api, wale: CustomUser) -> None:
    response = api(wale).get("/me")

    assert response.headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in response.headers["Vary"]


def test_me_runs_two_queries(api: Api, wale: CustomUser) -> None:
    client = api(wale)

    with count_queries(statements=True) as counted:
        client.get("/me")

    # The token's device, the person with profile.
    assert counted.count == 2, counted.statements


def test_patch_changes_what_is_sent_and_nothing_else(api: Api, wale: CustomUser) -> None:
    client = api(wale)
    before = client.get("/me").json()
    changes = {
        "username": "wale_a",
        "first_name": "Adewale",
        "bio": "Waiter for six years.",
        "phone": "+2348031234567",
        "location": "Yaba, Lagos",
        "latitude": 6.5095,
        "longitude": 3.3711,
        "skills": ["waiter", "bartender"],
    }

    response = client.patch("/me", changes | proof_of(wale))

    assert response.status_code == 200
    assert response.json() == {**before, **changes, "name": "Adewale Adeyemi"}
    assert client.get("/me").json() == response.json()


def test_names_are_taken_as_people_type_them_and_one_is_enough(api: Api, wale: CustomUser, ada: CustomUser) -> None:
    typed = api(wale).patch("/me", {"last_name": "Obi\u00a0Eze", **proof_of(wale)}).json()
    alone = api(ada).patch("/me", {"last_name": "", **proof_of(ada)}).json()

    assert (typed["last_name"], typed["name"]) == ("Obi Eze", "Wale Obi Eze")
    assert (alone["last_name"], alone["name"]) == ("", "Ada")


def test_patch_keeps_the_counters_that_others_write_meanwhile(api: Api, wale: CustomUser) -> None:
    """Only the fields that were sent are saved."""
    from accounts.services import profiles
    from core.actor import Actor

    saved = Profile.save

    def count_before(profile: Profile, **options: Any) -> None:
        Profile.objects.filter(pk=profile.pk).update(approved_count=7)
        saved(profile, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Profile, "save", count_before)
        profiles.update_me(actor=Actor(wale.pk, Role.APPLICANT), changes={"bio": "Waiter."})

    assert Profile.objects.values_list("bio", "approved_count").get(user=wale) == ("Waiter.", 7)


def test_patch_forgets_username_and_position_by_null(api: Api, wale: CustomUser) -> None:
    client = api(wale)
    client.patch("/me", {"username": "wale", "latitude": 6.5, "longitude": 3.4})

    body = client.patch("/me", {"username": None, "latitude": None, "longitude": None}).json()

    assert (body["username"], body["latitude"], body["longitude"]) == (None, None, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"email": "other@example.com"},
        {"role": "client"},
        {"approved_count": 5},
        {"is_staff": True},
        {"username": "ab"},
        {"username": "wale@home"},
        {"first_name": ""},
        {"first_name": "   "},
        {"last_name": None},
        {"bio": "x" * 1001},
        {"phone": "+23408031234567"},
        {"phone": "+0123456789"},
        {"location": "x" * 201},
        {"latitude": 6.5},
        {"longitude": 3.4},
        {"latitude": 6.5, "longitude": None},
        {"latitude": 90.1, "longitude": 0},
        {"latitude": 0, "longitude": -180.1},
        {"latitude": "6.5", "longitude": True},
        {"skills": ["Waiter"]},
        {"skills": ["waiter", "waiter"]},
        {"skills": [f"skill-{number}" for number in range(31)]},
        {"skills": "waiter"},
        {"bio": "a\x00b"},
        [],
    ],
)
def test_bad_patch_is_refused_and_changes_nothing(api: Api, wale: CustomUser, changes: Any) -> None:
    client = api(wale)
    before = client.get("/me").json()

    assert problem(client.patch("/me", changes)) == (422, "invalid_input")
    assert client.get("/me").json() == before


def test_taken_username_is_refused_in_any_case(api: Api, wale: CustomUser) -> None:
    UserFactory.create(username="waiter.no.1")

    assert problem(api(wale).patch("/me", {"username": "Waiter.No.1"})) == (409, "username_taken")
    assert CustomUser.objects.get(pk=wale.pk).username is None


@pytest.mark.parametrize(("fixture", "role"), [("wale", "client"), ("chidi", "applicant")])
def test_role_is_switched_and_acts_at_the_next_request(
    api: Api, request: pytest.FixtureRequest, fixture: str, role: str
) -> None:
    user: CustomUser = request.getfixturevalue(fixture)
    client = api(user)
    client.get("/me")

    response = client.post("/me/role", {"role": role})

    assert (response.status_code, response.json()) == (200, {"detail": f"You are now {role}."})
    assert client.get("/me").json()["role"] == role


@pytest.mark.parametrize("role", ["admin", "boss", None, ""])
def test_nobody_makes_themselves_staff(api: Api, wale: CustomUser, role: str | None) -> None:
    assert problem(api(wale).post("/me/role", {"role": role})) == (422, "invalid_input")
    assert CustomUser.objects.get(pk=wale.pk).role == Role.APPLICANT


def test_staff_keep_their_role(api: Api, bisi: CustomUser) -> None:
    assert problem(api(bisi).post("/me/role", {"role": "client"})) == (409, "role_fixed")
    assert CustomUser.objects.get(pk=bisi.pk).role == Role.ADMIN
