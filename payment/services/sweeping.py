"""Asking a provider about one row after the other: no row, and no provider that hangs, keeps the others waiting.

Each row is asked about once per sweep, with one try. Whatever goes wrong with it is its own: it is logged, its
`checked_at` moves on all the same, so that it is not the first again, and staff are told once of what no later try
mends. A provider that was silent three times in a row is left alone until the next sweep, which also ends in time; so
is one that refuses our key or account, which is told once too. What is queued takes turns: whoever never leaves the
queue keeps nobody else in it. Of a list, each row that can be read is heard.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import structlog
from django.db import transaction
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Model, Q, QuerySet, Value
from django.db.models.functions import Least

from core import clock
from payment.checks import is_ours
from payment.providers.base import AccountNotReady, OddAnswer, Provider, ProviderError, ProviderUnreachable
from payment.providers.http import single_try
from payment.providers.registry import provider_named
from payment.providers.reports import Told
from payment.services.alerts import alert_staff_once
from payment.services.periods import in_lagos

logger = structlog.get_logger(__name__)

BUDGET_SECONDS = 60.0
MOST_SILENCES = 3
MOST_PER_SWEEP = 200
LONGEST_AGO = F("checked_at").asc(nulls_first=True)


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
    """Ask about one row. True when its provider could not be reached, or refuses us."""
    with told_of_failure(row) as failed:
        check(row.provider, row.reference)
    if failed:
        _postpone(row)
    return any(isinstance(error, ProviderUnreachable | AccountNotReady) for error in failed)


def ask_for_list[T](provider: str, ask: Callable[[Provider], Told[T]], *, of: type[Model]) -> Sequence[T]:
    """What can be read of a provider's list of `of`, with one try for each page; nothing where it does not answer.

    A network call: no transaction may be open. What fails is told as of a row. A provider without a key is not ours.
    """
    if not is_ours(provider):
        return []
    nobody, told = Row(of, 0, provider, ""), Told[T]()
    with told_of_failure(nobody), single_try():
        told = ask(provider_named(provider))
    for reason in set(told.unreadable):
        tell_of_failure(OddAnswer(reason), nobody)
    return told.rows


def take_turns(queued: QuerySet[Any]) -> list[int]:
    """The ids of those whose last turn is longest ago; this is their turn now."""
    ids: list[int] = list(queued.order_by(LONGEST_AGO, "pk").values_list("pk", flat=True)[:MOST_PER_SWEEP])
    queued.model._default_manager.filter(pk__in=ids).update(checked_at=clock.now())
    return ids


@contextmanager
def told_of_failure(row: Row) -> Iterator[list[Exception]]:
    """What fails inside goes no further: it is logged, told to staff as of this row, and put into the list."""
    failed: list[Exception] = []
    try:
        yield failed
    except Exception as error:
        failed.append(error)
        facts = {"provider": row.provider, "of": row.model._meta.model_name, "reference": row.reference}
        # A provider's answer says it all; of our own code the log needs where it was.
        if isinstance(error, ProviderError):
            logger.warning("asking_postponed", **facts, error=str(error)[:300])
        else:
            logger.exception("row_not_reconciled", **facts)
        tell_of_failure(error, row)


@transaction.atomic
def _postpone(row: Row) -> None:
    """It was asked about, whatever came of it: the next sweep begins with others."""
    row.model._default_manager.filter(pk=row.pk).update(checked_at=clock.now())


def tell_of_failure(error: Exception, row: Row) -> None:
    """Staff are told once of what no later try mends; what the provider answers alike of many rows, once of all."""
    facts: dict[str, str | int] = {"provider": row.provider, "reference": row.reference}
    found_in: dict[str, str | int] = {"found_in": row.model._meta.model_name or "", "row_id": row.pk}
    if isinstance(error, AccountNotReady):
        reason = str(error)[:200]
        alert_staff_once(
            "provider_refuses_our_account", about=f"look-up:{row.provider}:{reason}", reason=reason, **facts
        )
    elif isinstance(error, OddAnswer):
        said = str(error)[:200]
        about = f"{row.provider}:{row.model._meta.model_name}:{said}"
        alert_staff_once("row_not_reconciled", about=about, error=said, **facts, **found_in)
    elif not isinstance(error, ProviderError):
        name = type(error).__name__
        about = f"{row.provider}:{row.reference}:{name}"
        alert_staff_once("row_not_reconciled", about=about, error=name, **facts, **found_in)


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
