"""GET /get-profile/{user_id}: what everybody who is logged in may see of a person, and nothing else."""

from datetime import UTC, datetime

import pytest

from accounts.models import CustomUser, Profile
from core.queries import count_queries
from tests.accounts.conftest import Api, problem
from tests.factories.accounts import BankAccountFactory, UserFactory
from tests.support.api_client import ApiClient
from tests.support.identity import proof_of

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def fill(user: CustomUser) -> None:
    Profile.objects.filter(user=user).update(
        bio="Waiter for six years.",
        phone="+2348031234567",
        location="Yaba, Lagos",
        latitude=6.5095,
        longitude=3.3711,
        skills=["waiter", "bartender"],
        reviews_count=3,
        rating_sum=13,
        approved_count=7,
        no_show_count=1,
        late_cancel_count=2,
        given_count=4,
        called_off_count=1,
    )
    BankAccountFactory.create(user=user, account_number="0123456789")


def test_profile_shows_the_public_face(api: Api, wale: CustomUser, sade: CustomUser) -> None:
    fill(wale)

    response = api(sade).get(f"/get-profile/{wale.pk}")

    assert response.status_code == 200
    assert response.json() == {
        "id": wale.pk,
        "name": "Wale Adeyemi",
        "username": None,
        "role": "applicant",
        "bio": "Waiter for six years.",
        "skills": ["waiter", "bartender"],
        "location": "Yaba, Lagos",
        "avatar_url": None,
        "avatar_small_url": None,
        "joined_at": wale.profile.joined_at.isoformat().replace("+00:00", "Z"),
        "rating": 4.33,
        "reviews_count": 3,
        "reliability": 0.7,
        "approved_count": 7,
        "no_show_count": 1,
        "late_cancel_count": 2,
        "given_count": 4,
        "called_off_count": 1,
    }


def test_p1_profile_hides_mail_phone_position_and_bank_even_from_its_owner(api: Api, wale: CustomUser) -> None:
    fill(wale)

    text = api(wale).get(f"/get-profile/{wale.pk}").content.decode()

    for secret in ("wale@example.com", "2348031234567", "6.5095", "3.3711", "0123456789", "6789"):
        assert secret not in text


def test_person_without_history_has_no_rating_and_no_reliability(api: Api, wale: CustomUser, sade: CustomUser) -> None:
    body = api(sade).get(f"/get-profile/{wale.pk}").json()

    assert (body["rating"], body["reliability"]) == (None, None)


@pytest.mark.parametrize(
    "fields",
    [
        {"is_active": False},
        {"is_active": False, "banned_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"email_verified_at": None},
    ],
    ids=["deleted", "banned", "unverified"],
)
def test_who_is_not_there_has_no_profile(api: Api, sade: CustomUser, fields: dict[str, object]) -> None:
    user = UserFactory.create(**fields)

    assert problem(api(sade).get(f"/get-profile/{user.pk}")) == (404, "not_found")


def test_unknown_person_is_not_found(api: Api, sade: CustomUser) -> None:
    assert problem(api(sade).get(f"/get-profile/{sade.pk + 1000}")) == (404, "not_found")
    assert problem(api(sade).get("/get-profile/99999999999999999999")) == (404, "not_found")
    assert problem(api(sade).get("/get-profile/me")) == (404, "not_found")


def test_profile_needs_a_token(anonymous_api: ApiClient, wale: CustomUser) -> None:
    assert problem(anonymous_api.get(f"/get-profile/{wale.pk}")) == (401, "unauthenticated")


@pytest.mark.django_db(transaction=True)
def test_profile_runs_two_queries_then_none(api: Api, wale: CustomUser, sade: CustomUser) -> None:
    client = api(sade)

    with count_queries(statements=True) as miss:
        first = client.get(f"/get-profile/{wale.pk}")
    with count_queries(statements=True) as hit:
        second = client.get(f"/get-profile/{wale.pk}")

    # The token's device, the person with profile; then both come from Redis.
    assert (miss.count, hit.count) == (2, 0), (miss.statements, hit.statements)
    assert first.content == second.content
    assert (first.headers["Cache-Status"], second.headers["Cache-Status"]) == (
        "payshift; fwd=miss; stored",
        "payshift; hit",
    )


@pytest.mark.django_db(transaction=True)
def test_r2_profile_is_current_after_every_kind_of_write(api: Api, wale: CustomUser, sade: CustomUser) -> None:
    reader, owner = api(sade), api(wale)

    def shown(field: str) -> object:
        reader.get(f"/get-profile/{wale.pk}")
        return reader.get(f"/get-profile/{wale.pk}").json()[field]

    assert shown("name") == "Wale Adeyemi"
    owner.patch("/me", {"first_name": "Adewale", **proof_of(wale)})
    assert shown("name") == "Adewale Adeyemi"
    owner.patch("/me", {"bio": "Bartender."})
    assert shown("bio") == "Bartender."
    owner.post("/me/role", {"role": "client"})
    assert shown("role") == "client"
    Profile.objects.filter(user=wale).update(approved_count=1)
    assert shown("reliability") == 1.0
    CustomUser.objects.filter(pk=wale.pk).update(is_active=False)
    assert problem(reader.get(f"/get-profile/{wale.pk}")) == (404, "not_found")
