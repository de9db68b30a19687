"""Scopes: which read models are made of the events, and which rows must be folded for that."""

from collections.abc import Collection
from dataclasses import dataclass

from projections.figures import FIGURES, Counted, Figure
from projections.rows import ROWS, Row, table_of

__all__ = ["LOG", "Scope", "everything", "scope"]

LOG = "log"
"""The read model that is no row class."""


@dataclass(frozen=True)
class Scope:
    """Figures count rows, so with them the rows that they count are folded, though they may not be wanted."""

    folded: frozenset[type[Row]]
    wanted: frozenset[type[Row]]
    figures: bool
    log: bool


def everything() -> Scope:
    return scope([LOG, *map(table_of, _rows())])


def scope(names: Collection[str]) -> Scope:
    """Of the read models of these names."""
    wanted = frozenset(row for row in _rows() if table_of(row) in names)
    figures = bool(wanted & {Figure, Counted})
    counted: set[type[Row]] = {spec.row for spec in FIGURES.values() if spec.row is not None}
    folded: frozenset[type[Row]] = wanted.union(counted, (Figure, Counted)) if figures else wanted
    return Scope(folded, wanted, figures, LOG in names)


def _rows() -> tuple[type[Row], ...]:
    return (*ROWS, Figure, Counted)
