"""A soak sees what its tests found: one that failed, that could not begin, or that stopped early is never a pass."""

import subprocess
import sys
from pathlib import Path

import pytest

from accounts.models import CustomUser, Device
from accounts.tokens import sha256
from payshift.measuring import fuzzing, fuzzing_people
from payshift.measuring.soaking import ANSWERED, SEEDS_FOR_ALL, Outcome, checks_of, read_outcome
from payshift.staff_roles import STAFF_ROLES

TESTS = """
import pytest

def test_right(record_testsuite_property):
    record_testsuite_property("steps", 150)

@pytest.mark.parametrize("seed", [7, 8])
def test_wrong(seed):
    assert seed == 7

@pytest.fixture
def broken():
    raise RuntimeError

def test_without_ground(broken):
    pass

@pytest.mark.skip
def test_left_out():
    pass
"""


@pytest.fixture
def outcome(tmp_path: Path) -> Outcome:
    """Of a real run of pytest, far from this suite's settings."""
    tests, report = tmp_path / "test_some.py", tmp_path / "report.xml"
    tests.write_text(TESTS)
    command = [sys.executable, "-m", "pytest", str(tests), "-q", f"--junit-xml={report}"]
    subprocess.run(command, cwd=tmp_path, env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}, capture_output=True, check=False)
    return read_outcome(report)


def test_outcome_tells_passed_from_failed_and_keeps_what_was_recorded(outcome: Outcome) -> None:
    assert outcome.passed == 2
    assert outcome.failed == ("test_wrong[8]", "test_without_ground")
    assert outcome.recorded == {"steps": "150"}


def test_soak_is_right_when_every_seed_and_step_was() -> None:
    batches = {"batches": "1", "batches_with_a_fault": "0"}
    simulation, machine = Outcome(2, (), 1.0, batches), Outcome(1, (), 1.0, {"steps": "102"})
    month = Outcome(1, (), 1.0, {"jobs": "50"})

    checks = checks_of(simulation, machine, month, seeds=2, steps=100, jobs=50)

    assert {check.ok for check in checks} == {True}
    assert len(checks) == 8 + len(ANSWERED)


def test_soak_is_wrong_after_a_failed_seed_or_too_few_steps() -> None:
    simulation, machine = Outcome(1, ("test[1]",), 1.0, {}), Outcome(0, ("test",), 1.0, {"steps": "99"})
    month = Outcome(0, ("test",), 1.0, {"jobs": "49"})

    checks = checks_of(simulation, machine, month, seeds=SEEDS_FOR_ALL, steps=100, jobs=50)

    assert {check.ok for check in checks} == {False}


def test_soak_is_wrong_where_one_answer_of_one_call_was_never_drawn() -> None:
    dealt = {f"{provider} {call} {each}": "60" for provider, call in ANSWERED for each in ("cards", "of", "answers")}
    dealt |= {"batches": "100", "batches_with_a_fault": "20", "paystack refund cards": "59"}
    machine, month = Outcome(1, (), 1.0, {"steps": "100"}), Outcome(1, (), 1.0, {"jobs": "50"})
    simulation = Outcome(SEEDS_FOR_ALL, (), 1.0, dealt)

    checks = checks_of(simulation, machine, month, seeds=SEEDS_FOR_ALL, steps=100, jobs=50)

    wrong = [check.name for check in checks if not check.ok]
    assert wrong == ["simulation: answers of paystack refund, of 60 (given 60 times)"]


def test_soak_that_could_not_begin_is_wrong() -> None:
    nothing = Outcome(0, (), 0.0, {})

    checks = checks_of(nothing, nothing, nothing, seeds=2, steps=100, jobs=50)

    assert [(check.ok, check.name.partition(":")[0]) for check in checks if not check.ok] == [
        (False, "simulation"),
        (False, "simulation"),
        (False, "machine"),
        (False, "refill"),
        (False, "refill"),
    ]


def test_soak_is_wrong_after_an_operation_that_breaks_the_document_and_where_none_was_tried() -> None:
    fuzzed = {
        "nobody": Outcome(90, (), 1.0, {}),
        "worker": Outcome(89, ("GET /api/jobs",), 1.0, {}),
        "client": Outcome(fuzzing.FEWEST_OPERATIONS - 1, (), 0.0, {}),
    }

    checks = fuzzing.checks_of(fuzzed)

    assert [check.name for check in checks if not check.ok] == [
        "document: operations that break it as worker",
        "document: operations tried as client",
    ]


@pytest.mark.usefixtures("marketplace_cast")
def test_document_is_tried_as_every_role_of_staff() -> None:
    tokens = fuzzing_people.tokens()

    assert list(tokens) == ["worker", "client", "staff, no role", *(f"staff, {role.name}" for role in STAFF_ROLES)]
    assert not CustomUser.objects.filter(profile__isnull=True).exists()
    assert Device.objects.filter(access_sha256__in=[sha256(token) for token in tokens.values()]).count() == len(tokens)
