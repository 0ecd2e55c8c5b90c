"""Hints by the process that production runs: to whom, when, and when they end."""

import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import psycopg
import pytest
from django.db import connection, transaction
from django_redis import get_redis_connection

from accounts.models import CustomUser, NotificationKind
from accounts.services.notifications import notify
from accounts.services.refreshing import refresh
from accounts.services.sessions import open_device
from core.hints import hint
from tests.core.events.conftest import APPLICATION_NAME, PER_PERSON, Hints
from tests.factories.accounts import UserFactory
from tests.support.api_client import ApiClient

pytestmark = pytest.mark.django_db(transaction=True)

type Api = Callable[[CustomUser], ApiClient]
PATIENCE_SECONDS = 60


def until[T](find: Callable[[], T | None]) -> T:
    """What is found at last. Nothing here depends on when."""
    end = time.monotonic() + PATIENCE_SECONDS
    while (found := find()) is None:
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


def break_subscription() -> None:
    """That of this process alone: others listen on the same server, to other databases."""
    redis = get_redis_connection("default")
    number = str(redis.connection_pool.connection_kwargs["db"])
    (mine,) = [client["id"] for client in redis.client_list(_type="pubsub") if client["db"] == number]
    assert redis.client_kill_filter(_id=mine) == 1


def test_hint_names_what_changed_and_nothing_of_it(hints: Hints, api: Api, wale: CustomUser) -> None:
    with hints.listen(api(wale)) as stream:
        with transaction.atomic():
            notify(
                user_id=wale.pk,
                kind=NotificationKind.APPLICATION_ACCEPTED,
                params={"application_id": 7, "title": "Waiter", "name": "Chidi"},
                dedupe_key="accepted:7",
            )
        told = stream.hint()

    assert json.loads(told) == {"about": "application", "id": 7}
    assert stream.headers["content-type"] == "text/event-stream"
    assert stream.headers["cache-control"] == "no-store"


def test_token_of_a_refresh_is_known_from_its_first_use_on(hints: Hints, wale: CustomUser) -> None:
    """An app that opens reads once and listens."""
    pair = refresh(refresh_token=open_device(user=wale, name="Phone").refresh_token)
    app = ApiClient()
    app.token = pair.access_token

    assert app.get("/me").status_code == 200

    with hints.listen(app, known=False) as stream:
        assert stream.status == 200


def test_hint_of_a_notice_about_its_reader_names_them(hints: Hints, api: Api, wale: CustomUser) -> None:
    """Their page is in the notice's link, whose number is no fact of the caller's."""
    with hints.listen(api(wale)) as stream:
        notify(
            user_id=wale.pk,
            kind=NotificationKind.REVIEW_RECEIVED,
            params={"rating": 5, "job_title": "Waiter"},
            dedupe_key="review:7",
        )
        told = stream.hint()

    assert json.loads(told) == {"about": "user", "id": wale.pk}


def test_hint_comes_after_commit_and_never_after_a_rollback(hints: Hints, api: Api, wale: CustomUser) -> None:
    with hints.listen(api(wale)) as stream:
        with transaction.atomic():
            hint(user_id=wale.pk, about="job", number=1)
            transaction.set_rollback(True)
        with transaction.atomic():
            hint(user_id=wale.pk, about="job", number=2)
            with transaction.atomic():
                hint(user_id=wale.pk, about="job", number=3)
                # To the savepoint.
                transaction.set_rollback(True)
        hint(user_id=wale.pk, about="job", number=4)

        assert [json.loads(stream.hint())["id"] for _ in range(2)] == [2, 4]


def test_hint_is_for_its_person_alone_on_each_of_their_streams(
    hints: Hints, api: Api, wale: CustomUser, ada: CustomUser
) -> None:
    with hints.listen(api(wale)) as phone, hints.listen(api(wale)) as laptop, hints.listen(api(ada)) as stranger:
        hint(user_id=wale.pk, about="job", number=1)
        hint(user_id=ada.pk, about="job", number=2)

        heard = [json.loads(stream.hint())["id"] for stream in (phone, laptop, stranger)]

    assert heard == [1, 1, 2]


def test_notices_are_hinted_at_when_they_are_told_and_when_they_are_read(
    hints: Hints, api: Api, wale: CustomUser
) -> None:
    with hints.listen(api(wale)) as stream:
        notify(user_id=wale.pk, kind=NotificationKind.JOB_COMPLETED, params={"job_id": 3}, dedupe_key="completed:3")
        fact, written = stream.hint(), stream.hint()
        assert api(wale).post("/notifications/read-all").status_code == 200
        read = stream.hint()

    assert [json.loads(told)["about"] for told in (fact, written, read)] == ["job", *["notifications"] * 2]


