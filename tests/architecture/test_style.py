"""What a reader relies on in every file: its size, its clock, and where rows are locked."""

import ast
from collections.abc import Callable, Iterator
from itertools import pairwise
from statistics import median

from tests.architecture.source import Source, sources

MAX_LINES = 400
LARGE_LINES = 250
MAX_MEDIAN_LINES = 100

# A provider's own words, and papers for bookkeepers.
MAY_WRITE_NGN = ("payment/sandbox/", "payment/documents/")

# Clocks that are not the product's clock. `core.clock.now()` is the only source of time in rules.
WALL_CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("timezone", "now"), ("date", "today"), ("time", "time")}
MAY_READ_THE_WALL_CLOCK = ("core/", "payment/sandbox/")


def test_files_are_read_in_one_sitting() -> None:
    too_long = [f"{source.path}: {source.lines}" for source in sources() if source.lines > MAX_LINES]
    large = [f"{source.path}: {source.lines}" for source in sources() if source.lines > LARGE_LINES]

    assert too_long == []
    assert len(large) <= len(sources()) // 10, large
    assert median(source.lines for source in sources() if source.lines) < MAX_MEDIAN_LINES


def test_no_module_is_a_drawer() -> None:
    assert [s.path for s in sources() if s.path.endswith(("utils.py", "helpers.py", "misc.py"))] == []


def test_rules_read_no_clock_but_cores() -> None:
    wrong = [
        f"{source.path}:{node.lineno}"
        for source in sources()
        if not source.path.startswith(MAY_READ_THE_WALL_CLOCK)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in WALL_CLOCKS
    ]

    assert wrong == []


def test_rules_use_no_clock_of_the_database() -> None:
    wrong = [
        f"{source.path}:{node.lineno}"
        for source in sources()
        if not source.path.startswith(MAY_READ_THE_WALL_CLOCK)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"Now", "TransactionNow"}
    ]

    assert wrong == []


def test_rows_are_locked_in_lock_functions_only() -> None:
    wrong = [
        f"{source.path}: {function}"
        for source in sources()
        if not source.path.startswith("payment/sandbox/")
        for function, node in attributes_by_function(source)
        if node.attr == "select_for_update" and not function.startswith(("lock_", "_lock_"))
    ]

    assert wrong == []


def test_nothing_is_left_for_later() -> None:
    words = ("TODO", "FIXME", "XXX", "HACK")

    assert [s.path for s in sources() if any(word in s.text for word in words)] == []


def test_types_are_not_waved_away() -> None:
    """A bare ignore hides every error of its line."""
    wrong = [
        f"{source.path}:{number}"
        for source in sources()
        for number, line in enumerate(source.text.splitlines(), 1)
        if "# type: ignore" in line and "# type: ignore[" not in line
    ]

    assert wrong == []


def attributes_by_function(source: Source) -> Iterator[tuple[str, ast.Attribute]]:
    """Every attribute access with the name of the function around it."""

    def walk(node: ast.AST, function: str) -> Iterator[tuple[str, ast.Attribute]]:
        for child in ast.iter_child_nodes(node):
            inside = child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else function
            if isinstance(child, ast.Attribute):
                yield inside, child
            yield from walk(child, inside)

    return walk(source.tree, "")


def test_sums_in_messages_are_written_by_one_rule() -> None:
    """As the client program writes them: `core.money`, and neither "NGN 1,000.00" nor "1,000.00 naira"."""
    wrong = [
        f"{source.path}:{text.lineno}"
        for source in sources()
        if not source.path.startswith(MAY_WRITE_NGN)
        for text in ast.walk(source.tree)
        if isinstance(text, ast.JoinedStr)
        for before, after in pairwise(text.values)
        if _says(before, lambda words: words.endswith("NGN ")) or _says(after, lambda words: words.startswith(" naira"))
    ]

    assert wrong == []


def _says(part: ast.expr, is_so: Callable[[str], bool]) -> bool:
    return isinstance(part, ast.Constant) and isinstance(part.value, str) and is_so(part.value)
