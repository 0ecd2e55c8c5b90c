"""How Hypothesis explores the machine: the same examples in every run of the suite, others and many more in a soak."""

import os
from collections.abc import Callable
from math import ceil

from hypothesis import HealthCheck, Phase, settings
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

STEPS = 50
# Some of them run out of choices before their last step.
EXAMPLES = 34
MARGIN = 1.05
# `make soak` says how many steps; then they are new in every run, and a failure names the seed that brings it back.
SOAK_STEPS = int(os.environ.get("SOAK_STEPS", "0"))


class IndependentExamples(HypothesisProvider):
    """Hypothesis' own choices, every example anew: by itself it spends five of six on variations of the one before."""


AVAILABLE_PROVIDERS["independent"] = IndependentExamples


def explore(machine: Callable[[], RuleBasedStateMachine]) -> None:
    run_state_machine_as_test(
        machine,  # type: ignore[arg-type]  # a function is documented to do, and what it returns is a machine
        settings=settings(
            max_examples=max(EXAMPLES, ceil(MARGIN * SOAK_STEPS / STEPS)),
            stateful_step_count=STEPS,
            derandomize=not SOAK_STEPS,
            print_blob=True,
            backend="independent",
            database=None,
            # Each example is some fifty calls of services.
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink],
            report_multiple_bugs=False,
        ),
    )
