"""Asking a provider about one row after the other: no row, and no provider that hangs, keeps the others waiting.

Each row is asked about once per sweep, with one try. Whatever goes wrong with it is its own: it is logged, its
`checked_at` moves on all the same, so that it is not the first again, and staff are told once of what no later try
mends. A provider that was silent three times in a row is left alone until the next sweep, which also ends in time.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

import structlog
from django.db import transaction
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Model, Q, Value
from django.db.models.functions import Least

from core import clock
from payment.providers.base import ProviderError, ProviderUnreachable
from payment.providers.http import single_try
from payment.services.alerts import alert_staff_once
from payment.services.periods import in_lagos

logger = structlog.get_logger(__name__)

BUDGET_SECONDS = 60.0
MOST_SILENCES = 3


@dataclass(frozen=True, slots=True)
class Row:
    """What is asked about: by its reference at its provider."""

    model: type[Model]
    pk: int
    provider: str
    reference: str


def ask_each(rows: Iterable[Row], check: Callable[[str, str], object]) -> int:
    """Returns how many were asked about. Network calls: no transaction may be open."""
    ends, silences, asked = monotonic() + BUDGET_SECONDS, Counter[str](), 0
    with single_try():
        for row in rows:
            if monotonic() >= ends:
                logger.warning("sweep_out_of_time", asked=asked)
                break
            if silences[row.provider] >= MOST_SILENCES:
                continue
            asked += 1
            silences[row.provider] = silences[row.provider] + 1 if _is_silent(row, check) else 0
    return asked


def _is_silent(row: Row, check: Callable[[str, str], object]) -> bool:
    """Ask about one row. True when its provider could not be reached."""
    try:
        check(row.provider, row.reference)
    except ProviderUnreachable as error:
        _postpone(row, error)
        return True
    except ProviderError as error:
        _postpone(row, error)
    except Exception as error:
        logger.exception("row_not_reconciled", provider=row.provider, reference=row.reference)
        _postpone(row, error)
        _tell_staff(row, error)
    return False


@transaction.atomic
def _postpone(row: Row, error: Exception) -> None:
    """It was asked about, whatever came of it: the next sweep begins with others."""
    logger.warning("reconciliation_postponed", provider=row.provider, reference=row.reference, error=str(error)[:300])
    row.model._default_manager.filter(pk=row.pk).update(checked_at=clock.now())


def _tell_staff(row: Row, error: Exception) -> None:
    alert_staff_once(
        "row_not_reconciled",
        about=f"{row.provider}:{row.reference}:{type(error).__name__}",
        provider=row.provider,
        reference=row.reference,
        error=type(error).__name__,
        found_in=row.model._meta.model_name or "",
        row_id=row.pk,
    )


def due(*, now: datetime, since: str, at_least_every: timedelta) -> Q:
    """Rows that were not asked about for a quarter of their age: often at first, and then ever less often."""
    age = ExpressionWrapper(Value(now, DateTimeField()) - F(since), DurationField())
    wait = Least(ExpressionWrapper(age * 0.25, DurationField()), Value(at_least_every, DurationField()))
    last = ExpressionWrapper(Value(now, DateTimeField()) - wait, DateTimeField())
    return Q(checked_at__isnull=True) | Q(checked_at__lte=last)


def why_not_returned(what: str, until: datetime | None) -> str:
    """To staff who would give back what the provider may have; None: it has it. Time of Lagos."""
    if until is None:
        return f"The provider has this {what}: its verdict is waited for."
    if until > clock.now():
        return f"The provider may have this {what}: it is looked up until {in_lagos(until)}, and returned after that."
    return f"The provider may have this {what}: look it up once more. Where that finds nothing, it can be returned."
