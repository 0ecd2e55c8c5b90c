"""What an act of staff does to one row: tried and rolled back for the preview, then done and kept in the history.

A preview is not a description of the rules but their outcome: the service itself runs, in a transaction that is rolled
back. Services call nobody outside the database in a transaction, so nothing of it is left but cached reads that go to
the database for a few seconds, and lines of the log that say `only_tried`. What is done is compared with what was
shown: where they differ, nothing is done.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.db.models import Model
from structlog.contextvars import bound_contextvars

from accounts.ports import MONEY_WATCH
from accounts.row_names import named
from core.errors import InvalidState, PayshiftError
from core.money import in_naira

# What staff write does not decide what happens.
WORDS = {"reason", "note"}

PAST = "As it stands now, there is nothing of this to be done."
LOOKS_DIFFERENT = "What would happen is no longer what was shown. Look at it again."


@dataclass(frozen=True, slots=True)
class Act:
    """One kind of act. `do` gets the row (None: about nothing that exists), the form's values, and who it is."""

    title: str
    done: str
    form: type[forms.Form]
    do: Callable[[Any, dict[str, Any], int], object]
    traced: Sequence[str] = ()
    # Whether it may be done to this row at all: also one that was chosen from a list, or an address typed by hand.
    applies: Callable[[Any], bool] = lambda row: True
    # What follows later, by a job, and what else staff should know of this row before they say yes.
    foretell: Callable[[Any], Sequence[str]] = lambda row: ()
    is_final: bool = True


@dataclass(slots=True)
class Outcome:
    row: Model | None
    effects: list[str] = field(default_factory=list)
    refusal: str = ""
    result: object = None
    seen: str = ""

    @property
    def says(self) -> str:
        return named(self.row) if self.row else ""

    @property
    def pk(self) -> int:
        return self.row.pk if self.row else 0


def run(act: Act, row: Any, values: dict[str, Any], staff_id: int, *, expected: str | None = None) -> Outcome:
    """With `expected`, the `seen` of an earlier try: do it and write the history, together. Without: only try."""
    outcome = Outcome(row)
    try:
        with bound_contextvars(only_tried=expected is None), transaction.atomic():
            is_past = not act.applies(row)
            moved = MONEY_WATCH.get().begin()
            before = _traced(act, row)
            outcome.result = act.do(row, values, staff_id)
            # After what the service itself says of it, which is more.
            if is_past:
                raise InvalidState(PAST)
            outcome.effects = [*_changes(row, before, _traced(act, row)), *moved(), *_asked(outcome.result)]
            outcome.seen = _digest(values, outcome.effects)
            if expected is None:
                transaction.set_rollback(True)
            elif expected != outcome.seen:
                raise InvalidState(LOOKS_DIFFERENT)
            else:
                _record(act, outcome, values, staff_id)
    except PayshiftError as refusal:
        outcome.refusal = refusal.detail
    return outcome


def _traced(act: Act, row: Model | None) -> dict[str, Any]:
    if row is None or not act.traced:
        return {}
    return type(row)._default_manager.filter(pk=row.pk).values(*act.traced).get()


def _changes(row: Model | None, before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [
        f"{_label(row, name)}: {_shown(name, before[name])} → {_shown(name, after[name])}"
        for name in before
        if row is not None and before[name] != after[name]
    ]


def _asked(result: object) -> list[str]:
    """Where it is only proposed, the row that came of it says so in `asks_for`."""
    asks_for: str = getattr(result, "asks_for", "")
    return [asks_for] if asks_for else []


def _label(row: Model | None, name: str) -> str:
    label = str(row._meta.get_field(name).verbose_name) if row else name  # type: ignore[union-attr]
    return label.removesuffix(" kobo").capitalize()


def _shown(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name.endswith("_kobo") and value is not None:
        return in_naira(value)
    return str(value) if value not in (None, "") else "nothing"


def _digest(values: dict[str, Any], effects: list[str]) -> str:
    """Of what was asked for and what came of it."""
    asked = {name: str(value) for name, value in values.items() if name not in WORDS}
    return hashlib.sha256(json.dumps([asked, effects], sort_keys=True).encode()).hexdigest()[:32]


def _record(act: Act, outcome: Outcome, values: dict[str, Any], staff_id: int) -> None:
    """On the row, and on what came into being by it: who, why, and what it changed."""
    why = values.get("reason") or values.get("note") or ""
    about = [row for row in (outcome.row, outcome.result) if isinstance(row, Model)]
    each = {(type(row), row.pk): row for row in about}
    message = ". ".join(part for part in (f"{act.title}: {why}" if why else act.title, *outcome.effects) if part)
    for row in each.values():
        LogEntry.objects.log_actions(staff_id, [row], CHANGE, message, single_object=True)
