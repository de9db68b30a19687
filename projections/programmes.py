"""Programmes as people see them: their parts, the documents that they rest on, and how far their measures have come."""

from datetime import date
from typing import ClassVar

from domain import exhibits, programmes
from domain.events import Ref
from domain.programmes import Issuer, ProgrammeKind
from projections.rows import Changes, Row, by, its, new, put


class Programme(Row, frozen=True, kw_only=True):
    """A programme, plan or document of the county.
    县级行动、方案或文件。"""

    id: Ref[programmes.Programme]
    programme_kind: ProgrammeKind
    name: str
    part_of: Ref[programmes.Programme] | None
    keywords: tuple[str, ...]
    evidence: tuple[Ref[exhibits.Exhibit], ...] = ()
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        programmes.ProgrammeLaunched: new(),
        programmes.ProgrammeEnded: put(until=its.ended),
    }
    lists: ClassVar = (by("programme_kind"), by("part_of"), by("keywords"))
    orders: ClassVar = ("name", "since")


class Measure(Row, frozen=True, kw_only=True):
    """A measure of a programme, and how far it has come.
    举措及其进度。"""

    id: Ref[programmes.Measure]
    programme: Ref[programmes.Programme]
    name: str
    percent: int = 0
    reported_on: date | None = None
    since: date

    on: ClassVar[Changes] = {
        programmes.MeasureAdded: new(),
        programmes.MeasureReported: put(percent=its.percent, reported_on=its.reported_on),
    }
    lists: ClassVar = (by("programme"),)
    orders: ClassVar = ("name", "percent")
    measures: ClassVar = ("percent",)


class MeasureReport(Row, frozen=True, kw_only=True):
    """How far a measure had come from a day on; it holds until the next report of the same measure.
    举措自某日起的进度，至同一举措下一次报告为止。"""

    id: str
    measure: Ref[programmes.Measure]
    programme: Ref[programmes.Programme]
    percent: int
    since: date

    on: ClassVar[Changes] = {
        programmes.MeasureReported: new(key=lambda event: f"{event.measure}@{event.reported_on}", since=its.reported_on)
    }
    lists: ClassVar = (by("measure"), by("programme"))
    orders: ClassVar = ("since", "percent")
    until_next: ClassVar = "measure"


class PolicyBasis(Row, frozen=True, kw_only=True):
    """A document that a programme rests on.
    政策依据。"""

    id: str
    programme: Ref[programmes.Programme]
    issued_by: Issuer
    document: str

    on: ClassVar[Changes] = {
        programmes.PolicyBasisCited: new(key=lambda event: f"{event.programme}@{event.issued_by.name}@{event.document}")
    }
    plural: ClassVar = "policyBases"
    lists: ClassVar = (by("programme"), by("issued_by"))
