"""Whatever the providers do wrong: in the end books and gateway agree, nothing is stuck, no money is lost.

`PROVIDER_SEEDS=200` (or `from-to`) runs more of them, as `make soak` does; a failure names its seed.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import pytest
from pytest_django import Settings

from payment.providers.base import Payout, TransferOrder
from payment.providers.paystack import Paystack
from payshift.measuring.soaking import ANSWERED
from tests.payment.deck import DECKS, EFFECTS, SEEDS, Card, deck, hand, payout_provider, played
from tests.payment.simulation import Simulation
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs

pytestmark = pytest.mark.django_db(transaction=True)

# Of all seeds of this run: calls for several transfers, those whose answer was a fault's, and the answers drawn.
BATCHES = Counter[str]()
DRAWN = Counter[Card]()


@pytest.fixture
def counted(
    monkeypatch: pytest.MonkeyPatch, record_testsuite_property: Callable[[str, object], None]
) -> Iterator[None]:
    send = Paystack.transfer_all

    def counting(self: Paystack, *, orders: Sequence[TransferOrder], reason: str) -> Sequence[Payout]:
        BATCHES["batches"] += 1
        BATCHES["batches_with_a_fault"] += 1
        answered = send(self, orders=orders, reason=reason)
        BATCHES["batches_with_a_fault"] -= 1
        return answered

    monkeypatch.setattr(Paystack, "transfer_all", counting)
    yield
    for name, number in BATCHES.items():
        record_testsuite_property(name, number)
    for (provider, call), (cards, of) in played(DRAWN).items():
        answers = sum(number for card, number in DRAWN.items() if card in set(deck(provider, call)))
        for name, number in (("cards", cards), ("of", of), ("answers", answers)):
            record_testsuite_property(f"{provider} {call} {name}", number)


def seeds() -> range:
    first, _, last = os.environ.get("PROVIDER_SEEDS", "8").rpartition("-")
    return range(int(first or 0), int(last))


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize("seed", seeds())
def test_m4_m6_m7_m8_books_and_gateway_agree_after_any_faults(
    seed: int, gateway: Gateway, run_jobs: RunJobs, settings: Settings
) -> None:
    settings.PAYOUT_PROVIDER = payout_provider(seed)
    simulation = Simulation(seed, gateway, run_jobs)

    simulation.run()

    DRAWN.update(simulation.drawn)
    simulation.assert_all_is_well()


def test_seeds_of_a_soak_are_dealt_every_answer_twice_with_the_effect_done_and_not() -> None:
    dealt = Counter(card for seed in range(SEEDS) for card in hand(seed))

    for provider, call in DECKS:
        cards = deck(provider, call)
        assert {card.kind for card in cards} == set(EFFECTS)
        assert min(dealt[card] for card in cards) >= 2
    assert set(ANSWERED) == {(provider, call.value) for provider, call in DECKS}
