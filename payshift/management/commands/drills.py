"""`manage.py drills`: break one thing after another under load, and see what people get meanwhile and afterwards."""

import os
import subprocess
from contextlib import nullcontext
from dataclasses import asdict
from time import monotonic, sleep
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django_redis import get_redis_connection

# Declares the cached reads.
import payshift.api  # noqa: F401
from accounts.models import CustomUser
from core.actor import Role
from core.cache.store import store
from core.dev.postgres_server import SUPERUSER, Cluster
from jobs.models import Job
from payshift.measuring.benching.prepared import CACHED, targets
from payshift.measuring.databases import PRODUCTION
from payshift.measuring.drills.faults import DRILLS, OF_A_PAIR, Drill, successors
from payshift.measuring.drills.figures import NAME, Figures, Moments, checks_of, figures_of, table_of
from payshift.measuring.drills.servers import cluster, paired, servers, standby
from payshift.measuring.drills.traffic import Traffic, asking
from payshift.measuring.overload.stage import Stage, find_caddy, stage
from payshift.measuring.report import print_checks, refuse_missed, write_report
from payshift.measuring.tokens import make_tokens
from payshift.measuring.trees import HERE

JOBS, WORKERS = 1_000, 40
# Until the worker has done what was due when it started, and the cache keeps what it is given.
SETTLING_SECONDS = 10.0
IDLE_SECONDS, WATCHED_SECONDS = 15.0, 10.0


class Command(BaseCommand):
    help = "Stop, freeze and slow down what Payshift needs; exits 1 on a missed bound."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seconds", type=float, default=15, help="that each fault lasts")
        parser.add_argument("--only", default="", help="the drills with this word in their name")
        parser.add_argument("--here", choices=["one", "pair"], help="with the servers of the drills, which run already")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["here"]:
            self._drill(pair=options["here"] == "pair", seconds=options["seconds"], word=options["only"])
            return
        find_caddy()
        with servers() as addresses:
            environment = {**os.environ, **PRODUCTION, "DATABASE_POOL_SIZE": "4", **addresses}
            # The gateway's tables are development's.
            gateway = {**environment, "DEBUG": "1"}
            subprocess.run(HERE.command("migrate", "--verbosity=0"), env=gateway, check=True)  # noqa: S603
            subprocess.run(HERE.command("populate", f"--jobs={JOBS}", "--force"), env=environment, check=True)  # noqa: S603
            told = [f"--seconds={options['seconds']}", f"--only={options['only']}"]
            failed = 0
            for here, drills, servers_too in (("one", DRILLS, nullcontext({})), ("pair", OF_A_PAIR, paired())):
                if any(options["only"] in drill.name for drill in drills):
                    with servers_too as more:
                        drill = HERE.command(NAME, f"--here={here}", *told)
                        failed |= subprocess.run(drill, env={**environment, **more}, check=False).returncode  # noqa: S603
        if failed:
            raise CommandError("The tables say why.", returncode=1)

    def _drill(self, *, pair: bool, seconds: float, word: str) -> None:
        store.read()
        target = next(target for target in targets(CACHED) if target.operation == "get_job")
        people = CustomUser.objects.filter(role=Role.APPLICANT, is_active=True).exclude(pk=target.user_id)
        tokens = make_tokens(people.order_by("pk").values_list("pk", flat=True)[:WORKERS])
        jobs = list(Job.objects.order_by("pk").values_list("pk", flat=True))
        # As in the Dockerfile.
        os.environ["GRANIAN_RESPAWN_FAILED_WORKERS"] = "true"
        figures = []
        with stage() as scene, successors:
            sleep(SETTLING_SECONDS + settings.CACHE_QUARANTINE_MS / 1000)
            for drill in OF_A_PAIR if pair else DRILLS:
                if word not in drill.name:
                    continue
                self.stdout.write(f"  {drill.name}", self.style.HTTP_INFO)
                # A drill may end the connection of whoever has one.
                connections.close_all()
                epoch = get_redis_connection("default").get("c:epoch")
                with asking(scene.port, hit=(target.path, target.token), workers=tokens, jobs=jobs) as traffic:
                    moments = self._undergo(drill, scene, seconds=seconds)
                voided = get_redis_connection("default").get("c:epoch") != epoch
                missing = lost(traffic, standby() if pair else cluster())
                figures.append(figures_of(drill, traffic, moments, lost=missing, voided=voided))
                self.stdout.write("\n".join(table_of(figures[-1:])))
                jobs = jobs[len(traffic.acknowledged) // len(tokens) + 1 :]
                if not drill.cached:
                    sleep(settings.CACHE_QUARANTINE_MS / 1000)
        self._report("failover" if pair else NAME, figures)

    def _undergo(self, drill: Drill, scene: Stage, *, seconds: float) -> Moments:
        # The first requests of each kind import and connect.
        sleep(2)
        start = monotonic()
        sleep(IDLE_SECONDS)
        begin = monotonic()
        with drill.fault(scene):
            sleep(seconds)
            end = monotonic()
        mended = monotonic()
        sleep(WATCHED_SECONDS)
        # What takes long to be mended is not the product's to answer for.
        return Moments(start, begin, end if drill.ready == 200 else mended, monotonic())

    def _report(self, name: str, figures: list[Figures]) -> None:
        checks = [check for each in figures for check in checks_of(each)]
        for line in table_of(figures):
            self.stdout.write(line)
        write_report(name, checks, drills=[asdict(each) for each in figures])
        print_checks([check for check in checks if not check.ok], self.stdout.write)
        refuse_missed(checks)


def lost(traffic: Traffic, server: Cluster) -> int:
    """Acknowledged writes that are not in the database."""
    name = settings.DATABASES["default"]["NAME"]
    with psycopg.connect(server.url(SUPERUSER, server.port(), name)) as database:
        kept = set(database.execute("SELECT user_id, job_id FROM jobs_savedjob").fetchall())
    return len(set(traffic.acknowledged) - kept)
