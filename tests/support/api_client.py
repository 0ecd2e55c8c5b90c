"""A caller of the API: Django's test client with a bearer token, JSON in and out."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol

from django.test import Client

from accounts.models import CustomUser
from accounts.tokens import new_access_token, sha256
from core import clock
from tests.factories.accounts import DeviceFactory


class ApiResponse(Protocol):
    """What tests look at in an answer."""

    status_code: int
    content: bytes
    headers: Any
    cookies: Any

    def json(self) -> Any: ...


class ApiClient:
    """Paths are given below /api, e.g. `api.get("/jobs/7")`."""

    def __init__(self, user: CustomUser | None = None) -> None:
        self.user = user
        self.client = Client(raise_request_exception=False)
        self.token = ""
        if user is not None:
            self.token = new_access_token()
            self.device = DeviceFactory(
                user=user,
                access_sha256=sha256(self.token),
                # Tests that move the clock by days keep their token.
                access_expires_at=clock.now() + timedelta(days=365),
                expires_at=clock.now() + timedelta(days=365),
            )

    def get(self, path: str, params: Mapping[str, Any] | None = None, **headers: str) -> ApiResponse:
        return self._send("GET", path, query_params=params, headers=headers)

    def post(self, path: str, json: Any = None, **headers: str) -> ApiResponse:
        return self._send("POST", path, data=json, headers=headers)

    def patch(self, path: str, json: Any = None, **headers: str) -> ApiResponse:
        return self._send("PATCH", path, data=json, headers=headers)

    def put(self, path: str, json: Any = None, **headers: str) -> ApiResponse:
        return self._send("PUT", path, data=json, headers=headers)

    def delete(self, path: str, json: Any = None, **headers: str) -> ApiResponse:
        return self._send("DELETE", path, data=json, headers=headers)

    def _send(self, method: str, path: str, *, headers: dict[str, str], **options: Any) -> ApiResponse:
        """Header names are given with underscores: `Idempotency_Key="…"`."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        data = options.pop("data", None)
        if data is not None:
            options |= {"data": data, "content_type": "application/json"}
        elif method == "POST":
            # Django's client would send the end of an empty form: clients of an API send nothing.
            options |= {"data": b"", "content_type": "application/json"}
        response: ApiResponse = getattr(self.client, method.lower())(f"/api{path}", headers=sent, **options)
        return response
