"""Assemblies as people see them: what is voted on, until when, how many take part, and what came of it."""

from datetime import date, datetime
from typing import Any, ClassVar

from domain import assemblies, ballots, firms, matters, owners, people, places, polls
from domain.assemblies import AssemblyStep
from domain.events import Audience, Event, Hundredths, Ref
from domain.tallies import Comparison, Item, Outcome, Result, Weight, joined, result
from domain.words import describe
from projections.compounds import Compound
from projections.gaps import gap
from projections.owners import OwnersRoster
from projections.rows import Changes, Row, by, its, new, put

describe(
    assembly_step=("How far it is.", "所处阶段。"),
    quorum_met=("Whether enough took part, by heads and by area.", "参与人数与面积是否均达到法定比例。"),
    quorum_heads_held=("Three times the heads that took part.", "参与人数的三倍。"),
    quorum_heads_needed=("Twice all heads.", "总人数的二倍。"),
    quorum_area_held=("Three times the area that took part, in 0.01 m².", "参与面积的三倍（0.01 平方米）。"),
    quorum_area_needed=("Twice all area, in 0.01 m².", "总面积的二倍（0.01 平方米）。"),
    pass_heads_held=("Heads for, multiplied out.", "同意人数（通分后）。"),
    pass_heads_needed=("Heads needed, multiplied out.", "所需人数（通分后）。"),
    pass_area_held=("Area for, multiplied out, in 0.01 m².", "同意面积（通分后，0.01 平方米）。"),
    pass_area_needed=("Area needed, multiplied out, in 0.01 m².", "所需面积（通分后，0.01 平方米）。"),
    pending_suits=("How many challenges are before a court.", "未结撤销之诉件数。"),
    pass_strictly=("Whether exactly as much does not do.", "是否须超过（恰等不通过）。"),
)


def _quorum(row: Any, event: Event) -> bool:
    part = Weight(row.cast_heads + 1, row.cast_area + getattr(event, "exclusive_area", 0))
    return all(3 * held >= 2 * (whole or 0) for held, whole in zip(part, (row.all_heads, row.all_area), strict=True))


def _counted(event: polls.QuestionDecided) -> Result:
    """How a question was decided, with the four comparisons."""
    part = Weight(
        event.for_heads + event.against_heads + event.abstain_heads,
        event.for_area + event.against_area + event.abstain_area,
    )
    everybody, agreed = Weight(event.all_heads, event.all_area), Weight(event.for_heads, event.for_area)
    silent = Weight(event.silent_heads, event.silent_area)
    return result(event.question_item.item_class, everybody, *joined(part, agreed, silent))


def _quorum_counted(_row: Any, event: polls.QuestionDecided) -> bool:
    found = _counted(event)
    return found.quorum_heads.met and found.quorum_area.met


def _compared(side: str, name: str) -> Any:
    """One number of the four comparisons that decided a question."""

    def value(_row: Any, event: polls.QuestionDecided) -> int:
        compared: Comparison = getattr(_counted(event), side)
        return int(getattr(compared, name))

    return value


class Assembly(Row, frozen=True, kw_only=True):
    """A vote of a compound's owners.
    业主大会会议。"""

    id: Ref[assemblies.Assembly]
    compound: Ref[places.Compound]
    community: Ref[places.Community]
    extraordinary: bool
    on_matter: Ref[matters.Matter] | None
    assembly_step: AssemblyStep = AssemblyStep.PROPOSED
    owners_roster: Ref[owners.OwnersRoster] | None = None
    notified_on: date | None = None
    opens_on: date | None = None
    closes_at: datetime | None = None
    committee_told: bool | None = None
    opened_at: datetime | None = None
    roster_digest: str | None = None
    rules_revision: int | None = None
    serving_firm: Ref[firms.Firm] | None = None
    all_heads: int | None = None
    all_area: Hundredths | None = None
    cast_heads: int = 0
    cast_area: Hundredths = Hundredths(0)
    quorum_met: bool = False
    posted: date | None = None
    notice_late: bool | None = None
    effective_on: date | None = None
    pending_suits: int = 0
    on_hold: bool = False
    decision_stands: bool | None = None

    on: ClassVar[Changes] = {
        assemblies.AssemblyProposed: new(),
        assemblies.AssemblyNotified: put(
            owners_roster=its.owners_roster,
            notified_on=its.notified_on,
            opens_on=its.opens_on,
            closes_at=its.closes_at,
            committee_told=its.committee_told,
            rules_revision=its.rules_revision,
            assembly_step=AssemblyStep.NOTIFIED,
        ),
        assemblies.VotingOpened: put(
            opened_at=its.opened_at,
            closes_at=its.closes_at,
            roster_digest=its.roster_digest,
            rules_revision=its.rules_revision,
            serving_firm=its.serving_firm,
            all_heads=its.heads,
            all_area=its.exclusive_area,
            assembly_step=AssemblyStep.VOTING,
        ),
        assemblies.VotingExtended: put(closes_at=its.closes_at),
        assemblies.AssemblyCancelled: put(assembly_step=AssemblyStep.CANCELLED),
        ballots.BallotCast: put(
            key="assembly",
            cast_heads=lambda row, _: row.cast_heads + 1,
            cast_area=lambda row, event: row.cast_area + event.exclusive_area,
            quorum_met=_quorum,
        ),
        assemblies.VotingClosed: put(assembly_step=AssemblyStep.CLOSED),
        polls.QuestionDecided: put(key="assembly", quorum_met=_quorum_counted),
        polls.ResultPosted: put(posted=its.posted, notice_late=its.notice_late, effective_on=its.effective_on),
        polls.PostingLapsed: put(posted=None, notice_late=None, effective_on=None),
        polls.ResultChallenged: put(pending_suits=lambda row, _: row.pending_suits + 1, on_hold=True),
        polls.ChallengeEnded: put(
            pending_suits=lambda row, _: row.pending_suits - 1,
            on_hold=lambda row, _: row.pending_suits > 1,
            decision_stands=lambda row, event: event.decision_stands and row.decision_stands is not False,
        ),
    }
    plural: ClassVar = "assemblies"
    lists: ClassVar = (
        *(by("compound"), by("community"), by("assembly_step"), by("on_matter"), by("owners_roster")),
        *(by("extraordinary"), by("on_hold")),
    )
    orders: ClassVar = ("closes_at",)
    origins: ClassVar = ("on_matter",)
    address: ClassVar = "/assemblies/{ledger}/{id}"


