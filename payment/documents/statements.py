"""The words of a statement: what each movement was, to whoever's money it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.money import naira
from payment.documents.receipts import in_lagos
from payment.models import TransactionKind as Kind
from payment.selectors.statements import Month, StatementLine, StatementSums, statement_lines
from payment.services.periods import LAGOS

IN = {
    Kind.FUNDING: "Paid in",
    Kind.WAGE: "Wage",
    Kind.COMPENSATION: "Compensation for a shift called off late",
    Kind.AWARD: "Award of a dispute",
    Kind.CARD_REFUND_RETURNED: "A refund to the card came back",
    Kind.CARD_REFUND_FEE: "The provider's fee of a refund came back",
    Kind.WITHDRAWAL_RETURNED: "A payout to the bank came back",
    Kind.SUSPENSE_RESOLVED: "A payment that staff looked into",
    Kind.CHARGEBACK_RELEASED: "No longer held for the card's bank",
    Kind.CHARGEBACK_WON: "Given back by the card's bank",
    Kind.STAFF_PAYMENT: "Paid by staff",
}
OUT = {
    Kind.WAGE: "Wage and fee of a worker",
    Kind.COMPENSATION: "Compensation to a worker",
    Kind.AWARD: "Award of a dispute to a worker",
    Kind.CARD_REFUND: "Back to the card",
    Kind.CARD_REFUND_FEE: "The provider's fee of a refund",
    Kind.WITHDRAWAL: "Payout to the bank",
    Kind.CHARGEBACK_HELD: "Held: the card's bank wants it back",
    Kind.CHARGEBACK: "Taken back by the card's bank",
    Kind.DEBT_REPAID: "Debt repaid",
}
BETWEEN = {
    Kind.WALLET_FUNDING: "From the wallet into the escrow of a job",
    Kind.REFUND: "From the escrow of a job back into the wallet",
}


@dataclass(frozen=True, slots=True)
class Statement:
    """One month of one person, to be written down."""

    month: Month
    holder: str
    issuer: Sequence[str]
    sums: StatementSums

    @property
    def title(self) -> str:
        return f"Statement of account, {self.month.month:%B %Y}"

    @property
    def facts(self) -> list[tuple[str, str]]:
        period = self.month.period
        last = in_lagos(self.month.until) if self.month.is_so_far else f"{period.until.date():%d %B %Y}, 00:00 (Lagos)"
        return [
            ("Account of", self.holder),
            ("From", f"{period.first_day:%d %B %Y}, 00:00 (Lagos)"),
            ("Until", f"{last}, so far" if self.month.is_so_far else last),
            ("Movements", f"{self.sums.lines:,}"),
        ]

    @property
    def notes(self) -> list[str]:
        so_far = ["This month is not over: the statement says how it stands so far, and will change."]
        return [
            *(so_far if self.month.is_so_far else []),
            "The balance is that of the wallet and of the escrows of your jobs. Amounts are in naira (NGN).",
        ]

    @property
    def amounts(self) -> list[tuple[str, str]]:
        """The last is the closing balance."""
        sums = self.sums
        return [
            (f"Opening balance{_shares(sums.opening_wallet_kobo, sums.opening_escrow_kobo)}", _ngn(sums.opening_kobo)),
            ("In", _ngn(sums.in_kobo)),
            ("Out", _ngn(-sums.out_kobo)),
            (f"Closing balance{_shares(sums.closing_wallet_kobo, sums.closing_escrow_kobo)}", _ngn(sums.closing_kobo)),
        ]

    def lines(self) -> "Iterator[WrittenLine]":
        """With the balance after each."""
        balance_kobo = self.sums.opening_kobo
        for line in statement_lines(self.month):
            balance_kobo += line.net_kobo
            yield WrittenLine(line, balance_kobo)


@dataclass(frozen=True, slots=True)
class WrittenLine:
    line: StatementLine
    balance_kobo: int

    @property
    def day(self) -> datetime:
        return self.line.at.astimezone(LAGOS)

    @property
    def what(self) -> str:
        kind, net_kobo = self.line.kind, self.line.net_kobo
        words = IN if net_kobo > 0 else OUT if net_kobo else BETWEEN
        if kind == Kind.FUNDING and not self.line.job_id:
            return "Transfer to the account number"
        return words.get(kind) or kind.label.capitalize()

    @property
    def in_kobo(self) -> int:
        return max(self.line.net_kobo, 0)

    @property
    def out_kobo(self) -> int:
        return max(-self.line.net_kobo, 0)

    @property
    def details(self) -> str:
        """One line below: the job, what of it was fee and VAT, the receipt and the reference."""
        line = self.line
        fee = f"fee {naira(line.fee_kobo)}" if line.fee_kobo else ""
        vat = f", VAT in it {naira(line.vat_kobo)}" if line.vat_kobo else ""
        moved = naira(line.moved_kobo) if line.moved_kobo else ""
        return " · ".join(filter(None, [moved, line.job_title, f"{fee}{vat}", line.receipt or line.reference]))


def _shares(wallet_kobo: int, escrow_kobo: int) -> str:
    if not escrow_kobo:
        return ""
    return f" (wallet {naira(wallet_kobo)}, escrow {naira(escrow_kobo)})"


def _ngn(kobo: int) -> str:
    return f"NGN {naira(kobo)}"
