"""Bylines as people see them: where figures were published."""

from datetime import date
from typing import ClassVar

from domain import bylines
from domain.events import Ref
from projections.rows import Changes, Row, by, new


class Source(Row, frozen=True, kw_only=True):
    """A published source of a figure, or of all of them.
    指标的公开来源。"""

    id: Ref[bylines.Source]
    figure_key: str | None
    title: str
    publisher: str
    published: date
    reporters: int

    on: ClassVar[Changes] = {bylines.SourceCited: new(key="source_cited")}
    lists: ClassVar = (by("figure_key"),)
    orders: ClassVar = ("published",)
