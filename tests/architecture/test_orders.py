"""What each list of the API is ordered by.

A page follows the last row of the one before: a row whose place changes in between is met twice, or on no page.
"""

from typing import Any

import pytest

from accounts.models import CustomUser
from core.api import query_names
from core.pagination import Keyset
from tests.architecture.access_matrix import MATRIX
from tests.architecture.routes import routes
from tests.architecture.world import build_world
from tests.support.api_client import ApiClient

pytestmark = pytest.mark.django_db

# Written once, when the row is made. `starts_at` of an assignment is its shift's, which nothing moves once somebody is
# on it; a receipt is never changed.
STAYS = {
    "export_me": ("part", "pk"),
    "list_applications": ("-created_at", "-id"),
    "list_assignments soonest": ("starts_at", "id"),
    "list_assignments latest": ("-starts_at", "-id"),
    "list_blocks": ("-created_at", "-id"),
    "list_client_jobs": ("-created_at", "-id"),
    "list_devices": ("-created_at", "-id"),
    "list_disputes": ("-created_at", "-id"),
    "list_favourites": ("-created_at", "-id"),
    "list_invitations": ("-created_at", "-id"),
    "list_job_applications": ("created_at", "id"),
    "list_job_templates": ("-created_at", "-id"),
    "list_notifications": ("-created_at", "-id"),
    "list_payments": ("-created_at", "-id"),
    "list_reports": ("-created_at", "-id"),
    "list_reviews_given": ("-created_at", "-id"),
    "list_reviews_received": ("-created_at", "-id"),
    "list_reviews_to_write": ("-id",),
    "list_saved_jobs": ("-saved_at", "-id"),
    "list_saved_searches": ("-created_at", "-id"),
    "list_series": ("-created_at", "-id"),
    "list_wallet_transactions": ("-id",),
    "list_withdrawals": ("-created_at", "-id"),
    "find_jobs newest": ("-created_at", "-id"),
    "get_job_receipt": ("paid_at", "id"),
}
# The rank is what is asked for, and docs/api.md says that it may change: it follows what a client edits until somebody
# is accepted (rate, start, place, words), what people become (scores), or that somebody worked again.
RANKED = {
    "find_jobs rate": ("-rate_kobo", "-id"),
    "find_jobs soonest": ("starts_at", "id"),
    "find_jobs relevance": ("-relevance", "-id"),
    "find_jobs distance": ("distance_m", "id"),
    "list_best_applicants": ("-score", "created_at", "id"),
    "list_workers_of_client": ("-last_worked_at", "-worker_id"),
    "matched_jobs": ("-score", "-created_at", "-id"),
}
PLACE = {"latitude": 6.6018, "longitude": 3.3515}
VARIANTS: dict[str, dict[str, dict[str, Any]]] = {
    "list_assignments": {order: {"order": order} for order in ("soonest", "latest")},
    "find_jobs": {
        "newest": {"order": "newest"},
        "rate": {"order": "rate"},
        "soonest": {"order": "soonest"},
        "relevance": {"order": "relevance", "q": "waiter"},
        "distance": {"order": "distance", **PLACE},
    },
}


def test_each_list_is_in_an_order_that_stays_or_is_a_rank(
    chidi: CustomUser, wale: CustomUser, ada: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = {"chidi": chidi, "wale": wale, "ada": ada}
    world = build_world(**people)
    asked: list[tuple[str, ...]] = []
    keys_of = Keyset.keys_of

    def seen(keyset: Keyset, cursor: str | None, **options: Any) -> list[Any] | None:
        asked.append(keyset.order)
        return keys_of(keyset, cursor, **options)

    monkeypatch.setattr(Keyset, "keys_of", seen)
    orders: dict[str, tuple[str, ...]] = {}

    for route in routes():
        if route.method != "GET" or "cursor" not in query_names(route.operation)[0]:
            continue
        row = MATRIX[route.name]
        for variant, filters in VARIANTS.get(route.name, {"": {}}).items():
            asked.clear()
            answer = ApiClient(people[row.owner]).get(row.path.format(**world.ids), filters)
            assert answer.status_code == 200, (route.name, answer.content)
            (orders[f"{route.name} {variant}".strip()],) = asked

    assert orders == STAYS | RANKED
