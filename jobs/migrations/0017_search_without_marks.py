"""Words are found with and without their marks and hooks, on both sides: Ọ̀ṣun by Osun, and Osun by Ọ̀ṣun.

The column is computed anew: the table is written once, and locked while it is (about a minute for a million jobs). Both
sides fold, so the index does not grow. `core.words` has the same table of letters.
"""

from functools import reduce
from operator import add

from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import migrations, models

WEIGHTS = {"title": "A", "location": "B", "description": "C"}
CONFIGS = ("english", "simple")
POINT = models.Func("longitude", "latitude", function="point")

# Immutable, as a generated column must be: all that it calls is, too.
FOLD = r"""
CREATE FUNCTION jobs_fold(written text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(
    regexp_replace(normalize(written, NFKD), '[\u0300-\u036f]', '', 'g'),
    'ɓɗƙƴƁƊƘƳŋŊøØłŁđĐħĦı', 'bdkyBDKYnNoOlLdDhHi'
)
"""

QUERY = """
CREATE OR REPLACE FUNCTION jobs_text_query(words text[]) RETURNS tsquery LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    word text;
    stem tsquery;
    written tsquery := '';
    found tsquery := '';
BEGIN
    FOREACH word IN ARRAY words LOOP
        %s
        stem := to_tsquery('english', word || ':*');
        written := to_tsquery('simple', word || ':*');
        IF NOT starts_with(written::text, rtrim(stem::text, ''':*')) THEN
            stem := stem || written;
        END IF;
        found := found && stem;
    END LOOP;
    RETURN CASE WHEN numnode(found) = 0 THEN written ELSE found END;
END $$;
"""


def folded(column: str) -> models.Func:
    return models.Func(models.F(column), function="jobs_fold", output_field=models.TextField())


def expression_sql(text_of: str) -> str:
    vectors = (
        f"setweight(to_tsvector('{config}'::regconfig, COALESCE({text_of % column}, '')), '{weight}')"
        for config in CONFIGS
        for column, weight in WEIGHTS.items()
    )
    return f"ALTER TABLE jobs_job ALTER COLUMN search SET EXPRESSION AS ({' || '.join(vectors)})"


SEARCH = models.GeneratedField(
    expression=reduce(
        add,
        (
            SearchVector(folded(column), weight=weight, config=config)
            for config in CONFIGS
            for column, weight in WEIGHTS.items()
        ),
    ),
    output_field=SearchVectorField(),
    db_persist=True,
)


class Migration(migrations.Migration):
    dependencies = [("jobs", "0016_bounds_of_terms")]
    operations = [
        migrations.RunSQL(FOLD, "DROP FUNCTION jobs_fold(text)"),
        migrations.RemoveIndex("job", "jobs_job_search"),
        migrations.RemoveIndex("job", "jobs_job_position"),
        # Django cannot alter a generated column; PostgreSQL 17 can.
        migrations.RunSQL(
            expression_sql("jobs_fold(%s)"),
            expression_sql("%s"),
            state_operations=[migrations.AlterField("job", "search", SEARCH)],
        ),
        migrations.RunSQL(QUERY % "word := jobs_fold(word);", QUERY % ""),
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
