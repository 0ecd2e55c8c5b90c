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
from tests.payment.simulation import Simulation
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs

pytestmark = pytest.mark.django_db(transaction=True)

# Of all seeds of this run: calls for several transfers, and those whose answer was a fault's.
BATCHES = Counter[str]()


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


def seeds() -> range:
    first, _, last = os.environ.get("PROVIDER_SEEDS", "8").rpartition("-")
    return range(int(first or 0), int(last))


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize("seed", seeds())
def test_m4_m6_m7_m8_books_and_gateway_agree_after_any_faults(
    seed: int, gateway: Gateway, run_jobs: RunJobs, settings: Settings
) -> None:
    settings.PAYOUT_PROVIDER = ("paystack", "flutterwave")[seed % 2]
    simulation = Simulation(seed, gateway, run_jobs)

    simulation.run()

    simulation.assert_all_is_well()
