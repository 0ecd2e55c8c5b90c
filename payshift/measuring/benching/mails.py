"""What a notice's mail costs, and how many one sender brings to a mail server in a second."""

import json
import subprocess
import sys
from collections.abc import Callable

from payshift.measuring.benching.mails_sent import BATCHES, PEOPLE
from payshift.measuring.crowd.stage import copy_of
from payshift.measuring.databases import measuring_environment, populated
from payshift.measuring.overload.mail_sink import mail_sink
from payshift.measuring.report import Check, at_least, table, write_section

JOBS = 1_000
# One sender, to a server that answers at once.
MAILS_PER_SECOND = 600
INTRODUCTION = f"""## What a mail costs

`make bench ARGS=mails`: {PEOPLE:,} notices that are due are mailed by one sender to a mail server of another process,
which takes each at once. Per mail, in processor time of the sender and of its PostgreSQL backend: the median of
{BATCHES} times; mails a second of the best."""
HEAD = ("sender µs", "PostgreSQL µs", "mails/s")


def measure(say: Callable[[str], object]) -> list[Check]:
    with copy_of(populated(JOBS, say=say, fresh=True)) as name, mail_sink() as sink:
        sink.seconds_of_a_mail = 0
        environment = {**measuring_environment(name), "EMAIL_URL": sink.url}
        command = [sys.executable, "-m", "payshift.measuring.benching.mails_sent"]
        answer = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)  # noqa: S603
    found = json.loads(answer.stdout)
    lines = table(HEAD, [[f"{found[name]:,.0f}" for name in ("sender", "backend", "per_second")]])
    for line in lines:
        say(line)
    write_section("mails", "\n\n".join([INTRODUCTION, "\n".join(lines)]))
    return [at_least("mails a second of one sender", found["per_second"], MAILS_PER_SECOND)]
