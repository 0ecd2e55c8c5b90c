"""The mutants of a module: each is its tree with one place of a function's body changed."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
}
# What is said to operators is nobody's behaviour.
TALK = ("logger.", ".inc()", ".observe(")


@dataclass(frozen=True, slots=True)
class Mutant:
    """`number` is its place among those of the module, the same in every run of the same source."""

    number: int
    line: int
    change: str
    code: CodeType


@dataclass(frozen=True, slots=True)
class Change:
    line: int
    said: str
    # Where it is: the number of the node in `ast.walk`, and of the part in the node.
    node: int
    part: int = 0


def mutants_of(path: Path) -> list[Mutant]:
    source = path.read_text()
    tree = ast.parse(source, filename=str(path))
    return [
        Mutant(number, change.line, change.said, compile(changed(tree, change), str(path), "exec"))
        for number, change in enumerate(changes_of(tree))
    ]


def changes_of(tree: ast.Module) -> Iterator[Change]:
    """In bodies of functions only: what runs at import is not replaced."""
    numbers = {id(node): number for number, node in enumerate(ast.walk(tree))}
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    seen: set[int] = set()
    for function in functions:
        for statement in function.body:
            for node in ast.walk(statement):
                if id(node) in seen:
                    continue
                seen.add(id(node))
                for part, said in enumerate(_said(node)):
                    if said:
                        yield Change(getattr(node, "lineno", 0), said, numbers[id(node)], part)


def _said(node: ast.AST) -> list[str]:
    match node:
        case ast.Compare():
            return [f"{_name(op)} -> {COMPARISONS[type(op)].__name__} in `{ast.unparse(node)}`" for op in node.ops]
        case ast.BoolOp():
            return [f"and <-> or in `{ast.unparse(node)}`"]
        case ast.UnaryOp(op=ast.Not()):
            return [f"without not: `{ast.unparse(node)}`"]
        case ast.BinOp() if type(node.op) in OPERATORS:
            return [f"{_name(node.op)} -> {OPERATORS[type(node.op)].__name__} in `{ast.unparse(node)}`"]
        case ast.Constant(value=bool() as value):
            return [f"{value} -> {not value}"]
        case ast.Constant(value=int() as value):
            return [f"{value} -> {value + 1}"]
        case ast.Return(value=ast.expr() as value) if ast.unparse(value) != "None":
            return [f"None instead of `{ast.unparse(node)}`"]
        case ast.Raise():
            return [f"without `{ast.unparse(node)}`"]
        case ast.Expr(value=ast.Call()):
            said = ast.unparse(node)
            return [] if any(talk in said for talk in TALK) else [f"without `{said}`"]
    return []


def _name(operator: ast.AST) -> str:
    return type(operator).__name__


def changed(tree: ast.Module, change: Change) -> ast.Module:
    other = copy.deepcopy(tree)
    node = next(each for number, each in enumerate(ast.walk(other)) if number == change.node)
    match node:
        case ast.Compare():
            node.ops[change.part] = COMPARISONS[type(node.ops[change.part])]()
        case ast.BoolOp():
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        case ast.BinOp():
            node.op = OPERATORS[type(node.op)]()
        case ast.Constant(value=bool() as value):
            node.value = not value
        case ast.Constant(value=int() as value):
            node.value = value + 1
        case ast.Return():
            node.value = None
        case _:
            _Replaced(node).visit(other)
    return ast.fix_missing_locations(other)


class _Replaced(ast.NodeTransformer):
    """A statement by `pass`, a negation by what it negates."""

    def __init__(self, node: ast.AST) -> None:
        self.node = node

    def visit(self, node: ast.AST) -> ast.AST:
        if node is not self.node:
            return self.generic_visit(node)
        if isinstance(node, ast.UnaryOp):
            return node.operand
        return ast.copy_location(ast.Pass(), node)
