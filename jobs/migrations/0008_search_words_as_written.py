"""Words are found by how they are written, too; the index of text holds open jobs only, that of position tells them.

The column is computed anew: the table is written once, and locked while it is (about a minute for a million jobs).
"""

from functools import reduce
from operator import add

from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import migrations, models

WEIGHTS = {"title": "A", "location": "B", "description": "C"}
POINT = models.Func("longitude", "latitude", function="point")


def expression_sql(*configs: str) -> str:
    vectors = (
        f"setweight(to_tsvector('{config}'::regconfig, COALESCE({column}, '')), '{weight}')"
        for config in configs
        for column, weight in WEIGHTS.items()
    )
    return f"ALTER TABLE jobs_job ALTER COLUMN search SET EXPRESSION AS ({' || '.join(vectors)})"


def search_field(*configs: str) -> models.GeneratedField:
    vectors = (
        SearchVector(column, weight=weight, config=config) for config in configs for column, weight in WEIGHTS.items()
    )
    return models.GeneratedField(expression=reduce(add, vectors), output_field=SearchVectorField(), db_persist=True)


class Migration(migrations.Migration):
    dependencies = [("jobs", "0007_calendar_links_and_invitations")]
    operations = [
        migrations.RemoveIndex("job", "jobs_job_search"),
        migrations.RemoveIndex("job", "jobs_job_position"),
        # Django cannot alter a generated column; PostgreSQL 17 can.
        migrations.RunSQL(
            expression_sql("english", "simple"),
            expression_sql("english"),
            state_operations=[migrations.AlterField("job", "search", search_field("english", "simple"))],
        ),
        migrations.AddIndex(
            "job", GinIndex(fields=["search"], name="jobs_job_search", condition=models.Q(is_open=True))
        ),
        migrations.AddIndex(
            "job",
            GistIndex(
                POINT,
                models.F("is_open"),
                models.F("latitude"),
                models.F("longitude"),
                name="jobs_job_position",
            ),
        ),
        # A new expression has no statistics: until there are some, PostgreSQL would take every word for a rare one.
        migrations.RunSQL("ANALYZE jobs_job", migrations.RunSQL.noop),
    ]
