"""What a provider's "no" means: one table per provider, of answers that are documented as "not accepted" for a call.

An outcome is known or it is unknown. A row says of a call, a status and a code (or words, where a provider gives no
code) that the provider did not do what was asked, and why. Whatever matches no row is unknown: a gateway or a proxy in
between may invent any 4xx after the effect, and so may the provider itself (`api_error` without a code). Then the call
is looked up by its reference before anything else happens. Codes are read before words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from payment.providers.base import (
    AccountNotReady,
    BalanceTooLow,
    ChargeStatus,
    OddAnswer,
    OutcomeUnknown,
    ProviderError,
    ProviderRefused,
    ProviderUnreachable,
    ReferenceUnknown,
    ReferenceUsed,
)
from payment.providers.http import Answer


class Call(StrEnum):
    INITIALISE = "initialise"
    TRANSFER = "transfer"
    # Several in one call.
    TRANSFERS = "transfers"
    RECIPIENT = "recipient"
    REFUND = "refund"
    CHARGEBACK = "chargeback"
    ACCOUNT = "account"
    # Reads: of a payment, transfer or refund that may not be there, of an account's holder, and of lists.
    LOOK_UP = "look_up"
    NAME_ENQUIRY = "name_enquiry"
    LIST = "list"


ACTS = (
    Call.INITIALISE,
    Call.TRANSFER,
    Call.TRANSFERS,
    Call.RECIPIENT,
    Call.REFUND,
    Call.CHARGEBACK,
    Call.ACCOUNT,
)
# Those that carry a reference of ours. A refund has none: what is said of one there is unknown.
NAMED_BY_US = tuple(call for call in ACTS if call is not Call.REFUND)
READS = (Call.LOOK_UP, Call.NAME_ENQUIRY, Call.LIST)
EVERY_CALL = (*ACTS, *READS)


class Meaning(StrEnum):
    """Why it was not accepted."""

    REFUSED = "refused"
    NOT_FOUND = "not_found"
    REFERENCE_USED = "reference_used"
    BALANCE_TOO_LOW = "balance_too_low"
    # About Payshift's own account, key or request: nothing that the payee or payer could mend.
    ABOUT_US = "about_us"
    # Turned away unread, to be made again later.
    LIMITED = "limited"


MEANS: dict[Meaning, type[ProviderRefused]] = {
    Meaning.REFUSED: ProviderRefused,
    Meaning.NOT_FOUND: ReferenceUnknown,
    Meaning.REFERENCE_USED: ReferenceUsed,
    Meaning.BALANCE_TOO_LOW: BalanceTooLow,
    Meaning.ABOUT_US: AccountNotReady,
}
# What the documents use for a request that was not fulfilled. 408, 409, 425 and 499 are not among them.
CLIENT_ERRORS = frozenset({200, 400, 422})


@dataclass(frozen=True, slots=True)
class Row:
    """One documented answer. A row with codes goes by the code alone, one with words by the message."""

    meaning: Meaning
    calls: Sequence[Call]
    codes: frozenset[str] = frozenset()
    words: re.Pattern[str] | None = None
    statuses: frozenset[int] = CLIENT_ERRORS

    def matches(self, call: Call, answer: Answer) -> bool:
        if call not in self.calls or answer.status not in self.statuses:
            return False
        if self.codes:
            return answer.code in self.codes
        return self.words is None or self.words.search(answer.message) is not None


def row(
    meaning: Meaning,
    calls: Sequence[Call],
    *,
    codes: str = "",
    words: str = "",
    statuses: Sequence[int] = (),
) -> Row:
    """Codes are named in one text with spaces between; words are a pattern."""
    return Row(
        meaning=meaning,
        calls=calls,
        codes=frozenset(codes.split()),
        words=re.compile(words, re.IGNORECASE) if words else None,
        statuses=frozenset(statuses) or CLIENT_ERRORS,
    )


def refusal(table: Sequence[Row], call: Call, answer: Answer, *, provider: str, spoken: bool) -> ProviderError:
    """The error that an answer other than success stands for. `spoken`: the body is this provider's own envelope."""
    message = answer.message or f"{provider} answered {answer.status}."
    by_code = sorted(table, key=lambda each: not each.codes)
    found = next((each for each in by_code if each.matches(call, answer)), None) if spoken else None
    if found is None:
        if call in READS:
            return ProviderUnreachable(f"{provider} could not be read: {message}"[:300])
        return OutcomeUnknown(f"{provider} answered {answer.status}: {message}"[:300])
    if found.meaning is Meaning.LIMITED:
        return ProviderUnreachable(f"{provider} limits our calls just now.")
    return MEANS[found.meaning](message, code=answer.code)


def charge_status(status: ChargeStatus | None, *, amount_kobo: int, provider: str) -> ChargeStatus:
    """A known status, or PENDING. Raises `OddAnswer` for a success that brought nothing."""
    if status is ChargeStatus.SUCCEEDED and not amount_kobo:
        raise OddAnswer(f"{provider} tells of a payment of nothing.")
    return status or ChargeStatus.PENDING
