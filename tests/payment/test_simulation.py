"""Whatever the providers do wrong: in the end books and gateway agree, nothing is stuck, no money is lost.

`PROVIDER_SEEDS=200` (or `from-to`) runs more of them, as `make soak` does; a failure names its seed.
"""

import os

import pytest
from pytest_django import Settings

from tests.payment.simulation import Simulation
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs

pytestmark = pytest.mark.django_db(transaction=True)


def seeds() -> range:
    first, _, last = os.environ.get("PROVIDER_SEEDS", "8").rpartition("-")
    return range(int(first or 0), int(last))


@pytest.mark.parametrize("seed", seeds())
def test_m4_m6_m7_m8_books_and_gateway_agree_after_any_faults(
    seed: int, gateway: Gateway, run_jobs: RunJobs, settings: Settings
) -> None:
    settings.PAYOUT_PROVIDER = ("paystack", "flutterwave")[seed % 2]
    simulation = Simulation(seed, gateway, run_jobs)

    simulation.run()

    simulation.assert_all_is_well()
