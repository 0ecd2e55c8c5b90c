"""The indexes that the database really has, read from its catalogue."""

import re
from dataclasses import dataclass

from django.db import connection

INDEXES = """
SELECT c.relname, i.relname, am.amname, x.indisunique, x.indnkeyatts,
       ARRAY(SELECT pg_get_indexdef(x.indexrelid, k, true) FROM generate_series(1, x.indnkeyatts) k ORDER BY k),
       pg_get_expr(x.indpred, x.indrelid), x.indisexclusion
FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_class c ON c.oid = x.indrelid
JOIN pg_am am ON am.oid = i.relam
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND NOT x.indisprimary
ORDER BY c.relname, i.relname
"""


@dataclass(frozen=True)
class Index:
    table: str
    name: str
    method: str
    unique: bool
    columns: tuple[str, ...]
    predicate: str
    exclusion: bool

    def serves(self, path: tuple[str, ...], flags: frozenset[str], *, within: str = "") -> bool:
        """Whether rows are found by `path` through this index: its columns come first, in any order among themselves.

        Case is ignored: an index on lower(email) serves `email`. A partial index does not find all rows; it counts for
        the boolean flag that it is conditioned on, where it leaves out nothing but NULLs, and for a path that is asked
        for `within` its condition only.
        """
        if self.exclusion:
            return False
        found = set(self.columns[: len(path)]) == set(path)
        if self.predicate:
            is_flag = path[0] in flags and path[0] in self.predicate
            # Nobody looks for the rows that have no handle.
            leaves_out_nulls = self.predicate == f"({path[0]} IS NOT NULL)"
            return len(path) == 1 and (is_flag or (found and (leaves_out_nulls or self.predicate == within)))
        return found


def read_indexes() -> list[Index]:
    with connection.cursor() as cursor:
        cursor.execute(INDEXES)
        return [
            Index(table, name, method, unique, tuple(map(plain, columns)), predicate or "", exclusion)
            for table, name, method, unique, _, columns, predicate, exclusion in cursor.fetchall()
        ]


def plain(column: str) -> str:
    """`lower(email::text)` is about `email`."""
    folded = re.fullmatch(r"lower\(\(?(\w+)\)?(?:::text)?\)", column)
    return folded[1] if folded else column


def boolean_columns(table: str) -> frozenset[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND data_type = 'boolean'",
            [table],
        )
        return frozenset(name for (name,) in cursor.fetchall())
