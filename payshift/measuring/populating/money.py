"""Payments and refunds of the populated marketplace, each with its posting."""

from datetime import datetime
from itertools import count
from random import Random

from accounts.models import NotificationKind
from jobs.ports import Price
from payment.models import CreditedTo, PaymentKind, PaymentStatus, RefundDestination, RefundStatus, TransactionKind
from payshift.measuring.populating.books import PLATFORM_FEES, PROVIDER_BALANCES, PROVIDERS, Books
from payshift.measuring.populating.posted import PostedJob
from payshift.measuring.populating.tables import Tables
from payshift.measuring.populating.talk import Talk


class Money:
    def __init__(self, tables: Tables, books: Books, talk: Talk, *, random: Random) -> None:
        self.tables, self.books, self.talk, self.random = tables, books, talk, random
        self.payment_ids, self.attempt_ids, self.refund_ids = count(1), count(1), count(1)
        self.escrow = 0

    def fund(self, job: PostedJob) -> None:
        """The client pays at a provider, at once. Opens the escrow that `pay` and `settle` then move."""
        payment_id, provider, at = next(self.payment_ids), self.random.choice(PROVIDERS), job.posting.created_at
        reference, amount_kobo = f"pay-{payment_id:020}", job.price.total_kobo
        attempt = f"{reference}-1"
        self.escrow = self.books.open_escrow()
        self.books.post(
            *(TransactionKind.FUNDING, f"{provider}:{attempt}", job.id, at),
            *((PROVIDER_BALANCES[provider], -amount_kobo), (self.escrow, amount_kobo)),
        )
        self.tables.payments.add(
            *(payment_id, PaymentKind.ESCROW_FUNDING, PaymentStatus.SUCCEEDED, reference, job.client_id, None, job.id),
            *(None, amount_kobo, 0, provider, at, at),
        )
        self.tables.attempts.add(
            *(next(self.attempt_ids), payment_id, provider, attempt, PaymentStatus.SUCCEEDED, amount_kobo),
            *(f"https://checkout.example/{attempt}", at, amount_kobo, CreditedTo.ESCROW, at),
        )

    def pay(self, job: PostedJob, *, worker_id: int, assignment_id: int, price: Price, at: datetime) -> None:
        """The wage of an approved assignment, and the platform's fee."""
        reference = f"wage-assignment-{assignment_id}"
        moves = [(self.escrow, -price.total_kobo), (self.books.wallet(worker_id), price.wage_kobo)]
        if price.fee_kobo:
            moves.append((PLATFORM_FEES, price.fee_kobo))
        self.books.post(TransactionKind.WAGE, reference, job.id, at, *moves)
        self.tables.payments.add(
            *(next(self.payment_ids), PaymentKind.WAGE, PaymentStatus.SUCCEEDED, reference, job.client_id, worker_id),
            *(job.id, assignment_id, price.wage_kobo, price.fee_kobo, "", at, at),
        )
        self.talk.notify(
            *(worker_id, NotificationKind.WAGE_PAID, at, reference),
            job_title=job.posting.title,
            job_id=job.id,
            amount_kobo=price.wage_kobo,
        )

    def settle(self, job: PostedJob, *, is_over: bool, at: datetime) -> None:
        """What is left of the escrow goes back when the job is over."""
        rest_kobo = self.books.escrow_kobo
        if is_over and rest_kobo:
            refund_id = next(self.refund_ids)
            reference = f"rfd-{refund_id:020}"
            self.books.post(
                *(TransactionKind.REFUND, reference, job.id, at),
                *((self.escrow, -rest_kobo), (self.books.wallet(job.client_id), rest_kobo)),
            )
            self.tables.refunds.add(
                *(refund_id, reference, RefundDestination.WALLET, RefundStatus.PROCESSED, job.client_id, job.id),
                *(rest_kobo, at, at),
            )
        self.books.close_escrow(self.escrow, job.id, job.posting.created_at)
