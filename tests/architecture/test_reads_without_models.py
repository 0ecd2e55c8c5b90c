"""A read answers from rows: to build models, and to read them again into schemas, costs more than its query."""

from collections import Counter
from typing import Any

import pytest
from django.db import models

from accounts.models import CustomUser
from tests.architecture.access_matrix import MATRIX
from tests.architecture.test_query_budgets import READS
from tests.architecture.world import build_world
from tests.support.api_client import ApiClient

pytestmark = pytest.mark.django_db

# These are asked for most, or are written so anyway. What is not here judges each row by rules that take models, or is
# asked for seldom: whoever writes it for rows adds it.
FROM_ROWS = {
    "count_unread_notifications",
    "find_jobs",
    "get_attendance_history",
    "get_config",
    "get_job",
    "get_notification_settings",
    "get_profile",
    "get_push",
    "get_second_factor",
    "get_statement",
    "get_virtual_account",
    "get_wallet",
    "get_wallet_limits",
    "list_client_jobs",
    "list_invitations",
    "list_notifications",
    "list_payments",
    "list_reviews_given",
    "list_reviews_received",
    "list_saved_jobs",
}
# The caller, of whom the token tells.
CALLER = Counter(Device=1, CustomUser=1)


def test_reads_that_answer_from_rows_build_no_models(
    chidi: CustomUser, wale: CustomUser, ada: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = {"chidi": chidi, "wale": wale, "ada": ada}
    world = build_world(**people)
    from_db = models.Model.from_db.__func__  # type: ignore[attr-defined]
    building: dict[str, Counter[str]] = {}

    for name in sorted(READS.keys() - {"list_banks"}):
        row = MATRIX[name]
        client, path, built = ApiClient(people[row.owner]), row.path.format(**world.ids), Counter[str]()

        def build(cls: type[models.Model], /, *values: Any, built: Counter[str] = built, **named: Any) -> models.Model:
            built[cls.__name__] += 1
            return from_db(cls, *values, **named)

        with monkeypatch.context() as watching:
            watching.setattr(models.Model, "from_db", classmethod(build))
            assert client.get(path).status_code == 200
        building[name] = built - CALLER

    assert {name for name, built in building.items() if not built} == FROM_ROWS
