"""Which errors an operation can end in, read from the code: what its function leads to, and what those functions raise.

A reference counts as a call, since functions are handed on (`act=`, `build=`, tables of functions), and a class of
error that is named counts as raised; what an `except` or a `suppress` around it stops does not come through. Where it
is not known what an object is, the name of its method decides. So this finds too much rather than too little. What a
constraint of the database refuses, it does not see.
"""

import ast
import builtins
import inspect
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from types import CellType, FunctionType, MemberDescriptorType, ModuleType
from typing import Any

from core.dev.paths import BASE_DIR
from core.errors import PayshiftError

type Caught = tuple[type[BaseException], ...]
type Function = Callable[..., Any]
type Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

OURS = frozenset({"accounts", "core", "jobs", "payment", "payshift", "rating"})
# No operation leads there, whatever a method is called.
ELSEWHERE = frozenset(
    {"admin", "demo", "dev", "management", "measuring", "migrations", "operations", "sandbox", "settings", "wsgi"}
)
UNKNOWN = object()
# Of an unknown object these say nothing: it may be a table or a text.
COMMON = frozenset(name for kind in (dict, list, set, str, bytes) for name in dir(kind))
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(slots=True)
class Part:
    """What one function raises by itself, and where it leads, each with what is caught around it.

    One that `returns` errors gives them to those who ask, of whom some raise them: `raises_given`.
    """

    returns: bool = False
    raises_given: bool = False
    raises: set[type[PayshiftError]] = field(default_factory=set)
    gives: set[type[PayshiftError]] = field(default_factory=set)
    leads: set[tuple[FunctionType, Caught]] = field(default_factory=set)


def errors_of(function: Function) -> frozenset[type[PayshiftError]]:
    """All that can leave this function."""
    parts = parts_of(function)
    raised = {reached: set(part.raises) for reached, part in parts.items()}
    given = {reached: set(part.gives) for reached, part in parts.items()}
    grows = True
    while grows:
        before = sum(map(len, (*raised.values(), *given.values())))
        for reached, part in parts.items():
            for led, caught in part.leads:
                raised[reached] |= {error for error in raised[led] if not issubclass(error, caught)}
                if part.returns:
                    given[reached] |= given[led]
                if part.raises_given:
                    raised[reached] |= given[led]
        grows = before < sum(map(len, (*raised.values(), *given.values())))
    return frozenset().union(*(raised[reached] for reached in functions_in(function)))


def parts_of(function: Function) -> dict[FunctionType, Part]:
    """All that the function leads to, and itself."""
    parts: dict[FunctionType, Part] = {}
    waiting = list(functions_in(function))
    while waiting:
        reached = waiting.pop()
        if reached not in parts:
            parts[reached] = read(reached)
            waiting += [led for led, _ in parts[reached].leads]
    return parts


def is_ours(thing: Any) -> bool:
    app, *rest = str(getattr(thing, "__module__", None)).split(".")
    return app in OURS and ELSEWHERE.isdisjoint(rest)


def functions_in(thing: Any, depth: int = 2) -> Iterator[FunctionType]:
    """The functions of ours that something stands for: itself, below its decorators, or what a table of them holds."""
    if inspect.ismethod(thing):
        yield from functions_in(thing.__func__)
        # What a method of a declared object works with: `READ.answer(...)` and the functions that READ was made with.
        if depth and is_ours(type(thing.__self__)) and not isinstance(thing.__self__, type):
            yield from functions_in(vars(thing.__self__) if hasattr(thing.__self__, "__dict__") else (), depth - 1)
    elif isinstance(thing, FunctionType) or hasattr(type(thing), "cache_info"):
        if isinstance(thing, FunctionType) and is_ours(thing):
            yield thing
        yield from functions_in(getattr(thing, "__wrapped__", None))
    elif isinstance(thing, type):
        if is_ours(thing):
            for name in ("__init__", "__post_init__", "__enter__", "__exit__", "__call__"):
                yield from functions_in(thing.__dict__.get(name))
    elif isinstance(thing, property):
        yield from functions_in(thing.fget)
    elif depth and isinstance(thing, Mapping):
        for value in thing.values():
            yield from functions_in(value, depth - 1)
    elif depth and isinstance(thing, (tuple, list, set, frozenset)):
        for value in thing:
            yield from functions_in(value, depth - 1)


