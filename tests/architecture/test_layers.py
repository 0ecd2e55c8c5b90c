"""Who may import whom. One direction only: core <- accounts <- jobs <- payment <- rating <- payshift."""

import ast
import re

import pytest

from tests.architecture.source import LAYERS, ROOT, Source, sources

# Where a request comes in. Everything below runs from a command, a job or a webhook just as well.
EDGE_NAMES = {
    *(
        "api",
        "people_api",
        "home_api",
        "config_api",
        "web_client",
        "branding",
        "staff_door",
        "staff_login",
        "staff_second_factor",
        "schemas",
        "admin",
        "auth",
        "urls",
        "views",
        "middleware",
        "wsgi",
    ),
    # Admin's own pages: dashboard, health, books.
    "operations",
}
# A program of its own for development and tests: it plays the providers, has pages, and settings upon Payshift's.
SEPARATE_PROGRAMS = ("payment/sandbox/",)


def is_edge(source: Source) -> bool:
    names = set(source.path.removesuffix(".py").split("/"))
    return source.app == "core" or bool(names & EDGE_NAMES) or source.path.startswith(SEPARATE_PROGRAMS)


def test_imports_between_apps_go_one_way() -> None:
    wrong = [
        f"{source.path} imports {name}"
        for source in sources()
        if not source.path.startswith(SEPARATE_PROGRAMS)
        for name in source.imports()
        if name.split(".")[0] in LAYERS[LAYERS.index(source.app) + 1 :]
    ]

    assert wrong == []


def test_no_app_imports_its_tests_or_relatively() -> None:
    wrong = [
        f"{source.path} imports {name}"
        for source in sources()
        for name in source.imports()
        if name.startswith((".", "tests"))
    ]

    assert wrong == []


def test_ninja_stays_in_api_schemas_and_core() -> None:
    wrong = [
        source.path
        for source in sources()
        if not is_edge(source) and any(name.split(".")[0] == "ninja" for name in source.imports())
    ]

    assert wrong == []


def test_requests_stay_at_the_edge() -> None:
    wrong = [
        f"{source.path}: {name}"
        for source in sources()
        if not is_edge(source)
        for name in used_names(source)
        if name in {"HttpRequest", "HttpResponse", "ApiRequest"}
    ]

    assert wrong == []


@pytest.mark.parametrize("forbidden", ["atomic", "select_for_update", "objects"])
def test_operations_hold_no_transaction_no_lock_and_no_query(forbidden: str) -> None:
    """A handler parses, calls one service or selector, and answers."""
    wrong = [
        f"{source.path}:{node.lineno}"
        for source in sources()
        if is_api(source)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and node.attr == forbidden
    ]

    assert wrong == []


def test_operations_catch_no_exceptions() -> None:
    wrong = [
        f"{source.path}:{node.lineno}"
        for source in sources()
        if is_api(source)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Try)
    ]

    assert wrong == []


def is_api(source: Source) -> bool:
    parts = source.path.removesuffix(".py").split("/")
    return source.app != "core" and len(parts) > 1 and parts[1] in {"api", "people_api", "home_api", "config_api"}


def used_names(source: Source) -> set[str]:
    return {node.id for node in ast.walk(source.tree) if isinstance(node, ast.Name)}


def test_migrations_carry_their_own_text() -> None:
    """What the apps' code becomes later changes nothing that was migrated; operations of migrations are `core`'s."""
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for app in LAYERS
        for path in sorted((ROOT / app).rglob("migrations/*.py"))
        for name in re.findall(r"^from (\S+) import", path.read_text(), re.MULTILINE)
        if name.split(".")[0] in LAYERS and name != "core.state_machine"
    ]

    assert wrong == []
