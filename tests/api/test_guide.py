"""docs/api.md tells the truth about the codes: its table is made from the error classes.

After a change of theirs, the table is written anew by `python -m tests.api.test_guide`.
"""

import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from core.errors import PayshiftError

GUIDE = Path(__file__).parents[2] / "docs" / "api.md"
BEGIN = "| status | code | detail, where nothing more precise is known |\n|---|---|---|\n"
END = "\nThrottles"
APPS = ("accounts", "jobs", "payment", "rating")


def test_the_table_of_errors_is_that_of_the_classes() -> None:
    assert GUIDE.read_text().partition(BEGIN)[2].partition(END)[0] == table()


def test_each_code_is_of_one_class() -> None:
    codes = [error.code for error in named_errors()]

    assert sorted(codes) == sorted(set(codes))


def table() -> str:
    rows = sorted((error.status, error.code, error.detail) for error in named_errors())
    return "".join(f"| {status} | `{code}` | {detail} |\n" for status, code, detail in rows)


def named_errors() -> list[type[PayshiftError]]:
    for app in APPS:
        import_module(f"{app}.exceptions")
    return [PayshiftError, *(error for error in subclasses(PayshiftError) if "code" in vars(error))]


def subclasses(error: type[PayshiftError]) -> Iterator[type[PayshiftError]]:
    for subclass in error.__subclasses__():
        # Those of the product: tests make some of their own.
        if not subclass.__module__.startswith("tests."):
            yield subclass
            yield from subclasses(subclass)


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "payshift.settings")
    django.setup()
    before, _, rest = GUIDE.read_text().partition(BEGIN)
    GUIDE.write_text(before + BEGIN + table() + END + rest.partition(END)[2])
