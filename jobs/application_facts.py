"""What is told of an application at this moment, to who made it and to the client of its job; as `jobs.facts` does."""

from collections.abc import Iterable
from datetime import date as Day
from datetime import datetime

from jobs import confirmation
from jobs.days_left import days_left_of, pay_for_days_left_kobo_of
from jobs.fair_terms import TermsChange, changes_on_offer, changes_since
from jobs.rows import ApplicationRow, AssignmentSummary, OwnApplicationRow
from jobs.selectors.best_applicants import WAITING


def terms_changed(application: OwnApplicationRow) -> list[TermsChange]:
    if application.status in WAITING:
        return changes_on_offer(application, application.job, days=days_left(application))
    return changes_since(application, application.job)


def days_left(application: OwnApplicationRow) -> list[Day] | None:
    return days_left_of(application.job, application.open_shifts)


def pay_for_days_left_kobo(application: OwnApplicationRow) -> int | None:
    return pay_for_days_left_kobo_of(application.job, application.open_shifts)


def may_confirm(application: ApplicationRow, *, now: datetime) -> bool:
    return confirmation.may_confirm(application, _first_start(application.assignment_list), now=now)


def release_from(application: ApplicationRow) -> datetime | None:
    return confirmation.release_from(application, _first_start(application.assignment_list))


def _first_start(assignments: Iterable[AssignmentSummary]) -> datetime | None:
    return confirmation.first_start((each["status"], datetime.fromisoformat(each["starts_at"])) for each in assignments)
