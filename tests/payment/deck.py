"""The providers' answers as cards, dealt to the seeds of the simulation, so that a soak leaves none of them out.

A card is one answer to one call, given instead of the call or after its effect: every answer of the tables of
`payment.providers.*_answers`, and all that whoever stands in between invents. Each seed is dealt a few of each deck by
its number alone, so that a seed is the same whichever others ran; `SEEDS` of them are dealt every card twice.
"""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from payment.providers.answers import Call
from payment.sandbox.odd_answers import IN_BETWEEN
from tests.payment.test_answer_tables import GIVEN, NEVER_CALLED, TABLES, answered, told_by

SEEDS = 200
TIMES = 2
# What the gateway calls them.
OPERATIONS = {
    Call.INITIALISE: "initialize",
    Call.RECIPIENT: "recipient",
    Call.TRANSFER: "transfer",
    Call.TRANSFERS: "bulk_transfer",
    Call.REFUND: "refund",
}
# Made by every other seed, which pays out at the other provider.
OF_PAYOUTS = (Call.RECIPIENT, Call.TRANSFER, Call.TRANSFERS)
DECKS = tuple(
    (provider, call)
    for provider in TABLES
    for call in OPERATIONS
    if (provider, call) not in {NEVER_CALLED, ("flutterwave", Call.RECIPIENT)}
)
EFFECTS = ("answer_before", "answer_after_effect")


@dataclass(frozen=True, slots=True)
class Card:
    provider: str
    operation: str
    # Whether the effect was done before it is given.
    kind: str
    value: str


@cache
def deck(provider: str, call: Call) -> Sequence[Card]:
    """Shuffled, in the same way always."""
    answers = [*_documented(provider, call), *IN_BETWEEN]
    cards = [Card(provider, OPERATIONS[call], kind, value) for value in dict.fromkeys(answers) for kind in EFFECTS]
    random.Random(f"{provider} {call}").shuffle(cards)
    return cards


def hand(seed: int) -> Iterator[Card]:
    """The cards of one seed."""
    for provider, call in DECKS:
        turn, turns = seed, SEEDS
        if call in OF_PAYOUTS:
            if provider != payout_provider(seed):
                continue
            turn, turns = seed // 2, SEEDS // 2
        cards = deck(provider, call)
        size = -(-TIMES * len(cards) // turns)
        yield from (cards[(turn * size + number) % len(cards)] for number in range(size))


def payout_provider(seed: int) -> str:
    return ("paystack", "flutterwave")[seed % 2]


def played(drawn: Iterable[Card]) -> Mapping[tuple[str, Call], tuple[int, int]]:
    """Of each deck: how many of its cards were drawn, and how many it has."""
    seen = set(drawn)
    return {
        (provider, call): (len(seen & set(deck(provider, call))), len(deck(provider, call))) for provider, call in DECKS
    }


def _documented(provider: str, call: Call) -> Iterator[str]:
    """What the tests of the call give; registering a payee is answered as a transfer is."""
    table = TABLES[provider]
    for of, answer in GIVEN[Call.TRANSFER if call is Call.RECIPIENT else call]:
        row = told_by(table, call, answered(answer))
        if of == provider and (call is not Call.RECIPIENT or row):
            yield answer
