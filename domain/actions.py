"""Actions: what a compound and its partner unit do together, each of one of five kinds and on a day (X39).

Only who was paired that day acts jointly; a pair without an action in a quarter is idle (BR-64).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.decisions import New, Past, decision
from domain.events import Event, Ref
from domain.exhibits import Exhibit
from domain.pairings import CompoundPartner, NotPaired
from domain.places import Compound
from domain.roles import Role
from domain.states import State
from domain.units import PartnerUnit
from domain.words import Labelled, describe

describe(
    joint_action=("The joint action.", "联合行动。"),
    joint_action_kind=("Which of the five joint tasks it was.", "“五联”类别。"),
    acted_on=("The day it was done.", "办理日期。"),
)


class JointActionKind(Labelled):
    """One of the five joint tasks of a compound and its partner unit.
    五联：单位与小区的五项共建任务。"""

    PARTY_WORK = "Party work jointly run", "党建联抓"
    RESOURCES = "Resources jointly shared", "资源联享"
    CIVILITY = "Civility jointly built", "文明联建"
    ORDER = "Order jointly guarded", "治安联防"
    SERVICES = "Services jointly done", "服务联做"


class JointActionLogged(Event):
    """A compound and its partner unit did something together.
    登记单位与小区的联合行动。"""

    joint_action: Ref["JointAction"]
    compound: Ref[Compound]
    unit: Ref[PartnerUnit]
    joint_action_kind: JointActionKind
    acted_on: date
    evidence: tuple[Ref[Exhibit], ...] = ()


class JointAction(State, within=Compound):
    """Something that a compound and its partner unit did together.
    单位与小区的联合行动。"""

    id: Ref["JointAction"]
    logged: bool = False

    def evolve(self, event: JointActionLogged) -> "JointAction":
        return replace(self, logged=True)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY, Role.BRANCH})
def log(
    joint_action: New[JointAction],
    compound: CompoundPartner,
    unit: PartnerUnit,
    *,
    joint_action_kind: JointActionKind,
    acted_on: Past,
    evidence: tuple[Exhibit, ...] = (),
) -> Iterator[Event]:
    """Log what a compound and its partner unit did together on a day.
    登记单位与小区某日的联合行动。"""
    if compound.partners.on(acted_on, unit.id) is None:
        raise NotPaired(compound.id, unit.id)
    proofs = tuple(exhibit.id for exhibit in evidence)
    yield JointActionLogged(joint_action.id, compound.id, unit.id, joint_action_kind, acted_on, proofs)
