"""Which database the cache tells of, and which history of it.

A restored database knows less than what was cached before, and so does a replica that was promoted before it had heard
everything. Both are another *lineage*: the server's identifier, its timeline (a new one begins with each promotion and
each recovery), the name that a restore gives it, the database and its first table (a logical restore makes them anew).
No connection to a primary outlives such a change, and settings refuse servers in recovery (whose connections live on
when they are promoted), so every new one is asked, before anybody borrows it, and where the lineage differs from what
Redis has kept, the epoch moves: every entry is void, for everybody.
"""

import psycopg
import structlog

from core.cache.store import store

# Nothing on a server in recovery, which a URL may allow by parameters of its own.
LINEAGE = """
SELECT concat_ws(' ', s.system_identifier, left(pg_walfile_name(pg_current_wal_lsn()), 8), d.oid,
                 to_regclass('public.django_migrations')::oid, nullif(current_setting('cluster_name'), ''))
FROM pg_control_system() s, pg_database d WHERE d.datname = current_database() AND NOT pg_is_in_recovery()
"""

logger = structlog.get_logger(__name__)


def look_at(connection: psycopg.Connection[tuple[str]]) -> None:
    """Void the cache where this new connection leads to another database, or to another history of it, than before."""
    try:
        row = connection.execute(LINEAGE).fetchone()
        connection.commit()
    except psycopg.Error as error:
        # A proxy that knows no such functions: restores must void the cache by hand there.
        connection.rollback()
        logger.warning("database_lineage_unknown", error=type(error).__name__)
        return
    if row is not None and store.meet(row[0]):
        logger.warning("cache_voided_for_another_database", lineage=row[0])
