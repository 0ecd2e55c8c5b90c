"""The least that an hour of work may be paid and the longest shift, by day: `jobs.services.bounds`, for who writes
around it. Only new rows and changed values are asked, so that what was posted before a bound runs to its end.

`migrate` replaces the two functions of a day by the operator's numbers (`jobs.apps`).
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION jobs_minimum_rate(day date) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT NULL::bigint $$;
CREATE FUNCTION jobs_longest_shift(day date) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT NULL::bigint $$;

CREATE FUNCTION jobs_refuse_low_rate() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.rate_kobo < jobs_minimum_rate(NEW.end_date) THEN
        RAISE EXCEPTION 'The rate is below the minimum of the day.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'jobs_job_minimum_rate', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION jobs_refuse_long_shift() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.minutes > jobs_longest_shift((NEW.starts_at AT TIME ZONE 'UTC')::date) THEN
        RAISE EXCEPTION 'The shift is longer than the longest of the day.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'jobs_shift_longest', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER jobs_job_minimum_rate AFTER INSERT ON jobs_job
FOR EACH ROW EXECUTE FUNCTION jobs_refuse_low_rate();
CREATE TRIGGER jobs_job_minimum_rate_kept AFTER UPDATE OF rate_kobo, end_date ON jobs_job
FOR EACH ROW WHEN (NEW.rate_kobo <> OLD.rate_kobo OR NEW.end_date <> OLD.end_date)
EXECUTE FUNCTION jobs_refuse_low_rate();
CREATE TRIGGER jobs_shift_longest AFTER INSERT ON jobs_shift
FOR EACH ROW EXECUTE FUNCTION jobs_refuse_long_shift();
CREATE TRIGGER jobs_shift_longest_kept AFTER UPDATE OF minutes, starts_at ON jobs_shift
FOR EACH ROW WHEN (NEW.minutes <> OLD.minutes OR NEW.starts_at <> OLD.starts_at)
EXECUTE FUNCTION jobs_refuse_long_shift();
"""
BACKWARDS = """
DROP TRIGGER jobs_job_minimum_rate ON jobs_job;
DROP TRIGGER jobs_job_minimum_rate_kept ON jobs_job;
DROP TRIGGER jobs_shift_longest ON jobs_shift;
DROP TRIGGER jobs_shift_longest_kept ON jobs_shift;
DROP FUNCTION jobs_refuse_low_rate();
DROP FUNCTION jobs_refuse_long_shift();
DROP FUNCTION jobs_minimum_rate(date);
DROP FUNCTION jobs_longest_shift(date);
"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0015_fair_terms")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
