"""The usual course of things: chance alone seldom gets as far as a dispute about lowered minutes."""

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.stateful import rule

from payment.models import Resolution
from tests.machine.attendance import Attendance
from tests.machine.hiring import Hiring
from tests.machine.marketplace import one_of, picks
from tests.machine.money import Money
from tests.machine.repeating import RULES, Repeating

type Step = Callable[[], None]

ANSWERS = ("accept", "accept", "decline", "withdraw")
courses = st.lists(st.tuples(picks, picks), min_size=4, max_size=12)


class Usual(Hiring, Repeating, Attendance, Money):
    @rule(course=courses)
    def things_go_well(self, course: list[tuple[int, int]]) -> None:
        """Several steps on end, each followed by the guarantees, as every step is."""
        for which, pick in course:
            if usual := self._usual(pick):
                one_of(usual, which)()
                self.everything_holds()

    @rule(course=courses)
    def things_go_on(self, course: list[tuple[int, int]]) -> None:
        """The same once more, because each example leaves out some of the rules."""
        self.things_go_well(course)

    def second_choice(self, pick: int) -> None:
        """Whoever stands by takes the place of whoever stepped back, if it was the last one."""
        self.fill_with_one_to_spare(pick, pick)
        self.everything_holds()
        if self.view.applications_in("standing_by"):
            self.take_place(pick)

    def a_mistake(self, pick: int) -> None:
        """Who is late is marked as absent, and then shows that they are there, or the client sees it."""
        self.no_show(pick, minutes_late=61)
        self.everything_holds()
        if self.view.assignments_in("no_show"):
            self.undo_no_show(pick, by_client=pick % 4 == 0)

    def _usual(self, pick: int) -> list[Step]:
        """What may well happen next, whatever there is."""
        view = self.view
        steps: list[tuple[object, Step]] = [
            (view.jobs_in("pending"), lambda: self.pay_from_wallet(pick, fill=True)),
            (view.jobs_in("upcoming"), lambda: self.apply_and_accept(pick, pick)),
            (view.jobs_in("upcoming"), lambda: self.second_choice(pick)),
            (view.jobs_in("upcoming"), lambda: self.take_on_by_rule(pick, pick, rule=one_of(RULES, pick))),
            (
                view.applications_in("accepted"),
                lambda: self.ask_and_answer_or_release(pick, before=5, answers=pick % 2 == 0),
            ),
            (view.assignments_in("scheduled"), lambda: self.check_in(pick, minutes_early=20, way="here")),
            (view.assignments_in("scheduled"), lambda: self.give_back(pick)),
            (view.assignments_in("scheduled"), lambda: self.cancel_shift(pick, pick)),
            (self.ahead_of_ongoing(), lambda: self.replace(pick, pick, all_of_it=pick % 2 == 0)),
            (view.assignments_in("scheduled"), lambda: self.no_show(pick, minutes_late=61)),
            (view.assignments_in("scheduled"), lambda: self.a_mistake(pick)),
            (view.applications_in("standing_by"), lambda: self.withdraw(pick)),
            (view.applications_in("standing_by"), lambda: self.take_place(pick)),
            (view.assignments_in("checked_in"), lambda: self.come_back(pick, after_minutes=14, again=pick % 2 == 0)),
            (view.assignments_in("checked_in"), lambda: self.contest(pick, then="answer" if pick % 2 else "take back")),
            (view.assignments_in("checked_in"), lambda: self.check_out(pick, after_minutes=0, at_the_end=True)),
            (view.assignments_in("checked_in"), lambda: self.end_early(pick, minutes=17, at_fault=pick % 2 == 0)),
            (
                view.assignments_in("scheduled", "checked_in"),
                lambda: self.extra_time(pick, minutes=60, filled=True, then=one_of(ANSWERS, pick)),
            ),
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
