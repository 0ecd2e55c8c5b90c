"""An API of a few operations for core's own tests: what every operation of Payshift gets without asking."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, NoReturn
from uuid import UUID

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DataError, IntegrityError, OperationalError, connection
from django.http import Http404, HttpRequest
from django.urls import path
from ninja import Field, File, Query, Router, Status, UploadedFile
from ninja.errors import HttpError
from ninja.security import HttpBearer

from core.api import PayshiftAPI
from core.errors import Conflict, FieldProblem, TooManyRequests, Unavailable, Unprocessable
from core.pagination import PageOut, PageQuery, paginate
from core.schemas import Id, Kobo, Out, StrictIn, Text, problems
from core.urls import development, operations


class Token(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> str | None:
        return token if token == "good" else None


class Address(StrictIn):
    street: Annotated[str, Field(max_length=10)]


class ThingIn(StrictIn):
    name: Annotated[str, Field(min_length=1, max_length=20)]
    amount_kobo: Kobo
    address: Address | None = None
    tags: list[str] = []
    day: date | None = None


class ThingOut(Out):
    name: str
    amount_kobo: int


class MomentOut(Out):
    at: datetime
    on: date
    id: UUID
    share: Decimal


class GroupOut(Out):
    id: Id
    name: str


api = PayshiftAPI(title="Core", urls_namespace="core-tests", auth=Token())
router = Router(tags=["things"])


@router.post("/things", response={201: ThingOut, **problems(401, 422)})
def create_thing(request: HttpRequest, thing: ThingIn) -> Status[ThingIn]:
    return Status(201, thing)


@router.get("/things", response=dict[str, Any])
def list_things(
    request: HttpRequest,
    page: Query[PageQuery],
    name: Text = "",
    at_least: int = 0,
    tag: Query[list[str] | None] = None,
) -> dict[str, Any]:
    return {"limit": page.limit, "name": name, "at_least": at_least, "tag": tag or []}


@router.get("/groups", response=PageOut[GroupOut])
def list_groups(request: HttpRequest, page: Query[PageQuery]) -> Any:
    return paginate(Group.objects.all(), order=("-id",), page=page)


@router.get("/groups-by-name", response=PageOut[GroupOut])
def list_groups_by_name(request: HttpRequest, page: Query[PageQuery]) -> Any:
    return paginate(Group.objects.all(), order=("name", "id"), page=page)


@router.get("/things/{int:thing_id}", response=dict[str, int])
def get_thing(request: HttpRequest, thing_id: int) -> dict[str, int]:
    return {"id": thing_id}


@router.put("/things/{int:thing_id}", response=dict[str, int])
def put_thing(request: HttpRequest, thing_id: int) -> dict[str, int]:
    return {"id": thing_id}


@router.put("/names/{int:thing_id}", response=dict[str, str])
def rename_thing(request: HttpRequest, thing_id: int, thing: ThingIn) -> dict[str, str]:
    return {"name": thing.name}


@router.get("/moment", response=MomentOut, auth=None)
def get_moment(request: HttpRequest) -> dict[str, Any]:
    return {
        "at": datetime(2026, 3, 1, 9, 30, 0, 123456, tzinfo=UTC),
        "on": date(2026, 3, 1),
        "id": UUID("6f2b3f2c-5b7a-4b0e-9a51-000000000001"),
        "share": Decimal("0.10"),
    }


@router.post("/files", auth=None)
def upload_file(request: HttpRequest, file: File[UploadedFile]) -> dict[str, int | None]:
    return {"size": file.size}


@router.get("/queries/{int:count}", auth=None)
def run_queries(request: HttpRequest, count: int) -> dict[str, int]:
    with connection.cursor() as cursor:
        for _ in range(count):
            cursor.execute("SELECT 1")
    return {"count": count}


FAILURES: dict[str, Exception] = {
    "conflict": Conflict("Taken."),
    "fields": Unprocessable("No.", errors=[FieldProblem("name", "taken", "That name is taken.")]),
    "throttled": TooManyRequests(retry_after_seconds=17),
    "unavailable": Unavailable(retry_after_seconds=3),
    "http": HttpError(403, "Not you."),
    "missing": Http404("secret path"),
    "denied": PermissionDenied("secret reason"),
    "suspicious": SuspiciousOperation("secret reason"),
    "defect": RuntimeError("secret defect"),
    "integrity": IntegrityError("secret constraint"),
    "data": DataError("secret value"),
    "database": OperationalError("secret host"),
}


@router.get("/failures/{str:name}", auth=None)
def fail(request: HttpRequest, name: str) -> None:
    raise FAILURES[name]


@router.get("/auth/timed", auth=None)
def get_timed(request: HttpRequest) -> dict[str, int]:
    return {}


api.add_router("", router)


def refuse(request: HttpRequest) -> NoReturn:
    raise PermissionDenied


urlpatterns = [
    path("api/", api.urls),
    path("api/plain", refuse),
    path("plain", refuse),
    *operations,
    *development,
]

handler400 = "core.problems.bad_request"
handler403 = "core.problems.permission_denied"
handler404 = "core.problems.not_found"
handler500 = "core.problems.server_error"
