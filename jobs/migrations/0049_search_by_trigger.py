"""The words of a job are read again when its texts change, and not whenever its row is written.

PostgreSQL computes a generated column anew in each UPDATE of a table that has a BEFORE UPDATE trigger, since the trigger
might change what it is made of: for a place that was taken a job's whole description was read. Now a trigger writes the
column, of each new row and where a text changes; whoever sets it to something else has it made anew. Dropping the
expression keeps the values and the index, and rewrites nothing. Backwards the table is written once, and locked while it
is.
"""

from django.contrib.postgres.search import SearchVectorField
from django.db import migrations

MADE_OF = " || ".join(
    f"setweight(to_tsvector('{config}'::regconfig, COALESCE(jobs_fold({{row}}{text}), '')), '{weight}')"
    for config in ("english", "simple")
    for text, weight in (("title", "A"), ("location", "B"), ("description", "C"))
)
BY_TRIGGER = f"""
ALTER TABLE jobs_job ALTER COLUMN search DROP EXPRESSION;
ALTER TABLE jobs_job ALTER COLUMN search SET DEFAULT '';

CREATE FUNCTION jobs_write_search() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.search := {MADE_OF.format(row="NEW.")};
    RETURN NEW;
END $$;
CREATE TRIGGER jobs_job_search BEFORE INSERT ON jobs_job
FOR EACH ROW EXECUTE FUNCTION jobs_write_search();
CREATE TRIGGER jobs_job_search_changed BEFORE UPDATE OF title, location, description, search ON jobs_job
FOR EACH ROW WHEN (
    (NEW.title, NEW.location, NEW.description, NEW.search)
    IS DISTINCT FROM (OLD.title, OLD.location, OLD.description, OLD.search)
) EXECUTE FUNCTION jobs_write_search();
"""
GENERATED = f"""
DROP TRIGGER jobs_job_search ON jobs_job;
DROP TRIGGER jobs_job_search_changed ON jobs_job;
DROP FUNCTION jobs_write_search();
ALTER TABLE jobs_job DROP COLUMN search;
ALTER TABLE jobs_job ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS ({MADE_OF.format(row="")}) STORED;
CREATE INDEX jobs_job_search ON jobs_job USING gin (search) WHERE is_open;
ANALYZE jobs_job;
"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0048_job_templates")]
    operations = [
        migrations.RunSQL(
            BY_TRIGGER,
            GENERATED,
            state_operations=[
                migrations.AlterField("job", "search", SearchVectorField(db_default="", default="", editable=False))
            ],
        )
    ]
