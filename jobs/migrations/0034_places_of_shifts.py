"""W1 for each shift: never more who hold it than the job needs, whoever writes; and what follows for the job.

Three steps, each in the statement that changes something: an assignment moves its shift's `taken_count`, a shift has
its job looked at again, and each write of a job recomputes whether it is open, until when, and whether in part.
"""

from django.db import migrations

COUNT = """
CREATE FUNCTION jobs_count_taken() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    shift_ids bigint[];
    changes integer[];
    too_many bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(shift_id), array_agg(n) INTO shift_ids, changes FROM (
            SELECT shift_id, count(*) AS n FROM after WHERE status <> 'canceled' GROUP BY shift_id
        ) c;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(shift_id), array_agg(n) INTO shift_ids, changes FROM (
            SELECT shift_id, -count(*) AS n FROM before WHERE status <> 'canceled' GROUP BY shift_id
        ) c;
    ELSE
        SELECT array_agg(shift_id), array_agg(n) INTO shift_ids, changes FROM (
            SELECT shift_id, sum(n) AS n FROM (
                SELECT shift_id, -1 AS n FROM before WHERE status <> 'canceled'
                UNION ALL SELECT shift_id, 1 FROM after WHERE status <> 'canceled'
            ) each GROUP BY shift_id HAVING sum(n) <> 0
        ) c;
    END IF;
    IF shift_ids IS NULL THEN
        RETURN NULL;
    END IF;
    -- The row lock of the shift makes two that come together wait for each other.
    WITH changed AS (
        UPDATE jobs_shift s SET taken_count = s.taken_count + c.n
        FROM unnest(shift_ids, changes) AS c(shift_id, n) WHERE s.id = c.shift_id
        RETURNING s.job_id, s.taken_count, c.n
    )
    SELECT count(*) INTO too_many FROM changed c JOIN jobs_job j ON j.id = c.job_id
    WHERE c.n > 0 AND c.taken_count > j.applicants_needed;
    IF too_many > 0 THEN
        RAISE EXCEPTION 'More people would come to a shift than the job needs.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'jobs_shift_places_respected', TABLE = 'jobs_shift';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER jobs_assignment_taken AFTER INSERT ON jobs_shiftassignment
REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION jobs_count_taken();
CREATE TRIGGER jobs_assignment_taken_changed AFTER UPDATE ON jobs_shiftassignment
REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION jobs_count_taken();
CREATE TRIGGER jobs_assignment_taken_gone AFTER DELETE ON jobs_shiftassignment
REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION jobs_count_taken();
"""
COUNT_BACKWARDS = """
DROP TRIGGER jobs_assignment_taken ON jobs_shiftassignment;
DROP TRIGGER jobs_assignment_taken_changed ON jobs_shiftassignment;
DROP TRIGGER jobs_assignment_taken_gone ON jobs_shiftassignment;
DROP FUNCTION jobs_count_taken();
"""

# Whoever was taken on for the whole job and holds less of it has given days back. No shift of a job that is not live
# is looked at: of the jobs that there ever were nearly all are over.
OPENINGS = """
CREATE FUNCTION jobs_see_openings() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    given_back boolean;
    some_full boolean;
BEGIN
    NEW.open_until := NULL;
    NEW.part_open := false;
    IF NEW.status IN ('upcoming', 'ongoing') AND NEW.canceled_at IS NULL THEN
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
CREATE TRIGGER jobs_job_openings BEFORE INSERT OR UPDATE ON jobs_job
FOR EACH ROW EXECUTE FUNCTION jobs_see_openings();

CREATE FUNCTION jobs_shifts_changed() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    job_ids bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT job_id) INTO job_ids FROM after;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT job_id) INTO job_ids FROM before;
    ELSE
        SELECT array_agg(DISTINCT n.job_id) INTO job_ids FROM after n JOIN before o USING (id)
        WHERE (n.taken_count, n.starts_at, n.canceled_at) IS DISTINCT FROM (o.taken_count, o.starts_at, o.canceled_at);
    END IF;
    IF job_ids IS NOT NULL THEN
        -- The job's own trigger sees what there is.
        UPDATE jobs_job SET is_open = is_open WHERE id = ANY (job_ids) AND status IN ('upcoming', 'ongoing');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER jobs_shift_openings AFTER INSERT ON jobs_shift
REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION jobs_shifts_changed();
CREATE TRIGGER jobs_shift_openings_changed AFTER UPDATE ON jobs_shift
REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION jobs_shifts_changed();
CREATE TRIGGER jobs_shift_openings_gone AFTER DELETE ON jobs_shift
REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION jobs_shifts_changed();
"""
OPENINGS_BACKWARDS = """
DROP TRIGGER jobs_shift_openings ON jobs_shift;
DROP TRIGGER jobs_shift_openings_changed ON jobs_shift;
DROP TRIGGER jobs_shift_openings_gone ON jobs_shift;
DROP FUNCTION jobs_shifts_changed();
CREATE OR REPLACE FUNCTION jobs_see_openings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.is_open := NEW.status = 'upcoming' AND NEW.canceled_at IS NULL AND NEW.accepted_count < NEW.applicants_needed;
    RETURN NEW;
END $$;
"""

# Who fills in for days that others left is beside those who were taken on for the whole job.
COUNT_WHOLE = """
CREATE OR REPLACE FUNCTION jobs_count_accepted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before integer := 0;
    after integer := 0;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        before := (OLD.status IN ('accepted', 'completed'){old})::integer;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        after := (NEW.status IN ('accepted', 'completed'){new})::integer;
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
DROP TRIGGER jobs_application_count_accepted ON jobs_application;
CREATE TRIGGER jobs_application_count_accepted AFTER INSERT OR DELETE OR UPDATE OF status, job_id{column}
ON jobs_application FOR EACH ROW EXECUTE FUNCTION jobs_count_accepted();
"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0033_days_left")]
    operations = [
        migrations.RunSQL(
            COUNT_WHOLE.format(old=" AND NOT OLD.fills_in", new=" AND NOT NEW.fills_in", column=", fills_in"),
            COUNT_WHOLE.format(old="", new="", column=""),
        ),
        migrations.RunSQL(COUNT, COUNT_BACKWARDS),
        migrations.RunSQL(OPENINGS, OPENINGS_BACKWARDS),
    ]
