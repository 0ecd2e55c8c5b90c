"""A job whose money a payer's bank took out of its escrow is open to nobody, whoever writes."""

from django.db import migrations, models

OPENINGS = """
CREATE OR REPLACE FUNCTION jobs_see_openings() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    given_back boolean;
    some_full boolean;
BEGIN
    NEW.open_until := NULL;
    NEW.part_open := false;
    IF NEW.status IN ('upcoming', 'ongoing') AND NEW.canceled_at IS NULL AND NEW.hidden_at IS NULL{short} THEN
        SELECT max(s.starts_at) FILTER (WHERE s.taken_count < NEW.applicants_needed),
               bool_or(s.taken_count < NEW.accepted_count) AND bool_or(s.taken_count > 0),
               bool_or(s.taken_count >= NEW.applicants_needed)
        INTO NEW.open_until, given_back, some_full
        FROM jobs_shift s WHERE s.job_id = NEW.id AND s.canceled_at IS NULL;
        IF NEW.status = 'upcoming' AND NEW.accepted_count >= NEW.applicants_needed AND given_back IS NOT TRUE THEN
            NEW.open_until := NULL;
        END IF;
        NEW.part_open := NEW.open_until IS NOT NULL AND some_full;
    END IF;
    NEW.is_open := NEW.open_until IS NOT NULL;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0049_search_by_trigger")]
    operations = [
        migrations.AddField("job", "short_since", models.DateTimeField(blank=True, null=True)),
        migrations.RunSQL(OPENINGS.format(short=" AND NEW.short_since IS NULL"), OPENINGS.format(short="")),
    ]
