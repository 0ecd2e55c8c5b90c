"""Functions that exist get the code of a mutant: whoever imported them, under whatever name, calls it."""

import gc
from collections.abc import Iterator
from types import CodeType, FunctionType

type Where = tuple[str, int]


def functions_of(path: str) -> list[FunctionType]:
    """All that live and were compiled from this file."""
    return [one for one in gc.get_objects() if isinstance(one, FunctionType) and one.__code__.co_filename == path]


def put_in(code: CodeType) -> int:
    """How many functions have other code now."""
    codes = {_where(each): each for each in _codes_in(code)}
    replaced = 0
    for function in functions_of(code.co_filename):
        other = codes.get(_where(function.__code__))
        # What a function closes over is fixed at its birth.
        if other is not None and len(other.co_freevars) == len(function.__code__.co_freevars):
            function.__code__ = other
            replaced += 1
    return replaced


def _where(code: CodeType) -> Where:
    return code.co_qualname, code.co_firstlineno


def _codes_in(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes_in(constant)
