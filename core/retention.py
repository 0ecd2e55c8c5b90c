"""What grows has a rule: rows of a kind are forgotten so many days after they were made, a batch at a time.

An app says in `AppConfig.ready()` what it forgets: `forget(name, rows=…, made="created_at", days="KEPT_…_DAYS")`. Rows
are walked along their primary key, which is the order in which they came, until one batch has nothing old: however many
there are, no statement runs long, and each batch commits by itself. Killed at any point, it goes on the next night.
Nothing of money has a rule.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from core import clock
from core.metrics import ROWS_FORGOTTEN

BATCH = 1_000

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Rule:
    """`rows`: those that may go. `made`: the field with the moment from which their days are counted."""

    rows: Callable[[], QuerySet[Any]]
    made: str
    days: str


RULES: dict[str, Rule] = {}


class Unfinished(Exception):
    """Some rules failed; the others were carried out. The job is tried again."""


def forget(name: str, *, rows: Callable[[], QuerySet[Any]], made: str, days: str) -> None:
    RULES[name] = Rule(rows, made, days)


def forget_old_rows() -> dict[str, int]:
    """Carry out every rule; returns how many rows of each went. Raises `Unfinished` at the end if one failed."""
    gone, failed = {}, []
    for name, rule in RULES.items():
        try:
            gone[name] = _carry_out(name, rule)
        except Exception:
            # One table's trouble must not let the others grow.
            logger.exception("retention_failed", rule=name)
            failed.append(name)
    if failed:
        raise Unfinished(", ".join(failed))
    return gone


def _carry_out(name: str, rule: Rule) -> int:
    before = clock.now() - timedelta(days=getattr(settings, rule.days))
    rows, gone, last = rule.rows(), 0, 0
    everything = rows.model._default_manager.order_by("pk")
    while batch := list(everything.filter(pk__gt=last).values_list("pk", rule.made)[:BATCH]):
        if not (old := [key for key, made in batch if made < before]):
            break
        last = batch[-1][0]
        with transaction.atomic():
            deleted = rows.filter(pk__in=old).delete()[0]
        ROWS_FORGOTTEN.labels(name).inc(deleted)
        gone += deleted
    return gone
