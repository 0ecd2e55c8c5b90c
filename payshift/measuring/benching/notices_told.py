"""`python -m payshift.measuring.benching.notices_told`: tells people, in the database at hand.

Prints as JSON, for each way, processor time in microseconds per person, and people per second.
"""

import json
import sys
from collections.abc import Callable
from functools import partial
from itertools import cycle, islice
from statistics import median
from time import perf_counter, process_time

from django import setup

PEOPLE = 1_000
ROUNDS = 5

type Figures = dict[str, float]


def measured(step: Callable[[], object], backend_ms: Callable[[], float]) -> Figures:
    started, process, backend = perf_counter(), process_time(), backend_ms()
    step()
    return {
        "process": (process_time() - process) / PEOPLE * 1e6,
        "backend": (backend_ms() - backend) / PEOPLE * 1e3,
        "per_second": PEOPLE / (perf_counter() - started),
    }


def main() -> None:
    setup()

    from accounts.models import CustomUser, NotificationKind
    from accounts.services.notifications import Notice, notify_all
    from payshift.measuring.cpu import BackendCPU

    verified = CustomUser.objects.filter(is_active=True, email_verified_at__isnull=False).order_by("pk")
    people = list(islice(cycle(verified.values_list("pk", flat=True)), PEOPLE))
    backend = BackendCPU()

    def notices(fact: str) -> list[Notice]:
        params: dict[str, str | int] = {"job_id": 1, "job_title": "Waiters for a wedding", "amount_kobo": 1_200_000}
        return [
            Notice(user_id, NotificationKind.PAYMENT_RECEIVED, params, f"bench:{fact}:{place}")
            for place, user_id in enumerate(people)
        ]

    def one_by_one(number: int) -> None:
        for notice in notices(f"one:{number}"):
            notify_all([notice])

    def together(number: int) -> None:
        notify_all(notices(f"together:{number}"))

    ways = {"one": one_by_one, "together": together}
    samples: dict[str, list[Figures]] = {name: [] for name in ways}
    for number in range(ROUNDS):
        for name, tell in ways.items():
            samples[name].append(measured(partial(tell, number), backend.read_ms))
    medians = {name: {figure: median(each[figure] for each in of) for figure in of[0]} for name, of in samples.items()}
    json.dump(medians, sys.stdout)


if __name__ == "__main__":
    main()
