"""What crowds need follows from what was measured, and the simulation from what queues are known to do."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from payshift.measuring.sizing.costs import Costs, NotMeasured, measured
from payshift.measuring.sizing.needs import site
from payshift.measuring.sizing.simulation import Part, people_carried, simulate

COSTS = Costs(ms={"web": 2.0, "PostgreSQL": 0.5, "Redis": 0.1, "worker": 0.4}, misses=0.5)

MEASURED = """
<!-- load: measured, do not edit -->

`make load`: 1,000 people, on 2 cores that also run PostgreSQL.

30,000 requests, 500 in a second, 0 unexpected errors.

| operation | requests | p50 ms |  hits |
| --------- | -------: | -----: | ----: |
| get_job   |   20,000 |   12.5 | 90.0% |
| find_jobs |   10,000 |   20.3 |       |
| all       |   30,000 |   15.2 |       |

The limit: nothing was reached: (web 50%, PostgreSQL 16%, Redis 3%, worker 9%, generator 5%, others 0%).

<!-- end of load -->
"""


def test_cost_of_a_request_is_what_its_part_used_of_all_cores(tmp_path: Path) -> None:
    document = tmp_path / "performance.md"
    document.write_text(MEASURED)

    costs = measured(document)

    assert costs.ms == pytest.approx({"web": 2.0, "PostgreSQL": 0.64, "Redis": 0.12, "worker": 0.36})
    assert costs.misses == pytest.approx(0.4)


def test_the_documentation_says_what_was_measured_and_a_document_without_it_is_refused(tmp_path: Path) -> None:
    assert 0 < measured().misses < 1

    document = tmp_path / "performance.md"
    document.write_text(MEASURED.replace("Redis 3%", "Redis"))
    with pytest.raises(NotMeasured):
        measured(document)


def test_needs_grow_with_the_crowd_and_one_redis_has_one_core() -> None:
    small, large = (
        site(COSTS, people=people, think_seconds=2, machines=10, process_mb=150) for people in (1_000, 100_000)
    )

    # 500 requests a second of 2 ms are one core, which is busy for 60 % of its time: two, but one for each machine.
    assert (small.per_second, small.cores["web"], small.cores["PostgreSQL"], small.redis_suffices) == (500, 10, 1, True)
    assert (large.cores["web"], large.cores["PostgreSQL"], large.cores["worker"]) == (170, 42, 34)
    assert (large.cores["Redis"], large.redis_suffices, large.cores_of_a_machine) == (9, False, 21)
    assert large.processes == 170 + 34
    assert large.connections % large.processes == 0
    assert large.memory_mb == large.processes * 150


def test_who_comes_to_a_busy_part_waits_for_the_first_that_is_free() -> None:
    part = Part([0.0, 0.0])

    assert [part.serve(0.0, seconds) for seconds in (3.0, 1.0, 1.0, 5.0)] == [3.0, 1.0, 2.0, 7.0]
    assert part.serve(10.0, 1.0) == 11.0
    assert part.busy == 11.0


def test_simulated_crowd_is_served_where_there_are_cores_enough_and_waits_where_there_are_not() -> None:
    enough = {"web": 4, "PostgreSQL": 2, "Redis": 1}
    served = simulate(COSTS, enough, people=400, seconds=2, random=Random(1))
    starved = simulate(COSTS, enough | {"web": 1}, people=2_000, seconds=2, random=Random(1))

    # 200 requests a second use 0.4 cores of web and 0.1 of PostgreSQL.
    assert served.per_second == pytest.approx(200, rel=0.2)
    assert served.p95_ms < 50
    # One core of web has 500 requests of 2 ms in a second, whoever waits.
    assert starved.per_second == pytest.approx(500, rel=0.2)
    assert starved.busy["web"] > 0.95
    assert starved.p95_ms > 10 * served.p95_ms


def test_hits_of_the_cache_cost_postgresql_nothing() -> None:
    cores = {"web": 4, "PostgreSQL": 1, "Redis": 1}
    few = simulate(replace(COSTS, misses=0.1), cores, people=400, seconds=2, random=Random(1))
    many = simulate(replace(COSTS, misses=0.9), cores, people=400, seconds=2, random=Random(1))

    # The mean over all requests is what was measured, however many of them it is spread over.
    assert few.busy["PostgreSQL"] == pytest.approx(many.busy["PostgreSQL"], rel=0.4)


def test_the_most_people_that_are_carried_are_found() -> None:
    assert people_carried(lambda people: people <= 1_234, most=100_000) == pytest.approx(1_234, rel=0.01)
