"""Bylines: where a number that reports quote was published, and by how many reporters it was signed (Q76)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.decisions import New, Past, decision
from domain.events import Event, Ref
from domain.roles import Role
from domain.states import State
from domain.words import describe

describe(
    source_cited=("The published source.", "公开来源。"),
    figure_key=("The figure, by its key; none: of the ledger as a whole.", "指标键名；空为整个账本。"),
    publisher=("Who published it.", "发布单位。"),
    published=("The day it was published.", "发布日期。"),
    reporters=("By how many reporters it was signed.", "署名记者人数。"),
)


class SourceCited(Event):
    """It was cited where a figure comes from.
    注明来源。"""

    source_cited: Ref["Source"]
    figure_key: str | None
    title: str
    publisher: str
    published: date
    reporters: int


class Source(State):
    """A published source.
    公开来源。"""

    id: Ref["Source"]
    cited: bool = False

    def evolve(self, event: SourceCited) -> "Source":
        return replace(self, cited=True)


@decision(roles={Role.COUNTY}, anywhere=True)
def cite(
    source: New[Source],
    *,
    figure_key: str | None = None,
    title: str,
    publisher: str,
    published: Past,
    reporters: int = 0,
) -> Iterator[Event]:
    """Cite where a figure was published.
    注明指标的公开来源。"""
    yield SourceCited(source.id, figure_key, title, publisher, published, reporters)
