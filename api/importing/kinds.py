"""Kinds: what can be imported, each as the decision that records it and the columns that it is told in.

A kind more is one more declaration: a column's name is a parameter of the decision, or only says where to look for the
columns after it. `key` tells when two rows are of the same thing. Where a row takes more than one decision, or one of
several, `wishes` says which.
"""

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from api.importing.references import Known, Register
from domain.decisions import Decision

__all__ = ["Column", "Kind", "Thing", "Values", "Wish", "Wishes"]

Values = Mapping[str, Any]


class Thing(NamedTuple):
    """A column that names a thing of one of these kinds, or several; `by` narrows the kinds by the row."""

    kinds: tuple[str, ...]
    many: bool = False
    by: Callable[[Values], Iterable[str]] | None = None


class Column(NamedTuple):
    """A column by its two headers; `of`: a type, a choice, or what it names."""

    name: str
    zh: str
    en: str
    of: Any = str
    needed: bool = True
    example: str = ""
    hint: str = ""


class Wish(NamedTuple):
    """One decision of a row; `kind` and `key` make its id."""

    kind: str
    key: Mapping[str, Any]
    decision: Decision
    inputs: dict[str, Any]


Wishes = Generator[Wish, Known, None]


@dataclass(frozen=True)
class Kind:
    """What can be imported; `key` names the columns by which two rows are of the same thing."""

    code: str
    zh: str
    decision: Decision
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    wishes: Callable[["Kind", Values, Register], Wishes] | None = None
    also: tuple[Decision, ...] = ()
    """Decisions that its rows may take besides."""

    def of(self, values: Values, register: Register) -> Wishes:
        return self.wishes(self, values, register) if self.wishes else _one(self, values, register)

    def wish(self, values: Values, decision: Decision | None = None, **more: Any) -> Wish:
        """The decision with all that the columns say of its parameters."""
        taken, said = decision or self.decision, {**values, **more}
        given = {p.name: said[p.name] for p in taken.parameters if said.get(p.name) is not None and not p.born}
        return Wish(self.code, {name: said.get(name) for name in self.key}, taken, given)

    @property
    def decisions(self) -> tuple[Decision, ...]:
        return (self.decision, *self.also)


def _one(kind: Kind, values: Values, _: Register) -> Wishes:
    yield kind.wish(values)
