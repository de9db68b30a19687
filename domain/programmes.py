"""Programmes: what a county sets out to do, the documents that it rests on, its measures, and how far each has come.

A programme may be part of another. Ended programmes take no further measures.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.decisions import New, Past, decision
from domain.events import Event, Ref
from domain.exhibits import Exhibit
from domain.periods import in_order
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(
    programme=("The programme.", "工作项目（行动、工程、方案、文件）。"),
    programme_kind=("The kind of programme.", "项目类别。"),
    part_of=("The programme that it is part of.", "所属的上级项目。"),
    keywords=("The parts of its model, or what it is known by.", "模式要点或标签。"),
    measure=("The measure.", "工作举措。"),
    percent=("How far it has come, in percent.", "完成进度（百分比）。"),
    reported_on=("The day of the report.", "报告日期。"),
    issued_by=("Who issued it.", "发文层级。"),
    document=("The document's title and number.", "文件名称及文号。"),
)

DONE = 100


class ProgrammeKind(Labelled):
    """A kind of programme.
    项目类别。"""

    ACTION = "Action", "专项行动"
    PROJECT = "Project", "工程"
    PLAN = "Work plan", "工作方案"
    DOCUMENT = "Opinions or rules", "意见、细则"
    CAPACITY = "Capacity plan", "素质提升计划"


class Issuer(Labelled):
    """Who issued a document.
    发文层级。"""

    CENTRAL = "Central", "中央"
    PROVINCE = "Province", "省"
    CITY = "City", "市"
    COUNTY = "County", "县"


class ProgrammeLaunched(Event):
    """A programme was launched, a plan adopted, or a document issued.
    启动行动、制定方案或印发文件。"""

    programme: Ref["Programme"]
    programme_kind: ProgrammeKind
    name: str
    part_of: Ref["Programme"] | None
    keywords: tuple[str, ...]
    evidence: tuple[Ref[Exhibit], ...]
    since: date


class ProgrammeEnded(Event):
    """A programme ended.
    项目结束。"""

    programme: Ref["Programme"]
    since: date
    ended: date


class MeasureAdded(Event):
    """A programme has a measure.
    列入举措。"""

    measure: Ref["Measure"]
    programme: Ref["Programme"]
    name: str
    since: date


class MeasureReported(Event):
    """It was reported how far a measure has come.
    报告举措进度。"""

    measure: Ref["Measure"]
    programme: Ref["Programme"]
    percent: int
    reported_on: date


class PolicyBasisCited(Event):
    """A programme rests on a document.
    引用政策依据。"""

    programme: Ref["Programme"]
    issued_by: Issuer
    document: str


class ProgrammeOver(Refusal):
    """This programme ended on {ended}.
    该项目已于 {ended} 结束。"""

    ended: date


class PercentUnfit(Refusal):
    """{percent} percent is more than all.
    进度 {percent}% 超过 100%。"""

    percent: int


class Programme(State):
    """A programme of the county.
    县级工作项目。"""

    id: Ref["Programme"]
    since: date = date.min
    ended: date | None = None
    basis: frozenset[tuple[Issuer, str]] = frozenset()

    def evolve(self, event: ProgrammeLaunched | ProgrammeEnded | PolicyBasisCited) -> "Programme":
        match event:
            case ProgrammeLaunched(programme=self.id):
                return replace(self, since=event.since)
            case ProgrammeEnded():
                return replace(self, ended=event.ended)
            case PolicyBasisCited():
                return replace(self, basis=self.basis | {(event.issued_by, event.document)})
        return self  # a part's launch also carries the tag of the whole

    def check_runs(self) -> None:
        if self.ended is not None:
            raise ProgrammeOver(self.ended)


class Measure(State):
    """A measure of a programme, and how far it has come.
    举措及其进度。"""

    id: Ref["Measure"]
    programme: Ref[Programme] = Ref()
    since: date = date.min
    percent: int = 0

    def evolve(self, event: MeasureAdded | MeasureReported) -> "Measure":
        match event:
            case MeasureAdded():
                return replace(self, programme=event.programme, since=event.since)
            case MeasureReported():
                return replace(self, percent=event.percent, since=event.reported_on)


@decision(roles={Role.COUNTY})
def launch(
    programme: New[Programme],
    part_of: Programme | None = None,
    *,
    programme_kind: ProgrammeKind,
    name: str,
    keywords: tuple[str, ...] = (),
    evidence: tuple[Exhibit, ...] = (),
    since: date,
) -> Iterator[Event]:
    """Launch a programme, adopt a plan, or issue a document.
    启动行动、制定方案或印发文件。"""
    if part_of:
        part_of.check_runs()
        in_order(part_of.since, since)
    proofs, whole = tuple(each.id for each in evidence), part_of.id if part_of else None
    yield ProgrammeLaunched(programme.id, programme_kind, name, whole, keywords, proofs, since)


@decision(roles={Role.COUNTY})
def end(programme: Programme, *, ended: date) -> Iterator[Event]:
    """End a programme.
    结束项目。"""
    if programme.ended != ended:
        programme.check_runs()
        in_order(programme.since, ended)
        yield ProgrammeEnded(programme.id, programme.since, ended)


@decision(roles={Role.COUNTY})
def add_measure(measure: New[Measure], programme: Programme, *, name: str, since: date) -> Iterator[Event]:
    """Add a measure to a programme.
    列入举措。"""
    programme.check_runs()
    in_order(programme.since, since)
    yield MeasureAdded(measure.id, programme.id, name, since)


@decision(roles={Role.COUNTY, Role.TOWN}, anywhere=True)
def report_measure(measure: Measure, *, percent: int, reported_on: Past) -> Iterator[Event]:
    """Report how far a measure has come.
    报告举措进度。"""
    if percent > DONE:
        raise PercentUnfit(percent)
    if (percent, reported_on) != (measure.percent, measure.since):
        in_order(measure.since, reported_on)
        yield MeasureReported(measure.id, measure.programme, percent, reported_on)


@decision(roles={Role.COUNTY})
def cite_basis(programme: Programme, *, issued_by: Issuer, document: str) -> Iterator[Event]:
    """Cite a document that a programme rests on.
    引用政策依据。"""
    if (issued_by, document) not in programme.basis:
        yield PolicyBasisCited(programme.id, issued_by, document)
