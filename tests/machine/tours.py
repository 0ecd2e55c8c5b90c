"""Walks through the market on which each thing that must happen does happen, whatever chance leaves out.

Each begins with a job for somebody else to work, which is paid for, and is a machine of its own; the guarantees are
checked after each step, as they are on the ways that chance takes. Nothing is refused on a tour.
"""

from collections.abc import Callable
from functools import partial

from jobs.services.job_changes import JobChanges
from payment.models import Resolution
from payment.providers.base import ChargeStatus
from tests.machine.usual import Usual

type Tour = Callable[[Usual], None]


def walk(tour: Tour, machine: Usual) -> None:
    refused = machine.tally.refused.copy()
    try:
        tour(machine)
    finally:
        machine.teardown()
    unexpected = machine.tally.refused - refused
    assert not unexpected, f"{tour.__name__}: {dict(unexpected)}"


def go(machine: Usual, *steps: Callable[[], None]) -> None:
    for step in steps:
        step()
        machine.everything_holds()


def begin(machine: Usual, *, needed: int = 1, days: int = 1, break_minutes: int = 0, in_days: int = 1) -> None:
    """A job from nine to five, paid for."""
    post = partial(machine.there_is_a_job, rate_kobo=150_000, needed=needed, days=days, in_days=in_days)
    go(machine, partial(post, break_minutes=break_minutes), lambda: machine.pay_from_wallet(0, fill=True))


def come(machine: Usual) -> None:
    """Somebody is taken on, and checks in."""
    go(
        machine,
        lambda: machine.apply_and_accept(0, 0),
        lambda: machine.check_in(0, minutes_early=20, way="here"),
    )


def work(machine: Usual) -> None:
    """And checks out at the end."""
    come(machine)
    go(machine, lambda: machine.check_out(0, after_minutes=0, at_the_end=True))


def places(machine: Usual) -> None:
    go(
        machine,
        lambda: machine.there_is_a_job(rate_kobo=150_000, needed=1, days=1, break_minutes=0, in_days=1),
        lambda: machine.edit(0, changes=JobChanges(rate_kobo=333_333)),
        lambda: machine.open_checkout(0),
        lambda: machine.provider_answers(0, status=ChargeStatus.SUCCEEDED, wrong_by=0, fee_kobo=None),
        lambda: machine.apply(0, 3),
        lambda: machine.reject(0),
        lambda: machine.second_choice(0),
        lambda: machine.cancel(0, by_staff=False),
    )


def confirmation(machine: Usual) -> None:
    begin(machine, needed=2, in_days=2)
    go(
        machine,
        lambda: machine.apply_and_accept(0, 0),
        lambda: machine.apply_and_accept(0, 1),
        lambda: machine.ask_and_answer_or_release(0, before=24, answers=True),
        lambda: machine.ask_and_answer_or_release(1, before=5, answers=False),
    )


def a_later_day_that_nobody_confirms(machine: Usual) -> None:
    """One works the first day; the other, who has the second, is released while the job runs."""
    begin(machine, days=2)
    go(
        machine,
        lambda: machine.apply_and_accept(0, 0),
        lambda: machine.give_back(1),
        lambda: machine.apply_and_accept(0, 1),
        lambda: machine.check_in(0, minutes_early=20, way="here"),
        lambda: machine.check_out(0, after_minutes=0, at_the_end=True),
        lambda: machine.ask_and_answer_or_release(1, before=5, answers=False),
    )


def days_that_are_left(machine: Usual) -> None:
    """The second of three is given back and called off, the first is worked, and somebody else works the third."""
    begin(machine, days=3)
    go(
        machine,
        lambda: machine.apply_and_accept(0, 0),
        lambda: machine.give_back(1),
        lambda: machine.cancel_shift(0, 1),
        lambda: machine.check_in(0, minutes_early=20, way="here"),
        lambda: machine.check_out(0, after_minutes=0, at_the_end=True),
        lambda: machine.replace(0, 1, all_of_it=True),
    )


def extra_time(machine: Usual) -> None:
    """A check-out taken back, a break, an offer of more time in three ways, and then everybody is sent home."""
    begin(machine)
    come(machine)
    go(
        machine,
        lambda: machine.come_back(0, after_minutes=1, again=False),
        lambda: machine.come_back(0, after_minutes=14, again=True),
        lambda: machine.extra_time(0, minutes=60, filled=True, then="decline"),
        lambda: machine.extra_time(0, minutes=60, filled=True, then="withdraw"),
        lambda: machine.extra_time(0, minutes=60, filled=True, then="accept"),
        lambda: machine.end_early(0, minutes=300, at_fault=False),
        lambda: machine.approve(0, lowered_by=0, reason=""),
        lambda: machine.accept_minutes(0),
    )


