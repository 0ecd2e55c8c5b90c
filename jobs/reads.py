"""A job as everybody sees it, which is cached, and as its client does."""

from pydantic_core import to_json

from core import clock
from core.actor import Actor, Role, require_role
from core.cache.reads import CachedRead, Shown
from core.details import Detail, Inside, Part
from core.errors import NotFound
from core.rows import Viewing, reader_of
from jobs.models import JobStatus
from jobs.ports import ESCROW
from jobs.rows import ApplicationRow
from jobs.schemas.application import ClientApplicationOut
from jobs.schemas.job import CodedShiftOut, EscrowOut, JobOut, OwnedJobOut, ShiftOut
from jobs.selectors.jobs import first_applications, one_job, one_own_job, shifts_of_job
from jobs.visibility import refuse_invisible

JOB = CachedRead(operation="get_job", path="/jobs/{int:job_id}", ttl_seconds=1800, key="{job_id}", shows=JobOut)

WHOLE_JOB = Detail(
    JobOut,
    one_job,
    given=("job_id",),
    inside={"shifts": Inside(ShiftOut, shifts_of_job)},
    besides=("client_id", "industry_id", "subcategory_id", "status", "hidden_at"),
)

OWN_JOB = Detail(
    OwnedJobOut,
    one_own_job,
    given=("job_id", "client_id"),
    inside={"shifts": Inside(CodedShiftOut, shifts_of_job)},
    besides=("series_id",),
)
FIRST_APPLICATIONS = Part(("job_id",), reader_of(ClientApplicationOut, thing=ApplicationRow), first_applications)


def job_shown(job_id: int, *, viewer_id: int) -> Shown:
    """A job with its shifts, in two queries, the same for everybody.

    Raises `NotFound`, for one that is unpaid or hidden also to whom it does not concern: a third query for such a job
    alone, and it is kept for its client, so that nothing that is kept depends on it.

    It shows the job with its shifts and places, its client's name, picture and rating, and the names of its trade.
    """
    job = WHOLE_JOB.read(job_id=job_id)
    if job is None:
        raise NotFound
    client, industry, subcategory, status, hidden_at = job.besides
    kept_back = status == JobStatus.PENDING or hidden_at is not None
    if kept_back and client != viewer_id:
        refuse_invisible(job_id, user_id=viewer_id)
    entities = {f"job:{job_id}", f"user:{client}", f"rating-of:{client}", f"avatar-of:{client}", f"industry:{industry}"}
    if subcategory is not None:
        entities.add(f"subcategory:{subcategory}")
    return Shown(job.to_json(), frozenset(entities), only_for=client if kept_back else None)


def client_job_shown(actor: Actor, *, job_id: int) -> bytes:
    """The owner's view in four queries: job, shifts with codes, applications with assignments, escrow.

    Raises `WrongRole`, and `NotFound` to anybody but the job's client.
    """
    require_role(actor, Role.CLIENT)
    job = OWN_JOB.read(job_id=job_id, client_id=actor.user_id)
    if job is None:
        raise NotFound
    escrow = ESCROW.get().summary(job_id=job_id, required_kobo=job.shown["price_kobo"])
    (series_id,) = job.besides
    return to_json(
        {
            "job": job.shown,
            "escrow": EscrowOut.model_validate(escrow, from_attributes=True),
            "applications": FIRST_APPLICATIONS.read(Viewing(actor, clock.now()), job_id=job_id),
            "series_id": series_id,
        }
    )
