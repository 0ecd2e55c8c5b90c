"""Disputes: while one is open, what escrow holds for its assignment stays there; then staff divide it.

The award goes to the worker by `pay_award`, at most what the wage lacks: what was already released is not clawed back.
The rest of what was frozen belongs to the client again, and reaches the wallet when the job is settled.
"""

from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts.models import NotificationKind
from accounts.permissions import require_permission
from accounts.services.notifications import Notice, notify_all
from core import clock
from core.actor import Actor
from core.errors import Forbidden, InvalidState, NotFound
from core.money import sum_in_words
from core.throttling import Throttle
from jobs.models import AssignmentStatus, Job, ShiftAssignment
from jobs.models.assignment import LIVE_STATUSES
from jobs.services.daily import refuse_too_many
from jobs.services.disputes import conclude_dispute
from jobs.services.locks import lock_attendance, lock_user
from jobs.services.notices import facts_of
from jobs.services.settlement import disputable_until, settle_job
from jobs.words import shift_in_words
from payment.exceptions import DisputeAlreadyOpen, DisputeTooLate, DivisionDoesNotFit
from payment.machines import DISPUTE
from payment.models import OPEN_DISPUTES, Dispute, DisputeStatement, DisputeStatus, Resolution
from payment.services.alerts import alert_staff, tell_staff
from payment.services.escrow import pay_award
from payment.services.locks import lock_dispute
from payment.services.moving_alone import begin_alone, counts_alone, why_not_alone
from payment.services.two_people import require_second_person

PROPOSAL_FIELDS = ("proposed_by", "proposed_resolution", "proposed_to_worker_kobo")
RESOLUTION_FIELDS = ("resolution", "resolution_note", "resolved_by", "to_worker_kobo", "to_client_kobo")
STATEMENTS_PER_PERSON = Throttle("statements", limit="STATEMENTS_PER_DISPUTE_HOUR", period_seconds=3600)


@transaction.atomic
def open_dispute(*, actor: Actor, assignment_id: int, reason: str) -> Dispute:
    """Freeze what escrow holds for an assignment: all that its schedule priced and that was not paid.

    By its client or its worker, until 48 h after the shift, or as long as something is withheld.

    Locks user, job, application, assignment. Raises `NotFound`, `InvalidState` (the shift has not begun, or was
    cancelled), `DisputeTooLate`, `DisputeAlreadyOpen`, and `TooManyRequests` (in a day).
    """
    lock_user(actor.user_id)
    job, _, assignment = lock_attendance(assignment_id)
    if actor.user_id not in (job.client_id, assignment.worker_id):
        raise NotFound
    if assignment.starts_at > clock.now() or assignment.status == AssignmentStatus.CANCELED:
        raise InvalidState("A dispute is about a shift that has begun and was not cancelled.")
    if clock.now() > disputable_until(assignment):
        raise DisputeTooLate
    if Dispute.objects.filter(assignment=assignment, status__in=OPEN_DISPUTES).exists():
        raise DisputeAlreadyOpen
    sides = Q(client_id=actor.user_id) | Q(worker_id=actor.user_id)
    by_actor = Dispute.objects.filter(sides, opened_by_id=actor.user_id)
    refuse_too_many(by_actor, at="created_at", limit=settings.DISPUTES_PER_DAY, what="disputes are opened")
    opened = by_actor.filter(assignment=assignment).count()
    if opened >= settings.DISPUTES_PER_ASSIGNMENT:
        raise InvalidState("You have opened and withdrawn a dispute about this shift as often as you may.")
    dispute = Dispute.objects.create(
        assignment=assignment,
        client_id=job.client_id,
        worker_id=assignment.worker_id,
        opened_by_id=actor.user_id,
        reason=reason,
        created_at=clock.now(),
    )
    _tell(dispute, job, NotificationKind.DISPUTE_OPENED, but=actor.user_id, facts={"reason": reason})
    alert_staff("dispute_opened", dispute_id=dispute.pk, assignment_id=assignment_id, job_id=job.pk)
    return dispute


