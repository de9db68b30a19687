"""Rounds: something is rated once by a version of a rubric: opened, closed, decided after notice (BR-50, BR-54).

Opening fixes, from what is recorded on the cut-off date, whom it is about, which firms that has to do with, and where
its raters live. The version's terms are copied into the round, so that no later version scores it again. Until it
closes, the rated may supply evidence, breaches of a veto are recorded, and points are added or deducted.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from domain.bodies import CHINA
from domain.committees import Committee
from domain.conflicts import RatedKind
from domain.decisions import Acting, decision
from domain.events import Confidential, Event, Hundredths, Ref
from domain.exhibits import Exhibit
from domain.firms import Firm
from domain.grids import Grid
from domain.parties import PartyOrganisation
from domain.people import Person
from domain.places import Building, Community, Compound
from domain.raters import Matter, Rater
from domain.refusals import Refusal
from domain.roles import Role
from domain.rubrics import Document, Rubric
from domain.states import State
from domain.units import PartnerUnit
from domain.words import describe

describe(
    rating_round=("The rating round.", "评议轮次。"),
    rated=("The firm, organisation or body that is rated; none where a person is.", "被评价的组织；评价个人的为空。"),
    rated_person=("The person who is rated, if one is.", "被评价的人员；评价组织的为空。"),
    held_in=("The place that the rating is held in.", "开展评价的范围。"),
    cutoff=("The day on which relations between raters and rated are looked at.", "关系认定截止日。"),
    closes_on=("The first day on which nobody may rate any more.", "评议截止之日（不含）。"),
    concerned=("The firms that the rated has to do with.", "与评价对象有关联的企业。"),
    paired_unit=("The unit that the compound is paired with, if it is.", "小区的结对单位；无则为空。"),
    rater_homes=("The buildings and compounds whose residents rate.", "其居民可参加测评的楼栋和小区。"),
    article=("The article that was breached.", "所违反的条款。"),
    bonus=("Points added.", "加分。"),
    deduction=("Points deducted.", "扣分。"),
)


class RatingRoundOpened(Event):
    """A rating round was opened under a version of a rubric.
    开启评议轮次。"""

    rating_round: Ref["RatingRound"]
    rubric: Ref[Rubric]
    rubric_version: int
    rated_kind: RatedKind
    rated: Ref[Firm | PartyOrganisation | Committee] | None
    rated_person: Ref[Person] | None
    held_in: Ref[Compound | Community | Grid]
    community: Ref[Community]
    concerned: tuple[Ref[Firm], ...]
    paired_unit: Ref[PartnerUnit] | None
    cutoff: date
    closes_on: date


class RoundTermsBound(Event):
    """The terms of the version are the round's, for good.
    评议轮次适用的细则条款。"""

    rating_round: Ref["RatingRound"]
    rated_kind: RatedKind
    criteria: tuple[str, ...]
    maxima: tuple[Hundredths, ...]
    proofs: tuple[str, ...]
    self_weight: int
    public_weight: int
    community_weight: int
    department_weight: int
    least_raters: int
    band_floors: tuple[Hundredths, ...]
    band_names: tuple[str, ...]
    band_stars: tuple[int, ...]
    clean_floor: bool
    absent_band: str | None
    vetoes: tuple[str, ...]
    most_bonus: Hundredths
    most_deduction: Hundredths
    notice_days: int
    cool_off_months: int


class RaterHomesDrawn(Event):
    """The raters of a grid's worker live in these places.
    网格员测评的居民范围。"""

    rating_round: Ref["RatingRound"]
    rater_homes: tuple[Ref[Building | Compound], ...]


class RatingEvidenceSupplied(Event):
    """The rated supplied evidence before the round closed.
    评价对象提交佐证材料。"""

    rating_round: Ref["RatingRound"]
    evidence: tuple[Ref[Exhibit], ...]


class VetoRecorded(Event):
    """The rated breached an article whose breach means no star.
    登记一票否决情形。"""

    rating_round: Ref["RatingRound"]
    article: str
    reason: Confidential


class PointsAdjusted(Event):
    """Points were added and deducted in all; a later adjustment replaces this one.
    登记加分、扣分（以最后一次为准）。"""

    rating_round: Ref["RatingRound"]
    bonus: Hundredths
    deduction: Hundredths
    reason: Confidential


class RatingRoundClosed(Event):
    """A round was closed: nobody rates any more, and what was given is counted.
    评议截止。"""

    rating_round: Ref["RatingRound"]
    closed_on: date


class RoundIsClosed(Refusal):
    """This round closes on {closes_on}; what comes later is for the next one.
    本轮评议于 {closes_on} 截止，其后的评价和材料归入下一轮。"""

    code, rule = "RATING_CLOSED", "BR-55"
    closes_on: date


class NotTheRated(Refusal):
    """Only the rated itself, or who speaks for it, may do this.
    仅评价对象本人或其代表可以办理。"""

    rule = "BR-54"
    labels = (RatedKind,)
    rated_kind: str


class NoSuchVeto(Refusal):
    """The rubric has no veto of this name.
    细则中没有该一票否决情形。"""

    rule = "BR-53"
    vetoes: tuple[str, ...]


class PointsExceeded(Refusal):
    """At most {most_bonus} may be added and {most_deduction} deducted.
    加分不得超过 {most_bonus}，扣分不得超过 {most_deduction}。"""

    rule = "BR-50"
    most_bonus: Hundredths
    most_deduction: Hundredths


class RatingRound(State, within=Compound):
    """A rating round; it lies where it is held.
    评议轮次。"""

    id: Ref["RatingRound"]
    opened: bool = False

    def evolve(self, event: RatingRoundOpened) -> "RatingRound":
        return replace(self, opened=True)


class Course(State):
    """What a round is about, under which terms, and how far it has come.
    评议轮次的内容与进程。"""

    id: Ref[RatingRound]
    opened: RatingRoundOpened | None = None
    terms: Document = Document()
    homes: tuple[Ref[Building | Compound], ...] = ()
    evidence: frozenset[Ref[Exhibit]] = frozenset()
    vetoes: tuple[str, ...] = ()
    bonus: Hundredths = Hundredths(0)
    deduction: Hundredths = Hundredths(0)
    closed: date | None = None

    def evolve(
        self,
        event: RatingRoundOpened
        | RoundTermsBound
        | RaterHomesDrawn
        | RatingEvidenceSupplied
        | VetoRecorded
        | PointsAdjusted
        | RatingRoundClosed,
    ) -> "Course":
        changes: dict[str, Any]
        match event:
            case RatingRoundOpened():
                changes = {"opened": event}
            case RoundTermsBound():
                changes = {"terms": Document.of(event)}
            case RaterHomesDrawn():
                changes = {"homes": event.rater_homes}
            case RatingEvidenceSupplied():
                changes = {"evidence": self.evidence.union(event.evidence)}
            case VetoRecorded():
                changes = {"vetoes": (*self.vetoes, event.article)}
            case PointsAdjusted():
                changes = {"bonus": event.bonus, "deduction": event.deduction}
            case RatingRoundClosed():
                changes = {"closed": event.closed_on}
        return replace(self, **changes)

    @property
    def fixed(self) -> RatingRoundOpened:
        """What was fixed on opening; whoever is asked for a round gets one that was opened."""
        if self.opened is None:
            raise LookupError(self.id)
        return self.opened

    def matter(self, today: date) -> Matter:
        """What raters' ties are asked about."""
        fixed = self.fixed
        bodies: frozenset[Ref[Any]] = frozenset({fixed.held_in} if fixed.rated_person is None else ())
        if fixed.rated is not None and fixed.rated_kind is RatedKind.COMMITTEE:
            bodies |= {fixed.rated}
        return Matter(
            kind=fixed.rated_kind,
            cutoff=fixed.cutoff,
            today=today,
            months=self.terms.cool_off_months,
            rated=fixed.rated,
            person=fixed.rated_person,
            firms=frozenset(fixed.concerned),
            places=frozenset(self.homes) or frozenset({fixed.held_in}),
            committees=bodies,
            unit=fixed.paired_unit,
        )

    def check_open(self, today: date) -> None:
        """Refuse what comes when the round is closed, or should be by its day."""
        if self.closed is not None or today >= self.fixed.closes_on:
            raise RoundIsClosed(min(self.closed or date.max, self.fixed.closes_on))

    def check_points(self, bonus: Hundredths, deduction: Hundredths) -> None:
        most = self.terms.most_bonus, self.terms.most_deduction
        if bonus > most[0] or deduction > most[1]:
            raise PointsExceeded(*most)

    def standing(self, struck: Collection[str], bonus: Hundredths, deduction: Hundredths) -> "Course":
        """With these breaches struck and these points."""
        vetoes = tuple(each for each in self.vetoes if each not in struck)
        return replace(self, vetoes=vetoes, bonus=bonus, deduction=deduction)

    def check_speaks(self, rater: Rater, today: date) -> None:
        if not rater.speaks_for(self.matter(today)):
            raise NotTheRated(self.fixed.rated_kind.name)


