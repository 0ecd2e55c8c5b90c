"""What Payshift needs from a payment provider, said without any provider's words.

Amounts are integer kobo on this side of the adapters, and the adapters are the only place that converts. Every method
is one network call or a few, so none may run inside a database transaction: the HTTP client refuses it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from payment.providers.reports import BalanceLine, SettledCharge, SettlementReport, Told


class ChargeStatus(StrEnum):
    """How a payment stands at the provider. Only SUCCEEDED moved money."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    ABANDONED = "abandoned"
    REVERSED = "reversed"


class PayoutStatus(StrEnum):
    """How a transfer stands. PENDING says nothing about the outcome; a SUCCEEDED one can still come back REVERSED."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    REVERSED = "reversed"


class RefundStatus(StrEnum):
    PENDING = "pending"
    PROCESSED = "processed"
    FAILED = "failed"
    NEEDS_ATTENTION = "needs_attention"


class ChargebackOutcome(StrEnum):
    """UNCLEAR: over, with a verdict that we do not know: staff read it."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"
    UNCLEAR = "unclear"


class NoticeKind(StrEnum):
    """What a webhook is about; the reference in it is all that is believed, the rest is asked again."""

    CHARGE = "charge"
    TRANSFER = "transfer"
    REFUND = "refund"
    CHARGEBACK = "chargeback"
    ACCOUNT = "account"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Checkout:
    """A started payment: where the payer goes to pay it."""

    reference: str
    authorization_url: str


@dataclass(frozen=True, slots=True)
class Charge:
    """A payment as the provider tells it when asked."""

    reference: str
    provider_id: str
    status: ChargeStatus
    amount_kobo: int
    currency: str
    live: bool
    fee_kobo: int | None = None
    # The payer bore the provider's fee on top: `amount_kobo` may be more than was asked for by what was rounded.
    fee_from_payer: bool = False
    channel: str = ""
    paid_at: datetime | None = None
    message: str = ""
    # A status that no document knows, in the provider's words; it is taken for PENDING.
    unknown_status: str = ""
    # The account number that it was sent to, or our reference of that, where it came by transfer to one of ours.
    paid_into: str = ""


@dataclass(frozen=True, slots=True)
class AccountHolder:
    """Whose name an account number is to have. Never logged."""

    email: str
    first_name: str
    last_name: str
    phone: str
    # Where the provider needs a number of the state's registers: ours for the account, and that number with its kind.
    reference: str = ""
    identity_kind: str = ""
    identity_number: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class GivenAccount:
    """An account number that stands for a person here."""

    provider_id: str
    bank_name: str
    account_number: str
    account_name: str


@dataclass(frozen=True, slots=True)
class Payee:
    """The bank account that a transfer goes to. Never logged."""

    bank_code: str
    account_number: str
    account_name: str


@dataclass(frozen=True, slots=True)
class TransferOrder:
    # Of several in one call.
    reference: str
    amount_kobo: int
    payee_code: str


@dataclass(frozen=True, slots=True)
class Payout:
    """A transfer as the provider tells it when asked."""

    reference: str
    provider_id: str
    status: PayoutStatus
    amount_kobo: int
    currency: str
    fee_kobo: int | None = None
    message: str = ""
    # Pending until a person gives a code or approves it in the provider's dashboard.
    needs_approval: bool = False
    unknown_status: str = ""


@dataclass(frozen=True, slots=True)
class CardRefund:
    """A refund to the payer's card as the provider tells it."""

    provider_id: str
    status: RefundStatus
    amount_kobo: int
    currency: str
    message: str = ""
    unknown_status: str = ""
    # What was noted when it was asked for: our own reference, where it was us, and the provider keeps it.
    note: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListedRefund:
    """A refund in a list of all, and the payment that it gives back, by the provider's number or our reference."""

    refund: CardRefund
    charge_id: str
    charge_reference: str = ""


@dataclass(frozen=True, slots=True)
class DisputedCharge:
    """A payment whose bank wants its money back, as the provider tells it when asked."""

    provider_id: str
    charge_reference: str
    outcome: ChargebackOutcome
    amount_kobo: int
    currency: str
    category: str = ""
    due_at: datetime | None = None
    message: str = ""
    # The provider still waits for our word; without it until `due_at`, it accepts in our name.
    awaits_us: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A file for the payer's bank."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the payer's bank is told for the merchant."""

    customer_email: str
    customer_name: str
    customer_phone: str
    service_details: str
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class ChargebackReply:
    """Our word: with evidence the chargeback is contested, without it `accepted_kobo` are given up."""

    accepted_kobo: int
    message: str
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class ProviderBank:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A webhook, read. `reference` is empty for events that Payshift does not act on."""

    event: str
    kind: NoticeKind
    reference: str
    # The provider's number of the chargeback that it is about.
    chargeback_id: str = ""
    # The provider's own number of the payment, where a webhook names nothing else.
    charge_id: str = ""
    # Of an account number: the address of the customer whom it is for, and whether the provider gave none.
    customer_email: str = ""
    is_refusal: bool = False


class ProviderError(Exception):
    """A call to a provider did not do what was asked."""


class MalformedWebhook(ProviderError):
    """The body is none of this provider's webhooks."""


class ProviderUnreachable(ProviderError):
    """Nothing happened at the provider: it was not reached, it turned the call away unread (429), or it was a read."""


class OutcomeUnknown(ProviderError):
    """The call may or may not have had its effect: look it up by its reference before anything else (M7).

    All that is neither success nor an answer documented as "not accepted" (`payment.providers.answers`).
    """


