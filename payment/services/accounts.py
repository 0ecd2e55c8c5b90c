"""Which accounts a posting touches. An account is named by what it is for, and comes into being when first needed."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction

from core import clock
from core.listings import prepared
from payment.models import CURRENCY, AccountKind, Wallet

# The four partial unique indexes of accounts, one after the other. System accounts are looked up as the product of
# kinds and providers, which has no rows but those asked for: `payment_ledgeraccount_subject_fits_kind`.
# All or none: whoever lacks an account must make it before holding a lock, or two that make the same one deadlock.
# FOR NO KEY UPDATE leaves the foreign keys of entries free. One order for all, so that parallel postings wait and do
# not deadlock: those of people and jobs by id, and then, where wanted, those that all share.
LOCK = """
WITH found AS MATERIALIZED (
    SELECT id, kind, user_id, job_id, provider,
           user_id IS NULL AND job_id IS NULL AND NOT %(shared)s AS at_commit
    FROM payment_ledgeraccount
    WHERE currency = %(currency)s AND (
        (kind = 'wallet' AND user_id = ANY (%(users)s))
        OR (kind = 'receivable' AND user_id = ANY (%(debtors)s))
        OR (kind = 'escrow' AND job_id = ANY (%(jobs)s))
        OR (user_id IS NULL AND job_id IS NULL AND kind = ANY (%(kinds)s) AND provider = ANY (%(providers)s))
    )
), locked AS MATERIALIZED (
    SELECT id FROM payment_ledgeraccount
    WHERE id IN (SELECT id FROM found WHERE NOT at_commit) AND (SELECT count(*) FROM found) = %(wanted)s
    ORDER BY user_id IS NULL AND job_id IS NULL, id FOR NO KEY UPDATE OF payment_ledgeraccount
)
SELECT id, kind, user_id, job_id, provider FROM found
WHERE (SELECT count(*) FROM found) = %(wanted)s AND (at_commit OR id IN (SELECT id FROM locked))
"""
# With the wallet that an account of its kind is shown as. In one order for all, which whoever makes the same waits in.
CREATE = """
WITH made AS (
    INSERT INTO payment_ledgeraccount (kind, user_id, job_id, provider, currency, balance_kobo, created_at)
    SELECT kind, user_id, job_id, provider, %(currency)s, 0, %(now)s
    FROM unnest(%(kinds)s::text[], %(users)s::bigint[], %(jobs)s::bigint[], %(providers)s::text[])
        WITH ORDINALITY AS wanted (kind, user_id, job_id, provider, place)
    ORDER BY place
    ON CONFLICT DO NOTHING
    RETURNING id, kind, user_id
)
INSERT INTO payment_wallet (user_id, account_id, created_at, hold_reason)
SELECT user_id, id, %(now)s, '' FROM made WHERE kind = 'wallet'
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class AccountKey:
    """Names one account of the books."""

    kind: AccountKind
    user_id: int | None = None
    job_id: int | None = None
    provider: str = ""


def wallet_account(user_id: int) -> AccountKey:
    return AccountKey(AccountKind.WALLET, user_id=user_id)


def receivable_account(user_id: int) -> AccountKey:
    return AccountKey(AccountKind.RECEIVABLE, user_id=user_id)


def escrow_account(job_id: int) -> AccountKey:
    return AccountKey(AccountKind.ESCROW, job_id=job_id)


def provider_balance(provider: str) -> AccountKey:
    return AccountKey(AccountKind.PROVIDER_BALANCE, provider=provider)


def system_account(kind: AccountKind) -> AccountKey:
    """One of Payshift's own: in flight, fees, suspense, bank."""
    return AccountKey(kind)


def lock_accounts(keys: Iterable[AccountKey], *, shared: bool = False) -> dict[AccountKey, int]:
    """Lock these accounts in the order of their ids, making those that are not there yet, and return the ids.

    Payshift's own, which all share, are locked by the COMMIT that writes them and not here; `shared=True` locks them as
    well, for whoever decides by such a balance. One query when all are there. The last locks of a transaction
    (DESIGN.md 4); a transaction that posts more than once names all its accounts the first time.
    """
    wanted = set(keys)
    if found := _lock(wanted, shared=shared):
        return found
    _create_missing(wanted)
    return _lock(wanted, shared=shared)


def write_shared_accounts() -> None:
    """What this transaction has posted to Payshift's own accounts is in their balances from here on, and not only from
    its COMMIT: for whoever decides by one. Locks those accounts. Raises what the COMMIT would: `posting.refusals`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT payment_write_shared_accounts()")


def wallet_of(user_id: int) -> Wallet:
    """A user's wallet, made when first asked for. Two queries at most when it is there."""
    with transaction.atomic():
        if wallet := Wallet.objects.planned().filter(user_id=user_id).first():
            return wallet
        lock_accounts([wallet_account(user_id)])
        return Wallet.objects.planned().get(user_id=user_id)


def _lock(wanted: set[AccountKey], *, shared: bool) -> dict[AccountKey, int]:
    own = [key for key in wanted if key.user_id is None and key.job_id is None]
    with prepared() as cursor:
        cursor.execute(
            LOCK,
            {
                "currency": CURRENCY,
                "users": [key.user_id for key in wanted if key.kind is AccountKind.WALLET],
                "debtors": [key.user_id for key in wanted if key.kind is AccountKind.RECEIVABLE],
                "jobs": [key.job_id for key in wanted if key.job_id is not None],
                "kinds": [key.kind.value for key in own],
                "providers": [key.provider for key in own],
                "wanted": len(wanted),
                "shared": shared,
            },
        )
        return {
            AccountKey(AccountKind(kind), user_id, job_id, provider): account_id
            for account_id, kind, user_id, job_id, provider in cursor.fetchall()
        }


def _create_missing(wanted: set[AccountKey]) -> None:
    """Another transaction may be making the same account: ON CONFLICT waits for it, and then does nothing."""
    keys = sorted(wanted, key=lambda key: (key.kind, key.user_id or key.job_id or 0, key.provider))
    with prepared() as cursor:
        cursor.execute(
            CREATE,
            {
                "kinds": [key.kind.value for key in keys],
                "users": [key.user_id for key in keys],
                "jobs": [key.job_id for key in keys],
                "providers": [key.provider for key in keys],
                "currency": CURRENCY,
                "now": clock.now(),
            },
        )
