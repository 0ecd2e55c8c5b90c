"""What people are told about work. Each notice is a row of the caller's transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from accounts.faces import full_name
from accounts.models import CustomUser, NotificationKind
from accounts.notification_concerns import CONCERNS
from accounts.services.notifications import Notice, notify, notify_all
from core.actor import Role
from core.listings import Prepared, among
from core.moments import city_of, moment_in_words
from jobs.models import Application, Job, Shift, ShiftAssignment
from jobs.ports import ESCROW
from jobs.services.schedule import Schedule
from jobs.words import days_in_words, job_in_words, shift_in_words


def _is_to_client(kind: NotificationKind) -> bool:
    """What concerns both sides is told to each by its own call, and here to the worker."""
    return Role.APPLICANT not in CONCERNS[kind].roles


def tell_about_application(
    application: Application,
    job: Job,
    kind: NotificationKind,
    *,
    name: str = "",
    by_rule: bool = False,
    unavailable: bool = False,
    shifts: Sequence[Shift] | None = None,
) -> None:
    """To the worker, except for news that the worker made: those go to the client and name the worker.

    `by_rule`: the client did not decide about this one, but said beforehand whom to take. `unavailable`: the worker did
    not step back, but is kept out or left. `shifts`: see `facts_of`.
    """
    tell_about_applications(
        [application], job, kind, name=name, by_rule=by_rule, unavailable=unavailable, shifts=shifts
    )


def tell_about_applications(
    applications: Iterable[Application],
    job: Job,
    kind: NotificationKind,
    *,
    name: str = "",
    by_rule: bool = False,
    unavailable: bool = False,
    shifts: Sequence[Shift] | None = None,
) -> None:
    """The same of each, in one query."""
    facts = {**facts_of(job, shifts), "name": name, "by_rule": int(by_rule)}
    if unavailable:
        facts["unavailable"] = 1
    notify_all(_about_application(application, job, kind, facts) for application in applications)


def tell_of_work_called_off(shifts: Mapping[Application, Sequence[Shift] | None], job: Job) -> None:
    """The client cancelled the job: each worker, of the shifts that they lose (see `facts_of`)."""
    notify_all(
        _about_application(application, job, NotificationKind.JOB_CANCELED, facts_of(job, lost))
        for application, lost in shifts.items()
    )


def tell_of_withdrawals(jobs: Mapping[Application, Job], *, user_id: int) -> None:
    """That a person who leaves withdrew applications: each job's client."""
    facts: dict[str, str | int] = {"name": name_of(user_id), "unavailable": 1}
    notify_all(
        _about_application(application, job, NotificationKind.APPLICATION_WITHDRAWN, {**facts_of(job), **facts})
        for application, job in jobs.items()
    )


def tell_about_closed_applications(applications: Iterable[Application], job: Job) -> None:
    tell_about_applications(applications, job, NotificationKind.APPLICATION_CLOSED)


def tell_of_free_place(
    applications: Iterable[Application],
    job: Job,
    *,
    shifts: Sequence[Shift] | None,
    until: datetime | None,
    occasion: str,
) -> None:
    """`shifts`: see `facts_of`. `until`, in the job's zone: how long it is kept for these workers; None when it is open
    to all who stand by."""
    kept = f"It is kept for you and a few others until {until:%H:%M} on {until:%A}." if until else "The first has it."
    facts, kind = {**facts_of(job, shifts), "until": kept}, NotificationKind.PLACE_OFFERED
    notify_all(
        Notice(
            user_id=application.applicant_id,
            kind=kind,
            params={**facts, "application_id": application.pk},
            dedupe_key=f"{kind}:application:{application.pk}:{occasion}",
        )
        for application in applications
    )


def tell_about_confirmation(
    application: Application,
    job: Job,
    kind: NotificationKind,
    *,
    shifts: Sequence[Shift] | None,
    choice: str = "",
    occasion: str = "",
) -> None:
    """The question, to the worker; that there is no answer, to the client, and what comes of that (`choice`).

    `shifts`: see `facts_of`.
    """
    to_client = _is_to_client(kind)
    notify(
        user_id=job.client_id if to_client else application.applicant_id,
        kind=kind,
        params={
            **facts_of(job, shifts),
            "application_id": application.pk,
            "name": name_of(application.applicant_id) if to_client else "",
            "choice": choice,
        },
        dedupe_key=f"{kind}:application:{application.pk}{occasion}",
    )


def tell_worker(
    assignment: ShiftAssignment,
    job: Job,
    kind: NotificationKind,
    *,
    occasion: datetime | None = None,
    **facts: str | int,
) -> None:
    """`occasion` tells apart what may happen to an assignment more than once."""
    notify_all([_about_assignment(assignment, job, kind, user_id=assignment.worker_id, occasion=occasion, more=facts)])


def tell_client(
    assignment: ShiftAssignment,
    job: Job,
    kind: NotificationKind,
    *,
    occasion: datetime | None = None,
    **facts: str | int,
) -> None:
    """Names the worker."""
    facts["name"] = name_of(assignment.worker_id)
    notify_all([_about_assignment(assignment, job, kind, user_id=assignment.client_id, occasion=occasion, more=facts)])


