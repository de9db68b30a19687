"""Openings: what may be rated: a firm where it serves, a compound's branch or committee, a community's secretary, a
grid's worker; each is shown to be that on the cut-off date by what is recorded (BR-54).
"""

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from domain.committees import Committee
from domain.compounds import ServiceModeSet
from domain.conflicts import RatedKind
from domain.coverages import GridCoverageBegan, GridCoverageEnded
from domain.decisions import New, decision
from domain.employments import Employed
from domain.events import Event, Ref
from domain.firms import Firm
from domain.grids import Grid, GridDelineated
from domain.pairings import PairingEnded, PairingTransferred, UnitPaired
from domain.parties import PartyKind, PartyOrganisation, PartyOrganisationEstablished
from domain.people import Person
from domain.periods import Spells, check_come
from domain.places import Community, Compound, CompoundRegistered
from domain.posts import PostFilled, PostKind, PostVacated, PostVoided
from domain.refusals import Refusal
from domain.roles import Role
from domain.rounds import RaterHomesDrawn, RatingRound, RatingRoundClosed, RatingRoundOpened, RoundTermsBound, today_of
from domain.rubrics import Document, Rubric
from domain.secretaries import SecretaryAppointed, SecretaryLeft
from domain.states import State

OPENERS = {Role.COUNTY, Role.TOWN}


class NotRatedHere(Refusal):
    """By what is recorded, this was not to be rated here on {cutoff}: {why}.
    按截止日（{cutoff}）登记情况，不能在此评价（{why}）。"""

    rule = "BR-54"
    cutoff: date
    why: str


class RoundOpenAlready(Refusal):
    """It is being rated here in {rating_round} already, until {closes_on}.
    该对象正在 {rating_round} 中评价，至 {closes_on} 截止。"""

    rule = "BR-50"
    rating_round: Ref[RatingRound]
    closes_on: date


class RoundTooShort(Refusal):
    """A round closes after the day on which it is opened; {closes_on} is too early.
    截止之日（{closes_on}）须晚于开启之日。"""

    rule = "BR-50"
    closes_on: date


Opened = tuple[RatingRoundOpened, ...]
Service = tuple[ServiceModeSet, ...]


class Estate(State):
    """Of a compound: its community, the units it was paired with, the firms that served, the rounds that are open.
    小区所属社区、结对单位、服务企业及进行中的评议。"""

    id: Ref[Compound]
    community: Ref[Community] = Ref()
    units: Spells = Spells()
    service: Service = ()
    open: Opened = ()

    def evolve(
        self,
        event: CompoundRegistered
        | UnitPaired
        | PairingTransferred
        | PairingEnded
        | ServiceModeSet
        | RatingRoundOpened
        | RatingRoundClosed,
    ) -> "Estate":
        match event:
            case CompoundRegistered():
                return replace(self, community=event.community)
            case UnitPaired() | PairingTransferred():
                return replace(self, units=self.units.begun(event.unit, event.since))
            case PairingEnded():
                return replace(self, units=self.units.over(event.unit, event.since, event.ended))
            case ServiceModeSet():
                return replace(self, service=(*self.service, event))
        return replace(self, open=_running(self.open, event))


class Parish(State):
    """Of a community: the firms that served there, and the rounds that are open.
    社区内的服务企业及进行中的评议。"""

    id: Ref[Community]
    service: Service = ()
    open: Opened = ()

    def evolve(self, event: ServiceModeSet | RatingRoundOpened | RatingRoundClosed) -> "Parish":
        if isinstance(event, ServiceModeSet):
            return replace(self, service=(*self.service, event))
        return replace(self, open=_running(self.open, event))


class Led(State):
    """Where a Party organisation is seated, and who was its secretary when.
    党组织的设置场所及历任书记。"""

    id: Ref[PartyOrganisation]
    kind: PartyKind = PartyKind.COMPOUND_BRANCH
    seat: Ref[Any] = Ref()
    since: date = date.max
    secretaries: Spells = Spells()

    def evolve(self, event: PartyOrganisationEstablished | SecretaryAppointed | SecretaryLeft) -> "Led":
        match event:
            case PartyOrganisationEstablished():
                return replace(self, kind=event.party_kind, seat=event.seat, since=event.since)
            case SecretaryAppointed():
                return replace(self, secretaries=self.secretaries.begun(event.person, event.since))
            case SecretaryLeft():
                return replace(self, secretaries=self.secretaries.over(event.person, event.since, event.ended))