def longer_shifts_ahead(machine: Usual) -> None:
    """Longer hours for three days: one is given back, one called off, one is worked longer still."""
    begin(machine, days=3, in_days=2)
    go(machine, lambda: machine.apply_and_accept(0, 0))
    for day in range(3):
        go(machine, partial(machine.extra_time, day, minutes=60, filled=True, then="accept"))
    go(
        machine,
        lambda: machine.give_back(2),
        lambda: machine.cancel_shift(0, 1),
        lambda: machine.check_in(0, minutes_early=20, way="here"),
        lambda: machine.extra_time(0, minutes=61, filled=True, then="accept"),
        lambda: machine.check_out(0, after_minutes=0, at_the_end=True),
        lambda: machine.approve(0, lowered_by=0, reason=""),
    )


def a_day_with_a_break(machine: Usual) -> None:
    begin(machine, break_minutes=61)
    work(machine)
    go(machine, lambda: machine.approve(0, lowered_by=0, reason=""))


def contested(machine: Usual) -> None:
    begin(machine)
    come(machine)
    go(
        machine,
        lambda: machine.contest(0, then="answer"),
        lambda: machine.check_out(0, after_minutes=240, at_the_end=False),
        lambda: machine.ask_for_minutes(0, minutes=479),
        lambda: machine.grant_minutes(0, minutes=480),
    )


def absent(machine: Usual) -> None:
    begin(machine)
    go(
        machine,
        lambda: machine.apply_and_accept(0, 0),
        lambda: machine.no_show(0, minutes_late=61),
        lambda: machine.undo_no_show(0, by_client=True),
        lambda: machine.no_show(0, minutes_late=61),
        lambda: machine.undo_no_show(0, by_client=False),
        lambda: machine.check_out(0, after_minutes=0, at_the_end=True),
        lambda: machine.approve(0, lowered_by=60, reason="Late."),
        lambda: machine.open_dispute(0, by_client=False),
        lambda: machine.withdraw_dispute(0),
    )


def disputed(machine: Usual) -> None:
    begin(machine)
    work(machine)
    go(
        machine,
        lambda: machine.approve(0, lowered_by=60, reason="Late."),
        lambda: machine.open_dispute(0, by_client=False),
        lambda: machine.review_dispute(0),
        lambda: machine.resolve_dispute(0, resolution=Resolution.WORKER, to_worker_kobo=0),
    )


def nobody_says_a_word(machine: Usual) -> None:
    begin(machine, days=2)
    work(machine)
    go(
        machine,
        lambda: machine.time_passes(2881),
        lambda: machine.the_clock_strikes(only_expiry=False),
        lambda: machine.keep_out_or_let_back(0),
    )


def weeks(machine: Usual) -> None:
    """A job every week: two are posted at once, one by the clock; the terms change; and it ends."""
    begin(machine)
    go(
        machine,
        lambda: machine.repeat_weekly(0, weeks=4),
        machine.a_week_passes,
        lambda: machine.change_weeks(0, terms=JobChanges(break_minutes=30)),
        lambda: machine.end_weeks(0),
    )


def rules(machine: Usual) -> None:
    """One who has too few points waits, and is taken on before the next when fewer will do; then as a favourite."""
    begin(machine)
    go(
        machine,
        lambda: machine.take_on_by_rule(0, 1, rule=JobChanges(accept_score_at_least=100)),
        lambda: machine.take_on_by_rule(0, 0, rule=JobChanges(accept_score_at_least=1)),
        lambda: machine.check_in(0, minutes_early=20, way="here"),
        lambda: machine.check_out(0, after_minutes=0, at_the_end=True),
        lambda: machine.approve(0, lowered_by=0, reason=""),
    )
    begin(machine)
    go(machine, lambda: machine.take_on_by_rule(0, 1, rule=JobChanges(accept_favourites=True)))


TOURS: tuple[Tour, ...] = (
    places,
    confirmation,
    a_later_day_that_nobody_confirms,
    days_that_are_left,
    extra_time,
    longer_shifts_ahead,
    a_day_with_a_break,
    contested,
    absent,
    disputed,
    nobody_says_a_word,
    weeks,
    rules,
)
