"""P1, P2: every operation, called by everybody. An operation without a row in the matrix fails the suite."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from PIL import Image

from accounts.models import CustomUser
from core.actor import Role
from tests.architecture.access_matrix import BANK_ACCOUNT, MATRIX, STRANGERS, WALE, WRONG_ROLES, Row
from tests.architecture.routes import Route, routes
from tests.architecture.world import World, build_world
from tests.factories.accounts import UserFactory
from tests.support.api_client import ApiClient, ApiResponse
from tests.support.gateway import Gateway

pytestmark = pytest.mark.django_db

type People = dict[str, CustomUser]

ROUTES = {route.name: route for route in routes()}
CODES = {401: {"unauthenticated", "invalid_signature", "invalid_refresh_token"}, 404: {"not_found"}}


@pytest.fixture
def world(chidi: CustomUser, wale: CustomUser, ada: CustomUser) -> World:
    return build_world(chidi=chidi, wale=wale, ada=ada)


def test_every_operation_has_a_row_and_every_row_an_operation() -> None:
    assert set(ROUTES) - set(MATRIX) == set()
    assert set(MATRIX) - set(ROUTES) == set()


OFFLINE = sorted(name for name, row in MATRIX.items() if not row.network and name in ROUTES)
ONLINE = sorted(name for name, row in MATRIX.items() if row.network and name in ROUTES)


@pytest.mark.parametrize("name", OFFLINE)
def test_access(name: str, world: World, people: People) -> None:
    row = MATRIX[name]

    assert answers(name, world, people) == expected(row)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ONLINE)
def test_access_to_what_calls_a_provider(name: str, world: World, people: People, gateway: Gateway) -> None:
    row = MATRIX[name]
    gateway.register_account(**BANK_ACCOUNT, account_name=people[WALE].name.upper())

    assert answers(name, world, people) == expected(row)


def expected(row: Row) -> dict[str, int]:
    return {
        "anonymous": row.anonymous_gets,
        f"{STRANGERS[row.owner]}, a stranger": row.stranger_gets,
        f"{WRONG_ROLES[row.owner]} in the wrong role": row.wrong_role_gets,
        "bisi of staff": row.staff_gets,
        "a clerk without rights": row.clerk_gets,
        f"{row.owner}, whose it is": row.owner_gets,
    }


def answers(name: str, world: World, people: People) -> dict[str, int]:
    """The owner comes last, so that nobody before could have spoilt it."""
    row, route = MATRIX[name], ROUTES[name]
    names = (STRANGERS[row.owner], WRONG_ROLES[row.owner], "bisi", "clerk", row.owner)
    callers = [None, *(people[who] for who in names)]
    return {who: call(route, row, world, caller) for who, caller in zip(expected(row), callers, strict=True)}


@pytest.fixture
def people(
    chidi: CustomUser, wale: CustomUser, ada: CustomUser, sade: CustomUser, emeka: CustomUser, bisi: CustomUser
) -> People:
    clerk = UserFactory.create(email="clerk@example.com", role=Role.ADMIN)
    return {"chidi": chidi, "wale": wale, "ada": ada, "sade": sade, "emeka": emeka, "bisi": bisi, "clerk": clerk}


def call(route: Route, row: Row, world: World, caller: CustomUser | None) -> int:
    """The status that this caller gets, among those that the operation declares."""
    answer = answer_to(route, row, world, caller)
    assert answer.status_code in route.declared_statuses, answer.content
    if answer.status_code in CODES:
        assert answer.json()["code"] in CODES[answer.status_code], answer.content
    return int(answer.status_code)


def answer_to(route: Route, row: Row, world: World, caller: CustomUser | None, *, undo: bool = True) -> ApiResponse:
    """What the call changed is undone, unless the caller looks at it."""
    path = row.path.format(**world.ids)
    body = row.body(world) if callable(row.body) else row.body
    headers = {"Idempotency_Key": f"key-{caller and caller.pk}"} if row.money else {}
    client = ApiClient(caller)
    # Not atomic(): what must commit by itself (a used-up code) refuses to be inside of one. Outside a test transaction
    # there is no savepoint, and only the owner changes anything.
    before = transaction.savepoint_create()
    if row.upload:
        sent = {"Authorization": f"Bearer {client.token}"} if client.token else {}
        answer: ApiResponse = client.client.put(f"/api{path}", avatar(), content_type=MULTIPART_CONTENT, headers=sent)
    elif route.method == "GET":
        answer = client.get(path, None, **headers)
    else:
        answer = getattr(client, route.method.lower())(path, json=body, **headers)
    if before and undo:
        transaction.savepoint_rollback(before)
    return answer


def avatar() -> bytes:
    picture = BytesIO()
    Image.new("RGB", (64, 64), "green").save(picture, "PNG")
    return encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("me.png", picture.getvalue(), "image/png")})
