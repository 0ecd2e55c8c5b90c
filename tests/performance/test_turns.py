"""Two revisions before the same crowd: what counts for whom, and the bound."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.core.management.base import CommandError
from django.db import connection

from payshift.measuring import trees
from payshift.measuring.crowd.mix import Mix
from payshift.measuring.crowd.plan import Plan
from payshift.measuring.crowd.processor import Watch, backends_of, group_members, others_of
from payshift.measuring.crowd.requests import Answer
from payshift.measuring.crowd.results import Results
from payshift.measuring.crowd.spending import Spent
from payshift.measuring.crowd.spending import lines_of as spending_lines
from payshift.measuring.crowd.stage import Stage, postmaster
from payshift.measuring.crowd.turns import Side, Turn, added, ratio, ratios
from payshift.measuring.crowd.versus import checks_of, lines_of
from payshift.measuring.crowd.zipf import Popular
from payshift.measuring.trees import HERE, Tree, pins, tree_of


def side(name: str, *turns: Turn) -> Side:
    return Side(name, Stage(0, {}), plan(), Watch({}), turns=list(turns))


def plan() -> Plan:
    return Plan([], {}, Popular([1]), Popular([1]), Popular([1]), [], acceptable=[(1, 2)], payable=[(3, 4)])


def turn(requests: int, **seconds: float) -> Turn:
    return Turn(requests, added(seconds))


@pytest.fixture
def sides() -> tuple[Side, Side]:
    before = side("f3b489e", turn(1000, web=2.0, PostgreSQL=1.0, worker=1.0), turn(500, web=1.0, Redis=0.5))
    after = side("this revision", turn(1000, web=1.0, worker=0.6), turn(2000, PostgreSQL=2.0))
    return before, after


def test_cost_of_a_request_is_that_of_all_parts_over_all_turns(sides: tuple[Side, Side]) -> None:
    before, after = sides

    assert before.cost_us("web") == pytest.approx(2000)
    assert before.whole_us == pytest.approx(5.5 / 1500 * 1e6)
    assert ratio(before, after) == pytest.approx((3.6 / 3000) / (5.5 / 1500))
    assert ratios(before, after) == pytest.approx([0.4, 1 / 3])


@pytest.mark.parametrize(("web", "kept"), [(0.44, True), (0.46, False)])
def test_bound_is_on_the_cost_of_a_request(web: float, kept: bool) -> None:
    checks = checks_of(side("f3b489e", turn(10, web=1.0)), side("this revision", turn(10, web=web)))

    assert [(check.name, check.ok) for check in checks] == [
        ("unexpected errors", True),
        ("unexpected errors of f3b489e", True),
        ("CPU of a request, times that of f3b489e", kept),
    ]


def test_errors_of_either_miss_the_bound(sides: tuple[Side, Side]) -> None:
    sides[0].warm.fail("get_job", "500")

    assert [check.ok for check in checks_of(*sides)] == [True, False, True]


def test_table_leaves_a_ratio_to_nothing_out(sides: tuple[Side, Side]) -> None:
    lines = lines_of(side("f3b489e", turn(10, web=1.0)), side("this revision", turn(10, web=0.5, Redis=0.1)))

    assert [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines[2:]] == [
        ["web", "100,000", "50,000", "0.50"],
        ["PostgreSQL", "0", "0", ""],
        ["Redis", "0", "10,000", ""],
        ["worker", "0", "0", ""],
        ["all", "100,000", "60,000", "0.60"],
    ]


def test_results_of_two_periods_are_those_of_both() -> None:
    first, second = Results(), Results()
    first.add("get_job", 1.0, Answer(200, "hit", b""))
    second.add("get_job", 3.0, Answer(200, "fwd=miss", b""))
    second.add("apply_to_job", 5.0, Answer(409, "", b'{"code": "job_full"}'))
    second.fail("get_job", "500")

    first.include(second)

    assert first.milliseconds == {"get_job": [1.0, 3.0], "apply_to_job": [5.0]}
    assert (first.count, first.unexpected, first.hit_rate) == (3, 1, 0.5)
    assert first.refused == Counter({"apply_to_job job_full": 1})


def test_copy_of_a_plan_uses_nothing_up_of_the_first() -> None:
    first = plan()
    first.mix = Mix.of(["pay"])
    second = first.copy()

    second.payable.pop()

    assert (first.payable, second.payable, second.mix) == ([(3, 4)], [], first.mix)


@pytest.mark.django_db
def test_backends_belong_to_the_database_that_they_serve() -> None:
    database, server = str(connection.settings_dict["NAME"]), postmaster()
    if not server:
        pytest.skip("the server is on another machine")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()

    assert backend in backends_of(server, {database})()
    assert backend not in backends_of(server, {f"{database}_before"})()
    assert backend not in others_of(server, {database})()
    assert server in others_of(server, {database})()


def test_watch_hands_over_what_was_used_since_it_was_asked_last() -> None:
    burn = [sys.executable, "-c", "import time\nwhile time.process_time() < 0.5: pass\ntime.sleep(60)"]
    with subprocess.Popen(burn, start_new_session=True) as process:
        try:
            watch = Watch({"web": group_members(process.pid)})
            while (used := watch.used["web"]) < 0.3:
                watch.look()
            first = watch.take()["web"]
        finally:
            process.kill()

    assert first >= used
    assert watch.take()["web"] < 0.3


@pytest.fixture
def revisions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(trees, "REVISIONS", tmp_path)
    return tmp_path


def test_tree_of_a_revision_is_its_files_once(revisions: Path) -> None:
    said: list[str] = []

    first, second = (tree_of("HEAD", say=said.append) for _ in range(2))

    assert first == second == Tree(next(revisions.iterdir()), sys.executable)
    assert said == ["Unpacking HEAD"]
    assert (first.directory / "manage.py").exists()
    assert (first.directory / ".local" / "static").is_dir()
    assert first.settings_module == HERE.settings_module


def test_tree_of_no_revision_is_refused(revisions: Path) -> None:
    with pytest.raises(CommandError, match="no such revision"):
        tree_of("no-such-revision", say=print)

    assert not list(revisions.iterdir())


def test_pins_are_packages_without_comments(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("# What runs\ndjango==6.1\n\nredis==8.1\n")

    assert pins(tmp_path) == {"django==6.1", "redis==8.1"}


def test_where_the_time_goes_weighs_each_thing_by_its_share() -> None:
    cheap = Spent("get_job", 0.9, 100, {"web": 100.0, "PostgreSQL": 0.0, "Redis": 10.0, "worker": 0.0})
    dear = Spent("pay", 0.1, 10, {"web": 5000.0, "PostgreSQL": 3000.0, "Redis": 10.0, "worker": 1890.0})

    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in spending_lines([cheap, dear])]

    assert lines[2:] == [
        ["pay", "10.0%", "5,000", "3,000", "10", "1,890", "90.9%"],
        ["get_job", "90.0%", "100", "0", "10", "0", "9.1%"],
        ["all", "100.0%", "590", "300", "10", "189", "100.0%"],
    ]
