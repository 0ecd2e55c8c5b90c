"""The project's own Python files, parsed once for the tests that read them."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Each app may import itself and what stands before it.
LAYERS = ("core", "accounts", "jobs", "payment", "rating", "payshift")


@dataclass(frozen=True)
class Source:
    path: str
    text: str
    tree: ast.Module

    @property
    def app(self) -> str:
        return self.path.split("/")[0]

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    def imports(self) -> set[str]:
        """Every module named by an import statement, at the top or inside a function."""
        names: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names.add("." * node.level + (node.module or ""))
        return names


@cache
def sources() -> tuple[Source, ...]:
    """All modules of the apps, without migrations."""
    found = [
        Source(str(path.relative_to(ROOT)), text := path.read_text(), ast.parse(text))
        for app in LAYERS
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts
    ]
    assert len(found) > 50, "The apps were not found."
    return tuple(found)