class Tended(State):
    """Of a grid: its community, what it covered and who worked in it when, and the rounds that were opened.
    网格所属社区、覆盖范围、网格员及评议。"""

    id: Ref[Grid]
    community: Ref[Community] = Ref()
    places: Spells = Spells()
    workers: Spells = Spells()
    open: Opened = ()

    def evolve(
        self,
        event: GridDelineated
        | GridCoverageBegan
        | GridCoverageEnded
        | PostFilled
        | PostVacated
        | PostVoided
        | RatingRoundOpened,
    ) -> "Tended":
        match event:
            case GridDelineated():
                return replace(self, community=event.community)
            case GridCoverageBegan():
                return replace(self, places=self.places.begun(event.place, event.since))
            case GridCoverageEnded():
                return replace(self, places=self.places.over(event.place, event.since, event.ended))
            case RatingRoundOpened():
                return replace(self, open=_running(self.open, event))
        return replace(self, workers=self._workers(event)) if event.post_kind is PostKind.GRID_WORKER else self

    def _workers(self, event: PostFilled | PostVacated | PostVoided) -> Spells:
        match event:
            case PostFilled():
                return self.workers.begun(event.person, event.since)
            case PostVacated():
                return self.workers.over(event.person, event.since, event.ended)
            case PostVoided():
                return self.workers.over(event.person, event.since, event.since)


class _By(NamedTuple):
    """The version that it is rated by, and its days."""

    rubric: Rubric
    version: int
    cutoff: date
    closes_on: date
    now: datetime


class _Rated(NamedTuple):
    """What is rated, where, and what it has to do with."""

    kind: RatedKind
    held_in: Ref[Any]
    community: Ref[Community]
    rated: Ref[Any] | None = None
    person: Ref[Person] | None = None
    concerned: tuple[Ref[Firm], ...] = ()
    unit: Ref[Any] | None = None
    homes: tuple[Ref[Any], ...] = ()


@decision(roles=OPENERS)
def open_for_firm_rating_round(
    rating_round: New[RatingRound],
    compound: Estate,
    firm: Firm,
    rubric: Rubric,
    *,
    rubric_version: int,
    cutoff: date,
    closes_on: date,
    now: datetime,
) -> Iterator[Event]:
    """Open a round that rates a property firm where it serves.
    开启物业企业评议。"""
    serving = _serving(compound.service, cutoff)
    _check(cutoff, firm.id in serving, "FIRM_NOT_SERVING")
    rated = _in_compound(RatedKind.FIRM, compound, firm.id, (firm.id,), cutoff)
    yield from _opened(rating_round, rated, compound.open, _By(rubric, rubric_version, cutoff, closes_on, now))


@decision(roles=OPENERS)
def open_for_branch_rating_round(
    rating_round: New[RatingRound],
    compound: Estate,
    party_organisation: Led,
    rubric: Rubric,
    *,
    rubric_version: int,
    cutoff: date,
    closes_on: date,
    now: datetime,
) -> Iterator[Event]:
    """Open a round that rates the Party branch of a compound.
    开启小区党支部评星定级。"""
    branch = party_organisation
    _check(cutoff, branch.seat == compound.id and branch.since <= cutoff, "BRANCH_NOT_SEATED_THERE")
    rated = _in_compound(RatedKind.BRANCH, compound, branch.id, _serving(compound.service, cutoff), cutoff)
    yield from _opened(rating_round, rated, compound.open, _By(rubric, rubric_version, cutoff, closes_on, now))


@decision(roles=OPENERS)
def open_for_committee_rating_round(
    rating_round: New[RatingRound],
    compound: Estate,
    committee: Committee,
    rubric: Rubric,
    *,
    rubric_version: int,
    cutoff: date,
    closes_on: date,
    now: datetime,
) -> Iterator[Event]:
    """Open a round that rates a compound's owners' committee or property management committee.
    开启业主委员会或物业管理委员会评议。"""
    sits = committee.compound == compound.id and committee.since <= cutoff < (committee.ended or date.max)
    _check(cutoff, sits, "COMMITTEE_NOT_SITTING_THERE")
    rated = _in_compound(RatedKind.COMMITTEE, compound, committee.id, _serving(compound.service, cutoff), cutoff)
    yield from _opened(rating_round, rated, compound.open, _By(rubric, rubric_version, cutoff, closes_on, now))


