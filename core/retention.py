"""What grows has a rule: rows of a kind go so many days after they were made, or lose what is in some of their columns.

An app says in `AppConfig.ready()` what it forgets: `forget(name, rows=…, made="created_at", days="KEPT_…_DAYS")`, or
`empty(…)`. However many there are, no statement runs long: one batch at a time, and each commits by itself. Killed at
any point, it goes on the next night. Nothing of money has a rule, and of what is evidence for some time a trigger
refuses the deletion meanwhile.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from core import clock
from core.metrics import ROWS_FORGOTTEN

BATCH = 1_000

logger = structlog.get_logger(__name__)

type Rows = Callable[[], QuerySet[Any]]
# The primary keys of rows that were made before a moment, a batch at a time.
type Walk = Callable[[Rows, str, datetime], Iterator[list[Any]]]


@dataclass(frozen=True, slots=True)
class Rule:
    """`rows`: those that may go. `made`: the field with the moment from which their days are counted. `days`: the
    setting. `emptied`: the columns that are set to NULL; with none of them the row is deleted.
    """

    rows: Rows
    made: str
    days: str
    walk: Walk
    emptied: tuple[str, ...] = ()


RULES: dict[str, Rule] = {}


class Unfinished(Exception):
    """Some rules failed; the others were carried out. The job is tried again."""


def forget(name: str, *, rows: Rows, made: str, days: str) -> None:
    """Delete them. Walked along their primary key, which is the order in which they came."""
    RULES[name] = Rule(rows, made, days, _by_key)


def forget_by_time(name: str, *, rows: Rows, made: str, days: str) -> None:
    """Delete them, where `made` has an index or there are few: their primary key says nothing of their age."""
    RULES[name] = Rule(rows, made, days, _by_time)


def empty(name: str, *, rows: Rows, made: str, days: str, columns: tuple[str, ...]) -> None:
    """Set these columns to NULL. `rows` leaves out those that are empty; `made` has an index among the others."""
    RULES[name] = Rule(rows, made, days, _by_time, columns)


def forget_old_rows() -> dict[str, int]:
    """Carry out every rule; returns of how many rows each was. Raises `Unfinished` at the end if one failed."""
    gone, failed = {}, []
    for name in RULES:
        try:
            gone[name] = carry_out(name)
        except Exception:
            # One table's trouble must not let the others grow.
            logger.exception("retention_failed", rule=name)
            failed.append(name)
    if failed:
        raise Unfinished(", ".join(failed))
    return gone


def carry_out(name: str) -> int:
    """Of one rule; returns of how many rows it was."""
    rule = RULES[name]
    before, gone = clock.now() - timedelta(days=getattr(settings, rule.days)), 0
    for old in rule.walk(rule.rows, rule.made, before):
        rows = rule.rows().filter(pk__in=old)
        with transaction.atomic():
            if rule.emptied:
                done = rows.update(**dict.fromkeys(rule.emptied))
            else:
                done = rows.delete()[1].get(rows.model._meta.label, 0)
        ROWS_FORGOTTEN.labels(name).inc(done)
        gone += done
    return gone


def _by_key(rows: Rows, made: str, before: datetime) -> Iterator[list[Any]]:
    """Until one batch has nothing old. Those that may not go are walked past."""
    everything, last = rows().model._default_manager.order_by("pk"), 0
    while batch := list(everything.filter(pk__gt=last).values_list("pk", made)[:BATCH]):
        if not (old := [key for key, moment in batch if moment < before]):
            break
        last = batch[-1][0]
        yield old


def _by_time(rows: Rows, made: str, before: datetime) -> Iterator[list[Any]]:
    """Until none is left: what was yielded is none of `rows` any more."""
    while old := list(rows().filter(**{f"{made}__lt": before}).order_by(made).values_list("pk", flat=True)[:BATCH]):
        yield old