def question(event: assemblies.QuestionPut | polls.QuestionDecided) -> str:
    return f"{event.assembly}@{event.question_no}"


class AssemblyQuestion(Row, frozen=True, kw_only=True):
    """A question of an assembly, and what came of it; until the end nobody knows how it stands.
    业主大会表决事项及结果；截止前不公布票数。"""

    id: str
    assembly: Ref[assemblies.Assembly]
    question_no: int
    question_item: Item
    question: str
    outcome: Outcome | None = None
    by_dissent: bool | None = None
    for_heads: int | None = None
    for_area: Hundredths | None = None
    against_heads: int | None = None
    against_area: Hundredths | None = None
    abstain_heads: int | None = None
    abstain_area: Hundredths | None = None
    all_heads: int | None = None
    all_area: Hundredths | None = None
    silent_heads: int | None = None
    silent_area: Hundredths | None = None
    quorum_heads_held: int | None = None
    quorum_heads_needed: int | None = None
    quorum_area_held: int | None = None
    quorum_area_needed: int | None = None
    pass_heads_held: int | None = None
    pass_heads_needed: int | None = None
    pass_area_held: int | None = None
    pass_area_needed: int | None = None
    pass_strictly: bool | None = None

    on: ClassVar[Changes] = {
        assemblies.QuestionPut: new(key=question),
        polls.QuestionDecided: put(
            key=question,
            outcome=its.outcome,
            by_dissent=its.by_dissent,
            for_heads=its.for_heads,
            for_area=its.for_area,
            against_heads=its.against_heads,
            against_area=its.against_area,
            abstain_heads=its.abstain_heads,
            abstain_area=its.abstain_area,
            all_heads=its.all_heads,
            all_area=its.all_area,
            silent_heads=its.silent_heads,
            silent_area=its.silent_area,
            quorum_heads_held=_compared("quorum_heads", "held"),
            quorum_heads_needed=_compared("quorum_heads", "needed"),
            quorum_area_held=_compared("quorum_area", "held"),
            quorum_area_needed=_compared("quorum_area", "needed"),
            pass_heads_held=_compared("pass_heads", "held"),
            pass_heads_needed=_compared("pass_heads", "needed"),
            pass_area_held=_compared("pass_area", "held"),
            pass_area_needed=_compared("pass_area", "needed"),
            pass_strictly=lambda row, event: bool(_compared("pass_heads", "strict")(row, event)),
        ),
    }
    lists: ClassVar = (by("assembly"), by("outcome"), by("question_item"))
    orders: ClassVar = ("question_no",)


class Elector(Row, frozen=True, kw_only=True):
    """An owner who may vote in an assembly.
    有表决权的业主。"""

    id: str
    assembly: Ref[assemblies.Assembly]
    owner: Ref[people.Person]
    exclusive_area: Hundredths

    on: ClassVar[Changes] = {assemblies.ElectorAdmitted: new(key=lambda event: f"{event.assembly}@{event.owner}")}
    lists: ClassVar = (by("assembly"), by("owner"))
    audience: ClassVar = Audience.STAFF
    own: ClassVar = ("owner",)


gap(
    Compound,
    "NO_ASSEMBLY_WITHIN_A_YEAR",
    "一年内未召开业主大会会议",
    "Its owners met not once within a year",
    """exists (select from {OwnersRoster} r where r.ledger = {a}.ledger and r.compound = {a}.id and r.frozen)
        and not exists (select from {Assembly} x where x.ledger = {a}.ledger and x.compound = {a}.id
            and x.assembly_step = 'CLOSED' and (x.closes_at at time zone 'Asia/Shanghai')::date <= {on}
            and (x.closes_at at time zone 'Asia/Shanghai')::date > ({on} - interval '1 year')::date)""",
    reads=(Assembly, OwnersRoster),
)
