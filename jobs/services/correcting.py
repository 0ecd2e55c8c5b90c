"""What a client may still change once somebody was accepted: the place by a little, and more places."""

from django.conf import settings

from core import clock
from jobs.exceptions import JobLocked
from jobs.geography import Position, distance_m
from jobs.models import Application, ApplicationStatus, Job, JobStatus
from jobs.ports import ESCROW
from jobs.services.job_changes import JobChanges
from jobs.services.refill import offer_places

# Binds nobody to other terms: how the place is proven, and who is taken on at once.
ALWAYS_EDITABLE = ("description", "code_only", "accept_favourites", "accept_worked_times", "accept_score_at_least")
CORRECTABLE = frozenset({*ALWAYS_EDITABLE, "location", "latitude", "longitude", "applicants_needed"})


def correct_job(job: Job, changes: JobChanges) -> None:
    """Correct a locked job that somebody was accepted for. More places are paid from the client's wallet at once.

    Nobody who was accepted is bound to a corrected place: stepping back from it is not late. Raises `JobLocked` for
    everything else, for a place too far from the one that was agreed to, for fewer places, and once the job started;
    `InsufficientFunds` when the wallet does not hold the price of the new places, and `WithdrawalsHeld` where nothing
    may leave it. Locks ledger accounts.
    """
    if changes.keys() - CORRECTABLE or job.starts_at <= clock.now() or job.status != JobStatus.UPCOMING:
        raise JobLocked
    write_always_editable(job, changes)
    if changes.keys() & {"location", "latitude", "longitude"}:
        _correct_place(job, changes)
    added = changes.get("applicants_needed", job.applicants_needed) - job.applicants_needed
    if added < 0:
        raise JobLocked("Someone was accepted for this job: places can be added, not taken away.")
    job.updated_at = clock.now()
    if added:
        _add_places(job, added)
    job.save()
    if added:
        ESCROW.get().pay_from_wallet(job_id=job.pk)
        offer_places(job_id=job.pk)


def write_always_editable(job: Job, changes: JobChanges) -> None:
    job.description = changes.get("description", job.description)
    job.code_only = changes.get("code_only", job.code_only)
    job.accept_favourites = changes.get("accept_favourites", job.accept_favourites)
    job.accept_worked_times = changes.get("accept_worked_times", job.accept_worked_times)
    job.accept_score_at_least = changes.get("accept_score_at_least", job.accept_score_at_least)


def _correct_place(job: Job, changes: JobChanges) -> None:
    """Measured from where each worker agreed to come: many small steps lead no further than one."""
    latitude, longitude = changes.get("latitude", job.latitude), changes.get("longitude", job.longitude)
    agreed = [Position(job.latitude, job.longitude)] if job.latitude is not None and job.longitude is not None else []
    accepted = Application.objects.filter(job=job, status=ApplicationStatus.ACCEPTED, terms__isnull=False)
    for terms in accepted.values_list("terms", flat=True):
        if terms and terms["latitude"] is not None:
            agreed.append(Position(terms["latitude"], terms["longitude"]))
    if (latitude, longitude) != (job.latitude, job.longitude):
        farthest = settings.PLACE_CORRECTION_M
        if latitude is None or longitude is None or not agreed:
            raise JobLocked("Someone was accepted for this job: its position can be corrected, not added or removed.")
        if any(distance_m(Position(latitude, longitude), place) > farthest for place in agreed):
            raise JobLocked(f"Someone was accepted for this job: its place can be corrected by at most {farthest} m.")
    job.location = changes.get("location", job.location)
    job.latitude, job.longitude = latitude, longitude


def _add_places(job: Job, added: int) -> None:
    """Each place costs what each costs already: every shift is rounded by itself."""
    before = job.applicants_needed
    job.applicants_needed = before + added
    job.price_wage_kobo += job.price_wage_kobo // before * added
    job.price_fee_kobo += job.price_fee_kobo // before * added
