"""Leases of missing entries: a read that is refused or fails leaves none behind, and few threads wait for a leader."""

from typing import Any

import pytest
from django_redis import get_redis_connection

from accounts.models import CustomUser
from core.cache.entries import followers
from core.cache.front import CachedReadFront
from core.cache.store import store
from tests.core.cache.test_front import Answer
from tests.core.cache.test_values import NAME, named
from tests.factories.accounts import UserFactory
from tests.support.api_client import ApiClient
from tests.support.races import race

pytestmark = pytest.mark.django_db(transaction=True)

NOBODY = 99_999_999
REFUSED = [
    f"/jobs/{NOBODY}",
    f"/get-profile/{NOBODY}",
    f"/reviews/{NOBODY}",
    f"/ratings/reviewer_{NOBODY}/",
    "/get-account-details",
    "/reviews/{viewer}?cursor=bad",
    f"/users/{NOBODY}/payments",
]


@pytest.fixture
def user() -> CustomUser:
    created: CustomUser = UserFactory.create(first_name="Old")
    return created


@pytest.fixture
def nobody_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    def sleep(seconds: float) -> None:
        raise AssertionError("a thread waited for a leader that will not answer")

    monkeypatch.setattr("core.cache.entries.time.sleep", sleep)


def leases() -> set[str]:
    redis = get_redis_connection("default")
    return {redis.get(key).decode() for key in redis.scan_iter("c:l:*")}


@pytest.mark.usefixtures("nobody_sleeps")
@pytest.mark.parametrize("path", REFUSED)
def test_refused_read_leaves_no_lease_and_the_next_waits_for_nobody(path: str, wale: CustomUser) -> None:
    reader = ApiClient(wale)
    reader.get("/me")

    answers = [reader.get(path.format(viewer=wale.pk)).status_code for _ in range(3)]

    assert set(answers) <= {403, 404, 422}
    assert leases() <= {"open"}


def test_attackers_loop_of_missing_jobs_keeps_no_thread(wale: CustomUser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six at a time, as one account did that stopped the service: each is answered without anybody's sleep."""
    reader = ApiClient(wale)
    reader.get("/me")
    reader.get(f"/jobs/{NOBODY}")
    slept: list[float] = []
    monkeypatch.setattr("core.cache.entries.time.sleep", slept.append)

    outcomes = race(*[lambda: reader.get(f"/jobs/{NOBODY}").status_code] * 6)

    assert (outcomes, slept) == ([404] * 6, [])


def test_lease_is_given_back_when_the_build_fails(user: CustomUser) -> None:
    def fail() -> Any:
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        NAME.get(fail, user_id=user.pk)

    assert leases() == {"open"}
    assert named(user) == "Old"
    # Stored by the first who could, and nothing is left.
    assert leases() == set()
    assert store.read(entry_key=f"test_value:{user.pk}").body  # type: ignore[union-attr]


def test_lease_of_a_look_up_that_no_operation_used_is_given_back(user: CustomUser, wale: CustomUser) -> None:
    """The front looks up before anything else of the request is known; here nothing behind it reads the entry."""
    reader = ApiClient(wale)
    reader.get("/me")

    assert not Answer(reader, f"/get-profile/{user.pk}").is_hit

    assert leases() == {"open"}


def test_front_gives_the_lease_back_when_the_application_raises(user: CustomUser, wale: CustomUser) -> None:
    reader = ApiClient(wale)
    reader.get("/me")

    def broken(environ: Any, start_response: Any) -> Any:
        raise RuntimeError("no answer")

    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": f"/api/get-profile/{user.pk}",
        "HTTP_HOST": "testserver",
        "HTTP_AUTHORIZATION": f"Bearer {reader.token}",
    }
    with pytest.raises(RuntimeError):
        CachedReadFront(broken)(environ, lambda *answer: lambda data: None)

    assert leases() == {"open"}


def test_lease_of_another_leader_is_not_given_back(user: CustomUser) -> None:
    first = store.read(entry_key="test_value:1")
    assert first is not None
    redis = get_redis_connection("default")
    redis.set("c:l:test_value:1", "somebody else's")

    store.give_back(first)

    assert redis.get("c:l:test_value:1") == b"somebody else's"


def test_leader_that_never_answers_is_waited_for_by_few_and_not_for_long(
    user: CustomUser, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CACHE_FOLLOWERS = 2
    now = [0.0]
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += 0.4

    monkeypatch.setattr("core.cache.entries.time.monotonic", lambda: now[0])
    monkeypatch.setattr("core.cache.entries.time.sleep", sleep)
    store.read(entry_key=f"test_value:{user.pk}")
    assert followers.join()
    assert followers.join()

    # Both places are taken: computed at once.
    assert (named(user), slept) == ("Old", [])

    followers.leave()
    get_redis_connection("default").delete(f"c:e:test_value:{user.pk}")
    store.copies.clear()
    assert named(user) == "Old"
    assert len(slept) == 3
    followers.leave()


def test_path_that_ends_in_a_newline_is_no_cached_read(wale: CustomUser, user: CustomUser) -> None:
    """It would be answered where Django says 404, and split the line of the log in two."""
    reader = ApiClient(wale)
    reader.get(f"/get-profile/{user.pk}")
    reader.get(f"/get-profile/{user.pk}")

    assert not Answer(reader, f"/get-profile/{user.pk}\n").is_hit
