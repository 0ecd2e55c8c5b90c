"""Reading what providers send: strict about money, patient with the oddities that their own samples show."""

import json
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from payment.providers.base import MalformedWebhook, OutcomeUnknown

MAX_KOBO = 2**63 - 1


class Wire(BaseModel):
    """A part of a provider's JSON. Unknown fields are theirs to add; the ones we read must be what we expect."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)


def _whole_kobo(value: object) -> int:
    """Kobo as an integer, or as the text of one (Paystack's refund events)."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_KOBO:
        raise ValueError("not a whole amount in kobo")
    return value


def _decimal(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise ValueError("not an amount")
    try:
        amount = Decimal(value)
    except InvalidOperation:
        raise ValueError("not an amount") from None
    if not amount.is_finite() or not 0 <= amount * 100 <= MAX_KOBO:
        raise ValueError("not an amount")
    return amount


def _naira_exact(value: object) -> int:
    """An amount that moved: more than two decimals would be a different amount than the one we book."""
    kobo = _decimal(value) * 100
    if kobo != kobo.to_integral_value():
        raise ValueError("not a whole amount in kobo")
    return int(kobo)


def _naira_rounded(value: object) -> int:
    """A provider's fee in naira, which may carry parts of a kobo (26.875)."""
    return int((_decimal(value) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _text_id(value: object) -> str:
    """Ids come as 64-bit integers or as text; they are only ever compared, so text holds both."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("not an id")
    return str(value)[:100]


def _text(value: object) -> str:
    return value[:300] if isinstance(value, str) else ""


Kobo = Annotated[int, BeforeValidator(_whole_kobo)]
NairaToKobo = Annotated[int, BeforeValidator(_naira_exact)]
FeeNairaToKobo = Annotated[int, BeforeValidator(_naira_rounded)]
TextId = Annotated[str, BeforeValidator(_text_id)]
# Prose of the provider's: null, numbers and objects in its place are no reason to refuse the money next to it.
Prose = Annotated[str, BeforeValidator(_text)]


def kobo_to_naira(amount_kobo: int) -> int | float:
    """For Flutterwave, which speaks naira. 15 digits survive a float; the ledger's largest sums are below that."""
    naira, kobo = divmod(amount_kobo, 100)
    return naira if not kobo else round(naira + kobo / 100, 2)


def read[W: Wire](shape: type[W], value: object, *, provider: str) -> W:
    """The part as `shape`. An answer that cannot be read leaves the outcome unknown: it is never guessed."""
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        where = ", ".join(".".join(map(str, part["loc"])) or part["type"] for part in error.errors(include_input=False))
        raise OutcomeUnknown(f"{provider} answered something unreadable at {where}.") from None


def read_event[W: Wire](shape: type[W], body: bytes) -> tuple[str, W]:
    """The name of a webhook's event and the part of its data that is believed; both providers wrap them alike."""
    try:
        envelope = json.loads(body)
        if not isinstance(envelope, dict) or not isinstance(envelope.get("event"), str):
            raise MalformedWebhook("There is no event in the body.")
        return envelope["event"][:100], shape.model_validate(envelope.get("data"))
    except ValueError as error:
        raise MalformedWebhook("The body is not the JSON of an event.") from error
