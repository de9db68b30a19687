"""Sources: the code that a declaration depends on, told as a digest of each module that it reaches by imports.

A rule that a column or figure is counted by may stand in any module below, so all are followed, within the rooms that
hold declarations and rules; comments and layout do not count.
"""

import ast
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from domain.memo import memo

__all__ = ["reached", "sources"]

ROOTS = frozenset({"domain", "projections"})


class Source(NamedTuple):
    """A module without its comments and layout, and the names that it imports."""

    digest: str
    imported: frozenset[str]


def sources(*modules: str) -> tuple[str, ...]:
    """Of these modules and of all that they import, in the order of their names."""
    return tuple(_source(_file(name)).digest for name in reached(*modules))


def reached(*modules: str) -> tuple[str, ...]:
    roots = ROOTS | {module.partition(".")[0] for module in modules}
    found, waiting = set[str](), list(modules)
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            names = _source(_file(name)).imported & sys.modules.keys()
            waiting += (each for each in names if each.partition(".")[0] in roots)
    return tuple(sorted(found))


def _file(module: str) -> Path:
    return Path(str(sys.modules[module].__file__))


@memo
def _source(file: Path) -> Source:
    tree = ast.parse(file.read_text("utf-8"))
    return Source(sha256(ast.dump(tree).encode()).hexdigest(), frozenset(_imported(tree)))


def _imported(tree: ast.Module) -> Iterator[str]:
    """What is imported from a module may be a module itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)
