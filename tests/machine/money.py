"""Money in: wallets, cards, wrong amounts, late payments. And disputes, which hold it back and divide it."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from payment.models import PaymentProvider, Resolution
from payment.providers.base import Charge, ChargeStatus
from payment.services.disputes import open_dispute, resolve_dispute, review_dispute, withdraw_dispute
from payment.services.funding import _intend, start_payment
from payment.services.idempotency import Claim
from payment.services.payments import apply_verified_payment
from tests.factories.payment import fund_wallet
from tests.machine.marketplace import Marketplace, People, Tally, as_client, as_worker, one_of, picks

PAYSTACK = PaymentProvider.PAYSTACK


class Money(Marketplace):
    def __init__(self, people: People, tally: Tally) -> None:
        super().__init__(people, tally)
        # Reference and amount of each checkout that was opened.
        self.checkouts: list[tuple[str, int]] = []

    def claim(self, user_id: int) -> Claim:
        self.keys += 1
        return Claim(user_id=user_id, operation="start_payment", key=f"key-{self.keys}", body_hash="0" * 64)

    @rule(pick=picks, amount_kobo=st.sampled_from([1, 999_983, 20_000_000]))
    def fill_wallet(self, pick: int, amount_kobo: int) -> None:
        fund_wallet(self.client(pick).user_id, amount_kobo)
        self.did("fill wallet")

    @precondition(lambda self: self.view.jobs_in("pending"))
    @rule(pick=picks, fill=st.sampled_from([True, True, True, False]))
    def pay_from_wallet(self, pick: int, fill: bool) -> None:
        job = one_of(self.view.jobs_in("pending"), pick)
        if fill:
            fund_wallet(job.client_id, 100_000_000)
        self.attempt(
            "pay from wallet",
            lambda: start_payment(
                actor=as_client(job.client_id),
                job_id=job.id,
                provider=PaymentProvider.WALLET,
                claim=self.claim(job.client_id),
            ),
        )

    @precondition(lambda self: self.view.jobs_in("pending") and len(self.checkouts) < 4)
    @rule(pick=picks)
    def open_checkout(self, pick: int) -> None:
        """The intent, which is the part that is a transaction; what follows is a call to the provider."""
        job = one_of(self.view.jobs_in("pending"), pick)
        attempt = self.attempt(
            "open checkout",
            lambda: _intend(
                actor=as_client(job.client_id), job_id=job.id, provider=PAYSTACK, claim=self.claim(job.client_id)
            ),
        )
        if attempt is not None:
            self.checkouts.append((attempt.reference, attempt.amount_kobo))

    @precondition(lambda self: self.checkouts)
    @rule(
        pick=picks,
        status=st.sampled_from([ChargeStatus.SUCCEEDED, ChargeStatus.SUCCEEDED, ChargeStatus.FAILED]),
        wrong_by=st.sampled_from([0, 0, 0, -1, 1]),
        fee_kobo=st.sampled_from([None, 0, 150]),
    )
    def provider_answers(self, pick: int, status: ChargeStatus, wrong_by: int, fee_kobo: int | None) -> None:
        """Soon, late, twice, or with another amount than asked."""
        reference, amount_kobo = one_of(self.checkouts, pick)
        charge = Charge(
            reference=reference,
            provider_id=reference,
            status=status,
            amount_kobo=amount_kobo + wrong_by,
            currency="NGN",
            live=False,
            fee_kobo=fee_kobo,
        )
        self.attempt(f"card {status}", lambda: apply_verified_payment(provider=PAYSTACK, charge=charge))

    @precondition(lambda self: self.view.assignments)
    @rule(pick=picks, by_client=st.booleans())
    def open_dispute(self, pick: int, by_client: bool) -> None:
        begun = [each for each in self.view.assignments if each.starts_at <= self.now and each.status != "canceled"]
        assignment = one_of(begun or self.view.assignments, pick)
        actor = as_client(assignment.client_id) if by_client else as_worker(assignment.worker_id)
        self.attempt(
            "open dispute", lambda: open_dispute(actor=actor, assignment_id=assignment.id, reason="It was not so.")
        )

    @precondition(lambda self: self.view.disputes_in("open"))
    @rule(pick=picks)
    def withdraw_dispute(self, pick: int) -> None:
        dispute = one_of(self.view.disputes_in("open"), pick)
        # A dispute belongs to who opened it, in any role.
        self.attempt(
            "withdraw dispute",
            lambda: withdraw_dispute(actor=as_worker(dispute.opened_by_id), dispute_id=dispute.id),
        )

    @precondition(lambda self: self.view.disputes_in("open"))
    @rule(pick=picks)
    def review_dispute(self, pick: int) -> None:
        dispute = one_of(self.view.disputes_in("open"), pick)
        self.attempt("review dispute", lambda: review_dispute(dispute_id=dispute.id))

    @precondition(lambda self: self.view.disputes_in("open", "under_review"))
    @rule(pick=picks, resolution=st.sampled_from(Resolution), to_worker_kobo=st.sampled_from([1, 1_000, 10**9]))
    def resolve_dispute(self, pick: int, resolution: Resolution, to_worker_kobo: int) -> None:
        dispute = one_of(self.view.disputes_in("under_review") or self.view.disputes_in("open"), pick)
        self.attempt(
            "resolve dispute",
            lambda: resolve_dispute(
                staff_id=self.people.staff,
                dispute_id=dispute.id,
                resolution=resolution,
                note="The gate book says so.",
                to_worker_kobo=to_worker_kobo if resolution is Resolution.SPLIT else None,
            ),
        )