def test_unknown_token_is_refused_and_one_that_was_used_is_not(hints: Hints, api: Api, wale: CustomUser) -> None:
    caller, forger = api(wale), ApiClient()
    forger.token = "psa_forged"

    with hints.listen(forger, known=False) as forged, hints.listen(caller, known=False) as unused:
        assert (forged.status, unused.status) == (401, 401)
    with hints.listen(caller) as stream:
        assert stream.status == 200

    refused = hints.ask("GET", "/api/events")
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")
    assert refused.headers["content-type"] == "application/problem+json"


def test_log_out_ends_the_stream(hints: Hints, api: Api, wale: CustomUser) -> None:
    caller = api(wale)
    with hints.listen(caller) as stream:
        assert caller.post("/auth/logout").status_code == 204

        assert stream.hint() == ""
    with hints.listen(caller, known=False) as again:
        assert again.status == 401


def test_ban_ends_every_stream_of_a_person(hints: Hints, api: Api, wale: CustomUser, ada: CustomUser) -> None:
    with hints.listen(api(wale)) as phone, hints.listen(api(wale)) as laptop, hints.listen(api(ada)) as other:
        CustomUser.objects.filter(pk=wale.pk).update(is_active=False)

        assert (phone.hint(), laptop.hint()) == ("", "")
        hint(user_id=ada.pk, about="job", number=5)
        assert json.loads(other.hint())["id"] == 5


def test_one_person_has_so_many_streams_and_may_open_another_when_one_closes(
    hints: Hints, api: Api, wale: CustomUser
) -> None:
    caller = api(wale)
    with hints.listen(caller) as first:
        with hints.listen(caller) as second, hints.listen(caller) as third:
            assert PER_PERSON == 2
            assert (first.status, second.status, third.status) == (200, 200, 429)
            assert int(third.headers["retry-after"]) > 0

        def opened() -> int | None:
            with hints.listen(caller) as again:
                return again.status if again.status == 200 else None

        assert until(opened) == 200


def test_many_may_come_at_once(hints: Hints, api: Api) -> None:
    callers = [api(user) for user in UserFactory.create_batch(32)]
    for caller in callers:
        assert caller.get("/notifications/unread").status_code == 200
    together = Barrier(len(callers), timeout=PATIENCE_SECONDS)

    def come(caller: ApiClient) -> int:
        together.wait()
        with hints.listen(caller, known=False) as stream:
            return stream.status

    with ThreadPoolExecutor(len(callers)) as pool:
        assert set(pool.map(come, callers)) == {200}


def test_without_redis_streams_end_and_open_again_when_it_is_back(hints: Hints, api: Api, wale: CustomUser) -> None:
    caller = api(wale)
    with hints.listen(caller) as stream:
        break_subscription()

        assert stream.hint() == ""

    def heard() -> str | None:
        with hints.listen(caller) as again:
            if again.status != 200:
                return None
            hint(user_id=wale.pk, about="job", number=6)
            return again.hint()

    assert json.loads(until(heard))["id"] == 6


def test_process_has_no_connection_to_the_database(hints: Hints, api: Api, wale: CustomUser) -> None:
    def count(name: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [name])
            return int(cursor.fetchone()[0])

    with hints.listen(api(wale)) as stream:
        hint(user_id=wale.pk, about="job", number=7)
        assert stream.hint()

        assert count(APPLICATION_NAME) == 0
    # It would be counted.
    with psycopg.connect(os.environ["DATABASE_URL"], application_name=f"{APPLICATION_NAME}-control"):
        assert count(f"{APPLICATION_NAME}-control") == 1


@pytest.mark.parametrize(
    ("method", "path", "status"), [("POST", "/api/events", 405), ("GET", "/api/jobs", 404), ("GET", "/", 404)]
)
def test_process_serves_hints_and_nothing_else(hints: Hints, method: str, path: str, status: int) -> None:
    answer = hints.ask(method, path)

    assert (answer.status_code, answer.json()["status"]) == (status, status)


def test_pages_of_this_installation_may_read_from_another_origin(hints: Hints) -> None:
    own = hints.ask("OPTIONS", "/api/events", {"Origin": "https://payshift.example"})
    other = hints.ask("OPTIONS", "/api/events", {"Origin": "https://evil.example"})

    assert own.status_code == 204
    assert own.headers["access-control-allow-origin"] == "https://payshift.example"
    assert "authorization" in own.headers["access-control-allow-headers"]
    assert "access-control-allow-origin" not in other.headers
