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

# Every other read answers from rows. Why these build models: whoever writes one of them for rows takes it away here.
MODELS_FOR = {
    "export_me": "all that is kept of a person, asked for once in a while",
    "get_account_details": "one row, which is cached",
    "get_calendar": "a file for calendar programs, made of the assignments themselves",
    "get_dispute": "says by a rule of services what its viewer may still do",
    "get_ending_cost": "quotes by the service that would end the shift",
    "get_extra_time_cost": "quotes by the service that would offer it",
    "get_job_for_caller": "asks the rule of applying, which names the refusal",
    "get_job_receipt": "a document, asked for seldom",
    "get_me": "the caller, whom other operations answer with too",
    "get_payment": "one row, whom it says is payer depends on the viewer",
    "get_series": "one row and its weeks, for clients that repeat jobs",
    "get_withdrawal": "one row, shown as the operations that make one answer it",
    "list_devices": "a short list, asked for in the settings",
    "list_disputes": "a short list, shown by its viewer's side",
    "list_industries": "two hundred rows, which clients keep",
    "list_reports": "a short list of one's own, asked for seldom",
    "list_reviews_to_write": "whom to review depends on the caller's role",
    "list_job_templates": "a short list, for the form of a posting",
    "list_saved_searches": "a short list, which clients keep",
    "list_series": "a short list, for clients that repeat jobs",
    "list_wallet_transactions": "what it says of a posting, rules make of the model",
    "list_withdrawals": "a short list, shown as the operations that make one answer it",
    "list_workers_of_client": "looks the page's people up by their keys",
    "print_payment_receipt": "a document, asked for seldom",
    "print_withdrawal_receipt": "a document, asked for seldom",
}


def test_reads_build_no_models_but_for_a_reason(
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
        building[name] = built

    assert {name for name, built in building.items() if built} == MODELS_FOR.keys()
