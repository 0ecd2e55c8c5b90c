"""Two revisions before the same crowd: the earlier one fills a database, and this one's is a copy of it, migrated.

So both hold the same rows, the same people come to both with the same tokens, and ask both for the same things.
"""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from payshift.measuring.crowd.mix import Mix
from payshift.measuring.crowd.plan import Plan, make_plan
from payshift.measuring.crowd.stage import copy_of
from payshift.measuring.databases import (
    OTHER_REDIS_DATABASE,
    manage,
    measuring_environment,
    owner_connection,
    populated,
)
from payshift.measuring.servers import LOGS, SERVING
from payshift.measuring.trees import Tree, tree_of

FACTS = LOGS / "against.json"
# By the earlier revision's own code, in its directory.
PREPARE = """
import json, sys
from random import Random
import django
django.setup()
from payshift.measuring.crowd.mix import SHARES
from payshift.measuring.crowd.plan import make_plan
from payshift.measuring.crowd.stage import WORKER
facts = {"worker": WORKER, "actions": list(SHARES), "tokens": make_plan(Random(int(sys.argv[1]))).tokens}
with open(sys.argv[2], "w") as file:
    json.dump(facts, file)
"""


@dataclass(frozen=True, slots=True)
class Earlier:
    """The earlier revision, ready to be started; `tokens` by the person's id."""

    directory: str
    python: str
    database: str
    worker: list[str]
    actions: list[str]
    tokens: dict[str, str]

    @property
    def tree(self) -> Tree:
        return Tree(Path(self.directory), self.python)

    @property
    def environment(self) -> dict[str, str]:
        values = measuring_environment(self.database, tree=self.tree, redis_database=OTHER_REDIS_DATABASE)
        return {**values, **SERVING}

    def plan(self, random: Random) -> Plan:
        """What the crowd does at both, read from this revision's database, which is the one at hand. What the earlier
        one does not know is left out.
        """
        plan = make_plan(random, tokens={int(user_id): token for user_id, token in self.tokens.items()})
        plan.mix = Mix.of(self.actions)
        return plan


@contextmanager
def beside(revision: str, *, jobs: int, seed: int, fresh: bool, say: Callable[[str], object]) -> Iterator[str]:
    """The name of this revision's database while the earlier one's is there as well, which `earlier` knows."""
    tree = tree_of(revision, say=say)
    template = populated(jobs, say=say, purpose=f"measuring_{tree.directory.name}", fresh=fresh, tree=tree)
    with copy_of(template, purpose="before") as before:
        FACTS.parent.mkdir(parents=True, exist_ok=True)
        prepare = [tree.python, "-c", PREPARE, str(seed), str(FACTS)]
        environment = measuring_environment(before, tree=tree, redis_database=OTHER_REDIS_DATABASE)
        subprocess.run(prepare, env=environment, cwd=tree.directory, check=True)  # noqa: S603
        found = Earlier(str(tree.directory), tree.python, before, **json.loads(FACTS.read_text()))
        FACTS.write_text(json.dumps(asdict(found)))
        with copy_of(before, purpose="after") as after:
            say("Migrating this revision's copy")
            manage(after, "migrate", "--verbosity=0")
            for name in (before, after):
                with owner_connection(name) as owner:
                    owner.execute("VACUUM (ANALYZE)")
            yield after


def earlier() -> Earlier:
    """The one that `beside` prepared."""
    return Earlier(**json.loads(FACTS.read_text()))
