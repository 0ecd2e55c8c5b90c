"""The usual course of things: chance alone seldom gets as far as a dispute about lowered minutes."""

from collections.abc import Callable

from hypothesis.stateful import rule

from payment.models import Resolution
from tests.machine.attendance import Attendance
from tests.machine.hiring import Hiring
from tests.machine.marketplace import one_of, picks
from tests.machine.money import Money

type Step = Callable[[], None]


class Usual(Hiring, Attendance, Money):
    @rule(which=picks, pick=picks)
    def things_go_well(self, which: int, pick: int) -> None:
        if usual := self._usual(pick):
            one_of(usual, which)()

    @rule(which=picks, pick=picks)
    def things_go_on(self, which: int, pick: int) -> None:
        """The same once more, because each example leaves out some of the rules."""
        self.things_go_well(which, pick)

    def _usual(self, pick: int) -> list[Step]:
        """What may well happen next, whatever there is."""
        view = self.view
        steps: list[tuple[object, Step]] = [
            (view.jobs_in("pending"), lambda: self.pay_from_wallet(pick, fill=True)),
            (view.jobs_in("upcoming"), lambda: self.apply_and_accept(pick, pick)),
            (
                view.applications_in("accepted"),
                lambda: self.ask_and_answer_or_release(pick, before=5, answers=pick % 2 == 0),
            ),
            (view.assignments_in("scheduled"), lambda: self.check_in(pick, minutes_early=20, way="here")),
            (view.assignments_in("scheduled"), lambda: self.no_show(pick, minutes_late=61)),
            (view.assignments_in("no_show"), lambda: self.undo_no_show(pick, by_client=pick % 4 == 0)),
            (view.applications_in("standing_by"), lambda: self.withdraw(pick)),
            (view.applications_in("standing_by"), lambda: self.take_place(pick)),
            (view.assignments_in("checked_in"), lambda: self.come_back(pick, after_minutes=14, again=pick % 2 == 0)),
            (view.assignments_in("checked_in"), lambda: self.go_home(pick)),
            (view.assignments_in("checked_out"), lambda: self.approve(pick, lowered_by=pick % 2, reason="Late.")),
            (view.withheld(), lambda: self.accept_minutes(pick)),
            (view.withheld(), lambda: self.open_dispute(pick, by_client=False)),
            (view.disputes_in("open"), lambda: self.review_dispute(pick)),
            (
                view.disputes_in("under_review"),
                lambda: self.resolve_dispute(pick, resolution=Resolution.WORKER, to_worker_kobo=0),
            ),
        ]
        return [step for rows, step in steps if rows]

    def go_home(self, pick: int) -> None:
        """At the end, or sent before it."""
        sent = pick % 4 == 0
        self.check_out(pick, after_minutes=17 if sent else 0, at_the_end=not sent)
