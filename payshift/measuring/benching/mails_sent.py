"""`python -m payshift.measuring.benching.mails_sent`: mails what is due, in the database at hand.

Prints as JSON processor time in microseconds per mail, and mails per second.
"""

import json
import sys
from functools import partial
from itertools import cycle, islice
from statistics import median
from time import perf_counter, process_time

from django import setup

PEOPLE = 1_000
BATCHES = 7


def main() -> None:
    setup()

    from accounts.models import CustomUser, Notification, NotificationKind
    from accounts.services.mailing import send_due_mails
    from core import clock
    from core.lanes import Lane
    from payshift.measuring.cpu import BackendCPU

    verified = CustomUser.objects.filter(is_active=True, email_verified_at__isnull=False).order_by("pk")
    people = list(islice(cycle(verified.values_list("pk", flat=True)), PEOPLE))
    backend, samples = BackendCPU(), []
    for number in range(BATCHES):
        Notification.objects.bulk_create(
            Notification(
                user_id=user_id,
                kind=NotificationKind.PAYMENT_RECEIVED,
                title="Job is paid",
                body="₦1,200,000 is held for “Waiters for a wedding”. Now choose whom to take.",
                link="/client/jobs/1",
                dedupe_key=f"bench:{number}:{place}",
                created_at=clock.now(),
                mail_at=clock.now(),
            )
            for place, user_id in enumerate(people)
        )
        started, sender, backend_ms = perf_counter(), process_time(), backend.read_ms()
        sent = sum(iter(partial(send_due_mails, Lane.NOTICES), 0))
        if sent != PEOPLE:
            raise RuntimeError(f"{sent} of {PEOPLE} mails were sent")
        samples.append(
            {
                "sender": (process_time() - sender) / PEOPLE * 1e6,
                "backend": (backend.read_ms() - backend_ms) / PEOPLE * 1e3,
                "per_second": PEOPLE / (perf_counter() - started),
            }
        )
    found = {name: median(sample[name] for sample in samples) for name in ("sender", "backend")}
    json.dump({**found, "per_second": max(sample["per_second"] for sample in samples)}, sys.stdout)


if __name__ == "__main__":
    main()
