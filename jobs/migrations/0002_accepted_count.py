"""W1: `accepted_count` follows the applications, in the statement that changes them.

The UPDATE takes the job's row lock, so two acceptances of the last place wait for each other, and the check constraint
`jobs_job_places_respected` refuses the second.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION jobs_count_accepted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before integer := 0;
    after integer := 0;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        before := (OLD.status IN ('accepted', 'completed'))::integer;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        after := (NEW.status IN ('accepted', 'completed'))::integer;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.job_id <> NEW.job_id THEN
        RAISE EXCEPTION 'An application stays with its job.' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'jobs_application_job_fixed';
    END IF;
    IF before <> after THEN
        UPDATE jobs_job SET accepted_count = accepted_count + after - before
        WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.job_id ELSE NEW.job_id END;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER jobs_application_count_accepted AFTER INSERT OR DELETE OR UPDATE OF status, job_id ON jobs_application
FOR EACH ROW EXECUTE FUNCTION jobs_count_accepted();
"""

BACKWARD = """
DROP TRIGGER jobs_application_count_accepted ON jobs_application;
DROP FUNCTION jobs_count_accepted();
"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_marketplace")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
