"""The reports measure what they say."""

from collections.abc import Iterator
from itertools import count
from xml.etree import ElementTree

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from pytest_django import Settings

from accounts.models import CustomUser
from payshift.measuring.calls import call
from payshift.measuring.comparison import Comparison, Figures, Row
from payshift.measuring.cpu import BackendCPU
from payshift.measuring.growth import Growth
from payshift.measuring.growth_bounds import checks_of as growth_checks
from payshift.measuring.indexes import Index, index_report
from payshift.measuring.modes import Mode, application_of, switched_to
from payshift.measuring.operations import Operation, documented_operations
from payshift.measuring.performance import checks_of
from payshift.measuring.plot import bars
from payshift.measuring.reads import Cast, Kind
from payshift.measuring.sandbox_checks import SANDBOX_CHECKS
from payshift.measuring.tokens import make_tokens

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sandbox_is_measured(settings: Settings) -> None:
    settings.SILENCED_SYSTEM_CHECKS = [*settings.SILENCED_SYSTEM_CHECKS, *SANDBOX_CHECKS]


OPERATIONS = [operation.name for operation in documented_operations(Cast(1, 1, 1, 1, ("", ""), 1, 1, "", 1, 1, 1))]


@pytest.fixture
def in_process(settings: Settings) -> Iterator[None]:
    """Requests through the WSGI application keep the test's connection and its transaction, as with Django's client."""
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.CACHE_QUARANTINE_MS = 0
    # Its clock is one more query of each request.
    settings.TIME_TRAVEL = False
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_ten_operations_are_documented() -> None:
    assert len(OPERATIONS) == 10


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.usefixtures("in_process")
def test_three_modes_answer_alike_and_differ_in_queries(name: str, marketplace_cast: Cast) -> None:
    operation = next(each for each in documented_operations(marketplace_cast) if each.name == name)

    comparison, token = Comparison(), make_tokens([operation.user_id])[operation.user_id]
    samples = comparison.compare(operation, token)

    assert samples[Mode.NAIVE].queries > samples[Mode.OPTIMISED].queries
    # In the transaction of a test a service's own is a savepoint: two statements more.
    assert samples[Mode.OPTIMISED].queries <= (6 + 2 if operation.payloads else 5)
    assert not operation.cached or comparison.until_cached(operation, token).queries == 0


@pytest.mark.usefixtures("in_process")
def test_call_sees_queries_time_and_cpu(chidi: CustomUser) -> None:
    token = make_tokens([chidi.pk])[chidi.pk]

    with switched_to(Mode.OPTIMISED):
        sample = call(application_of(Mode.OPTIMISED), BackendCPU(), token=token, path="/me")

    assert (sample.status, sample.queries, sample.cache_status) == (200, 2, "payshift; fwd=bypass")
    assert 0 < sample.slowest_ms <= sample.sql_ms < sample.total_ms


def test_bounds_are_kept_by_medians_over_what_joins() -> None:
    joining = [row(naive=100, optimised=10, cached=1) for _ in range(3)]
    exempt = row(naive=100, optimised=100, cached=100, joins=False)

    good, bad = checks_of([*joining, exempt]), checks_of([row(naive=100, optimised=60, cached=10)])

    assert [check.name for check in good if not check.ok] == ["queries of a cache hit"]
    assert {check.name: check.value for check in good}["% fewer queries, optimised"] == 90
    assert "% less total time, cached" in {check.name for check in bad if not check.ok}


def test_growth_is_bounded_by_the_kind_of_read() -> None:
    ranked, listed = Growth("ranked", Kind.RANKED, 10, 25), Growth("listed", Kind.LIST, 10, 14)
    late = Growth("listed, late page 1,000", Kind.LIST, 10, 12.5)

    assert [check.ok for check in growth_checks([ranked, listed, late])] == [True, False, False]


def test_no_index_is_redundant_and_no_foreign_key_lacks_one() -> None:
    report = index_report()

    assert report.redundant == []
    assert report.missing == []


@pytest.mark.parametrize(
    ("columns", "predicate", "unique", "repeats"),
    [
        (("a",), "", False, True),
        (("a", "b"), "", False, True),
        (("b",), "", False, False),
        (("a",), "(a > 0)", False, False),
        (("a",), "", True, False),
        (("a", "b"), "", True, True),
    ],
)
def test_index_repeats_the_beginning_of_another(
    columns: tuple[str, ...], predicate: str, unique: bool, repeats: bool
) -> None:
    longer = Index("t", "longer", "btree", True, "", ("a", "b"), "a", 1, 8192)
    index = Index("t", "index", "btree", unique, predicate, columns, columns[0], 1, 8192)

    assert index.repeats(longer) is repeats


def test_plot_is_well_formed_and_has_a_bar_per_figure() -> None:
    drawing = ElementTree.fromstring(bars("Time <per> request", {"a": [100, 10, 0.05], "b": [1, 2, 3]}, list("xyz")))

    drawn = [each for each in drawing if each.tag.endswith("rect")]
    # The ground, three in the legend, and six.
    assert len(drawn) == 10


numbers = count()


def row(*, naive: float, optimised: float, cached: float, joins: bool = True) -> Row:
    def figures(value: float) -> Figures:
        return Figures(value, value, value, value, value, value)

    operation = Operation(f"operation {next(numbers)}", 1, "/", cached=True, joins=joins)
    modes = zip(Mode, (naive, optimised, cached), strict=True)
    return Row(operation, {mode: figures(value) for mode, value in modes})