def today_of(now: datetime) -> date:
    return now.astimezone(CHINA).date()


@decision(anyone=True)
def supply_evidence(
    rating_round: Course, voice: Acting[Rater], evidence: tuple[Exhibit, ...], *, now: datetime
) -> Iterator[Event]:
    """Supply evidence for the rated; once the round is closed, it is for the next one (BR-58).
    为评价对象提交佐证材料；截止后的材料归入下一轮。"""
    rating_round.check_speaks(voice, today_of(now))
    files = tuple(each.id for each in evidence)
    if rating_round.evidence.issuperset(files):
        return
    rating_round.check_open(today_of(now))
    yield RatingEvidenceSupplied(rating_round.id, files)


@decision(roles={Role.COUNTY, Role.TOWN})
def record_veto(rating_round: Course, *, article: str, reason: Confidential, now: datetime) -> Iterator[Event]:
    """Record that the rated breached an article whose breach means no star (BR-53).
    登记一票否决情形。"""
    if article not in rating_round.terms.vetoes:
        raise NoSuchVeto(rating_round.terms.vetoes)
    if article in rating_round.vetoes:
        return
    rating_round.check_open(today_of(now))
    yield VetoRecorded(rating_round.id, article, reason)


@decision(roles={Role.COUNTY, Role.TOWN})
def adjust(
    rating_round: Course, *, bonus: Hundredths, deduction: Hundredths, reason: Confidential, now: datetime
) -> Iterator[Event]:
    """Add and deduct points, within the rubric's limits; this replaces an earlier adjustment.
    登记加分、扣分，不得超过细则上限，以最后一次为准。"""
    rating_round.check_points(bonus, deduction)
    if (bonus, deduction) == (rating_round.bonus, rating_round.deduction):
        return
    rating_round.check_open(today_of(now))
    yield PointsAdjusted(rating_round.id, bonus, deduction, reason)
