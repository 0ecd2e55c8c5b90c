"""Tables that somebody keeps locked: an operator's LOCK TABLE, a migration, a VACUUM FULL, the building of an index.

Whoever waits for such a lock holds a thread and a connection for as long as `lock_timeout` lets it, and soon all of
them: then reads of other tables are refused too. So the watch of the process (`core.postgresql.watch`) looks who waits:

- *free*: nobody waits for a table. Looked at only while a connection is out for long or all of them are lent.
- *suspected*: somebody waits for a table, not yet for `LONG_SECONDS`. Most migrations are over by then, and cost
  nobody an error.
- *held*: somebody waited for longer. What stands in the way is known by its transaction, granted or itself waiting in
  front. As long as that very transaction is there, statements that name the table are refused at once, and transactions
  begin with a `lock_timeout` of `BRIEFLY_MS`, for what needs the table without naming it (foreign keys, triggers).
  A lock that leaves readers alone refuses writes only.
- *free again*: the transaction has ended, or nobody could look. Others that come to lock the same table are strangers:
  they are known once somebody has waited for them as long.

What was found may be over when it is used, and the other way round: a refusal changes nothing and says when to come
again, and a wait is bounded by `lock_timeout` as ever. Waiting for rows is none of this: it is for a transaction.
"""

import re
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
import structlog

logger = structlog.get_logger(__name__)

LONG_SECONDS = 1.0
BRIEFLY_MS = 250

# The modes that keep out reading or writing, of a table or one of its indexes; who waits for it, and since when.
LOOK: LiteralString = """
    SELECT relations.relname::text, locks.virtualtransaction, locks.mode = 'AccessExclusiveLock', locks.pid,
           coalesce(bool_or(waiting.waitstart < clock_timestamp() - make_interval(secs => %s)), false)
    FROM pg_locks locks
    LEFT JOIN pg_index indexes ON indexes.indexrelid = locks.relation
    JOIN pg_class relations ON relations.oid = coalesce(indexes.indrelid, locks.relation)
    LEFT JOIN pg_locks waiting ON waiting.locktype = 'relation' AND NOT waiting.granted
        AND waiting.database = locks.database AND waiting.relation = locks.relation
        AND waiting.virtualtransaction <> locks.virtualtransaction
    WHERE locks.locktype = 'relation'
        AND locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND locks.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
    GROUP BY 1, 2, 3, 4
"""


@dataclass(frozen=True, slots=True)
class Lock:
    """One transaction's lock upon one table."""

    table: str
    transaction: str
    keeps_out_readers: bool


class LockedTables:
    """What the process knows of one server. Set by the watch's thread, read by all."""

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self.held: frozenset[Lock] = frozenset()
        self._refused: re.Pattern[str] | None = None

    def look(self, connection: psycopg.Connection[Any]) -> None:
        """One query, of a connection that is not the pool's."""
        found = {}
        for table, transaction, keeps_out_readers, pid, is_waited_for in connection.execute(LOOK, [LONG_SECONDS]):
            lock = Lock(table, transaction, keeps_out_readers)
            if is_waited_for or lock in self.held:
                found[lock] = pid
        for lock in found.keys() - self.held:
            logger.error("table_locked", database=self.alias, table=lock.table, pid=found[lock])
        self._hold(frozenset(found))

    def forget(self) -> None:
        """Nobody could look: people wait again, as if nothing were known."""
        self._hold(frozenset())

    def _hold(self, held: frozenset[Lock]) -> None:
        for lock in self.held - held:
            logger.warning("table_unlocked", database=self.alias, table=lock.table)
        if held != self.held:
            self._refused = _naming(held)
            self.held = held

    def refuse(self, statement: str) -> None:
        """Raises `OperationalError` for a statement that would wait for one of them."""
        refused = self._refused
        if refused is not None and (named := refused.search(statement)):
            raise psycopg.OperationalError(f"Somebody keeps a table locked: {named[0]}.")


def _naming(held: frozenset[Lock]) -> re.Pattern[str] | None:
    """Finds the statements: those that name a table which even readers must leave, and those that write to another."""
    left = sorted(re.escape(lock.table) for lock in held if lock.keeps_out_readers)
    read = sorted(re.escape(lock.table) for lock in held if not lock.keeps_out_readers)
    parts = [rf"\b(?:{'|'.join(left)})\b"] if left else []
    parts += [rf'\b(?:INTO|UPDATE|DELETE\s+FROM)\s+(?:ONLY\s+)?"?(?:{"|".join(read)})\b'] if read else []
    return re.compile("|".join(parts), re.IGNORECASE) if parts else None
