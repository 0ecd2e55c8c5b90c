from django.db.models import Exists, OuterRef

from core.listings import Given, Selection
from jobs.days_left import open_shifts_in_sql
from jobs.eligibility import standing_applications
from jobs.models import Invitation


def invitations_to(given: Given) -> Selection[Invitation]:
    """What somebody was invited to, and whether they applied. `given`: `user_id` and `now`."""
    applied = standing_applications().filter(job_id=OuterRef("job_id"), applicant_id=given["user_id"])
    invitations = Invitation.objects.filter(worker_id=given["user_id"], job__hidden_at__isnull=True).annotate(
        applied=Exists(applied), job__open_shifts=open_shifts_in_sql(now=given["now"], job="job__")
    )
    return Selection(invitations)
