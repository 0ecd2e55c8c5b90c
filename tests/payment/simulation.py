"""Payments, payouts and refunds under a seeded plan of the provider's faults, until everything is quiet.

One seed decides what people do, what the gateway does wrong, which webhooks arrive in which order, and how time passes.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import CustomUser
from core import clock
from core.actor import Role
from jobs.models import Job, JobStatus
from payment.models import (
    OPEN_WEBHOOKS,
    REFUNDS_IN_FLIGHT,
    WITHDRAWALS_IN_FLIGHT,
    AccountKind,
    LedgerTransaction,
    PaymentAttempt,
    PaymentStatus,
    Refund,
    RefundDestination,
    RefundStatus,
    TransactionKind,
    WebhookEvent,
    Withdrawal,
    WithdrawalStatus,
)
from payment.services import payouts, reconciliation, refunds
from payment.services.accounts import provider_balance, system_account, wallet_account
from payment.services.ledger_check import check_books
from payment.services.posting import Move, post
from payment.services.references import funding_reference
from tests.factories.accounts import PASSWORD, BankAccountFactory, UserFactory
from tests.factories.jobs import JobFactory
from tests.factories.payment import balance_of
from tests.payment.deck import Card, hand
from tests.support.api_client import ApiClient
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs

PROVIDERS = ("paystack", "flutterwave")
OPENING_KOBO = 1_500_000
STEPS = 40
# Turns at most in which the answers that were dealt are played.
MORE = 12
FAULT_RATE = 0.2
# All but `delay`, which costs real seconds.
FAULTS = (
    *("drop_request", "drop_answer", "error_5xx_before", "error_5xx_after_effect", "rate_limited"),
    # Twice: each of them is one of dozens of answers.
    *("answer_before", "answer_after_effect") * 2,
    *("wrong_amount", "wrong_currency", "wrong_domain"),
    *("duplicate_webhook", "reorder_webhooks", "tamper_webhook", "drop_webhook"),
    *("late_reversal", "transfer_fails", "transfer_otp", "transfer_blocked", "replay_transfer"),
    *("refund_fails", "refund_needs_attention"),
)
RETURNED = ("failed", "reversed", "abandoned", "blocked", "rejected")


class Simulation:
    """`run()`, and then `assert_all_is_well()`."""

    def __init__(self, seed: int, gateway: Gateway, run_jobs: RunJobs) -> None:
        self.seed = seed
        self.dice = random.Random(seed)
        self.gateway = gateway
        self.run_jobs = run_jobs
        self.keys = 0
        self.openings = 0
        self.drawn: Sequence[Card] = ()
        self.done: Counter[str] = Counter()
        # Calls that were answered 503: made again under the same key.
        self.unanswered: list[Callable[[], None]] = []
        self.clients = [ApiClient(UserFactory(role=Role.CLIENT)) for _ in range(2)]
        self.workers = [ApiClient(self._worker()) for _ in range(3)]
        self._open_wallets([*self.clients, *self.workers])
        self.jobs = [JobFactory(client=self.dice.choice(self.clients).user, status=JobStatus.PENDING) for _ in range(5)]

    def run(self) -> None:
        self.gateway.plan(self.seed, FAULT_RATE, FAULTS)
        actions = {
            self.start_payment: 5,
            self.customer_acts: 6,
            self.verify: 2,
            self.withdraw: 3,
            self.payday: 2,
            self.refund_to_card: 3,
            self.job_is_canceled: 1,
            self.ask_again: 2,
            self.webhooks_arrive: 5,
            self.worker_runs: 5,
            self.provider_settles: 4,
            self.time_passes: 2,
        }
        for card in hand(self.seed):
            self.gateway.fault(card.kind, provider=card.provider, operation=card.operation, value=card.value)
        for _ in range(STEPS):
            act = self.dice.choices(list(actions), list(actions.values()))[0]
            act()
            self.done[act.__name__] += 1
        self.play_out()
        self.drawn = [Card(**row) for row in self.gateway.state()["answered"]]
        self.become_quiet()

    def play_out(self) -> None:
        """Answers that were dealt and that no call met yet: strangers come until one did, or for a while.

        Those who were there wait for withdrawals whose outcome is not known, and their jobs are paid or canceled.
        """
        for _ in range(MORE):
            left = {(row["provider"], row["operation"]) for row in self.gateway.state()["faults"]}
            if not left:
                return
            operations = {operation for _, operation in left}
            if operations & {"recipient", "transfer", "bulk_transfer"}:
                self.strangers_withdraw(1 if operations & {"recipient", "transfer"} else 3)
            for provider, operation in sorted(left):
                if operation in {"initialize", "refund"}:
                    self.stranger_pays(provider, is_refunded=operation == "refund")
            self.worker_runs()
            self.provider_settles(everything=True)
            self.webhooks_arrive(everything=True)
            self._pass(timedelta(minutes=20))

    def strangers_withdraw(self, number: int) -> None:
        strangers = [ApiClient(self._worker()) for _ in range(number)]
        self._open_wallets(strangers)
        self.workers += strangers
        for worker in strangers:
            self._withdraw(worker)
        self.worker_runs()

    def stranger_pays(self, provider: str, *, is_refunded: bool) -> None:
        client = ApiClient(UserFactory(role=Role.CLIENT))
        job = JobFactory(client=client.user, status=JobStatus.PENDING)
        self.clients.append(client)
        self.jobs.append(job)
        self._ask(client, "/payments", {"job_id": job.pk, "provider": provider})
        self.worker_runs()
        attempt = PaymentAttempt.objects.exclude(authorization_url="").filter(payment__job_id=job.pk).first()
        if attempt is None or not is_refunded:
            return
        self.gateway.pay(attempt.authorization_url)
        client.post(f"/payments/{attempt.payment.reference}/verify")
        client.post(f"/jobs/{job.pk}/cancel")
        self._ask(client, f"/payments/{attempt.payment.reference}/refund-to-card", {})
        self.worker_runs()

    def become_quiet(self) -> None:
        """The faults end, the provider carries out what it has, and our sweeps find what never called back."""
        self.gateway.clear_faults()
        # Checkouts that were given up, and paid after that, are asked about ever less often: at last once in this time.
        self._pass(reconciliation.LATE_EVERY)
        for _ in range(12):
            self.provider_settles(everything=True)
            self.webhooks_arrive(everything=True)
            self._pass(timedelta(minutes=31))
            self.worker_runs()
            if not self.provider_has_work() and not self.stuck():
                break
        self.staff_act()
        self.worker_runs()

    def start_payment(self) -> None:
        client = self.dice.choice(self.clients)
        jobs = [job for job in self.jobs if job.client_id == client.user.pk]  # type: ignore[union-attr]
        if jobs:
            body = {"job_id": self.dice.choice(jobs).pk, "provider": self.dice.choice(PROVIDERS)}
            self._ask(client, "/payments", body)

    def customer_acts(self) -> None:
        """Also at a checkout that was superseded or given up: its money is still money."""
        attempts = list(PaymentAttempt.objects.exclude(authorization_url="").order_by("pk"))
        if attempts:
            attempt = self.dice.choice(attempts)
            if self.gateway.charge(attempt.reference)["status"] != "success":
                self.dice.choice([self.gateway.pay] * 4 + [self.gateway.fail, self.gateway.abandon])(
                    attempt.authorization_url
                )

    def verify(self) -> None:
        attempts = list(PaymentAttempt.objects.select_related("payment").order_by("pk"))
        if attempts:
            payment = self.dice.choice(attempts).payment
            payer = next(client for client in self.clients if client.user.pk == payment.payer_id)  # type: ignore[union-attr]
            payer.post(f"/payments/{payment.reference}/verify")

    def withdraw(self) -> None:
        self._withdraw(self.dice.choice(self.workers))

    def payday(self) -> None:
        """All at the same time: they leave in one call, where the provider takes several."""
        for worker in self.workers:
            self._withdraw(worker)
        self.worker_runs()

    def _withdraw(self, worker: ApiClient) -> None:
        amount_kobo = self.dice.randrange(10_000, 1_000_000)
        self._ask(worker, "/wallet/withdrawals", {"amount_kobo": amount_kobo, "password": PASSWORD})

    def refund_to_card(self) -> None:
        captured = list(PaymentAttempt.objects.filter(status="succeeded").select_related("payment").order_by("pk"))
        if captured:
            payment = self.dice.choice(captured).payment
            payer = next(client for client in self.clients if client.user.pk == payment.payer_id)  # type: ignore[union-attr]
            amount = self.dice.choice([{}, {"amount_kobo": self.dice.randrange(1, payment.amount_kobo)}])
            self._ask(payer, f"/payments/{payment.reference}/refund-to-card", amount)

    def job_is_canceled(self) -> None:
        """What escrow holds goes to the client's wallet, and what comes later too."""
        job: Job = self.dice.choice(self.jobs)
        client = next(client for client in self.clients if client.user.pk == job.client_id)  # type: ignore[union-attr]
        client.post(f"/jobs/{job.pk}/cancel")

    def ask_again(self) -> None:
        again, self.unanswered = self.unanswered, []
        for call in again:
            call()

    def webhooks_arrive(self, *, everything: bool = False) -> None:
        """Some that wait, in any order, some of them again."""
        waiting = self.gateway.deliveries(state="waiting")
        self.dice.shuffle(waiting)
        for delivery in waiting if everything else waiting[: self.dice.randrange(4)]:
            for _ in range(self.dice.choice([1, 1, 1, 2])):
                self.gateway.post_webhook(Client(), delivery)

    def worker_runs(self) -> None:
        """Jobs that wait for their next try run now: how long they wait is another test's matter."""
        ProcrastinateJob.objects.filter(status="todo").update(scheduled_at=None)
        self.run_jobs(allow_failures=True)

    def provider_settles(self, *, everything: bool = False) -> None:
        state = self.gateway.state()
        for row in state["transfers"]:
            if not everything and self.dice.random() < 0.5:
                continue
            if row["status"] == "otp":
                self.gateway.settle_transfer(row["reference"], self.dice.choice(["pending", "abandoned"]))
            elif row["status"] == "pending":
                self.gateway.settle_transfer(row["reference"], "")
            elif row["status"] == "success" and not everything and self.dice.random() < 0.2:
                self.gateway.settle_transfer(row["reference"], "reversed")
        if everything:
            # The late reversals too.
            self.gateway.command("transfers/settle")
        for reference in {row["reference"] for row in state["refunds"] if row["status"] in {"pending", "processing"}}:
            if everything or self.dice.random() < 0.5:
                self.gateway.command("refunds/settle", reference=reference)
        for reference in {row["reference"] for row in state["refunds"] if row["status"] == "needs-attention"}:
            if everything:
                self.gateway.command("refunds/settle", reference=reference)

    def time_passes(self) -> None:
        self._pass(timedelta(minutes=self.dice.choice([3, 20, 61, 130])))

    def _pass(self, by: timedelta) -> None:
        clock.advance(by)
        reconciliation.sweep_payments()
        reconciliation.sweep_withdrawals()
        reconciliation.sweep_refunds()
        reconciliation.sweep_webhooks()

    def staff_act(self) -> None:
        """What was left to staff: they look at the provider's dashboard, and it has nothing of it.

        What it has and wants a person for (`needs-attention`) was settled there.
        """
        for withdrawal in Withdrawal.objects.filter(status__in=WITHDRAWALS_IN_FLIGHT, message=payouts.FOR_STAFF):
            assert self.gateway.state(withdrawal.reference)["transfers"] == []
            payouts.return_withdrawal(withdrawal_id=withdrawal.pk, message="Not at the provider.")
            self.done["withdrawal returned by staff"] += 1
        for refund in Refund.objects.filter(status__in=REFUNDS_IN_FLIGHT, message=refunds.FOR_STAFF):
            assert refund.provider_id == ""
            refunds.return_refund(refund_id=refund.pk, message="Not at the provider.")
            self.done["refund returned by staff"] += 1

    def provider_has_work(self) -> bool:
        state = self.gateway.state()
        waiting = {"pending", "processing", "otp", "needs-attention"}
        return any(row["status"] in waiting for row in [*state["transfers"], *state["refunds"]])

    def stuck(self) -> list[str]:
        """What still waits for anybody but staff."""
        return [
            *PaymentAttempt.objects.filter(status=PaymentStatus.PENDING).values_list("reference", flat=True),
            *Withdrawal.objects.filter(status__in=WITHDRAWALS_IN_FLIGHT)
            .exclude(message=payouts.FOR_STAFF)
            .values_list("reference", flat=True),
            *Refund.objects.filter(status__in=REFUNDS_IN_FLIGHT)
            .exclude(message=refunds.FOR_STAFF)
            .values_list("reference", flat=True),
            *WebhookEvent.objects.filter(status__in=OPEN_WEBHOOKS).values_list("reference", flat=True),
        ]

    def assert_all_is_well(self) -> None:
        # The wallets were opened without a payment.
        findings = [finding for finding in check_books().findings if ":opening" not in finding.subject]
        assert findings == []
        assert self.stuck() == []
        assert not ProcrastinateJob.objects.filter(status__in=["todo", "doing"]).exists()
        assert balance_of(system_account(AccountKind.PAYOUTS_IN_FLIGHT)) == 0
        assert balance_of(system_account(AccountKind.REFUNDS_IN_FLIGHT)) == 0
        self._assert_charges_agree()
        self._assert_transfers_agree()
        self._assert_refunds_agree()
        held = {provider: -balance_of(provider_balance(provider)) for provider in PROVIDERS}
        assert held == {provider: self.gateway.balance_kobo(provider) for provider in PROVIDERS}

    def _assert_charges_agree(self) -> None:
        """Each kobo that a customer paid is in the books, once."""
        paid = {
            funding_reference(row["provider"], row["reference"]): row["amount_kobo"]
            for row in self.gateway.state()["charges"]
            if row["status"] == "success"
        }
        booked = {
            row.reference: sum(amount for amount in row.entries.values_list("amount_kobo", flat=True) if amount > 0)
            for row in LedgerTransaction.objects.filter(kind=TransactionKind.FUNDING).exclude(memo="Opening")
        }
        assert booked == paid

    def _assert_transfers_agree(self) -> None:
        at_provider = {row["reference"]: row for row in self.gateway.transfers()}
        assert len(at_provider) == len(self.gateway.transfers())
        assert [row for row in at_provider.values() if row["repeats"]] == []
        sent_out = {
            reference: row["amount_kobo"] for reference, row in at_provider.items() if row["status"] not in RETURNED
        }
        paid = Withdrawal.objects.filter(status=WithdrawalStatus.PAID)
        assert dict(paid.values_list("reference", "amount_kobo")) == sent_out

    def _assert_refunds_agree(self) -> None:
        at_provider = [
            (row["reference"], row["amount_kobo"])
            for row in self.gateway.state()["refunds"]
            if row["status"] != "failed"
        ]
        ours = Refund.objects.filter(destination=RefundDestination.CARD, status=RefundStatus.PROCESSED)
        assert sorted(ours.values_list("attempt__reference", "amount_kobo")) == sorted(at_provider)

    def _worker(self) -> CustomUser:
        """With a bank account older than the hold."""
        user: CustomUser = UserFactory(password=PASSWORD)
        longer_ago = clock.now() - timedelta(days=2)
        BankAccountFactory(user=user, verified_at=longer_ago, changed_at=longer_ago)
        return user

    def _open_wallets(self, people: Sequence[ApiClient]) -> None:
        """Everybody has money, which is at the providers too."""
        self.openings += 1
        for provider in PROVIDERS:
            wallets = [wallet_account(person.user.pk) for person in people]  # type: ignore[union-attr]
            moves = [Move(provider_balance(provider), wallet, OPENING_KOBO) for wallet in wallets]
            reference = f"{provider}:opening-{self.openings}"
            with transaction.atomic():
                post(kind=TransactionKind.FUNDING, reference=reference, moves=moves, memo="Opening")
            had_kobo = self.gateway.balance_kobo(provider) if self.openings > 1 else 0
            self.gateway.set_balance(had_kobo + len(people) * OPENING_KOBO, provider=provider)

    def _ask(self, caller: ApiClient, path: str, body: Mapping[str, object]) -> None:
        """With a key of its own; what is answered 503 is asked again later, under the same key."""
        self.keys += 1
        key = f"seed-{self.seed}-{self.keys}"

        def ask() -> None:
            answer = caller.post(path, body, Idempotency_Key=key)
            self.done[f"{path.rpartition('/')[2]} {answer.status_code}"] += 1
            assert answer.status_code < 500 or answer.status_code == 503, answer.content
            if answer.status_code == 503:
                self.unanswered.append(ask)

        ask()
