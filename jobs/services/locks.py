"""Row locks of work, always taken in this order: user, job, application, assignment.

`no_key` leaves foreign keys to the row free, so that locking a job does not hold up a payment that names it.
"""

from core.errors import NotFound
from django.contrib.auth import get_user_model
from jobs.models import Application, ApplicationStatus, Job, ShiftAssignment


def lock_user(user_id: int) -> None:
    """Makes one person's writes wait for each other."""
    users = get_user_model()._default_manager.select_for_update(no_key=True, of=("self",))
    if not users.filter(pk=user_id).values_list("pk", flat=True):
        raise NotFound


def lock_job(job_id: int) -> Job:
    jobs = Job.objects.planned().select_for_update(no_key=True, of=("self",))
    if job := jobs.filter(pk=job_id).first():
        return job
    raise NotFound


def lock_application(application_id: int) -> Application:
    applications = Application.objects.planned().select_for_update(no_key=True, of=("self",))
    if application := applications.filter(pk=application_id).first():
        return application
    raise NotFound


def lock_applications(*, job_id: int, status: ApplicationStatus) -> list[Application]:
    """All applications of a job in one status, by id. The caller holds the job's lock."""
    applications = Application.objects.planned().select_for_update(no_key=True, of=("self",))
    return list(applications.filter(job_id=job_id, status=status).order_by("pk"))


def lock_assignment(assignment_id: int) -> ShiftAssignment:
    assignments = ShiftAssignment.objects.planned().select_for_update(no_key=True, of=("self",))
    if assignment := assignments.filter(pk=assignment_id).first():
        return assignment
    raise NotFound


def lock_assignments(*, application_id: int) -> list[ShiftAssignment]:
    """All assignments of an application, by id. The caller holds the locks of job and application."""
    assignments = ShiftAssignment.objects.planned().select_for_update(no_key=True, of=("self",))
    return list(assignments.filter(application_id=application_id).order_by("pk"))
