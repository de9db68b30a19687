"""Rulebooks: the rules of procedure of a compound's owners' assembly, by revision (BR-15).

An assembly votes by the revision in force when its voting opens; what is adopted later changes nothing in it.
"""

from collections.abc import Iterator
from dataclasses import replace

from domain.compounds import Served, ServiceModeSet
from domain.decisions import decision
from domain.events import Event, Ref
from domain.places import Community, Compound, CompoundRegistered
from domain.refusals import Refusal
from domain.roles import Role
from domain.words import describe

describe(
    rules_revision=("The revision of the rules of procedure.", "议事规则版本号。"),
    parking_counted=("Whether parking spaces count as area.", "车位面积是否计入。"),
    ballots_changeable=("Whether a ballot may be changed before the end.", "截止前可否改票。"),
    extension_allowed=("Whether the voting may be extended before its end.", "截止前可否延期。"),
    fund_by_dissent=(
        "Whether using the fund passes unless more than a third dissent.",
        "使用维修资金是否采用异议表决。",
    ),
    silent_join=(
        "Whether owners who were proved to have got their ballot and do not vote join the majority.",
        "已送达而未表决的业主是否计入多数意见。",
    ),
    most_proxies=("How many owners one agent may vote for.", "一名代理人最多可代理的业主数。"),
    posting_days=("How many days a result is posted before it takes effect.", "结果公示天数，期满生效。"),
)


LONGEST = 365


class RulebookAdopted(Event, version=2):
    """Rules of procedure were adopted for a compound's owners' assembly.
    通过业主大会议事规则。"""

    compound: Ref[Compound]
    community: Ref[Community]
    rules_revision: int
    parking_counted: bool
    ballots_changeable: bool
    extension_allowed: bool
    fund_by_dissent: bool
    most_proxies: int
    posting_days: int
    silent_join: bool = False


class NoProxyAtAll(Refusal):
    """An agent may vote for one owner at least, and a result is posted for 1 to {longest} days.
    代理人至少可代理一名业主，结果公示 1 至 {longest} 日。"""

    rule = "BR-10"
    most_proxies: int
    posting_days: int
    longest: int


class Premises(Served):
    """What an assembly of a compound goes by: the rules in force, and the firm that serves there.
    小区现行议事规则与服务企业。"""

    id: Ref[Compound]
    community: Ref[Community] = Ref()
    rules: RulebookAdopted | None = None

    def evolve(self, event: CompoundRegistered | RulebookAdopted | ServiceModeSet) -> "Premises":
        match event:
            case CompoundRegistered():
                return replace(self, community=event.community)
            case RulebookAdopted():
                return replace(self, rules=event)
            case ServiceModeSet():
                return super().evolve(event)


@decision(roles={Role.TOWN, Role.COMMUNITY, Role.COMMITTEE})
def adopt_rulebook(
    compound: Premises,
    *,
    most_proxies: int,
    posting_days: int,
    parking_counted: bool = False,
    ballots_changeable: bool = False,
    extension_allowed: bool = False,
    fund_by_dissent: bool = False,
    silent_join: bool = False,
) -> Iterator[Event]:
    """Record the rules of procedure that the owners of a compound adopted.
    登记业主大会通过的议事规则。"""
    if not (most_proxies and 1 <= posting_days <= LONGEST):
        raise NoProxyAtAll(most_proxies, posting_days, LONGEST)
    flags = (parking_counted, ballots_changeable, extension_allowed, fund_by_dissent)
    revision = compound.rules.rules_revision if compound.rules else 0
    said = (*flags, most_proxies, posting_days, silent_join)
    if compound.rules != RulebookAdopted(compound.id, compound.community, revision, *said):
        yield RulebookAdopted(compound.id, compound.community, revision + 1, *said)
