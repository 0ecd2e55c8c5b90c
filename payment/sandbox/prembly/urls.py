"""Below /prembly/, as below https://api.prembly.com."""

from collections.abc import Callable

from django.conf import settings
from django.urls import path, re_path

from payment.sandbox.calls import Call, Dialect, Json, Reply, endpoint, no_such_call
from payment.sandbox.models import Identity


def said(detail: str, code: str, **more: object) -> Reply:
    return Reply({"status": code in ("00", "01", "02"), "detail": detail, "response_code": code, **more})


PREMBLY = Dialect(
    provider="prembly",
    secret_key=lambda: settings.PREMBLY_SECRET_KEY,
    key_header="x-api-key",
    no_key=Reply({"status": False, "detail": "Authentication credentials were not provided."}, 401),
    wrong_key=Reply({"status": False, "detail": "Invalid API key."}, 401),
    no_such_call=Reply({"detail": "Not found."}, 404),
    not_json=Reply({"detail": "JSON parse error"}, 400),
    server_error=Reply({"detail": "Server error"}, 500),
    rate_limited=Reply({"detail": "Request was throttled."}, 429),
)


def bvn(call: Call) -> Reply:
    return _found(call, "bvn", lambda row: {"firstName": row.first_name, "middleName": "", "lastName": row.last_name})


def nin(call: Call) -> Reply:
    return _found(call, "nin", lambda row: {"firstname": row.first_name, "middlename": "", "surname": row.last_name})


def _found(call: Call, kind: str, told: Callable[[Identity], Json]) -> Reply:
    number = str(call.body.get("number", ""))
    if not number:
        return Reply({"status": False, "detail": {"number": ["This field is required."]}}, 400)
    asked = {"request_data": {"number": number}, "source": "API"}
    row = Identity.objects.filter(kind=kind, number=number).first()
    if row is None:
        return said("Record not found", "01", data=None, **asked)
    if row.blocked:
        return said("Blocked", "07", data=None, **asked)
    return said("Verification Successful", "00", data=told(row), **asked)


urlpatterns = [
    path("verification/bvn_validation", endpoint(PREMBLY, post=("identity", bvn))),
    path("api/v1/verification/api/nin_level_2", endpoint(PREMBLY, post=("identity", nin))),
    re_path(r"", no_such_call(PREMBLY)),
]