@cache
def read(function: FunctionType) -> Part:
    definition = definition_of(function)
    return Reader(function, definition).part if definition is not None else Part()


@cache
def definitions(file: str) -> dict[tuple[str, int], Definition]:
    """The functions of a file, by name and first line, which is that of the first decorator."""
    nodes = [node for node in ast.walk(ast.parse(Path(file).read_text())) if isinstance(node, (*SCOPES, ast.Lambda))]
    return {
        ("<lambda>", node.lineno)
        if isinstance(node, ast.Lambda)
        else (node.name, min(part.lineno for part in (node, *node.decorator_list))): node
        for node in nodes
    }


def definition_of(function: FunctionType) -> Definition | None:
    """None for what has no source: the methods that dataclasses write."""
    code = function.__code__
    if not Path(code.co_filename).is_file():
        return None
    return definitions(code.co_filename).get((code.co_name, code.co_firstlineno))


@cache
def methods_by_name() -> dict[str, list[FunctionType]]:
    """Of all classes of ours, whether anybody has imported them yet or not."""
    found: dict[str, dict[FunctionType, None]] = defaultdict(dict)
    for module in our_modules():
        for owner in [thing for thing in vars(module).values() if isinstance(thing, type) and is_ours(thing)]:
            for name, method in vars(owner).items():
                for function in functions_in(getattr(method, "__func__", method), 0):
                    found[name][function] = None
    return {name: list(methods) for name, methods in found.items()}


def our_modules() -> Iterator[ModuleType]:
    for app in sorted(OURS):
        for file in sorted((BASE_DIR / app).rglob("*.py")):
            *packages, name = file.relative_to(BASE_DIR).with_suffix("").parts
            parts = packages if name == "__init__" else [*packages, name]
            if ELSEWHERE.isdisjoint(parts):
                yield import_module(".".join(parts))