@transaction.atomic
def add_statement(*, actor: Actor, dispute_id: int, body: str) -> DisputeStatement:
    """A party says something, or staff who may change disputes.

    Locks user and dispute. Raises `NotFound`, `Forbidden`, `InvalidState` (it is closed) and `TooManyRequests` (in an
    hour, or in a day).
    """
    lock_user(actor.user_id)
    job = _job_of(dispute_id)
    dispute = lock_dispute(dispute_id)
    _require_party(dispute, actor)
    _require_open(dispute)
    if not actor.is_staff:
        sides = Q(dispute__client_id=actor.user_id) | Q(dispute__worker_id=actor.user_id)
        said = DisputeStatement.objects.filter(sides, author_id=actor.user_id)
        refuse_too_many(said, at="created_at", limit=settings.STATEMENTS_PER_DAY, what="statements are made")
    STATEMENTS_PER_PERSON.hit(f"{actor.user_id} {dispute_id}")
    statement = DisputeStatement.objects.create(
        dispute=dispute, author_id=actor.user_id, body=body, created_at=clock.now()
    )
    _tell(dispute, job, NotificationKind.DISPUTE_UPDATED, but=actor.user_id, about=f"statement:{statement.pk}")
    return statement


@transaction.atomic
def withdraw_dispute(*, actor: Actor, dispute_id: int) -> Dispute:
    """Whoever opened it takes it back; the assignment's money goes its way as if it had never been.

    Locks job, application, assignment, dispute. Raises `NotFound` (also to the other party's withdrawal) and
    `InvalidState`.
    """
    assignment_id = _assignment_of(dispute_id)
    job, _, _ = lock_attendance(assignment_id)
    dispute = lock_dispute(dispute_id)
    if dispute.opened_by_id != actor.user_id:
        raise NotFound
    _close(dispute, DisputeStatus.WITHDRAWN)
    _tell(dispute, job, NotificationKind.DISPUTE_UPDATED, but=actor.user_id, about="withdrawn")
    settle_job(job_id=job.pk)
    return dispute


@transaction.atomic
def review_dispute(*, dispute_id: int, is_told: bool = True) -> Dispute:
    """Staff look at it now; both sides are told, unless its end follows at once. Locks the dispute. Raises
    `InvalidState`."""
    job = _job_of(dispute_id)
    dispute = lock_dispute(dispute_id)
    DISPUTE.check(dispute.status, DisputeStatus.UNDER_REVIEW)
    dispute.status = DisputeStatus.UNDER_REVIEW
    dispute.save(update_fields=["status"])
    if is_told:
        _tell(dispute, job, NotificationKind.DISPUTE_UPDATED, about="under_review")
    return dispute


@transaction.atomic
def resolve_dispute(
    *, staff_id: int, dispute_id: int, resolution: Resolution, note: str, to_worker_kobo: int | None = None
) -> Dispute:
    """Divide what was frozen, as staff decided; `to_worker_kobo` for a split only.

    Of more than `DISPUTE_ALONE_KOBO` with what this person moved alone today, two of them must decide alike: the first
    one's decision is kept and told to staff, and the dispute stays under review. Another decision takes its place.

    Locks what they moved alone, job, application, assignment, dispute, then ledger accounts. Raises `InvalidState` (not
    under review, or the shift still runs), `Forbidden` (of one's own), `SecondPersonNeeded` and `DivisionDoesNotFit`.
    """
    assignment_id, moved = _assignment_of(dispute_id), begin_alone(staff_id)
    job, _, assignment = lock_attendance(assignment_id)
    dispute = lock_dispute(dispute_id)
    if staff_id in (dispute.client_id, dispute.worker_id):
        raise Forbidden("Nobody decides a dispute of their own.")
    if assignment.status in LIVE_STATUSES and assignment.ends_at > clock.now():
        raise InvalidState("The shift still runs: resolve the dispute after its end.")
    frozen_kobo, award_kobo = frozen_for(assignment), award_of(assignment, resolution, to_worker_kobo)
    DISPUTE.check(dispute.status, DisputeStatus.RESOLVED)
    if not counts_alone(moved, amount_kobo=frozen_kobo, alone_kobo=settings.DISPUTE_ALONE_KOBO):
        if not _decided_alike(dispute, resolution, award_kobo):
            return _propose(dispute, resolution, award_kobo, staff_id)
        require_second_person(proposer_id=dispute.proposed_by_id or 0, staff_id=staff_id)
    else:
        dispute.proposed_by_id, dispute.proposed_resolution, dispute.proposed_to_worker_kobo = None, "", 0
    dispute.resolution, dispute.resolution_note, dispute.resolved_by_id = resolution, note, staff_id
    dispute.to_worker_kobo, dispute.to_client_kobo = award_kobo, frozen_kobo - award_kobo
    _close(dispute, DisputeStatus.RESOLVED)
    if award_kobo:
        pay_award(
            assignment_id=assignment_id,
            job_id=job.pk,
            client_id=job.client_id,
            worker_id=assignment.worker_id,
            amount_kobo=award_kobo,
        )
    conclude_dispute(assignment_id=assignment_id, awarded_kobo=award_kobo)
    outcome: dict[str, str | int] = {
        "to_worker_kobo": award_kobo,
        "to_client_kobo": frozen_kobo - award_kobo,
        "note": note,
    }
    _tell(dispute, job, NotificationKind.DISPUTE_RESOLVED, facts=outcome)
    return dispute


