"""What staff call a row: by what people call it, and not by numbers of other rows. Each app names its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from accounts.models import BankAccount, CustomUser, Device, SecondFactor


@dataclass(frozen=True, slots=True)
class Named:
    """What staff call the rows of a model, and the relations that it takes."""

    words: Callable[[Any], str]
    joins: Sequence[str] = ()


def name_of_person(person: CustomUser) -> str:
    return f"{person.name}, {person.email}" if person.name else person.email


NAMES: dict[type[Model], Named] = {
    CustomUser: Named(name_of_person),
    Device: Named(lambda device: f"{device.name or 'Device'} of {name_of_person(device.user)}", ("user",)),
    SecondFactor: Named(lambda factor: f"Second factor of {name_of_person(factor.user)}", ("user",)),
    BankAccount: Named(lambda account: f"{account} of {name_of_person(account.user)}", ("user",)),
}


def name_rows(model: type[Model], words: Callable[[Any], str], *joins: str) -> None:
    NAMES[model] = Named(words, joins)


def named(row: Model) -> str:
    known = NAMES.get(type(row))
    return known.words(row) if known else str(row)