class Reader(ast.NodeVisitor):
    """Reads one function, with those defined in it."""

    def __init__(self, function: FunctionType, definition: Definition) -> None:
        self.function = function
        self.part = Part()
        self.caught: Caught = ()
        self.is_raising = False
        closure = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
        self.names: dict[str, Any] = {name: content_of(cell) for name, cell in closure.items()}
        self.types: dict[str, type] = {}
        owner = getattr(sys.modules[function.__module__], function.__qualname__.split(".")[0], None)
        if isinstance(owner, type):
            self.types |= {"self": owner, "cls": owner}
        self.learn_types(definition)
        if not isinstance(definition, ast.Lambda) and definition.returns is not None:
            kind = self.type_in(definition.returns)
            self.part.returns = kind is not None and issubclass(kind, PayshiftError)
        for statement in definition.body if isinstance(definition.body, list) else [definition.body]:
            self.visit(statement)

    def learn_types(self, definition: ast.AST) -> None:
        """Of the parameters that are annotated, and of what is assigned from a call whose result is."""
        for node in ast.walk(definition):
            if isinstance(node, ast.arg) and node.annotation is not None:
                self.learn(node.arg, self.type_in(node.annotation))
        for node in ast.walk(definition):
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                self.learn(node.targets[0].id, self.type_of(node.value))
            if isinstance(node, ast.With):
                for item in node.items:
                    if isinstance(item.optional_vars, ast.Name):
                        self.names.setdefault(item.optional_vars.id, UNKNOWN)

    def learn(self, name: str, kind: type | None) -> None:
        if kind is not None:
            self.types[name] = kind
        else:
            # Not what a module calls by the same name.
            self.names.setdefault(name, UNKNOWN)

    def type_in(self, annotation: ast.expr) -> type | None:
        if isinstance(annotation, ast.BinOp):
            return self.type_in(annotation.left) or self.type_in(annotation.right)
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            return self.type_in(ast.parse(annotation.value, mode="eval").body)
        known = self.known(annotation)
        return known if isinstance(known, type) and known is not type(None) else None

    def type_of(self, value: ast.expr) -> type | None:
        if isinstance(value, ast.Name):
            return self.types.get(value.id)
        if not isinstance(value, ast.Call):
            return None
        called = self.known(value.func)
        if isinstance(called, type):
            return called
        called = inspect.unwrap(getattr(called, "__func__", called))
        annotation = getattr(called, "__annotations__", {}).get("return") if isinstance(called, FunctionType) else None
        return annotation if isinstance(annotation, type) else None

    def known(self, node: ast.expr) -> Any:
        """What an expression stands for, where that is known before the program runs."""
        if isinstance(node, ast.Name):
            for names in (self.names, self.function.__globals__, vars(builtins)):
                if node.id in names:
                    return names[node.id]
        if isinstance(node, ast.Subscript):
            return one_of(self.known(node.value))
        if isinstance(node, ast.Attribute):
            kind = self.types.get(node.value.id) if isinstance(node.value, ast.Name) else self.type_of(node.value)
            owner = kind if kind is not None else self.known(node.value)
            if owner is not UNKNOWN:
                found = (
                    inspect.getattr_static(owner, node.attr, UNKNOWN) if kind else getattr(owner, node.attr, UNKNOWN)
                )
                return UNKNOWN if isinstance(found, MemberDescriptorType) else found
        return UNKNOWN

    def visit_Name(self, node: ast.Name) -> None:
        self.refer(self.known(node))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        known = self.known(node)
        if known is UNKNOWN:
            for method in methods_by_name().get(node.attr, ()) if node.attr not in COMMON else ():
                self.lead(method)
        else:
            self.refer(getattr(known, "__func__", known) if isinstance(known, (classmethod, staticmethod)) else known)
        self.visit(node.value)

    def refer(self, thing: Any) -> None:
        if isinstance(thing, type) and issubclass(thing, PayshiftError):
            if self.part.returns and not self.is_raising:
                self.part.gives.add(thing)
            elif not issubclass(thing, self.caught):
                self.part.raises.add(thing)
        elif not isinstance(thing, ModuleType) and thing is not UNKNOWN:
            for function in functions_in(thing):
                self.lead(function)

    def lead(self, function: FunctionType) -> None:
        if function is not self.function:
            self.part.leads.add((function, self.caught))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = sys.modules.get(node.module or "")
        for alias in node.names:
            self.names[alias.asname or alias.name] = getattr(module, alias.name, UNKNOWN)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for statement in node.body:
            self.visit(statement)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        # Whether something is an error of some kind is asked, not raised.
        if self.known(node.func) not in (isinstance, issubclass):
            self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        self.is_raising = True
        self.generic_visit(node)
        self.is_raising = False
        named = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        if named is not None and not isinstance(self.known(named), type):
            self.part.raises_given = True

    def visit_Try(self, node: ast.Try) -> None:
        outside = self.caught
        for handler in node.handlers:
            self.caught += self.stopped_by(handler)
        for statement in node.body:
            self.visit(statement)
        self.caught = outside
        for handler in node.handlers:
            for statement in handler.body:
                self.visit(statement)
        for statement in [*node.orelse, *node.finalbody]:
            self.visit(statement)

    def stopped_by(self, handler: ast.ExceptHandler) -> Caught:
        again = {None, handler.name}
        for node in ast.walk(handler):
            if isinstance(node, ast.Raise) and (node.exc.id if isinstance(node.exc, ast.Name) else node.exc) in again:
                return ()
        return self.exceptions(handler.type) if handler.type is not None else (BaseException,)

    def exceptions(self, *nodes: ast.expr) -> Caught:
        parts = [part for node in nodes for part in (node.elts if isinstance(node, ast.Tuple) else [node])]
        known = [self.known(part) for part in parts]
        return tuple(kind for kind in known if isinstance(kind, type) and issubclass(kind, BaseException))

    def visit_With(self, node: ast.With) -> None:
        outside = self.caught
        for item in node.items:
            call = item.context_expr
            if isinstance(call, ast.Call) and getattr(self.known(call.func), "__name__", "") == "suppress":
                self.caught += self.exceptions(*call.args)
            else:
                self.visit(call)
        for statement in node.body:
            self.visit(statement)
        self.caught = outside


def one_of(thing: Any) -> Any:
    """What a table holds, where its values are of one kind; a class with its parameters is that class."""
    if isinstance(thing, (Mapping, tuple, list)):
        values = list(thing.values() if isinstance(thing, Mapping) else thing)
        return values[0] if len({type(value) for value in values}) == 1 else UNKNOWN
    return thing


def content_of(cell: CellType) -> Any:
    """What a function closes over, if it was there yet."""
    try:
        return cell.cell_contents
    except ValueError:
        return UNKNOWN
