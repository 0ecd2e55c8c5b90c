"""The front before Django: the same answer as Django's for a hit, and nothing that Django would refuse."""

import io
import json
from typing import Any

import pytest

from accounts.models import CustomUser
from accounts.reads import PROFILE
from accounts.services.banning import ban_user
from core.cache.front import LOOKUP, CachedReadFront
from core.queries import count_queries
from tests.support.api_client import ApiClient

pytestmark = pytest.mark.django_db(transaction=True)


class Django:
    """Stands behind the front and remembers whether it was reached."""

    def __init__(self) -> None:
        self.environ: dict[str, Any] | None = None
        # As it was then: what an application does not use, the front gives back.
        self.lease = ""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.environ = environ
        self.lease = environ[LOOKUP].lease if LOOKUP in environ else ""
        start_response("200 OK", [])
        return [b"django"]


class Answer:
    def __init__(self, client: ApiClient, path: str, **environ: str) -> None:
        self.django = Django()
        query = path.partition("?")
        values = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": f"/api{query[0]}",
            "QUERY_STRING": query[2],
            "HTTP_HOST": "testserver",
            "HTTP_AUTHORIZATION": f"Bearer {client.token}",
            "wsgi.input": io.BytesIO(),
            **environ,
        }
        with count_queries() as self.queries:
            self.body = b"".join(CachedReadFront(self.django)(values, self._start))

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None, /) -> Any:
        self.status = int(status[:3])
        self.headers = dict(headers)

    @property
    def is_hit(self) -> bool:
        return self.django.environ is None


@pytest.fixture
def reader(wale: CustomUser) -> ApiClient:
    return ApiClient(wale)


