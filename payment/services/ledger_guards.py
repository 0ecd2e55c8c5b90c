"""The database's own guards of money, looked up in its catalogue: a law that is switched off is a law that is broken.

Whoever owns the tables may disable a trigger, write, and enable it again: what was written then is found by the other
checks. These find the guard that was left off, or that a restore or a migration lost.
"""

from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import CheckConstraint, ForeignKey, UniqueConstraint

from core import grants
from core.money import naira
from payment.services.anchors import anchors_hold
from payment.services.receipt_numbers import issuer_words

TRIGGERS = (
    "payment_chargeback_status_transition",
    "payment_dispute_status_transition",
    "payment_ledgeraccount_float",
    "payment_ledgeraccount_starts_empty",
    "payment_ledgerentry_apply",
    "payment_ledgerentry_balanced",
    "payment_ledgerpending_written",
    "payment_ledgertransaction_balanced",
    "payment_ledgertransaction_stamp",
    "payment_ledgertransaction_two_people",
    "payment_payment_receipt",
    "payment_payment_status_transition",
    "payment_paymentattempt_status_transition",
    "payment_refund_status_transition",
    "payment_refund_sum",
    "payment_staffmove_provider_holds",
    "payment_staffmove_status_transition",
    "payment_virtualaccount_status_transition",
    "payment_webhookevent_kept",
    "payment_webhookevent_status_transition",
    "payment_withdrawal_fixed",
    "payment_withdrawal_receipt",
    "payment_withdrawal_status_transition",
)

# Foreign keys are kept by triggers too, so those that the database made itself count.
TRIGGERS_IN_FORCE = """
SELECT concat('trigger ', name, ' is missing') FROM unnest(%(triggers)s::text[]) AS name
WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = name)
UNION ALL
SELECT concat('trigger ', tgname, ' of ', tgrelid::regclass, ' is disabled') FROM pg_trigger
WHERE tgenabled NOT IN ('O', 'A') AND starts_with(tgrelid::regclass::text, 'payment_')
ORDER BY 1
"""

# to_jsonb: PostgreSQL 18 can leave a constraint not enforced, 17 has no such column.
CONSTRAINTS_IN_FORCE = """
SELECT concat('constraint ', name, ' is missing or not enforced') FROM unnest(%(constraints)s::text[]) AS name
WHERE NOT EXISTS (
    SELECT FROM pg_constraint c
    WHERE conname = name AND convalidated AND coalesce(to_jsonb(c) ->> 'conenforced', 'true') = 'true'
) AND NOT EXISTS (
    SELECT FROM pg_index i JOIN pg_class ON pg_class.oid = i.indexrelid
    WHERE relname = name AND indisunique AND indisvalid
)
UNION ALL
SELECT concat('foreign key of ', tab, '.', col, ' is missing or not enforced')
FROM unnest(%(tables)s::text[], %(columns)s::text[]) AS wanted (tab, col)
WHERE NOT EXISTS (
    SELECT FROM pg_constraint c
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
    WHERE c.contype = 'f' AND c.conrelid::regclass::text = tab AND a.attname = col
      AND convalidated AND coalesce(to_jsonb(c) ->> 'conenforced', 'true') = 'true'
)
ORDER BY 1
"""


def triggers_in_force() -> Iterator[str]:
    yield from _told(TRIGGERS_IN_FORCE, triggers=list(TRIGGERS))


def constraints_in_force() -> Iterator[str]:
    models = [model for model in apps.get_app_config("payment").get_models() if model._meta.managed]
    names = [
        constraint.name
        for model in models
        for constraint in model._meta.constraints
        if isinstance(constraint, (CheckConstraint, UniqueConstraint))
    ]
    keys = [
        (model._meta.db_table, field.column)
        for model in models
        for field in model._meta.local_fields
        if isinstance(field, ForeignKey)
    ]
    yield from _told(
        CONSTRAINTS_IN_FORCE,
        constraints=names,
        tables=[table for table, _ in keys],
        columns=[column for _, column in keys],
    )


def _told(query: str, **names: list[str]) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(query, names)
        for (subject,) in cursor.fetchall():
            yield subject


def grants_as_declared() -> Iterator[str]:
    """As the role that asks: the application's, whose rights are the question."""
    if not grants.owns_the_tables():
        yield from grants.differences()
    elif not settings.DEBUG:
        yield "the application runs as the owner of the tables: nothing is refused to it"


def float_as_set() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT payment_platform_float()")
        (float_kobo,) = cursor.fetchone()
    wanted_kobo = settings.PLATFORM_FLOAT_KOBO
    if float_kobo != wanted_kobo:
        yield f"the platform's float is {naira(float_kobo)}, should be {naira(wanted_kobo)}: run migrate"


def issuer_as_set() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM payment_issuer()")
        words = cursor.fetchone()
    if words != issuer_words():
        yield f"receipts are issued by {', '.join(words)}, should be {', '.join(issuer_words())}: run migrate"


GUARDS = {
    "triggers are in force": triggers_in_force,
    "constraints are in force": constraints_in_force,
    "grants are as declared": grants_as_declared,
    "the platform's float is as set": float_as_set,
    "the issuer of receipts is as set": issuer_as_set,
    "the anchored ledger is what it was": anchors_hold,
}
