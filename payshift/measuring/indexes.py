"""What the catalogue says of the indexes: which repeat another, which nobody uses, which foreign keys have none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, models

APPS = ("core", "accounts", "jobs", "payment", "rating")

# Columns with what makes them comparable: operator class, collation, direction. An exclusion constraint is no path.
INDEXES = """
SELECT c.relname, i.relname, am.amname, x.indisunique, coalesce(pg_get_expr(x.indpred, x.indrelid), ''),
       ARRAY(SELECT concat_ws(' ', pg_get_indexdef(x.indexrelid, k, true), x.indclass[k - 1], x.indcollation[k - 1],
                              x.indoption[k - 1])
             FROM generate_series(1, x.indnkeyatts) k ORDER BY k),
       pg_get_indexdef(x.indexrelid, 1, true), s.idx_scan, pg_relation_size(i.oid)
FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_class c ON c.oid = x.indrelid
JOIN pg_am am ON am.oid = i.relam
JOIN pg_stat_user_indexes s ON s.indexrelid = x.indexrelid
WHERE c.relname = ANY (%s) AND NOT x.indisexclusion
ORDER BY c.relname, i.relname
"""


@dataclass(frozen=True, slots=True)
class Index:
    table: str
    name: str
    method: str
    unique: bool
    predicate: str
    columns: tuple[str, ...]
    first_column: str
    scans: int
    bytes: int

    def repeats(self, other: "Index") -> bool:
        """Whether `other` finds everything that this one finds. A unique index enforces a rule of its own."""
        alike = (self.table, self.method, self.predicate) == (other.table, other.method, other.predicate)
        if self.unique:
            return alike and other.unique and self.columns == other.columns
        return alike and self.columns == other.columns[: len(self.columns)]


@dataclass(frozen=True, slots=True)
class IndexReport:
    redundant: list[tuple[Index, Index]]
    unused: list[Index]
    missing: list[str]


def index_report() -> IndexReport:
    indexes = read_indexes()
    return IndexReport(
        redundant=list(_redundant(indexes)),
        unused=[index for index in indexes if not index.scans and not index.unique],
        missing=list(_missing(indexes)),
    )


def read_indexes() -> list[Index]:
    with connection.cursor() as cursor:
        cursor.execute(INDEXES, [[model._meta.db_table for model in _models()]])
        return [
            Index(table, name, method, unique, predicate, tuple(columns), first, scans, size)
            for table, name, method, unique, predicate, columns, first, scans, size in cursor.fetchall()
        ]


def _redundant(indexes: Sequence[Index]) -> Iterator[tuple[Index, Index]]:
    for index in indexes:
        for other in indexes:
            if index is not other and index.repeats(other):
                # Of two that are the same, one is redundant.
                if other.repeats(index) and index.name < other.name:
                    continue
                yield index, other


def _missing(indexes: Sequence[Index]) -> Iterator[str]:
    """Foreign keys that can be followed backwards, so that rows are looked up by them, without an index to do it by."""
    led = {(index.table, index.first_column) for index in indexes}
    for model in _models():
        for column in model._meta.local_concrete_fields:
            followed = isinstance(column, models.ForeignKey) and not column.remote_field.hidden
            if followed and (model._meta.db_table, column.column) not in led:
                yield f"{model._meta.db_table}.{column.column}"


def _models() -> list[type[models.Model]]:
    return [model for app in APPS for model in apps.get_app_config(app).get_models()]
