"""Does a test fail when a rule is changed? `python -m tests.mutating --sample 300 [--seed 1] [CONTEXT …]`.

`make mutants` changes the kernel; it leaves decorated functions alone, and so every decision. This changes one thing at
a time anywhere in the contexts (a comparison, a number, a condition, a refusal left out) and runs the context's own
tests, those that need no county. What survives is printed to be read: a test is missing, or it makes no difference.
"""

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

from domain.rooms import ORDER

ROOT = Path(__file__).parent.parent
RUN = """
import sys
sys.path.insert(0, sys.argv[1])
import domain
import pytest
sys.exit(pytest.main(["-q", "-x", "-n0", "-p", "no:cacheprovider", "-m", "not xdist_group", *sys.argv[2:]]))
"""
PATIENCE = 120
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
    line: int
    what: str
    source: str


def mutants(context: str) -> Iterator[Mutant]:
    """All that can be changed in a context, one at a time."""
    tree = ast.parse((ROOT / f"domain/{context}.py").read_text("utf-8"))
    for number, node in enumerate(ast.walk(tree)):
        for what, change in _changes(node):
            mutated = copy.deepcopy(tree)
            change(next(each for n, each in enumerate(ast.walk(mutated)) if n == number))
            yield Mutant(context, getattr(node, "lineno", 0), what, ast.unparse(mutated))


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


def tests_of(context: str) -> list[str]:
    """The context's own tests."""
    own = ROOT / f"tests/test_{context}.py"
    if not own.exists():
        raise SystemExit(f"{context}: there is no tests/test_{context}.py")
    return [str(own)]


def survives(mutant: Mutant, place: Path) -> bool:
    """Whether all tests pass, in a copy of the rules where one thing is changed."""
    path = place / f"domain/{mutant.context}.py"
    before = path.read_text("utf-8")
    path.write_text(mutant.source, "utf-8")
    command = [sys.executable, "-c", RUN, str(place), *tests_of(mutant.context)]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=PATIENCE, check=False, env=environment)
    except subprocess.TimeoutExpired:
        return False
    finally:
        path.write_text(before, "utf-8")
    return done.returncode in {0, 5}  # 5: there was none to run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "contexts", nargs="*", default=[each for each in ORDER if (ROOT / f"tests/test_{each}.py").exists()]
    )
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    everything = [each for context in given.contexts for each in mutants(context)]
    chosen = random.Random(given.seed).sample(everything, min(given.sample, len(everything)))
    places: SimpleQueue[Path] = SimpleQueue()
    killed = 0
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        for number in range(os.cpu_count() or 1):
            places.put(place := Path(folder) / str(number))
            shutil.copytree(ROOT / "domain", place / "domain", ignore=shutil.ignore_patterns("__pycache__"))

        for context in sorted({each.context for each in chosen}):
            unchanged = Mutant(context, 0, "", (ROOT / f"domain/{context}.py").read_text("utf-8"))
            if not survives(unchanged, Path(folder) / "0"):
                raise SystemExit(f"{context}: its tests fail though nothing is changed")

        def tried(mutant: Mutant) -> tuple[Mutant, bool]:
            place = places.get()
            try:
                return mutant, survives(mutant, place)
            finally:
                places.put(place)

        for number, (mutant, alive) in enumerate(pool.map(tried, chosen), 1):
            killed += not alive
            if alive:
                sys.stdout.write(f"survived  domain/{mutant.context}.py:{mutant.line}  {mutant.what}\n")
                sys.stdout.flush()
            if number % 50 == 0:
                sys.stderr.write(f"{number} of {len(chosen)} tried, {killed} killed\n")
    sys.stdout.write(f"{killed} of {len(chosen)} killed, of {len(everything)} that there are (seed {given.seed})\n")


if __name__ == "__main__":
    main()
