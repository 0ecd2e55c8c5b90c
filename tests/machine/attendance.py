"""Working, or not: check-in to pay, and the clock that acts when nobody does."""

from datetime import timedelta
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from core import retention
from jobs.geography import Position
from jobs.models import Job, Shift
from jobs.services import asking, clockwork, ruling, series_making
from jobs.services.approval import accept_minutes, approve_assignment
from jobs.services.attendance import check_in, check_out, take_back_check_out
from jobs.services.corrections import ask_for_minutes, contest_check_in, take_back_contest
from jobs.services.counters import compare_counters
from jobs.services.ending import end_shift
from jobs.services.extra_time import accept_extra_time, decline_extra_time, offer_extra_time, withdraw_extra_time
from jobs.services.no_shows import mark_no_show, take_back_no_show
from tests.factories.payment import fund_wallet
from tests.machine.hiring import PLACE
from tests.machine.marketplace import Marketplace, as_client, as_worker, one_of, picks
from tests.machine.view import SeenAssignment

HERE, FAR = Position(*PLACE), Position(PLACE[0] + 1, PLACE[1])
# Before and after what the rules count in: half an hour, an hour, a shift, 24 and 48 hours.
spans_minutes = st.sampled_from([1, 29, 31, 61, 61, 480, 1441, 2881])


