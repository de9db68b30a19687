"""Showcases: signature service projects of communities, from cultivating them to making them known (X87)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.decisions import New, decision
from domain.events import Event, Ref
from domain.periods import check_same, in_order
from domain.places import Community
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(
    signature_project=("The signature project.", "特色服务项目。"),
    showcase_stage=("How far it has come.", "阶段。"),
)


class ShowcaseStage(Labelled):
    """How far a signature project has come.
    特色服务项目阶段。"""

    CULTIVATED = "Cultivated", "培育"
    BROUGHT_IN = "Brought in", "引进"
    DISCOVERED = "Discovered", "挖掘"
    PUBLICISED = "Publicised", "宣传"


class SignatureProjectRegistered(Event):
    """A community has a signature project.
    登记特色服务项目。"""

    signature_project: Ref["SignatureProject"]
    community: Ref[Community]
    name: str
    showcase_stage: ShowcaseStage
    since: date


class SignatureProjectAdvanced(Event):
    """A signature project came to another stage.
    特色服务项目进入新阶段。"""

    signature_project: Ref["SignatureProject"]
    community: Ref[Community]
    showcase_stage: ShowcaseStage
    since: date


class SignatureProject(State, within=Community):
    """A signature project of a community.
    社区特色服务项目。"""

    id: Ref["SignatureProject"]
    community: Ref[Community] = Ref()
    stage: ShowcaseStage = ShowcaseStage.CULTIVATED
    since: date = date.min

    def evolve(self, event: SignatureProjectRegistered | SignatureProjectAdvanced) -> "SignatureProject":
        return replace(self, community=event.community, stage=event.showcase_stage, since=event.since)


@decision(roles={Role.COUNTY, Role.COMMUNITY})
def register(
    signature_project: New[SignatureProject],
    community: Community,
    *,
    name: str,
    showcase_stage: ShowcaseStage,
    since: date,
) -> Iterator[Event]:
    """Register a signature project of a community.
    登记社区特色服务项目。"""
    yield SignatureProjectRegistered(signature_project.id, community.id, name, showcase_stage, since)


@decision(roles={Role.COUNTY, Role.COMMUNITY})
def advance(signature_project: SignatureProject, *, showcase_stage: ShowcaseStage, since: date) -> Iterator[Event]:
    """Record that a signature project came to another stage.
    登记特色服务项目进入新阶段。"""
    if showcase_stage is signature_project.stage:
        check_same(since, signature_project.since)
        return
    in_order(signature_project.since, since)
    yield SignatureProjectAdvanced(signature_project.id, signature_project.community, showcase_stage, since)
