"""Parties: Party organisations of every kind, each seated in a place that befits its kind.

Every organisation stands on a level of the county's chain, 1 at the top; which levels there are, and what stands on
them, is data and differs between counties. Who leads whom, and whom each covers: see chains.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from domain.committees import Committee
from domain.decisions import New, decision
from domain.events import Event, Ref
from domain.firms import Firm
from domain.grids import Grid, MicroGrid, check_date
from domain.ledgers import Ledger
from domain.places import Building, Community, Compound
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State, key_of
from domain.words import Labelled, describe

describe(
    party_organisation=("The Party organisation.", "党组织。"),
    party_kind=("The kind of Party organisation.", "党组织类别。"),
    home=("The community that its seat lies in, if any.", "设置场所所在社区；不在社区内为空。"),
    level=("The level of the chain that it stands on, 1 at the top.", "在组织体系中的层级，最上为 1。"),
)


class PartyKind(Labelled):
    """A kind of Party organisation.
    党组织类别。"""

    COMMUNITY_COMMITTEE = "Community Party committee", "社区党委"
    COMPOUND_BRANCH = "Compound Party branch", "小区党支部"
    JOINT_BRANCH = "Joint Party branch of several compounds", "联合党支部"
    GRID_BRANCH = "Grid Party branch", "网格党支部"
    GRID_GROUP = "Grid Party group", "网格党小组"
    CENTRAL_HOUSEHOLD = "Party-member central household", "党员中心户"
    INDUSTRY_COMMITTEE = "Property-industry Party committee", "物业行业党委"
    FIRM_BRANCH = "Property-firm Party branch", "物业公司党支部"
    COMMITTEE_ORGANISATION = "Party organisation of an owners' or management committee", "业委会（物管会）党组织"


SEATS = {
    PartyKind.COMMUNITY_COMMITTEE: ("community",),
    PartyKind.COMPOUND_BRANCH: ("compound",),
    PartyKind.JOINT_BRANCH: ("community", "compound"),
    PartyKind.GRID_BRANCH: ("grid",),
    PartyKind.GRID_GROUP: ("grid", "compound"),
    PartyKind.CENTRAL_HOUSEHOLD: ("building", "micro_grid", "grid"),
    PartyKind.INDUSTRY_COMMITTEE: ("ledger",),
    PartyKind.FIRM_BRANCH: ("firm",),
    PartyKind.COMMITTEE_ORGANISATION: ("committee",),
}
"""What kinds of thing an organisation may be seated in; the whole county is its ledger."""

Seat = Community | Compound | Grid | MicroGrid | Building | Committee | Firm | Ledger
"""All of them."""


class PartyOrganisationEstablished(Event):
    """A Party organisation was established.
    成立党组织。"""

    party_organisation: Ref["PartyOrganisation"]
    seat: Ref[Seat]
    name: str
    party_kind: PartyKind
    level: int
    since: date
    home: Ref[Community] | None = None


class PartyOrganisationDissolved(Event):
    """A Party organisation was dissolved.
    撤销党组织。"""

    party_organisation: Ref["PartyOrganisation"]
    ended: date


class SeatUnfit(Refusal):
    """An organisation of this kind cannot be seated in {seat}.
    该类党组织不能设在 {seat}。"""

    rule = "BR-66"
    seat: Ref[Any]
    fit: tuple[str, ...]


class PartyOrganisationOver(Refusal):
    """This Party organisation was dissolved on {ended}.
    该党组织已于 {ended} 撤销。"""

    code, rule = "PARTY_ORGANISATION_DISSOLVED", "BR-66"
    ended: date


class PartyOrganisationNotYet(Refusal):
    """This Party organisation exists from {since} on.
    该党组织自 {since} 起成立。"""

    rule = "BR-66"
    since: date


class PartyOrganisation(State, within=Compound):
    """A Party organisation; it lies where its seat does.
    党组织，所在地随其设置场所。"""

    id: Ref["PartyOrganisation"]
    kind: PartyKind = PartyKind.COMPOUND_BRANCH
    level: int = 0
    community: Ref[Community] | None = None
    since: date = date.min
    ended: date | None = None

    def evolve(self, event: PartyOrganisationEstablished | PartyOrganisationDissolved) -> "PartyOrganisation":
        match event:
            case PartyOrganisationEstablished():
                kind, community = event.party_kind, event.home
                return replace(self, kind=kind, level=event.level, community=community, since=event.since)
            case PartyOrganisationDissolved():
                return replace(self, ended=event.ended)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY, Role.BRANCH})
def establish(
    party_organisation: New[PartyOrganisation],
    seat: State,
    *,
    name: str,
    party_kind: PartyKind,
    level: int,
    since: date,
) -> Iterator[Event]:
    """Establish a Party organisation in a place.
    成立党组织。"""
    (place,) = key_of(seat).refs
    if place.kind not in SEATS[party_kind]:
        raise SeatUnfit(place, SEATS[party_kind])
    if isinstance(seat, Grid | MicroGrid):
        check_date(since, seat.since, seat.ended)
    community = _community_of(seat)
    yield PartyOrganisationEstablished(party_organisation.id, place, name, party_kind, level, since, community)


def check_stands(on: date, since: date, ended: date | None) -> None:
    """Refuse what concerns an organisation before it is founded, or once it is dissolved."""
    if ended is not None:
        raise PartyOrganisationOver(ended)
    if on < since:
        raise PartyOrganisationNotYet(since)


def _community_of(seat: State) -> Ref[Community] | None:
    """The community whose compounds or grids an organisation seated there may cover."""
    match seat:
        case Community():
            return seat.id
        case Compound() | Grid():
            return seat.community
    return None
