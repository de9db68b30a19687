"""Campaigns as people see them: what was found and fixed, where and when."""

from datetime import date
from typing import ClassVar

from domain import campaigns, places
from domain.campaigns import CampaignKind
from domain.events import Ref
from projections.rows import Changes, Row, around, by, its, new, put


class Campaign(Row, frozen=True, kw_only=True):
    """A special campaign in a compound.
    小区专项治理行动。"""

    id: Ref[campaigns.Campaign]
    compound: Ref[places.Compound]
    community: Ref[places.Community] | None
    campaign_kind: CampaignKind
    since: date
    until: date | None = None
    found_count: int = 0
    fixed_count: int = 0

    on: ClassVar[Changes] = {
        campaigns.CampaignLaunched: new(community=around("community")),
        campaigns.CampaignClosed: put(until=its.ended, found_count=its.found_count, fixed_count=its.fixed_count),
    }
    lists: ClassVar = (by("compound"), by("community"), by("campaign_kind"))
    orders: ClassVar = ("since", "found_count")
    measures: ClassVar = ("found_count", "fixed_count")
