"""Taking people on by the rule of their client: favourites, or who worked here so many times and has so many points.

An application that fits is accepted right after it was made, in a transaction of its own: taking somebody on locks the
worker before the job (see `locks`), and applying holds the job already. `apply_to_job` queues it together with the
application. A sweep takes on whom a dead process left, who waited while a dearer job was unpaid, and who waits when a
rule is switched on, the first to apply first. Everything is asked again under the locks: places (W1), money, other
shifts (W2), blocks, the terms that the worker agreed to, and whether the rule still stands. So it may run twice, at
once, or after the client's own word, and takes each on once at most. Whoever does not fit waits for the client's word.
"""

from django.db import transaction

from accounts.models import NotificationKind
from core import clock
from jobs.days_left import days_on_offer
from jobs.fair_terms import changes_on_offer
from jobs.models import Application
from jobs.selectors.ruling import fitting_applications
from jobs.services.clockwork import in_own_transactions
from jobs.services.hiring import take_on
from jobs.services.locks import lock_application, lock_job, lock_user
from jobs.services.notices import name_of, tell_about_application


@transaction.atomic
def accept_by_rule(*, application_id: int) -> bool:
    """Take the applicant on if the rule of the job says so, and tell both sides that it did. Whether it happened.

    Locks the worker, then job and application.
    """
    worker_id, job_id = Application.objects.values_list("applicant_id", "job_id").get(pk=application_id)
    lock_user(worker_id)
    job, application = lock_job(job_id), lock_application(application_id)
    now = clock.now()
    fits = fitting_applications(now=now).filter(pk=application_id).exists()
    if not fits or changes_on_offer(application, job, days=days_on_offer(job, now=now)):
        return False
    shifts = take_on(job, application, now=now, changed_by=None)
    name = name_of(worker_id)
    tell_about_application(application, job, NotificationKind.PLACE_TAKEN, name=name, by_rule=True, shifts=shifts)
    return True


def accept_waiting_by_rules() -> int:
    """The sweep. How many were taken on."""
    waiting = fitting_applications(now=clock.now()).order_by("created_at", "pk").values_list("pk", flat=True)
    return in_own_transactions(waiting, _accept)


def _accept(application_id: int) -> bool:
    return accept_by_rule(application_id=application_id)