@decision(roles=OPENERS)
def open_for_secretary_rating_round(
    rating_round: New[RatingRound],
    community: Parish,
    party_organisation: Led,
    person: Person,
    rubric: Rubric,
    *,
    rubric_version: int,
    cutoff: date,
    closes_on: date,
    now: datetime,
) -> Iterator[Event]:
    """Open a round that rates the secretary of a community's Party organisation.
    开启社区党组织书记评议。"""
    led = party_organisation.seat == community.id and party_organisation.secretaries.on(cutoff, person.id)
    _check(cutoff, bool(led), "NOT_SECRETARY_THERE")
    concerned = _serving(community.service, cutoff)
    rated = _Rated(RatedKind.SECRETARY, community.id, community.id, party_organisation.id, person.id, concerned)
    yield from _opened(rating_round, rated, community.open, _By(rubric, rubric_version, cutoff, closes_on, now))


@decision(roles=OPENERS)
def open_for_worker_rating_round(
    rating_round: New[RatingRound],
    grid: Tended,
    person: Employed,
    rubric: Rubric,
    *,
    rubric_version: int,
    cutoff: date,
    closes_on: date,
    now: datetime,
) -> Iterator[Event]:
    """Open a round that rates a worker of a grid.
    开启网格员评议。"""
    _check(cutoff, grid.workers.on(cutoff, person.id) is not None, "NOT_WORKER_THERE")
    concerned = tuple(dict.fromkeys(spell.of[0] for spell in person.firms if spell.holds(cutoff)))
    homes = tuple(dict.fromkeys(spell.of for spell in grid.places if spell.holds(cutoff)))
    rated = _Rated(RatedKind.GRID_WORKER, grid.id, grid.community, None, person.id, concerned, None, homes)
    yield from _opened(rating_round, rated, grid.open, _By(rubric, rubric_version, cutoff, closes_on, now))


def _in_compound(
    kind: RatedKind, compound: Estate, rated: Ref[Any], concerned: tuple[Ref[Firm], ...], cutoff: date
) -> _Rated:
    paired = compound.units.on(cutoff)
    return _Rated(kind, compound.id, compound.community, rated, None, concerned, paired.of if paired else None)


def _opened(rating_round: RatingRound, what: _Rated, running: Opened, by: _By) -> Iterator[Event]:
    rubric, version, cutoff, closes_on, now = by
    check_come(cutoff, now)
    if closes_on <= (today := today_of(now)):
        raise RoundTooShort(closes_on)
    document = rubric.taken(version, what.kind)
    subject = what.kind, what.rated, what.person
    for other in running:
        if (other.rated_kind, other.rated, other.rated_person) == subject and today < other.closes_on:
            raise RoundOpenAlready(other.rating_round, other.closes_on)
    yield from rubric.put_to_use(version)
    yield RatingRoundOpened(
        *(rating_round.id, rubric.id, version, *subject, what.held_in, what.community),
        *(what.concerned, what.unit, cutoff, closes_on),
    )
    yield RoundTermsBound(rating_round.id, **{each.name: getattr(document, each.name) for each in fields(Document)})
    if what.homes:
        yield RaterHomesDrawn(rating_round.id, what.homes)


def _check(cutoff: date, recorded: bool, why: str) -> None:  # noqa: FBT001 - as it reads
    if not recorded:
        raise NotRatedHere(cutoff, why)


def _serving(service: Iterable[ServiceModeSet], on: date) -> tuple[Ref[Firm], ...]:
    """The firms that served on a day: in each compound the one of the latest setting by then."""
    latest: dict[Ref[Compound], Ref[Firm] | None] = {}
    for each in service:
        if each.since <= on:
            latest[each.compound] = each.provider
    return tuple(dict.fromkeys(firm for firm in latest.values() if firm))


def _running(opened: Opened, event: RatingRoundOpened | RatingRoundClosed) -> Opened:
    if isinstance(event, RatingRoundClosed):
        return tuple(each for each in opened if each.rating_round != event.rating_round)
    return (*opened, event)
