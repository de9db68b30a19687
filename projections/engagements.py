"""Engagements as people see them: which social organisations work for which community."""

from datetime import date
from typing import ClassVar

from domain import engagements, places, units
from domain.events import Ref
from projections.rows import Changes, Row, by, its, new, put


class Engagement(Row, frozen=True, kw_only=True):
    """A social organisation engaged by a community, from a date to a date.
    社区引入社会组织的一段时期。"""

    id: Ref[engagements.Engagement]
    community: Ref[places.Community]
    unit: Ref[units.PartnerUnit]
    service_scope: str
    since: date
    until: date | None
    ended: date | None = None

    on: ClassVar[Changes] = {
        engagements.SocialOrganisationEngaged: new(),
        engagements.EngagementEnded: put(ended=its.ended),
    }
    lists: ClassVar = (by("community"), by("unit"))
    orders: ClassVar = ("since", "until")
    ends: ClassVar = ("ended", "until")
