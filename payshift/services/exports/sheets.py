"""What may be exported: which rows, the time that their days are of, and what each column says.

Money is naira with two decimals, in a column of its own beside its currency. Times are of Lagos.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model, QuerySet

from accounts.models import CustomUser
from jobs.models import Job
from payment.models import LedgerEntry, Payment, Refund, Withdrawal
from payment.services.periods import LAGOS, Period

type Value = str | int | Decimal | datetime | None


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    title: str
    rows: Callable[[], QuerySet[Any]]
    # By which a row is of a day.
    time: str
    columns: Sequence[tuple[str, Callable[[Any], Value]]]

    @property
    def model(self) -> type[Model]:
        model: type[Model] = self.rows().model
        return model

    @property
    def permission(self) -> str:
        """To look at its rows in their list."""
        meta = self.model._meta
        return f"{meta.app_label}.view_{meta.model_name}"

    def of(self, period: Period) -> QuerySet[Any]:
        return self.rows().filter(**{f"{self.time}__gte": period.since, f"{self.time}__lt": period.until})


def naira(kobo: int | None) -> Decimal | None:
    return None if kobo is None else Decimal(kobo).scaleb(-2)


def when(moment: datetime | None) -> datetime | None:
    """Without its zone, which the head of the column names: spreadsheets know none."""
    return None if moment is None else moment.astimezone(LAGOS).replace(tzinfo=None)


def email(person: CustomUser | None) -> str:
    return person.email if person else ""


SHEETS = {
    sheet.name: sheet
    for sheet in (
        Sheet(
            "payments",
            "Payments",
            lambda: Payment.objects.select_related("payer", "recipient"),
            "created_at",
            (
                ("Reference", lambda row: row.reference),
                ("Kind", lambda row: row.kind),
                ("Status", lambda row: row.status),
                ("Provider", lambda row: row.provider),
                ("Payer", lambda row: email(row.payer)),
                ("Recipient", lambda row: email(row.recipient)),
                ("Job", lambda row: row.job_id),
                ("Currency", lambda row: row.currency),
                ("Amount", lambda row: naira(row.amount_kobo)),
                ("Fee", lambda row: naira(row.fee_kobo)),
                ("VAT", lambda row: naira(row.vat_kobo)),
                ("Made, WAT", lambda row: when(row.created_at)),
            ),
        ),
        Sheet(
            "withdrawals",
            "Withdrawals",
            lambda: Withdrawal.objects.select_related("wallet__user"),
            "created_at",
            (
                ("Reference", lambda row: row.reference),
                ("Status", lambda row: row.status),
                ("Owner", lambda row: email(row.wallet.user)),
                ("Provider", lambda row: row.provider),
                ("Provider's number", lambda row: row.provider_id),
                ("Bank", lambda row: row.bank_name),
                ("Account ends in", lambda row: row.account_number[-4:]),
                ("Currency", lambda row: row.currency),
                ("Amount", lambda row: naira(row.amount_kobo)),
                ("Made, WAT", lambda row: when(row.created_at)),
                ("Finished, WAT", lambda row: when(row.finished_at)),
            ),
        ),
        Sheet(
            "refunds",
            "Refunds",
            lambda: Refund.objects.select_related("recipient"),
            "created_at",
            (
                ("Reference", lambda row: row.reference),
                ("Where to", lambda row: row.destination),
                ("Status", lambda row: row.status),
                ("Recipient", lambda row: email(row.recipient)),
                ("Job", lambda row: row.job_id),
                ("Currency", lambda row: row.currency),
                ("Amount", lambda row: naira(row.amount_kobo)),
                ("Made, WAT", lambda row: when(row.created_at)),
            ),
        ),
        Sheet(
            "ledger_entries",
            "Ledger entries",
            lambda: LedgerEntry.objects.select_related("transaction", "account__user"),
            "transaction__created_at",
            (
                ("Entry", lambda row: row.pk),
                ("Transaction", lambda row: row.transaction_id),
                ("Kind", lambda row: row.transaction.kind),
                ("Reference", lambda row: row.transaction.reference),
                ("Account", lambda row: row.account.kind),
                ("Of", lambda row: email(row.account.user) or row.account.provider),
                ("Job", lambda row: row.account.job_id or row.transaction.job_id),
                ("Currency", lambda row: row.account.currency),
                ("Amount", lambda row: naira(row.amount_kobo)),
                ("Posted, WAT", lambda row: when(row.transaction.created_at)),
            ),
        ),
        Sheet(
            "jobs",
            "Jobs",
            lambda: Job.objects.select_related("client", "industry").defer("search", "description"),
            "created_at",
            (
                ("Number", lambda row: row.pk),
                ("Title", lambda row: row.title),
                ("Client", lambda row: email(row.client)),
                ("Trade", lambda row: row.industry.name),
                ("Status", lambda row: row.status),
                ("Place", lambda row: row.location),
                ("Begins, WAT", lambda row: when(row.starts_at)),
                ("Ends, WAT", lambda row: when(row.ends_at)),
                ("Places", lambda row: row.applicants_needed),
                ("Filled", lambda row: row.accepted_count),
                ("Currency", lambda row: "NGN"),
                ("Rate per hour", lambda row: naira(row.rate_kobo)),
                ("Posted, WAT", lambda row: when(row.created_at)),
            ),
        ),
        Sheet(
            "people",
            "People",
            lambda: CustomUser.objects.select_related("profile"),
            "profile__joined_at",
            (
                ("Number", lambda row: row.pk),
                ("Name", lambda row: row.name),
                ("E-mail", lambda row: row.email),
                ("Phone", lambda row: row.profile.phone),
                ("Role", lambda row: row.role),
                ("Active", lambda row: "yes" if row.is_active else "no"),
                ("Place", lambda row: row.profile.location),
                ("Shifts worked", lambda row: row.profile.approved_count),
                ("No-shows", lambda row: row.profile.no_show_count),
                ("Joined, WAT", lambda row: when(row.profile.joined_at)),
            ),
        ),
    )
}