def _decided_alike(dispute: Dispute, resolution: Resolution, award_kobo: int) -> bool:
    return (dispute.proposed_resolution, dispute.proposed_to_worker_kobo) == (resolution, award_kobo)


def _propose(dispute: Dispute, resolution: Resolution, award_kobo: int, staff_id: int) -> Dispute:
    dispute.proposed_by_id, dispute.proposed_resolution = staff_id, resolution
    dispute.proposed_to_worker_kobo = award_kobo
    dispute.save(update_fields=PROPOSAL_FIELDS)
    why = why_not_alone(settings.DISPUTE_ALONE_KOBO)
    dispute.asks_for = f"Nothing moves yet: a second member of staff must decide alike, since {why}"
    tell_staff("dispute_proposed", dispute_id=dispute.pk, to_worker_kobo=award_kobo, by_staff_id=staff_id)
    return dispute


def frozen_for(assignment: ShiftAssignment) -> int:
    """What escrow holds for this assignment while a dispute is open: wage and fee, or what the client took off."""
    return assignment.price_kobo if assignment.status in LIVE_STATUSES else assignment.withheld_kobo


def most_for_worker(assignment: ShiftAssignment) -> int:
    """The wage's part of it: no more than the whole wage is ever awarded."""
    return min(frozen_for(assignment), assignment.wage_kobo - assignment.paid_wage_kobo)


def award_of(assignment: ShiftAssignment, resolution: Resolution, to_worker_kobo: int | None) -> int:
    """What the worker gets by this decision. Raises `DivisionDoesNotFit`."""
    most_kobo = most_for_worker(assignment)
    if resolution is not Resolution.SPLIT:
        return most_kobo if resolution is Resolution.WORKER else 0
    if to_worker_kobo is None or not 0 < to_worker_kobo < most_kobo:
        raise DivisionDoesNotFit(f"In a split the worker gets more than 0 and less than {sum_in_words(most_kobo)}.")
    return to_worker_kobo


def _close(dispute: Dispute, status: DisputeStatus) -> None:
    DISPUTE.check(dispute.status, status)
    dispute.status, dispute.closed_at = status, clock.now()
    dispute.save(update_fields=["status", "closed_at", *RESOLUTION_FIELDS, *PROPOSAL_FIELDS])


def _require_party(dispute: Dispute, actor: Actor) -> None:
    if actor.user_id in (dispute.client_id, dispute.worker_id):
        return
    if not actor.is_staff:
        raise NotFound
    require_permission(actor, "payment.change_dispute")


def _require_open(dispute: Dispute) -> None:
    if dispute.status not in OPEN_DISPUTES:
        raise InvalidState("This dispute is closed.")


def _assignment_of(dispute_id: int) -> int:
    assignment_id = Dispute.objects.filter(pk=dispute_id).values_list("assignment_id", flat=True).first()
    if assignment_id is None:
        raise NotFound
    return assignment_id


def _job_of(dispute_id: int) -> Job:
    job = Job.objects.filter(applications__assignments__disputes=dispute_id).first()
    if job is None:
        raise NotFound
    return job


def _tell(
    dispute: Dispute,
    job: Job,
    kind: NotificationKind,
    *,
    but: int | None = None,
    about: str = "",
    facts: Mapping[str, str | int] | None = None,
) -> None:
    shift = ShiftAssignment.objects.only("starts_at", "ends_at").get(pk=dispute.assignment_id)
    when = shift_in_words(shift.starts_at, shift.ends_at, job.time_zone)
    params = {**facts_of(job), "when": when, "dispute_id": dispute.pk, **(facts or {})}
    both = (dispute.client_id, dispute.worker_id)
    key = f"{kind}:{dispute.pk}:{about}"
    notify_all(Notice(user_id, kind, params, key) for user_id in both if user_id != but)
