"""What became of the mutants: .local/reports/mutate.json and a section of docs/testing.md."""

from dataclasses import asdict

from django.conf import settings

from core.dev.console import say
from payshift.measuring.report import at_least, print_checks, table, write_report, write_section
from tests.mutation.running import Mutating

DOCUMENT = settings.BASE_DIR / "docs" / "testing.md"


def tell(mutating: Mutating, *, lowest_share: float) -> bool:
    """Whether enough were killed."""
    results = mutating.results
    killed = sum(result.is_killed for result in results)
    share = 100 * killed / len(results)
    checks = [at_least("% of mutants killed", share, lowest_share)]
    rows = []
    for module, possible in mutating.possible.items():
        of_it = [result for result in results if result.module == module]
        rows.append((module, str(possible), str(len(of_it)), str(sum(result.is_killed for result in of_it))))
    survivors = [
        (f"{result.module}:{result.line}", result.verdict, result.change.replace("|", "\\|").replace("\n", " "))
        for result in results
        if not result.is_killed
    ]
    text = [
        f"{killed} of {len(results)} killed ({share:.0f} %; at least {lowest_share:g} % must be), drawn with seed"
        f" {mutating.seed}.",
        "",
        *table(("module", "mutants", "tried", "killed"), rows),
    ]
    if survivors:
        text += ["", "Those that survived:", "", *table(("where", "", "change"), survivors)]
    write_section("mutate", "\n".join(text), document=DOCUMENT)
    write_report("mutate", checks, seed=mutating.seed, results=[asdict(result) for result in results])
    print_checks(checks, say)
    return all(check.ok for check in checks)
