"""Working, or not: check-in to pay, and the clock that acts when nobody does."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from structlog.testing import capture_logs

from jobs.geography import Position
from jobs.models import Shift
from jobs.services import clockwork
from jobs.services.approval import accept_minutes, approve_assignment, mark_no_show
from jobs.services.attendance import check_in, check_out
from jobs.services.counters import compare_counters
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

    @precondition(lambda self: self.view.assignments_in("checked_in", "checked_out"))
    @rule(pick=picks, lowered_by=st.sampled_from([0, 0, 1, 60, 100_000, -1]), reason=st.sampled_from(["Left.", ""]))
    def approve(self, pick: int, lowered_by: int, reason: str) -> None:
        candidates = self.view.assignments_in("checked_out") or self.view.assignments_in("checked_in")
        assignment = one_of(candidates, pick)
        worked = assignment.worked_minutes or 0
        minutes = None if lowered_by == 0 else max(0, worked - lowered_by)
        self.attempt(
            "approve",
            lambda: approve_assignment(
                actor=as_client(assignment.client_id), assignment_id=assignment.id, minutes=minutes, reason=reason
            ),
        )

    @precondition(lambda self: self.view.assignments_in("scheduled"))
    @rule(pick=picks, minutes_late=st.sampled_from([59, 61]))
    def no_show(self, pick: int, minutes_late: int) -> None:
        assignment = one_of(self.view.assignments_in("scheduled"), pick)
        self.move_to(assignment.starts_at + timedelta(minutes=minutes_late))
        self.attempt(
            "no-show", lambda: mark_no_show(actor=as_client(assignment.client_id), assignment_id=assignment.id)
        )

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
        """The periodic jobs run. A rule that fails is logged and holds up nothing: here it must not fail."""
        rules = [clockwork.expire_jobs]
        if not only_expiry:
            rules = [
                clockwork.open_offered_places,
                clockwork.send_reminders,
                clockwork.check_out_overdue,
                clockwork.approve_overdue,
                clockwork.mark_overdue_no_shows,
                clockwork.accept_overdue_minutes,
                *rules,
                clockwork.forget_positions,
            ]
        with capture_logs() as lines:
            acted = sum(act() for act in rules)
        assert [line for line in lines if line["event"] == "clockwork_failed"] == []
        assert compare_counters() == []
        self.did("the clock acts" if acted else "the clock finds nothing")
