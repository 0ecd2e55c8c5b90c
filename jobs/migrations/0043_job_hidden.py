"""A job that staff hide is open to nobody, whoever writes."""

from django.contrib.postgres.operations import AddConstraintNotValid
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
    IF NEW.status IN ('upcoming', 'ongoing') AND NEW.canceled_at IS NULL{hidden} THEN
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
    dependencies = [("jobs", "0042_applications_by_time")]
    operations = [
        migrations.AddField("job", "hidden_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            "job", "hidden_reason", models.CharField(blank=True, db_default="", default="", max_length=150)
        ),
        AddConstraintNotValid(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("hidden_at__isnull", True), ("hidden_reason", "")),
                    models.Q(("hidden_at__isnull", False), models.Q(("hidden_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="jobs_job_hidden_has_reason",
            ),
        ),
        migrations.RunSQL(OPENINGS.format(hidden=" AND NEW.hidden_at IS NULL"), OPENINGS.format(hidden="")),
    ]
