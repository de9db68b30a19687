"""Agreements: a property firm's Party branch and a community Party committee build together (X59)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.decisions import New, decision
from domain.events import Event, Ref
from domain.exhibits import Exhibit
from domain.firms import Firm
from domain.parties import (
    PartyKind,
    PartyOrganisation,
    PartyOrganisationDissolved,
    PartyOrganisationEstablished,
    check_stands,
)
from domain.periods import PeriodReversed, Spells, check_same, in_order
from domain.places import Community
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import describe

describe(
    joint_building=("The joint-building agreement.", "党建联建协议。"),
    firm_branch=("The Party branch of the property firm.", "物业公司党支部。"),
    community_committee=("The community Party committee.", "社区党委。"),
)


class JointBuildingSigned(Event):
    """A firm's branch and a community committee agreed to build together.
    签订党建联建协议。"""

    joint_building: Ref["JointBuilding"]
    firm_branch: Ref[PartyOrganisation]
    firm: Ref[Firm]
    community_committee: Ref[PartyOrganisation]
    since: date
    until: date | None
    evidence: tuple[Ref[Exhibit], ...] = ()


class JointBuildingEnded(Event):
    """A joint-building agreement ended.
    终止党建联建协议。"""

    joint_building: Ref["JointBuilding"]
    firm_branch: Ref[PartyOrganisation]
    community_committee: Ref[PartyOrganisation]
    since: date
    ended: date


class SignatoryUnfit(Refusal):
    """{party_organisation} is no {needed}, so it cannot sign this.
    党组织 {party_organisation} 不是所需的类别（{needed}），不能签订。"""

    party_organisation: Ref[PartyOrganisation]
    needed: str


class AgreementInForce(Refusal):
    """These two have an agreement since {since}.
    双方自 {since} 起已有联建协议。"""

    since: date
    until: date | None


class Signatory(State):
    """A Party organisation that may sign, and with whom it has agreements.
    签约党组织及其联建协议。"""

    id: Ref[PartyOrganisation]
    kind: PartyKind = PartyKind.COMPOUND_BRANCH
    seat: Ref[Firm] = Ref()
    since: date = date.min
    ended: date | None = None
    agreed: Spells = Spells()

    def evolve(
        self,
        event: PartyOrganisationEstablished | PartyOrganisationDissolved | JointBuildingSigned | JointBuildingEnded,
    ) -> "Signatory":
        match event:
            case PartyOrganisationEstablished():
                return replace(self, kind=event.party_kind, seat=Ref(event.seat), since=event.since)
            case PartyOrganisationDissolved():
                return replace(self, ended=event.ended)
            case JointBuildingSigned():
                return replace(self, agreed=self.agreed.begun(self._other(event), event.since, event.until))
            case JointBuildingEnded():
                return replace(self, agreed=self.agreed.over(self._other(event), event.since, event.ended))

    def _other(self, event: JointBuildingSigned | JointBuildingEnded) -> Ref[PartyOrganisation]:
        return event.community_committee if event.firm_branch == self.id else event.firm_branch


class JointBuilding(State, within=Community):
    """A joint-building agreement.
    党建联建协议。"""

    id: Ref["JointBuilding"]
    signed: JointBuildingSigned | None = None
    ended: date | None = None
    early: bool = False

    def evolve(self, event: JointBuildingSigned | JointBuildingEnded) -> "JointBuilding":
        match event:
            case JointBuildingSigned():
                return replace(self, signed=event, ended=event.until)
            case JointBuildingEnded():
                return replace(self, ended=event.ended, early=True)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def sign(
    joint_building: New[JointBuilding],
    firm_branch: Signatory,
    community_committee: Signatory,
    *,
    since: date,
    until: date | None = None,
    evidence: tuple[Exhibit, ...] = (),
) -> Iterator[Event]:
    """Sign a joint-building agreement of a firm's branch and a community committee.
    物业公司党支部与社区党委签订党建联建协议。"""
    _check_signatory(firm_branch, PartyKind.FIRM_BRANCH, since)
    _check_signatory(community_committee, PartyKind.COMMUNITY_COMMITTEE, since)
    if until is not None and until <= since:
        raise PeriodReversed(since, until)
    if held := firm_branch.agreed.overlapping(since, until, of=community_committee.id):
        raise AgreementInForce(held.since, held.until)
    proofs = tuple(exhibit.id for exhibit in evidence)
    yield JointBuildingSigned(
        joint_building.id, firm_branch.id, firm_branch.seat, community_committee.id, since, until, proofs
    )


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def end(joint_building: JointBuilding, *, ended: date) -> Iterator[Event]:
    """End a joint-building agreement before its last day.
    提前终止党建联建协议。"""
    signed = joint_building.signed
    if signed is None or joint_building.ended == ended:
        return
    if joint_building.ended is not None and (joint_building.early or joint_building.ended < ended):
        check_same(ended, joint_building.ended)
    in_order(signed.since, ended)
    yield JointBuildingEnded(joint_building.id, signed.firm_branch, signed.community_committee, signed.since, ended)


def _check_signatory(organisation: Signatory, needed: PartyKind, on: date) -> None:
    if organisation.kind is not needed:
        raise SignatoryUnfit(organisation.id, needed.name)
    check_stands(on, organisation.since, organisation.ended)
