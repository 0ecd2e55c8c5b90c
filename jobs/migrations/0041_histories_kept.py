"""Who accepted whom, and when, is evidence for two years, and as long as the job goes on: refused to the owner as well."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION jobs_keep_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- Development may move the clock; nobody else can write there.
    moved interval := coalesce((SELECT max("offset") FROM public.core_clockoffset), '0');
BEGIN
    IF OLD.created_at < now() + moved - interval '730 days' AND EXISTS (
        SELECT FROM public.jobs_application a JOIN public.jobs_job j ON j.id = a.job_id
        WHERE a.id = OLD.application_id AND j.status IN ('completed', 'canceled', 'expired')
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'This history is evidence still.'
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END $$;
CREATE TRIGGER jobs_applicationstatuslog_kept BEFORE DELETE ON jobs_applicationstatuslog
FOR EACH ROW EXECUTE FUNCTION jobs_keep_history();
"""
BACKWARD = """
DROP TRIGGER jobs_applicationstatuslog_kept ON jobs_applicationstatuslog;
DROP FUNCTION jobs_keep_history();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial"), ("jobs", "0040_accept_by_score_checked")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
