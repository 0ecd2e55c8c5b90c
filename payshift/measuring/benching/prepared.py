"""`python -m payshift.measuring.benching.prepared WHICH`: requests with fresh tokens, as JSON.

One for each cached read, or one for each of the two lists.
"""

import json
import sys
from dataclasses import asdict, dataclass

CACHED = "cached"
LISTS = "lists"


@dataclass(frozen=True, slots=True)
class Target:
    operation: str
    path: str
    token: str
    user_id: int


def targets(which: str) -> list[Target]:
    """In the database at hand; each read by and of whoever has most to show."""
    from core.cache.reads import CachedRead
    from payshift.measuring.reads import find_cast, reads
    from payshift.measuring.tokens import make_tokens

    names = {read.operation for read in CachedRead.registry} if which == CACHED else {"find_jobs", "list_payments"}
    # The first of several variants.
    wanted = {read.operation: read for read in reversed(list(reads(find_cast()))) if read.operation in names}
    tokens = make_tokens({read.user_id for read in wanted.values()})
    return [
        Target(operation, f"/api{read.path.partition('?')[0]}", tokens[read.user_id], read.user_id)
        for operation, read in sorted(wanted.items())
    ]


if __name__ == "__main__":
    from django import setup

    setup()
    # Declares the cached reads.
    import payshift.api  # noqa: F401

    sys.stdout.write(json.dumps([asdict(target) for target in targets(sys.argv[1])]))
