from datetime import date as Day

from core.actor import Actor, Role, require_role
from core.errors import NotFound
from jobs.models import Job
from jobs.services.posting import post_job
from jobs.services.terms import stated_terms, with_changes


def copy_job(*, actor: Actor, job_id: int, date: Day, end_date: Day | None = None) -> Job:
    """Post the terms of an own job again for other days, whatever became of it; as many days as it had, unless told.

    A posting like any other, unpaid and with nobody taken on: locks and raises what `post_job` does, and `NotFound`.
    """
    require_role(actor, Role.CLIENT)
    job = Job.objects.planned().filter(pk=job_id, client_id=actor.user_id).first()
    if job is None:
        raise NotFound
    last_day = end_date or date + (job.end_date - job.date)
    return post_job(actor=actor, terms=with_changes(stated_terms(job), {"date": date, "end_date": last_day}))
