"""People at their devices: think, ask, wait for the answer, think again."""

import asyncio
from random import Random
from time import perf_counter

from payshift.measuring.crowd.connection import Connection
from payshift.measuring.crowd.plan import Plan
from payshift.measuring.crowd.processor import Usage, Watch
from payshift.measuring.crowd.results import Results
from payshift.measuring.crowd.stage import Stage

THINK_SECONDS = (1.0, 3.0)
LOOK_SECONDS = 1.0
# Until everybody has come, who thinks once before.
ARRIVAL_SECONDS = 4.0
LEAVING_POLL_SECONDS = 0.02
# Somebody who waits longer has gone.
PATIENCE_SECONDS = 30.0


class Crowd:
    """So many people, from the moment they come until `leave` is called; `results` may be changed meanwhile."""

    def __init__(self, plan: Plan, port: int, *, users: int, random: Random) -> None:
        self.plan, self.port, self.random = plan, port, random
        self.results = Results()
        self.waiting = 0
        self.is_leaving = False
        self.people = [asyncio.create_task(self._person(number)) for number in range(users)]

    async def leave(self) -> None:
        """Nobody asks again. Who waits is still answered: the slowest answers count as well."""
        self.is_leaving = True
        while self.waiting:
            await asyncio.sleep(LEAVING_POLL_SECONDS)
        for person in self.people:
            person.cancel()
        for outcome in await asyncio.gather(*self.people, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise RuntimeError("Somebody stopped before it was over.") from outcome

    async def _person(self, number: int) -> None:
        connection = Connection()
        # They do not all come at the same moment.
        await asyncio.sleep(self.random.random() * THINK_SECONDS[1])
        try:
            while not self.is_leaving:
                await self._ask(connection, number)
                await asyncio.sleep(self.random.uniform(*THINK_SECONDS))
        finally:
            connection.close()

    async def _ask(self, connection: Connection, number: int) -> None:
        request = self.plan.next_request(number, self.random)
        # Counted for the period in which the answer was asked for.
        results, begun = self.results, perf_counter()
        self.waiting += 1
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                answer = await connection.exchange(self.port, request)
        except OSError as error:
            # A time-out is one as well.
            connection.close()
            results.fail(request.operation, type(error).__name__, str(error))
        else:
            results.add(request.operation, (perf_counter() - begun) * 1000, answer)
        finally:
            self.waiting -= 1


async def visit(
    plan: Plan, stage: Stage, *, users: int, warm_up: float, seconds: float, seed: int = 1
) -> tuple[Results, Results, Usage]:
    """The results of the warm-up, those of the seconds after it, and who used the processors in these."""
    crowd = Crowd(plan, stage.port, users=users, random=Random(seed))  # noqa: S311  # load, no secret
    await asyncio.sleep(warm_up)
    cold, crowd.results = crowd.results, Results()
    watch = Watch(stage.watched)
    until = perf_counter() + seconds
    while (left := until - perf_counter()) > 0:
        await asyncio.sleep(min(LOOK_SECONDS, left))
        watch.look()
    usage = watch.usage()
    await crowd.leave()
    return cold, crowd.results, usage
