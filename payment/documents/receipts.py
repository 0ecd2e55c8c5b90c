"""What a receipt says, to whoever reads it: the payer is shown what they paid, the payee what they got, and no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.money import naira
from payment.models import Payment, PaymentKind, Receipt, Withdrawal, WithdrawalStatus
from payment.services.periods import LAGOS

TITLES = {
    PaymentKind.ESCROW_FUNDING: "payment for a job",
    PaymentKind.WAGE: "wage",
    PaymentKind.COMPENSATION: "compensation for a shift called off late",
    PaymentKind.AWARD: "award of a dispute",
}
ESCROW = "It is held in escrow for the job. What is not earned goes back."
OUT_OF_ESCROW = "Paid out of the escrow of the job, which was paid for before."


@dataclass(frozen=True, slots=True)
class Paper:
    """One receipt for one reader: names with texts, and sums that add up to the total."""

    number: str
    title: str
    # Of whom: both sides of a wage read one number, each with their own sums.
    copy_of: str
    issuer: Sequence[str]
    facts: Sequence[tuple[str, str]]
    amounts_kobo: Sequence[tuple[str, int]]
    notes: Sequence[str]

    @property
    def total_kobo(self) -> int:
        return sum(kobo for _, kobo in self.amounts_kobo)

    @property
    def amounts(self) -> list[tuple[str, str]]:
        """With the total, as they are read."""
        lines = [*self.amounts_kobo, ("Total", self.total_kobo)]
        return [(name, f"NGN {naira(kobo)}") for name, kobo in lines]


def of_payment(receipt: Receipt, *, is_payee: bool, to_wallet_kobo: int = 0) -> Paper:
    """With its payment, job and parties loaded. `to_wallet_kobo`: what of a funding the job did not need."""
    payment = receipt.payment
    if payment is None:
        raise ValueError(f"{receipt} is of a payout")
    kind = PaymentKind(payment.kind)
    title = "wage and fee" if payment.fee_kobo and not is_payee else TITLES[kind]
    payee = payment.recipient.name if payment.recipient else "The escrow of the job"
    return _paper(
        receipt,
        title=title,
        copy_of=payment.recipient.name if is_payee and payment.recipient else payment.payer.name,
        reference=payment.reference,
        facts=[
            ("Paid by", payment.payer.name),
            ("Paid to", payee),
            ("For the job", f"{payment.job.title} (number {payment.job_id})"),
            *([("By way of", payment.get_provider_display())] if payment.provider else []),
        ],
        amounts_kobo=list(_sums(payment, is_payee=is_payee, to_wallet_kobo=to_wallet_kobo)),
        notes=[] if is_payee else [ESCROW if kind == PaymentKind.ESCROW_FUNDING else OUT_OF_ESCROW],
    )


def _sums(payment: Payment, *, is_payee: bool, to_wallet_kobo: int) -> Sequence[tuple[str, int]]:
    if payment.kind == PaymentKind.ESCROW_FUNDING:
        to_escrow = ("Into the escrow of the job", payment.amount_kobo - to_wallet_kobo)
        to_wallet = ("Into your wallet, since the job did not need it", to_wallet_kobo)
        return [line for line in (to_escrow, to_wallet) if line[1]]
    amount = (TITLES[PaymentKind(payment.kind)].capitalize(), payment.amount_kobo)
    if is_payee or not payment.fee_kobo:
        return [amount]
    if not payment.vat_bps:
        return [amount, ("Service fee", payment.fee_kobo)]
    return [
        amount,
        ("Service fee, without VAT", payment.fee_kobo - payment.vat_kobo),
        (f"VAT on the fee, {payment.vat_bps / 100:g} %", payment.vat_kobo),
    ]


def of_withdrawal(receipt: Receipt) -> Paper:
    """With its withdrawal and the wallet's owner loaded. One that came back says that it is void."""
    withdrawal = receipt.withdrawal
    if withdrawal is None:
        raise ValueError(f"{receipt} is of a payment")
    borne = (("Transfer fee", withdrawal.provider_fee_kobo or 0), ("Stamp duty", withdrawal.duty_kobo))
    return _paper(
        receipt,
        title="payout to the bank",
        copy_of=withdrawal.wallet.user.name,
        reference=withdrawal.reference,
        facts=[
            ("Paid by", "The wallet"),
            ("Paid to", withdrawal.account_name),
            ("Bank", withdrawal.bank_name),
            ("Account", "*" * 6 + withdrawal.account_number[-4:]),
            *((f"{name}, not charged to the payee", f"NGN {naira(kobo)}") for name, kobo in borne if kobo),
        ],
        amounts_kobo=[("Paid to the bank account", withdrawal.amount_kobo)],
        notes=_void(withdrawal),
    )


def _void(withdrawal: Withdrawal) -> list[str]:
    if withdrawal.status != WithdrawalStatus.REVERSED or withdrawal.finished_at is None:
        return []
    return [f"VOID: the bank sent it back. It is in the wallet again since {in_lagos(withdrawal.finished_at)}."]


def _paper(
    receipt: Receipt,
    *,
    title: str,
    copy_of: str,
    reference: str,
    facts: Sequence[tuple[str, str]],
    amounts_kobo: Sequence[tuple[str, int]],
    notes: Sequence[str],
) -> Paper:
    return Paper(
        number=str(receipt),
        title=f"Receipt: {title}",
        copy_of=copy_of,
        issuer=receipt.issuer.lines,
        facts=[("Date", in_lagos(receipt.paid_at)), ("Reference", reference), *facts],
        amounts_kobo=amounts_kobo,
        notes=notes,
    )


def in_lagos(moment: datetime) -> str:
    return f"{moment.astimezone(LAGOS):%d %B %Y, %H:%M} (Lagos)"