class OddAnswer(OutcomeUnknown):
    """The provider answered with success, and what it tells makes no sense: another look-up is told the same."""


class ProviderRefused(ProviderError):
    """The provider answered no, and did nothing. `code` is the provider's own, where it gives one."""

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class ReferenceUnknown(ProviderRefused):
    """The provider has nothing under this reference (now: a call still under way may yet create it)."""


class ReferenceUsed(ProviderRefused):
    """The provider already has something under this reference: it is looked up, never replaced by a new one."""


class BalanceTooLow(ProviderRefused):
    """Payshift's own balance at the provider does not cover the transfer or refund."""


class AccountNotReady(ProviderRefused):
    """The provider refuses Payshift, not this payee or payer: its key, its addresses, its kind of business."""


class Provider(Protocol):
    name: str
    minimum_charge_kobo: int
    # Or all of it, or nothing.
    accepts_part_of_chargeback: bool
    # With evidence of a chargeback, beside its words.
    takes_documents: bool
    # In one call whose answer tells of each; 1 where there is none.
    transfers_at_once: int
    # For an account number of a person's own: a BVN or NIN.
    accounts_need_identity: bool
    live: bool

    def initialise(
        self, *, reference: str, amount_kobo: int, email: str, name: str, callback_url: str, description: str
    ) -> Checkout:
        """Start a payment. Raises `ReferenceUsed` for a reference that the provider already has."""

    def verify(self, *, reference: str) -> Charge:
        """How the payment stands. Raises `ReferenceUnknown`."""

    def banks(self) -> Sequence[ProviderBank]:
        """Every bank that a transfer can go to."""

    def resolve_account(self, *, bank_code: str, account_number: str) -> str:
        """The account holder's name as the bank has it. Raises `ProviderRefused` for an account that is not there."""

    def transfer(self, *, reference: str, amount_kobo: int, payee: Payee, reason: str) -> Payout:
        """Send money. Raises `ProviderRefused` for the payee's account, its kinds for ours, or an unknown outcome."""

    def payee_code(self, *, payee: Payee) -> str:
        """What the provider knows the account by. Moves no money, and may be repeated. Raises as `transfer` does."""

    def transfer_all(self, *, orders: Sequence[TransferOrder], reason: str) -> Sequence[Payout]:
        """What the answer tells of each: of one that is not in it nothing is known. Raises as `transfer` does, of all;
        a `ProviderRefused` that is none of its kinds may be about any one of them."""

    def verify_transfer(self, *, reference: str) -> Payout:
        """How the transfer stands. Raises `ReferenceUnknown`."""

    def refund(self, *, reference: str, charge_id: str, amount_kobo: int, note: str) -> CardRefund:
        """Give back a captured payment, or part of it, to the card or account it came from."""

    def refunds_of(self, *, reference: str, charge_id: str, since: datetime) -> Sequence[CardRefund]:
        """All refunds of this payment since then, or `ProviderUnreachable`: what is not among them is not there."""

    def refunds_since(self, *, since: datetime) -> Told[ListedRefund]:
        """Every refund of whatever payment from then on: what a lost webhook told."""

    def refund_by_id(self, *, refund_id: str, reference: str, charge_id: str) -> CardRefund:
        """One refund of this payment. Raises `ReferenceUnknown`, also for one of another payment."""

    def reference_of(self, *, charge_id: str) -> str:
        """Our reference of the payment that the provider numbers so. Raises `ReferenceUnknown`."""

    def chargeback(self, *, provider_id: str) -> DisputedCharge:
        """How a chargeback stands. Raises `ReferenceUnknown`."""

    def open_chargebacks(self) -> Told[DisputedCharge]:
        """Those that wait for an answer: what a lost webhook told."""

    def answer_chargeback(self, *, provider_id: str, reply: ChargebackReply) -> DisputedCharge:
        """Accept or contest, once: it is looked up by its number before it is said again. How it stands then.

        Raises `ProviderRefused`, or an unknown outcome.
        """

    def account_of(self, *, holder: AccountHolder) -> GivenAccount | None:
        """The person's account number at the provider, if it tells of one: how an unknown outcome is looked up."""

    def open_account(self, *, holder: AccountHolder, bank: str) -> GivenAccount:
        """Give this person an account number at a bank, as the provider names it.

        Raises `ProviderRefused`, or an unknown outcome.
        """

    def close_account(self, *, provider_id: str) -> None:
        """No more money under this number. Raises `ProviderRefused`, or an unknown outcome; may be repeated."""

    def paid_into_accounts(self, *, since: datetime) -> Told[str]:
        """The references of all that came to account numbers from then on: what a lost webhook told."""

    def balance_kobo(self) -> int:
        """What Payshift holds at the provider and can pay out."""

    def balance_lines(self, *, since: datetime) -> Sequence[BalanceLine]:
        """Every change of the balance from then on; empty where the provider has no list of them."""

    def signature_is_valid(self, *, body: bytes, headers: Mapping[str, str]) -> bool:
        """Whether the webhook is the provider's, over the raw body and in constant time. No network."""

    def read_webhook(self, *, body: bytes) -> Notice:
        """What the webhook is about. Raises `MalformedWebhook`. No network."""

    def settlements(self, *, since: datetime) -> Told[SettlementReport]:
        """All that were settled from then on."""

    def settled_charges(self, *, provider_id: str) -> Sequence[SettledCharge]:
        """The naira payments in a settlement, all of them."""
