"""What one database transaction moved in the books, told by account: for staff, before and after they act."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from django.db import connection

from core.money import in_naira
from payment.models import AccountKind, LedgerAccount, LedgerTransaction

MOVED = """
SELECT entry.account_id, sum(entry.amount_kobo)::bigint
FROM payment_ledgertransaction AS posted JOIN payment_ledgerentry AS entry ON entry.transaction_id = posted.id
WHERE posted.id > %s AND posted.xid = pg_current_xact_id()::text::bigint
GROUP BY entry.account_id HAVING sum(entry.amount_kobo) <> 0
"""


class LedgerWatch:
    """Implements `accounts.ports.MoneyWatch`."""

    def begin(self) -> Callable[[], Sequence[str]]:
        newest = LedgerTransaction.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        return lambda: moved_since(newest)


def moved_since(transaction_id: int) -> Sequence[str]:
    """The net of each account by this database transaction's postings after that one; what was given first."""
    with connection.cursor() as cursor:
        cursor.execute(MOVED, [transaction_id])
        moved: dict[int, int] = defaultdict(int, cursor.fetchall())
    accounts = LedgerAccount.objects.select_related("user").filter(pk__in=moved)
    ordered = sorted(accounts, key=lambda account: (moved[account.pk], account.pk))
    return [f"{name_of(account)}: {signed(moved[account.pk])}" for account in ordered]


def name_of(account: LedgerAccount) -> str:
    """As staff say it: whose it is."""
    kind = AccountKind(account.kind).label.capitalize()
    if account.user is not None:
        return f"{kind} of {account.user.name} ({account.user.email})"
    if account.job_id is not None:
        return f"{kind} of job {account.job_id}"
    return f"{kind} ({account.provider})" if account.provider else kind


def signed(kobo: int) -> str:
    return f"+{in_naira(kobo)}" if kobo > 0 else in_naira(kobo)
