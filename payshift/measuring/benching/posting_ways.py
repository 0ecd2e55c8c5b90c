"""Two ways to move a kobo between wallets: the posting service, and the same statements through bare psycopg."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection, transaction

from accounts.models import CustomUser
from core import clock
from payment.models import CURRENCY, TransactionKind
from payment.services.accounts import LOCK, provider_balance, wallet_account
from payment.services.posting import POST, Move, post

# From one user's wallet to another's, under a reference.
type Transfer = Callable[[int, int, str], None]

# Enough for a run at any speed.
OPENING_KOBO = 10_000_000
KIND = TransactionKind.TRANSFER_FEE


@transaction.atomic
def open_wallets(number: int) -> list[int]:
    """The users, each with money, in one posting."""
    users = list(CustomUser.objects.order_by("pk").values_list("pk", flat=True)[:number])
    moves = [Move(provider_balance("paystack"), wallet_account(user_id), OPENING_KOBO) for user_id in users]
    post(kind=TransactionKind.FUNDING, reference="paystack:bench", moves=moves)
    return users


@contextmanager
def by_service() -> Iterator[Transfer]:
    """As every service that moves money does it."""

    def transfer(payer: int, payee: int, reference: str) -> None:
        with transaction.atomic():
            post(kind=KIND, reference=reference, moves=[Move(wallet_account(payer), wallet_account(payee), 1)])

    connection.ensure_connection()
    try:
        yield transfer
    finally:
        connection.close()


@contextmanager
def by_psycopg() -> Iterator[Transfer]:
    """psycopg as it comes, which prepares both statements by itself; nothing is checked."""
    parameters = connection.get_connection_params()
    where = {name: parameters[name] for name in ("dbname", "user", "password", "host", "port") if name in parameters}
    with psycopg.connect(**where, autocommit=True) as bare:

        def transfer(payer: int, payee: int, reference: str) -> None:
            with bare.transaction(), bare.cursor() as cursor:
                cursor.execute(
                    LOCK,
                    {
                        "currency": CURRENCY,
                        "users": [payer, payee],
                        "debtors": [],
                        "jobs": [],
                        "kinds": [],
                        "providers": [],
                        "wanted": 2,
                        "shared": False,
                    },
                )
                accounts = {user_id: account_id for account_id, _, user_id, _, _ in cursor.fetchall()}
                cursor.execute(
                    POST,
                    {
                        "kind": KIND.value,
                        "reference": reference,
                        "job_id": None,
                        "memo": "",
                        "created_at": clock.now(),
                        "accounts": [accounts[payer], accounts[payee]],
                        "amounts": [-1, 1],
                        "credited": [payee],
                    },
                )
                cursor.fetchone()

        yield transfer