def tell_of_correction(assignment: ShiftAssignment, job: Job, change: str, *, at: datetime) -> None:
    """Both sides, in the same words: neither can say that they did not know."""
    tell_of_corrections([assignment], job, change, at=at)


def tell_of_corrections(assignments: Collection[ShiftAssignment], job: Job, change: str, *, at: datetime) -> None:
    """The same of each, in two queries."""
    kind, names = NotificationKind.ATTENDANCE_CORRECTED, names_of(each.worker_id for each in assignments)
    notify_all(
        _about_assignment(
            *(assignment, job, kind),
            user_id=user_id,
            occasion=at,
            more={"name": names[assignment.worker_id], "change": change},
        )
        for assignment in assignments
        for user_id in (assignment.worker_id, assignment.client_id)
    )


def tell_about_job(
    job: Job,
    kind: NotificationKind,
    *,
    user_ids: Iterable[int],
    amount_kobo: int = 0,
    occasion: str = "",
    changed: str = "",
) -> None:
    """`occasion` tells apart what may happen to a job more than once; `changed`: which of its terms, in words."""
    facts = {**facts_of(job), "amount_kobo": amount_kobo, "changed": changed}
    notify_all(Notice(user_id, kind, facts, f"{kind}:job:{job.pk}:{user_id}{occasion}") for user_id in user_ids)


def tell_of_new_job(job: Job, reasons: Mapping[int, str], *, shifts: Sequence[Shift] | None) -> None:
    """By person, why they are told. `shifts`: see `facts_of`."""
    facts, kind = facts_of(job, shifts), NotificationKind.NEW_JOB
    notify_all(
        Notice(user_id, kind, {**facts, "why": why}, f"{kind}:job:{job.pk}:{user_id}")
        for user_id, why in reasons.items()
    )


def tell_of_week_posted(job: Job) -> None:
    """By the clock, of a series of its client's."""
    tell_about_job(job, NotificationKind.SERIES_POSTED, user_ids=[job.client_id], amount_kobo=job.price_kobo)


def tell_of_week_left_out(job: Job, schedule: Schedule, *, why: str, occasion: str) -> None:
    """`job` is the last that the series posted, `schedule` that of the week that it could not post."""
    kind = NotificationKind.SERIES_LEFT_OUT
    hours = f"{schedule.start_time:%H:%M} to {schedule.end_time:%H:%M} ({city_of(schedule.time_zone)} time)"
    when = f"{schedule.date:%a %-d %b %Y}, {hours}"
    notify(
        user_id=job.client_id,
        kind=kind,
        params={**facts_of(job), "when": when, "why": why},
        dedupe_key=f"{kind}:series:{occasion}",
    )


NAMES = Prepared(
    lambda given: CustomUser.objects.filter(among("pk", given["user_ids"])),
    ("pk", "first_name", "last_name"),
    given=("user_ids",),
)


def facts_of(job: Job, shifts: Sequence[Shift] | None = None) -> dict[str, str | int]:
    """Which job, when, where and for how much; of `shifts`, where it is about some of its days and not all."""
    facts: dict[str, str | int] = {
        "job_id": job.pk,
        "job_title": job.title,
        "when": days_in_words(job, shifts) if shifts else job_in_words(job),
        "place": job.location,
        "rate_kobo": job.rate_kobo,
    }
    if shifts:
        price_of = ESCROW.get().assignment_price
        wages = (price_of(rate_kobo=job.rate_kobo, minutes=shift.minutes).wage_kobo for shift in shifts)
        facts["these_days_kobo"] = sum(wages)
    return facts


def name_of(user_id: int) -> str:
    return names_of([user_id])[user_id]


def names_of(user_ids: Iterable[int]) -> dict[int, str]:
    rows = NAMES.rows(user_ids=list(set(user_ids)))
    return {user_id: full_name(first_name, last_name) for user_id, first_name, last_name in rows}


def _about_application(
    application: Application, job: Job, kind: NotificationKind, facts: Mapping[str, str | int]
) -> Notice:
    return Notice(
        user_id=job.client_id if _is_to_client(kind) else application.applicant_id,
        kind=kind,
        params={**facts, "application_id": application.pk},
        dedupe_key=f"{kind}:application:{application.pk}",
    )


def _about_assignment(
    assignment: ShiftAssignment,
    job: Job,
    kind: NotificationKind,
    *,
    user_id: int,
    occasion: datetime | None,
    more: Mapping[str, str | int],
) -> Notice:
    minutes = assignment.worked_minutes if assignment.approved_minutes is None else assignment.approved_minutes
    facts: dict[str, str | int] = {
        "job_id": job.pk,
        "job_title": job.title,
        "assignment_id": assignment.pk,
        "minutes": minutes or 0,
        "when": shift_in_words(assignment.starts_at, assignment.ends_at, job.time_zone),
        "place": job.location,
    }
    if assignment.withheld_kobo and assignment.withheld_until is not None:
        facts["withheld_kobo"] = assignment.withheld_kobo
        facts["until"] = moment_in_words(assignment.withheld_until, job.time_zone)
    key = f"{kind}:assignment:{assignment.pk}:{user_id}" + (f":{occasion.isoformat()}" if occasion else "")
    return Notice(user_id, kind, {**facts, **more}, key)
