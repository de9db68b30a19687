"""Does a test fail when a rule is changed? `python -m tests.mutating [--sample 300] [--seed 1] [CONTEXT …]`.

`make mutants` changes the kernel; it leaves decorated functions alone, and so every decision. This changes one thing at
a time in the functions of the contexts (a comparison, a number, a condition, a refusal left out) and runs the context's
own tests, then those that use it too, of all of them those that need no county. What survives is printed to be read: a
test is missing, or it makes no difference.

Everything is imported once. Each change is made in a child process, which gives the function its changed code and runs
the tests; so what stands outside functions, as a constant or a default, is not changed.
"""

import argparse
import ast
import functools
import gc
import importlib
import os
import random
import re
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from types import CodeType, FunctionType
from typing import NamedTuple

import pytest

from domain.rooms import ORDER

ROOT = Path(__file__).parent.parent
PATIENCE = 300
"""Seconds that all its tests may take; what takes longer has failed."""
NONE_TO_RUN = 5
"""What pytest answers when there is none."""
OTHER: dict[type[ast.cmpop], type[ast.cmpop]] = {
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


class Mutant(NamedTuple):
    """A context with one thing changed."""

    context: str
    number: int
    """Of the node that is changed, in the order of `ast.walk`."""
    line: int
    what: str
    change: Callable[..., None]

    @property
    def path(self) -> str:
        return str(ROOT / f"domain/{self.context}.py")

    def apply(self) -> None:
        """Give every function of the context its code with the change."""
        tree = parsed(self.context)
        self.change(next(node for n, node in enumerate(ast.walk(tree)) if n == self.number))
        changed = dict(codes(compile(ast.fix_missing_locations(tree), self.path, "exec", dont_inherit=True)))
        for each in functions(self.path):
            each.__code__ = changed.get(place(each.__code__), each.__code__)


def functions(path: str) -> list[FunctionType]:
    """All that stand in a file, wherever they were put."""
    there = gc.get_objects()
    return [each for each in there if isinstance(each, FunctionType) and each.__code__.co_filename == path]


def place(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def codes(code: CodeType) -> Iterator[tuple[tuple[str, int], CodeType]]:
    """All code within, by where it stands."""
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield place(each), each
            yield from codes(each)


def parsed(context: str) -> ast.Module:
    return ast.parse((ROOT / f"domain/{context}.py").read_text("utf-8"))


def mutants(context: str) -> Iterator[Mutant]:
    """All that can be changed in the functions of a context, one at a time."""
    tree = parsed(context)
    inside = {each for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) for each in _body(node)}
    for number, node in enumerate(ast.walk(tree)):
        for what, change in _changes(node) if node in inside else ():
            yield Mutant(context, number, getattr(node, "lineno", 0), what, change)


def _body(function: ast.FunctionDef) -> Iterator[ast.AST]:
    for statement in function.body:
        yield from ast.walk(statement)


def _changes(node: ast.AST) -> Iterator[tuple[str, Callable[..., None]]]:
    match node:
        case ast.Compare(ops=[op]) if type(op) in OTHER:
            yield f"{ast.unparse(node)}: {OTHER[type(op)].__name__}", _compare
        case ast.BoolOp():
            yield f"{ast.unparse(node)}: and/or", _connect
        case ast.UnaryOp(op=ast.Not()):
            yield f"{ast.unparse(node)}: without not", _affirm
        case ast.BinOp(op=ast.Add() | ast.Sub(), left=left) if not isinstance(left, ast.Constant):
            yield f"{ast.unparse(node)}: +/-", _add
        case ast.Constant(value=bool() as value):
            yield f"{value} the other way", _flip
        case ast.Constant(value=int() as value):
            yield f"{value} + 1", _count
        case ast.If(body=[ast.Raise()]):
            yield f"if {ast.unparse(node.test)}: refuses nothing", _let_pass


def _compare(node: ast.Compare) -> None:
    node.ops = [OTHER[type(node.ops[0])]()]


def _connect(node: ast.BoolOp) -> None:
    node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()


def _affirm(node: ast.UnaryOp) -> None:
    node.operand = ast.UnaryOp(ast.Not(), node.operand)


def _add(node: ast.BinOp) -> None:
    node.op = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()


def _flip(node: ast.Constant) -> None:
    node.value = not node.value


def _count(node: ast.Constant) -> None:
    node.value = int(str(node.value)) + 1


def _let_pass(node: ast.If) -> None:
    node.body = [ast.Pass()]


def tests_of(context: str) -> Path:
    return ROOT / f"tests/test_{context}.py"


@functools.cache
def tests_with(context: str) -> list[Path]:
    """The tests of the contexts that use it."""
    uses = re.compile(rf"^from domain\.{context} import ", re.MULTILINE)
    others = (tests_of(each) for each in CONTEXTS if each != context)
    return [each for each in others if uses.search(each.read_text("utf-8"))]


def passed(files: Iterable[Path]) -> bool:
    """Whether all of their tests pass, in this process; or there is none."""
    quietly = ("-qq", "-x", "-n0", "-p", "no:cacheprovider", "--assert=plain")
    return pytest.main([*quietly, "-m", "not xdist_group", *map(str, files)]) in {0, NONE_TO_RUN}


CONTEXTS = [each for each in ORDER if tests_of(each).exists()]


class Child(NamedTuple):
    """A process that tries a change."""

    mutant: Mutant | None
    context: str
    until: float

    @staticmethod
    def start(context: str, mutant: Mutant | None = None) -> tuple[int, "Child"]:
        if pid := os.fork():
            return pid, Child(mutant, context, time.monotonic() + PATIENCE)
        os.setpgid(0, 0)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        with suppress(Exception):
            if mutant:
                mutant.apply()
            alive = passed([tests_of(context)])
            if mutant and alive and (others := tests_with(context)):
                alive = passed(others)
            os._exit(not alive)
        os._exit(1)


class Children:
    """As many as there are processors."""

    def __init__(self) -> None:
        self.running: dict[int, Child] = {}

    def of(self, wanted: Iterable[tuple[str, Mutant | None]]) -> Iterator[tuple[Child, bool]]:
        """Each that ended, with whether all tests passed."""
        for context, mutant in wanted:
            while len(self.running) >= (os.cpu_count() or 1):
                yield self.ended()
            pid, child = Child.start(context, mutant)
            self.running[pid] = child
        while self.running:
            yield self.ended()

    def ended(self) -> tuple[Child, bool]:
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid in self.running:
                return self.running.pop(pid), os.waitstatus_to_exitcode(status) == 0
            for late in [pid for pid, child in self.running.items() if time.monotonic() > child.until]:
                os.killpg(late, signal.SIGKILL)
                os.waitpid(late, 0)
                return self.running.pop(late), False
            time.sleep(0.01)


def fit(contexts: Iterable[str]) -> set[str]:
    """Those whose tests pass when nothing is changed; the others are left out, and judge nothing."""
    wanted = {*contexts}.union(*(map(context_of, tests_with(each)) for each in contexts))
    found = {child.context for child, alive in Children().of((each, None) for each in sorted(wanted)) if alive}
    if left_out := sorted(wanted - found):
        sys.stderr.write(f"left out, as their tests fail with nothing changed or take too long: {left_out}\n")
    return found


def context_of(file: Path) -> str:
    return file.stem.removeprefix("test_")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("contexts", nargs="*", default=CONTEXTS)
    parser.add_argument("--sample", type=int, help="so many of them, and not all")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    chosen = everything = [each for context in given.contexts for each in mutants(context)]
    if given.sample and given.sample < len(everything):
        chosen = random.Random(given.seed).sample(everything, given.sample)
    for context in CONTEXTS:
        importlib.import_module(f"tests.test_{context}")
    fitting = fit({each.context for each in chosen})
    CONTEXTS[:] = [each for each in CONTEXTS if each in fitting]
    tests_with.cache_clear()
    chosen = [each for each in chosen if each.context in fitting]
    killed = 0
    for tried, (child, alive) in enumerate(Children().of((each.context, each) for each in chosen), 1):
        killed += not alive
        if alive and (mutant := child.mutant):
            sys.stdout.write(f"survived  domain/{mutant.context}.py:{mutant.line}  {mutant.what}\n")
            sys.stdout.flush()
        if tried % 50 == 0:
            sys.stderr.write(f"{tried} of {len(chosen)} tried, {killed} killed\n")
    sys.stdout.write(f"{killed} of {len(chosen)} killed, of {len(everything)} that there are\n")


if __name__ == "__main__":
    main()
