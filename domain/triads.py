"""Triads: a compound's Party branch, a grid Party group and a property firm work as three (X67).

What they do is of six kinds, three joints and three commons (X68), each on a day and with its evidence.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Self

from domain.chains import BRANCHES
from domain.compounds import FirmNotServing, Served, ServiceModeSet
from domain.decisions import New, Past, decision
from domain.events import Event, Ref
from domain.exhibits import Exhibit
from domain.firms import Firm
from domain.parties import PartyKind, PartyOrganisation, check_stands
from domain.periods import Spells, check_same, in_order
from domain.places import Community, Compound, CompoundRegistered
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(
    triad=("The triad of branch, grid group and firm.", "小区党支部、网格党小组、物业公司三方结对。"),
    branch=("The compound's Party branch.", "小区党支部。"),
    grid_group=("The grid Party group.", "网格党小组。"),
    triad_action=("What the three did together.", "三方联合行动。"),
    triad_action_kind=("Which of the three joints and three commons it was.", "“三联三共”类别。"),
)

GROUPS = frozenset({PartyKind.GRID_GROUP, PartyKind.GRID_BRANCH})


class TriadActionKind(Labelled):
    """One of the three joints and three commons.
    三联三共。"""

    ORGANISATIONS_JOINED = "Organisations jointly built", "组织联建"
    AFFAIRS_DISCUSSED = "Affairs jointly discussed", "事务联议"
    VENUES_USED = "Venues jointly used", "阵地联用"
    BODIES_COEXISTING = "Bodies in common", "机构共存"
    WORK_MANAGED = "Work managed in common", "工作共管"
    RESOURCES_SHARED = "Resources shared in common", "资源共享"


class TriadFormed(Event):
    """A branch, a grid group and a firm work as three in a compound from a date on.
    三方结对共建。"""

    triad: Ref["Triad"]
    compound: Ref[Compound]
    branch: Ref[PartyOrganisation]
    grid_group: Ref[PartyOrganisation]
    firm: Ref[Firm]
    since: date


class TriadEnded(Event):
    """A triad ended.
    三方结对终止。"""

    triad: Ref["Triad"]
    compound: Ref[Compound]
    ended: date


class TriadActionLogged(Event):
    """The three of a triad did something together.
    登记三方联合行动。"""

    triad_action: Ref["TriadAction"]
    triad: Ref["Triad"]
    compound: Ref[Compound]
    triad_action_kind: TriadActionKind
    acted_on: date
    evidence: tuple[Ref[Exhibit], ...] = ()


class TriadPartyUnfit(Refusal):
    """A triad takes a branch of compounds and a grid group or branch, both of the compound's community.
    三方结对须为本社区的小区党支部与网格党小组（支部）。"""

    party_organisation: Ref[PartyOrganisation]
    party_kind: str
    community: Ref[Community] | None


class CompoundHasTriad(Refusal):
    """This compound has the triad {triad} since {since}.
    该小区自 {since} 起已有三方结对（{triad}）。"""

    triad: Ref["Triad"]
    since: date


class TriadNotInForce(Refusal):
    """The triad holds from {since}, and no longer from {ended}.
    该三方结对自 {since} 起，至 {ended} 止。"""

    since: date
    ended: date | None


class Triad(State, within=Community):
    """A triad of branch, grid group and firm.
    三方结对。"""

    id: Ref["Triad"]
    compound: Ref[Compound] = Ref()
    since: date = date.min
    ended: date | None = None

    def evolve(self, event: TriadFormed | TriadEnded) -> "Triad":
        match event:
            case TriadFormed():
                return replace(self, compound=event.compound, since=event.since)
            case TriadEnded():
                return replace(self, ended=event.ended)


class TriadAction(State, within=Community):
    """Something that the three did together.
    三方联合行动。"""

    id: Ref["TriadAction"]
    logged: bool = False

    def evolve(self, event: TriadActionLogged) -> "TriadAction":
        return replace(self, logged=True)


class CompoundTriads(Served):
    """The triads of a compound, and the firms that served it.
    小区的三方结对与历任物业企业。"""

    id: Ref[Compound]
    community: Ref[Community] = Ref()
    triads: Spells = Spells()

    def evolve(self, event: CompoundRegistered | ServiceModeSet | TriadFormed | TriadEnded) -> Self:
        if isinstance(event, CompoundRegistered):
            return replace(self, community=event.community)
        if isinstance(event, ServiceModeSet):
            return super().evolve(event)
        if event.compound != self.id:
            return self  # its branch or group may be seated in this compound, and the triad in another
        if isinstance(event, TriadFormed):
            return replace(self, triads=self.triads.begun(event.triad, event.since))
        since = next(spell.since for spell in self.triads if spell.of == event.triad)
        return replace(self, triads=self.triads.over(event.triad, since, event.ended))


@decision(roles={Role.TOWN, Role.COMMUNITY})
def form(
    triad: New[Triad],
    compound: CompoundTriads,
    branch: PartyOrganisation,
    grid_group: PartyOrganisation,
    firm: Firm,
    *,
    since: date,
) -> Iterator[Event]:
    """Have a branch, a grid group and a firm work as three in a compound.
    组成三方结对。"""
    for organisation, fit in ((branch, BRANCHES), (grid_group, GROUPS)):
        check_stands(since, organisation.since, organisation.ended)
        if organisation.kind not in fit or organisation.community != compound.community:
            raise TriadPartyUnfit(organisation.id, organisation.kind.name, organisation.community)
    if compound.by(since) != firm.id:
        raise FirmNotServing(firm.id, since)
    if held := compound.triads.overlapping(since):
        raise CompoundHasTriad(held.of, held.since)
    yield TriadFormed(triad.id, compound.id, branch.id, grid_group.id, firm.id, since)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def end(triad: Triad, *, ended: date) -> Iterator[Event]:
    """End a triad.
    终止三方结对。"""
    if triad.ended is not None:
        check_same(ended, triad.ended)
        return
    in_order(triad.since, ended)
    yield TriadEnded(triad.id, triad.compound, ended)


@decision(roles={Role.TOWN, Role.COMMUNITY, Role.BRANCH})
def log_triad_action(
    triad_action: New[TriadAction],
    triad: Triad,
    *,
    triad_action_kind: TriadActionKind,
    acted_on: Past,
    evidence: tuple[Exhibit, ...] = (),
) -> Iterator[Event]:
    """Log what the three did together on a day.
    登记三方某日的联合行动。"""
    if acted_on < triad.since or (triad.ended is not None and triad.ended <= acted_on):
        raise TriadNotInForce(triad.since, triad.ended)
    proofs = tuple(exhibit.id for exhibit in evidence)
    yield TriadActionLogged(triad_action.id, triad.id, triad.compound, triad_action_kind, acted_on, proofs)
