"""Campaigns: special campaigns in a compound, launched, and closed with what was found and fixed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.decisions import New, decision
from domain.events import Event, Ref
from domain.exhibits import Exhibit
from domain.periods import check_same, in_order
from domain.places import Compound
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(
    campaign=("The special campaign.", "专项治理行动。"),
    campaign_kind=("What the campaign is about.", "专项治理类别。"),
    found_count=("How many cases were found.", "发现数量。"),
    fixed_count=("How many of them were fixed.", "整治数量。"),
)


class CampaignKind(Labelled):
    """What a special campaign is about.
    专项治理类别。"""

    STAIRWELL_VEHICLES = "Vehicles parked in stairwells", "楼道乱停车辆"
    GRAFFITI_AND_ADS = "Graffiti and stuck-on advertisements", "乱写乱贴小广告"
    OTHER = "Something else", "其他"


class CampaignLaunched(Event):
    """A special campaign began in a compound.
    启动专项治理。"""

    campaign: Ref["Campaign"]
    compound: Ref[Compound]
    campaign_kind: CampaignKind
    since: date


class CampaignClosed(Event):
    """A special campaign ended, with so many cases found and fixed.
    专项治理结束。"""

    campaign: Ref["Campaign"]
    compound: Ref[Compound]
    since: date
    ended: date
    found_count: int
    fixed_count: int
    evidence: tuple[Ref[Exhibit], ...] = ()


class MoreFixedThanFound(Refusal):
    """{fixed_count} cases cannot be fixed where {found_count} were found.
    发现 {found_count} 处，整治数不能为 {fixed_count} 处。"""

    found_count: int
    fixed_count: int


class CampaignOver(Refusal):
    """This campaign ended on {ended}: {found_count} found, {fixed_count} fixed.
    该专项治理已于 {ended} 结束：发现 {found_count} 处，整治 {fixed_count} 处。"""

    ended: date
    found_count: int
    fixed_count: int


class CampaignRunning(Refusal):
    """A campaign of this kind has been running in the compound since {since}.
    该小区同类专项治理自 {since} 起正在进行。"""

    campaign: Ref["Campaign"]
    since: date


class Campaign(State, within=Compound):
    """A special campaign in a compound.
    小区专项治理行动。"""

    id: Ref["Campaign"]
    compound: Ref[Compound] = Ref()
    since: date = date.min
    closed: tuple[date, int, int] | None = None

    def evolve(self, event: CampaignLaunched | CampaignClosed) -> "Campaign":
        match event:
            case CampaignLaunched():
                return replace(self, compound=event.compound, since=event.since)
            case CampaignClosed():
                return replace(self, closed=(event.ended, event.found_count, event.fixed_count))


class Campaigns(State):
    """The campaigns that run in a compound.
    小区正在进行的专项治理。"""

    id: Ref[Compound]
    running: tuple[tuple[CampaignKind, Ref[Campaign], date], ...] = ()

    def evolve(self, event: CampaignLaunched | CampaignClosed) -> "Campaigns":
        others = tuple(each for each in self.running if each[1] != event.campaign)
        if isinstance(event, CampaignClosed):
            return replace(self, running=others)
        return replace(self, running=(*others, (event.campaign_kind, event.campaign, event.since)))


@decision(roles={Role.TOWN, Role.COMMUNITY, Role.BRANCH})
def launch(
    campaign: New[Campaign], compound: Campaigns, *, campaign_kind: CampaignKind, since: date
) -> Iterator[Event]:
    """Launch a special campaign in a compound.
    启动小区专项治理。"""
    for kind, running, began in compound.running:
        if kind is campaign_kind is not CampaignKind.OTHER:
            raise CampaignRunning(running, began)
    yield CampaignLaunched(campaign.id, compound.id, campaign_kind, since)


@decision(roles={Role.TOWN, Role.COMMUNITY, Role.BRANCH})
def close(
    campaign: Campaign, evidence: tuple[Exhibit, ...] = (), *, ended: date, found_count: int, fixed_count: int
) -> Iterator[Event]:
    """Close a special campaign with what was found and fixed.
    结束专项治理并登记发现、整治数量。"""
    if campaign.closed is not None:
        check_same(ended, campaign.closed[0])
        if campaign.closed != (ended, found_count, fixed_count):
            raise CampaignOver(*campaign.closed)
        return
    in_order(campaign.since, ended)
    if fixed_count > found_count:
        raise MoreFixedThanFound(found_count, fixed_count)
    files = tuple(each.id for each in evidence)
    yield CampaignClosed(campaign.id, campaign.compound, campaign.since, ended, found_count, fixed_count, files)
