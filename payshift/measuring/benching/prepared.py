"""`python -m payshift.measuring.benching.prepared`: one request for each cached read, with a fresh token, as JSON."""

import json
import sys
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Target:
    operation: str
    path: str
    token: str


def targets() -> list[Target]:
    """In the database at hand; each read by and of whoever has most to show."""
    from core.cache.reads import CachedRead
    from payshift.measuring.reads import find_cast, reads
    from payshift.measuring.tokens import make_tokens

    cached = {read.operation for read in CachedRead.registry}
    # The first of several variants.
    wanted = {read.operation: read for read in reversed(list(reads(find_cast()))) if read.operation in cached}
    tokens = make_tokens({read.user_id for read in wanted.values()})
    return [Target(operation, f"/api{read.path}", tokens[read.user_id]) for operation, read in sorted(wanted.items())]


if __name__ == "__main__":
    from django import setup

    setup()
    # Declares the cached reads.
    import payshift.api  # noqa: F401

    sys.stdout.write(json.dumps([asdict(target) for target in targets()]))
