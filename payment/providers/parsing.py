"""Reading what providers send: strict about money, patient with the oddities that their own samples show."""

import json
import re
from datetime import UTC, datetime
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from payment.providers.base import MalformedWebhook, OddAnswer

# A million million naira. An amount above it is none: booked, a few of them
# would bring a balance of the books to the end of its column, and every later payment through that provider with it.
MAX_KOBO = 10**14
# Digits before the point: more than any amount has.
LONGEST_AMOUNT = 20
# As long as the columns of a deposit and of the books take.
REFERENCE = re.compile(r"[A-Za-z0-9._=-]{1,100}")


class Wire(BaseModel):
    """A part of a provider's JSON. Unknown fields are theirs to add; the ones we read must be what we expect."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)


def _decimal(value: object) -> Decimal:
    """A number, or the text of one. A provider may send 26.875, "10000" and 43000.0 for money alike."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal) or not str(value).isascii():
        raise ValueError("not an amount")
    try:
        amount = Decimal(value)
    except InvalidOperation:
        raise ValueError("not an amount") from None
    # The exponent is looked at first: 1e999999 is finite, and any arithmetic with it is not.
    if not amount.is_finite() or amount.adjusted() > LONGEST_AMOUNT or abs(amount) * 100 > MAX_KOBO * 100:
        raise ValueError("not an amount")
    return amount


def _floored(units: Decimal) -> int:
    """Parts of a kobo are nobody's money: less is read, never more."""
    kobo = int(units.to_integral_value(ROUND_FLOOR))
    if abs(kobo) > MAX_KOBO:
        raise ValueError("not an amount")
    return kobo


def _amount(units: Decimal) -> int:
    kobo = _floored(units)
    if kobo < 0:
        raise ValueError("not an amount")
    return kobo


def _fee(value: object, *, kobo_per_unit: int) -> int | None:
    """A provider's fee, rounded. One that cannot be read is no reason to refuse the money that it is about."""
    try:
        units = _decimal(value) * kobo_per_unit
    except ValueError:
        return None
    return int(units.to_integral_value(ROUND_HALF_UP)) if 0 <= units <= MAX_KOBO else None


def storable(text: str, length: int) -> str:
    """Text that a column takes: no NUL, no lone surrogate, no control character, and not too long."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return printable.encode(errors="replace").decode()[:length].strip()


def _text_id(value: object) -> str:
    """Ids come as 64-bit integers or as text; they are only ever compared, so text holds both."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("not an id")
    return storable(str(value), 64)


def _word(value: object) -> str:
    """A status, a currency, a channel: the columns are short."""
    if not isinstance(value, str):
        raise ValueError("not a word")
    return storable(value, 40)


def _text(value: object) -> str:
    return storable(value, 300) if isinstance(value, str) else ""


def _reference(value: object) -> str:
    """A reference that a webhook names. It goes into a URL: what is none at either provider is no reference."""
    return value if isinstance(value, str) and REFERENCE.fullmatch(value) and value.strip(".") else ""


def _web_address(value: object) -> str:
    """Where a payer's browser is sent: the web, and nowhere that runs what it is given (javascript:)."""
    if not isinstance(value, str) or not value.startswith(("https://", "http://")) or storable(value, 500) != value:
        raise ValueError("not an address of the web")
    return value


def _name(value: object, length: int) -> str:
    return storable(value, length) if isinstance(value, str) else ""


def _moment(value: object) -> datetime | None:
    """A time of the provider's, for the books' information only: one that cannot be read is none."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


Kobo = Annotated[int, BeforeValidator(lambda value: _amount(_decimal(value)))]
NairaToKobo = Annotated[int, BeforeValidator(lambda value: _amount(_decimal(value) * 100))]
# What we hold may be negative, and carry parts of a kobo of fees.
BalanceKobo = Annotated[int, BeforeValidator(lambda value: _floored(_decimal(value)))]
BalanceNairaToKobo = Annotated[int, BeforeValidator(lambda value: _floored(_decimal(value) * 100))]
FeeKobo = Annotated[int | None, BeforeValidator(lambda value: _fee(value, kobo_per_unit=1))]
FeeNairaToKobo = Annotated[int | None, BeforeValidator(lambda value: _fee(value, kobo_per_unit=100))]
TextId = Annotated[str, BeforeValidator(_text_id)]
Word = Annotated[str, BeforeValidator(_word)]
# Prose of the provider's: null, numbers and objects in its place are no reason to refuse the money next to it.
Prose = Annotated[str, BeforeValidator(_text)]
Reference = Annotated[str, BeforeValidator(_reference)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]
# A time that the row is nothing without.
When = Annotated[datetime, BeforeValidator(_moment)]
# As long as the columns that they are kept in. A code is what a provider knows somebody by.
HolderName = Annotated[str, BeforeValidator(lambda value: _name(value, 160)), Field(min_length=1)]
BankName = Annotated[str, BeforeValidator(lambda value: _name(value, 100)), Field(min_length=1)]
BankCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,10}$")]
Code = Annotated[str, BeforeValidator(_text_id), Field(min_length=1)]
WebAddress = Annotated[str, BeforeValidator(_web_address)]


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
        raise OddAnswer(f"{provider} answered something unreadable at {where}.") from None


def read_flat[W: Wire](shape: type[W], body: bytes) -> W | None:
    """A webhook without an envelope; None for one that has an event, or is none of these."""
    try:
        envelope = json.loads(body)
        if isinstance(envelope, dict) and "event" not in envelope:
            return shape.model_validate(envelope)
    except (ValueError, RecursionError):
        pass
    return None


def read_event[W: Wire](shape: type[W], body: bytes) -> tuple[str, W]:
    """The name of a webhook's event and the part of its data that is believed; both providers wrap them alike."""
    try:
        envelope = json.loads(body)
        if not isinstance(envelope, dict) or not isinstance(envelope.get("event"), str):
            raise MalformedWebhook("There is no event in the body.")
        return storable(envelope["event"], 100), shape.model_validate(envelope.get("data"))
    except (ValueError, RecursionError) as error:
        raise MalformedWebhook("The body is not the JSON of an event.") from error