def test_front_serves_a_hit_with_the_bytes_and_headers_of_django(reader: ApiClient, chidi: CustomUser) -> None:
    from_django = reader.get(f"/get-profile/{chidi.pk}")

    answer = Answer(reader, f"/get-profile/{chidi.pk}")

    assert answer.is_hit
    assert answer.queries.count == 0
    assert (answer.status, answer.body) == (200, from_django.content)
    for header in ("ETag", "Cache-Control", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"):
        assert answer.headers[header] == from_django.headers[header]
    assert answer.headers["Cache-Status"] == "payshift; hit"
    assert answer.headers["X-Request-ID"]


def test_front_passes_a_miss_on_with_what_it_looked_up(reader: ApiClient, chidi: CustomUser) -> None:
    reader.get("/me")

    answer = Answer(reader, f"/get-profile/{chidi.pk}")

    assert not answer.is_hit
    assert answer.django.environ is not None
    lookup = answer.django.environ[LOOKUP]
    assert lookup.entry_key == PROFILE.entry_key({"user_id": chidi.pk})
    assert answer.django.lease


def test_first_read_with_a_token_waits_for_nobody(
    reader: ApiClient, chidi: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its look-up, which found no token, made it no leader; nobody else is one."""
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)

    answer = reader.get(f"/get-profile/{chidi.pk}")

    assert answer.headers["Cache-Status"] == "payshift; fwd=miss; stored"
    assert slept == []


def test_front_answers_304_for_the_bytes_that_the_client_has(reader: ApiClient, chidi: CustomUser) -> None:
    tag = reader.get(f"/get-profile/{chidi.pk}").headers["ETag"]

    assert Answer(reader, f"/get-profile/{chidi.pk}", HTTP_IF_NONE_MATCH=f'"other", {tag}').status == 304
    # As a proxy that compressed the answer names it.
    assert Answer(reader, f"/get-profile/{chidi.pk}", HTTP_IF_NONE_MATCH=f"W/{tag}").status == 304
    assert Answer(reader, f"/get-profile/{chidi.pk}", HTTP_IF_NONE_MATCH='"other"').status == 200


@pytest.mark.parametrize("known", [False, True])
def test_front_logs_what_it_answered(
    reader: ApiClient, chidi: CustomUser, capsys: pytest.CaptureFixture[str], known: bool
) -> None:
    assert reader.user is not None
    tag = reader.get(f"/get-profile/{chidi.pk}").headers["ETag"]
    capsys.readouterr()

    answer = Answer(reader, f"/get-profile/{chidi.pk}", **({"HTTP_IF_NONE_MATCH": tag} if known else {}))

    line = json.loads(capsys.readouterr().err)
    assert (line["code"], line["cache"], line["user_id"]) == (answer.status, "hit", reader.user.pk)
    assert answer.status == (304 if known else 200)
    assert line["request"] == f"GET /api/get-profile/{chidi.pk}"


@pytest.mark.parametrize(
    "environ",
    [
        {"HTTP_ORIGIN": "https://app.example"},
        {"HTTP_HOST": "evil.example"},
        {"HTTP_AUTHORIZATION": "Bearer psa_unknown"},
        {"HTTP_AUTHORIZATION": ""},
        {"REQUEST_METHOD": "DELETE"},
        {"QUERY_STRING": "unknown=1"},
    ],
    ids=["cors", "host", "unknown token", "anonymous", "method", "unknown parameter"],
)
def test_front_leaves_to_django_what_django_has_to_decide(
    reader: ApiClient, chidi: CustomUser, environ: dict[str, str]
) -> None:
    reader.get(f"/get-profile/{chidi.pk}")

    assert not Answer(reader, f"/get-profile/{chidi.pk}", **environ).is_hit


def test_front_reads_the_scheme_in_any_case(reader: ApiClient, chidi: CustomUser) -> None:
    reader.get(f"/get-profile/{chidi.pk}")

    assert Answer(reader, f"/get-profile/{chidi.pk}", HTTP_AUTHORIZATION=f"bearer {reader.token}").is_hit


def test_front_refuses_plain_http_where_tls_is_asked_for(reader: ApiClient, chidi: CustomUser, settings: Any) -> None:
    reader.get(f"/get-profile/{chidi.pk}")
    settings.SECURE_SSL_REDIRECT = True

    assert not Answer(reader, f"/get-profile/{chidi.pk}").is_hit
    assert Answer(reader, f"/get-profile/{chidi.pk}", HTTP_X_FORWARDED_PROTO="https").is_hit


def test_front_serves_one_persons_payments_to_nobody_else(reader: ApiClient, ada: CustomUser) -> None:
    assert reader.user is not None
    path = f"/users/{reader.user.pk}/payments"
    assert json.loads(reader.get(path).content)["items"] == []
    stranger = ApiClient(ada)
    stranger.get("/me")

    assert Answer(reader, path).is_hit
    assert not Answer(stranger, path).is_hit


def test_front_refuses_a_token_from_the_moment_its_owner_is_banned(
    reader: ApiClient, chidi: CustomUser, bisi: CustomUser
) -> None:
    assert reader.user is not None
    reader.get(f"/get-profile/{chidi.pk}")
    assert Answer(reader, f"/get-profile/{chidi.pk}").is_hit

    ban_user(user_id=reader.user.pk, staff_id=bisi.pk)

    assert not Answer(reader, f"/get-profile/{chidi.pk}").is_hit


def test_hit_of_who_names_an_origin_is_for_an_allowed_host_too(reader: ApiClient, chidi: CustomUser) -> None:
    """Django's middleware serves it."""
    reader.get(f"/get-profile/{chidi.pk}")

    hit = reader.get(f"/get-profile/{chidi.pk}", Origin="https://app.example")
    elsewhere = reader.get(f"/get-profile/{chidi.pk}", Origin="https://app.example", Host="evil.example")

    assert (hit.status_code, hit.headers["Cache-Status"]) == (200, "payshift; hit")
    assert hit.headers["X-Frame-Options"] == "DENY"
    assert elsewhere.status_code == 400
