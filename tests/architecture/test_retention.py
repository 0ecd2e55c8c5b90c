"""Every table of the database says what keeps it from growing for ever, or why it may: see docs/operations.md."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from core import grants, retention

DOCS = Path(settings.BASE_DIR, "docs", "operations.md").read_text()

# Rows that a rule of `core.retention` deletes, or empties.
RULED = {
    "accounts_notification",
    "accounts_otp",
    "accounts_device",
    "accounts_staffexport",
    "django_session",
    "django_admin_log",
    "jobs_shiftassignment",
    "jobs_invitation",
    "jobs_savedjob",
    "jobs_applicationstatuslog",
    "jobs_staffnote",
    "jobs_report",
    "jobs_handledpattern",
    "payment_idempotencykey",
    "payment_keylease",
    "payment_webhookevent",
}
# What the books say, what they were told, and what wages were paid by: for good.
MONEY = {
    "payment_chargeback",
    "payment_closedmonth",
    "payment_deposit",
    "payment_dispute",
    "payment_disputestatement",
    "payment_ledgeraccount",
    "payment_ledgeranchor",
    "payment_ledgerentry",
    "payment_ledgertransaction",
    "payment_payment",
    "payment_paymentattempt",
    "payment_providerdifference",
    "payment_refund",
    "payment_settlement",
    "payment_settlementline",
    "payment_staffmove",
    "payment_virtualaccount",
    "payment_wallet",
    "payment_withdrawal",
    "jobs_job",
    "jobs_shift",
    "jobs_application",
    "jobs_shiftassignment",
    "jobs_spell",
    "jobs_attendancelog",
    # A week of a series, with the job that it became.
    "jobs_jobseries",
    "jobs_seriesoccurrence",
    "payment_receipt",
    "payment_receiptissuer",
    "payment_receiptseries",
    # What a shift was worth to both.
    "rating_review",
}
# So many for each account at most, or for each two that have to do with each other; they go when it is closed.
BOUNDED_BY_PEOPLE = {
    "accounts_customuser",
    "accounts_customuser_groups",
    "accounts_customuser_user_permissions",
    "accounts_bankaccount",
    # Of staff.
    "payment_staffalone",
    "accounts_identitycheck",
    "accounts_notificationpreference",
    "accounts_profile",
    "accounts_quiethours",
    "accounts_secondfactor",
    "accounts_recoverycode",
    # They go with their file.
    "accounts_staffexportpart",
    # They go with a log-in.
    "accounts_earlieraccess",
    "accounts_pushsubscription",
    "jobs_block",
    "jobs_calendarlink",
    "jobs_favourite",
    "jobs_jobtemplate",
    "jobs_savedsearch",
}
# As many rows as there are kinds of something, or processes.
SMALL = {
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "core_clockoffset",
    "core_selfcheck",
    "django_content_type",
    "django_migrations",
    "jobs_jobindustry",
    "jobs_jobsubcategory",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
}
# `core.queue_upkeep`; events go with their job.
QUEUE = {"procrastinate_events", "procrastinate_jobs"}
# Its rows go with the transaction that made them.
OF_A_TRANSACTION = {"payment_ledgerpending"}
# The sandbox's, empty in production.
DEVELOPMENT = "sandbox_"
# Their rows go, so their own trigger must say how long they are evidence.
EVIDENCE = {"jobs_applicationstatuslog", "payment_webhookevent"}


@pytest.mark.django_db
def test_every_table_is_ruled_kept_for_good_bounded_or_small() -> None:
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))

    assert {table for table in tables if not table.startswith(DEVELOPMENT)} == (
        RULED | MONEY | BOUNDED_BY_PEOPLE | SMALL | QUEUE | OF_A_TRANSACTION
    )


def test_rules_are_of_the_tables_that_say_so() -> None:
    assert {rule.rows().model._meta.db_table for rule in retention.RULES.values()} == RULED


def test_nothing_of_money_is_deleted() -> None:
    """A rule may take coordinates from what stays."""
    deleting = {rule.rows().model._meta.db_table for rule in retention.RULES.values() if not rule.emptied}

    assert deleting & MONEY == set()


@pytest.mark.django_db
def test_what_the_application_may_delete_of_evidence_a_trigger_keeps_for_its_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname LIKE %s", ["%_kept"]
        )
        kept = {table for (table,) in cursor.fetchall()}

    assert kept >= EVIDENCE
    assert all(grants.RULES[table].delete for table in EVIDENCE)


def test_the_table_of_what_is_forgotten_names_every_rule_with_its_setting() -> None:
    rows = DOCS.split("## What is forgotten")[1].split("\n\n| ")[1].split("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    written = {name: setting.strip("`") for names, _, setting, _ in cells for name in names.split(", ")}

    assert {name: rule.days for name, rule in retention.RULES.items()}.items() <= written.items()
    assert set(written) - set(retention.RULES) == {"background jobs", "throttles", "cached answers"}