class Attendance(Marketplace):
    @rule(minutes=spans_minutes)
    def time_passes(self, minutes: int) -> None:
        self.move_by(timedelta(minutes=minutes))
        self.did("time passes")

    @precondition(lambda self: self.view.assignments_in("scheduled"))
    @rule(
        pick=picks, minutes_early=st.sampled_from([40, 20, 0, -15]), way=st.sampled_from(["here", "far", "code", "x"])
    )
    def check_in(self, pick: int, minutes_early: int, way: str) -> None:
        """About the start of the shift: it is waited for."""
        assignment = one_of(self._ahead(), pick)
        self.move_to(assignment.starts_at - timedelta(minutes=minutes_early))
        actor = as_worker(assignment.worker_id)
        if way in ("here", "far"):
            position = HERE if way == "here" else FAR
            self.attempt("check in", lambda: check_in(actor=actor, assignment_id=assignment.id, position=position))
            return
        code = Shift.objects.values_list("on_site_code", flat=True).get(assignments=assignment.id)
        if way == "x":
            code = f"{(int(code) + 1) % 1_000_000:06}"
        self.attempt("check in", lambda: check_in(actor=actor, assignment_id=assignment.id, code=code))

    def _ahead(self) -> list[SeenAssignment]:
        """Shifts that are not over, the soonest first; if all are, they will do."""
        scheduled = self.view.assignments_in("scheduled")
        ahead = [assignment for assignment in scheduled if assignment.ends_at > self.now]
        return sorted(ahead or scheduled, key=lambda assignment: assignment.starts_at)

    @precondition(lambda self: self.view.assignments_in("checked_in"))
    @rule(pick=picks, after_minutes=st.sampled_from([0, 17, 240]), at_the_end=st.booleans())
    def check_out(self, pick: int, after_minutes: int, at_the_end: bool) -> None:
        assignment = one_of(self.view.assignments_in("checked_in"), pick)
        self.move_to(assignment.ends_at if at_the_end else self.now + timedelta(minutes=after_minutes))
        self.attempt("check out", lambda: check_out(actor=as_worker(assignment.worker_id), assignment_id=assignment.id))

    @precondition(lambda self: self.view.assignments_in("checked_in"))
    @rule(pick=picks, minutes=st.sampled_from([0, 17, 300]), at_fault=st.booleans())
    def end_early(self, pick: int, minutes: int, at_fault: bool) -> None:
        """So long after the start of the shift at the earliest."""
        assignment = one_of(self.view.assignments_in("checked_in"), pick)
        self.move_to(assignment.starts_at + timedelta(minutes=minutes))
        client, row_id = as_client(assignment.client_id), assignment.id
        self.attempt(
            "end early",
            lambda: end_shift(actor=client, assignment_id=row_id, reason="The power is gone.", at_fault=at_fault),
        )

    @precondition(lambda self: self.view.assignments_in("scheduled", "checked_in"))
    @rule(
        pick=picks,
        minutes=st.sampled_from([1, 60, 61, 300]),
        filled=st.sampled_from([True, True, False]),
        then=st.sampled_from(["accept", "accept", "other minutes", "decline", "withdraw", "wait"]),
    )
    def extra_time(self, pick: int, minutes: int, filled: bool, then: str) -> None:
        """Offered with and without the money for it, before the shift or in it, and answered, or not."""
        assignment = one_of(self.view.assignments_in("checked_in") or self._ahead(), pick)
        client, worker, row_id = as_client(assignment.client_id), as_worker(assignment.worker_id), assignment.id
        if filled:
            fund_wallet(assignment.client_id, 10_000_000)
        self.attempt("offer extra time", lambda: offer_extra_time(actor=client, assignment_id=row_id, minutes=minutes))
        if then in ("accept", "other minutes"):
            agreed = minutes if then == "accept" else minutes + 1
            accepted = self.attempt(
                "accept extra time", lambda: accept_extra_time(actor=worker, assignment_id=row_id, minutes=agreed)
            )
            if accepted and assignment.status == "scheduled":
                self.did("lengthen a shift ahead")
        elif then == "decline":
            self.attempt(
                "decline extra time", lambda: decline_extra_time(actor=worker, assignment_id=row_id, minutes=minutes)
            )
        elif then == "withdraw":
            self.attempt("withdraw extra time", lambda: withdraw_extra_time(actor=client, assignment_id=row_id))

    @precondition(lambda self: self.view.assignments_in("checked_in", "checked_out"))
    @rule(pick=picks, lowered_by=st.sampled_from([0, 0, 1, 60, 100_000, -1]), reason=st.sampled_from(["Left.", ""]))
    def approve(self, pick: int, lowered_by: int, reason: str) -> None:
        candidates = self.view.assignments_in("checked_out") or self.view.assignments_in("checked_in")
        assignment = one_of(candidates, pick)
        worked = assignment.worked_minutes or 0
        minutes = None if lowered_by == 0 else max(0, worked - lowered_by)
        approved = self.attempt(
            "approve",
            lambda: approve_assignment(
                actor=as_client(assignment.client_id), assignment_id=assignment.id, minutes=minutes, reason=reason
            ),
        )
        if approved and Job.objects.filter(shifts=approved.shift_id, break_minutes__gt=0).exists():
            self.did("approve with a break")

    @precondition(lambda self: self.view.assignments_in("scheduled"))
    @rule(pick=picks, minutes_late=st.sampled_from([59, 61]))
    def no_show(self, pick: int, minutes_late: int) -> None:
        """About the hour from which it can be marked: of shifts that are not over, so that it may be refuted."""
        assignment = one_of(self._ahead(), pick)
        self.move_to(assignment.starts_at + timedelta(minutes=minutes_late))
        self.attempt(
            "no-show", lambda: mark_no_show(actor=as_client(assignment.client_id), assignment_id=assignment.id)
        )

    @precondition(lambda self: self.view.assignments_in("checked_in", "checked_out"))
    @rule(pick=picks, after_minutes=st.sampled_from([1, 1, 14, 31]), again=st.sampled_from([False, False, True]))
    def come_back(self, pick: int, after_minutes: int, again: bool) -> None:
        """A check-out that was a slip is taken back; after a break another spell begins."""
        inside = self.view.assignments_in("checked_in")
        assignment = one_of(inside or self.view.assignments_in("checked_out"), pick)
        actor, row_id = as_worker(assignment.worker_id), assignment.id
        if inside:
            self.attempt("check out", lambda: check_out(actor=actor, assignment_id=row_id))
        self.move_by(timedelta(minutes=after_minutes))
        if again:
            self.attempt("check in again", lambda: check_in(actor=actor, assignment_id=row_id, position=HERE))
        else:
            self.attempt("take back check-out", lambda: take_back_check_out(actor=actor, assignment_id=row_id))

    @precondition(lambda self: self.view.assignments_in("scheduled", "checked_in", "checked_out", "no_show"))
    @rule(pick=picks, minutes=st.sampled_from([1, 90, 479, 480, 100_000]))
    def ask_for_minutes(self, pick: int, minutes: int) -> None:
        assignment = one_of(self.view.assignments_in("scheduled", "checked_in", "checked_out", "no_show"), pick)
        self.attempt(
            "ask for minutes",
            lambda: ask_for_minutes(
                actor=as_worker(assignment.worker_id), assignment_id=assignment.id, minutes=minutes, reason="I was."
            ),
        )

    @precondition(lambda self: self.view.assignments_in("scheduled", "checked_out", "no_show"))
    @rule(pick=picks, minutes=st.sampled_from([1, 60, 479, 480, 481]))
    def grant_minutes(self, pick: int, minutes: int) -> None:
        """More than was recorded, or anything where nothing was; after the shift."""
        assignment = one_of(self.view.assignments_in("scheduled", "checked_out", "no_show"), pick)
        self.move_to(assignment.ends_at)
        self.attempt(
            "grant minutes",
            lambda: approve_assignment(
                actor=as_client(assignment.client_id), assignment_id=assignment.id, minutes=minutes, reason="I saw it."
            ),
        )

    @precondition(lambda self: self.view.assignments_in("checked_in", "checked_out"))
    @rule(pick=picks, then=st.sampled_from(["nothing", "take back", "no-show", "answer"]))
    def contest(self, pick: int, then: str) -> None:
        """Somebody was not there, says the client; and what follows, if anything."""
        assignment = one_of(self.view.assignments_in("checked_in", "checked_out"), pick)
        client, worker, row_id = as_client(assignment.client_id), as_worker(assignment.worker_id), assignment.id
        self.attempt("contest", lambda: contest_check_in(actor=client, assignment_id=row_id, reason="Not there."))
        if then == "take back":
            self.attempt("take back contest", lambda: take_back_contest(actor=client, assignment_id=row_id))
        elif then == "no-show":
            self.move_to(assignment.starts_at + timedelta(minutes=61))
            self.attempt("no-show after contest", lambda: mark_no_show(actor=client, assignment_id=row_id))
        elif then == "answer":
            code = Shift.objects.values_list("on_site_code", flat=True).get(assignments=row_id)
            self.attempt("answer contest", lambda: check_in(actor=worker, assignment_id=row_id, code=code))

    @precondition(lambda self: self.view.assignments_in("no_show"))
    @rule(pick=picks, by_client=st.booleans())
    def undo_no_show(self, pick: int, by_client: bool) -> None:
        absent = self.view.assignments_in("no_show")
        assignment = one_of([row for row in absent if row.ends_at > self.now] or absent, pick)
        row_id = assignment.id
        if by_client:
            actor = as_client(assignment.client_id)
            self.attempt("take back no-show", lambda: take_back_no_show(actor=actor, assignment_id=row_id))
            return
        code = Shift.objects.values_list("on_site_code", flat=True).get(assignments=row_id)
        worker = as_worker(assignment.worker_id)
        self.attempt("refute no-show", lambda: check_in(actor=worker, assignment_id=row_id, code=code))

    @precondition(lambda self: self.view.withheld())
    @rule(pick=picks)
    def accept_minutes(self, pick: int) -> None:
        assignment = one_of(self.view.withheld(), pick)
        self.attempt(
            "accept minutes",
            lambda: accept_minutes(actor=as_worker(assignment.worker_id), assignment_id=assignment.id),
        )

    @rule(only_expiry=st.booleans())
    def the_clock_strikes(self, only_expiry: bool) -> None:
        """The periodic jobs run."""
        rules = [clockwork.expire_jobs]
        if not only_expiry:
            rules = [
                clockwork.open_offered_places,
                clockwork.send_reminders,
                clockwork.remind_of_approval,
                asking.ask_for_confirmations,
                asking.remind_of_confirmations,
                asking.act_on_silence,
                clockwork.check_out_overdue,
                clockwork.approve_overdue,
                clockwork.mark_overdue_no_shows,
                clockwork.accept_overdue_minutes,
                *rules,
                clockwork.settle_idle_jobs,
                series_making.post_due_weeks,
                ruling.accept_waiting_by_rules,
                partial(retention.carry_out, "positions"),
            ]
        acted = self.swept(*rules)
        assert compare_counters() == []
        self.did("the clock acts" if acted else "the clock finds nothing")
