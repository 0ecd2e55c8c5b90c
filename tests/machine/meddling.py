"""Anybody calls anything on any row. What they may not do is refused, and what they may is done right."""

from collections.abc import Callable, Sequence

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from core.actor import Actor
from jobs.geography import Position
from jobs.services.applying import apply_to_job
from jobs.services.approval import accept_minutes, approve_assignment
from jobs.services.attendance import check_in, check_out, take_back_check_out
from jobs.services.cancelling import cancel_job
from jobs.services.corrections import ask_for_minutes, contest_check_in, take_back_contest
from jobs.services.deciding import accept_application, reject_application
from jobs.services.editing import edit_job
from jobs.services.ending import end_shift
from jobs.services.extra_time import accept_extra_time, decline_extra_time, offer_extra_time, withdraw_extra_time
from jobs.services.no_shows import mark_no_show, take_back_no_show
from jobs.services.places import confirm_place, release_place
from jobs.services.refill import take_place
from jobs.services.withdrawing import give_back_shift, withdraw_application
from payment.services.disputes import open_dispute, withdraw_dispute
from tests.machine.hiring import PLACE
from tests.machine.marketplace import Marketplace, one_of, picks
from tests.machine.view import View

type Act = Callable[[Actor, int], object]
type Rows = Callable[[View], Sequence[int]]


def ids(name: str) -> Rows:
    return lambda view: [row.id for row in getattr(view, name)]


JOBS, APPLICATIONS, ASSIGNMENTS, DISPUTES = map(ids, ("jobs", "applications", "assignments", "disputes"))
HERE = Position(*PLACE)

ACTIONS: dict[str, tuple[Rows, Act]] = {
    "apply": (JOBS, lambda actor, job_id: apply_to_job(actor=actor, job_id=job_id)),
    "edit": (JOBS, lambda actor, job_id: edit_job(actor=actor, job_id=job_id, changes={"rate_kobo": 50_000})),
    "cancel": (JOBS, lambda actor, job_id: cancel_job(actor=actor, job_id=job_id)),
    "accept": (APPLICATIONS, lambda actor, row_id: accept_application(actor=actor, application_id=row_id)),
    "reject": (APPLICATIONS, lambda actor, row_id: reject_application(actor=actor, application_id=row_id)),
    "take place": (APPLICATIONS, lambda actor, row_id: take_place(actor=actor, application_id=row_id)),
    "withdraw": (APPLICATIONS, lambda actor, row_id: withdraw_application(actor=actor, application_id=row_id)),
    "confirm place": (APPLICATIONS, lambda actor, row_id: confirm_place(actor=actor, application_id=row_id)),
    "release place": (APPLICATIONS, lambda actor, row_id: release_place(actor=actor, application_id=row_id)),
    "check in": (ASSIGNMENTS, lambda actor, row_id: check_in(actor=actor, assignment_id=row_id, position=HERE)),
    "check out": (ASSIGNMENTS, lambda actor, row_id: check_out(actor=actor, assignment_id=row_id)),
    "end early": (ASSIGNMENTS, lambda actor, row_id: end_shift(actor=actor, assignment_id=row_id, reason="Go.")),
    "offer extra time": (
        ASSIGNMENTS,
        lambda actor, row_id: offer_extra_time(actor=actor, assignment_id=row_id, minutes=30),
    ),
    "accept extra time": (
        ASSIGNMENTS,
        lambda actor, row_id: accept_extra_time(actor=actor, assignment_id=row_id, minutes=30),
    ),
    "decline extra time": (
        ASSIGNMENTS,
        lambda actor, row_id: decline_extra_time(actor=actor, assignment_id=row_id, minutes=30),
    ),
    "withdraw extra time": (ASSIGNMENTS, lambda actor, row_id: withdraw_extra_time(actor=actor, assignment_id=row_id)),
    "give back": (ASSIGNMENTS, lambda actor, row_id: give_back_shift(actor=actor, assignment_id=row_id)),
    "approve": (ASSIGNMENTS, lambda actor, row_id: approve_assignment(actor=actor, assignment_id=row_id)),
    "no-show": (ASSIGNMENTS, lambda actor, row_id: mark_no_show(actor=actor, assignment_id=row_id)),
    "take back check-out": (ASSIGNMENTS, lambda actor, row_id: take_back_check_out(actor=actor, assignment_id=row_id)),
    "ask for minutes": (
        ASSIGNMENTS,
        lambda actor, row_id: ask_for_minutes(actor=actor, assignment_id=row_id, minutes=60, reason="More."),
    ),
    "contest": (ASSIGNMENTS, lambda actor, row_id: contest_check_in(actor=actor, assignment_id=row_id, reason="No.")),
    "take back contest": (ASSIGNMENTS, lambda actor, row_id: take_back_contest(actor=actor, assignment_id=row_id)),
    "take back no-show": (ASSIGNMENTS, lambda actor, row_id: take_back_no_show(actor=actor, assignment_id=row_id)),
    "accept minutes": (ASSIGNMENTS, lambda actor, row_id: accept_minutes(actor=actor, assignment_id=row_id)),
    "open dispute": (ASSIGNMENTS, lambda actor, row_id: open_dispute(actor=actor, assignment_id=row_id, reason="No.")),
    "withdraw dispute": (DISPUTES, lambda actor, row_id: withdraw_dispute(actor=actor, dispute_id=row_id)),
}


class Meddling(Marketplace):
    @precondition(lambda self: self.view.jobs)
    @rule(name=st.sampled_from(sorted(ACTIONS)), who=picks, which=picks)
    def meddle(self, name: str, who: int, which: int) -> None:
        rows_of, act = ACTIONS[name]
        # A number that no row has is among the choices.
        row_id = one_of([*rows_of(self.view), 2**40], which)
        self.attempt(f"meddle: {name}", lambda: act(self.anybody(who), row_id))
