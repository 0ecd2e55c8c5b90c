"""`manage.py overload_report`: a few clients try to stop everybody else's requests and codes; each within its bound."""

import subprocess
from collections.abc import Callable
from time import sleep
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django_redis import get_redis_connection

# Declares the cached reads.
import payshift.api  # noqa: F401
from accounts.models import CustomUser
from core.cache.store import store
from payshift.measuring.benching.prepared import CACHED, targets
from payshift.measuring.databases import drop, manage, measuring_environment, populated
from payshift.measuring.overload import attacks
from payshift.measuring.overload.figures import NAME, Measured, checks_of, write
from payshift.measuring.overload.probing import Caller, Probe, probe
from payshift.measuring.overload.queueing import queue_notices, seconds_of_a_code, waiting_notices
from payshift.measuring.overload.stage import Stage, find_caddy, stage
from payshift.measuring.report import print_checks, refuse_missed
from payshift.measuring.trees import HERE

JOBS, CODES = 1_000, 5
# Until the worker has done what was due when it started, and the cache keeps what it is given.
SETTLING_SECONDS = 10.0


class Command(BaseCommand):
    help = "Attack running processes of this checkout; writes docs/performance.md and exits 1 on a missed bound."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seconds", type=float, default=10, help="of each attack")
        parser.add_argument("--here", action="store_true", help="in the database and Redis at hand, which it changes")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["here"]:
            self._measure(seconds=options["seconds"])
            return
        find_caddy()
        name = populated(JOBS, say=self.stdout.write, purpose=NAME, fresh=True)
        try:
            # The gateway's tables are development's.
            gateway = {**measuring_environment(name), "DEBUG": "1"}
            subprocess.run(HERE.command("migrate", "--verbosity=0"), env=gateway, check=True)  # noqa: S603
            manage(name, NAME, "--here", f"--seconds={options['seconds']}")
        except subprocess.CalledProcessError as error:
            raise CommandError("The report says why.", returncode=error.returncode) from None
        finally:
            drop(name)

    def _measure(self, *, seconds: float) -> None:
        get_redis_connection("default").flushdb()
        store.read()
        target = next(target for target in targets(CACHED) if target.operation == "get_job")
        with stage() as scene:
            sleep(SETTLING_SECONDS + settings.CACHE_QUARANTINE_MS / 1000)
            measured = self._attack(scene, Caller(scene.port, target.token), target.path, seconds=seconds)
        checks = checks_of(measured)
        for line in write(measured, checks):
            self.stdout.write(line)
        print_checks(checks, self.stdout.write)
        refuse_missed(checks)

    def _attack(self, scene: Stage, caller: Caller, hit: str, *, seconds: float) -> Measured:
        def meanwhile(what: str) -> Probe:
            self.stdout.write(f"  {what}", self.style.HTTP_INFO)
            return probe(caller, hit=hit, seconds=seconds)

        acts = attacks.payments_and_banks(scene.port)
        # Whatever is imported or connected at the first request of its kind, in each process.
        with attacks.again_and_again([attacks.refused_read(caller), *acts[:2]], pause_seconds=0.2):
            meanwhile("warming up")
        idle = meanwhile("nothing else")
        with attacks.refused_reads(caller) as refusals:
            refused = meanwhile("refused reads")
        with attacks.half_sent_bodies(scene.port) as sockets:
            half = meanwhile("half-sent bodies")
            still_open = attacks.count_open(sockets)
        with attacks.slow_provider(scene.gateway_port, acts[2:]) as payments:
            slow = meanwhile("a slow provider")
        codes, waiting, queued = self._codes(scene, caller, meanwhile)
        attacked = {
            f"{attacks.CALLERS} clients ask for what is refused": refused,
            f"{attacks.HALF_SENT} bodies are half sent": half,
            "a provider takes 10 s": slow,
            "10,000 notices wait": queued,
        }
        return Measured(idle, attacked, refusals, payments, still_open, codes, waiting)

    def _codes(self, scene: Stage, caller: Caller, meanwhile: Callable[[str], Probe]) -> tuple[list[float], int, Probe]:
        people = list(CustomUser.objects.filter(is_active=True, email_verified_at__isnull=False).order_by("pk")[:200])
        queue_notices([person.pk for person in people[CODES:]])
        codes = [seconds_of_a_code(caller, scene.mails, email=person.email) for person in people[:CODES]]
        return codes, waiting_notices(), meanwhile("notices wait")
