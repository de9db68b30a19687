"""Awards as people see them, by level and prize."""

from datetime import date
from typing import ClassVar

from domain import awards, places
from domain.awards import AwardLevel, Prize
from domain.events import Ref
from projections.figures import counts
from projections.rows import Changes, Row, by, new


class Award(Row, frozen=True, kw_only=True):
    """An award that a community's project won.
    社区项目所获奖项。"""

    id: Ref[awards.Award]
    community: Ref[places.Community]
    name: str
    contest: str
    award_level: AwardLevel
    prize: Prize
    awarded: date

    on: ClassVar[Changes] = {awards.AwardWon: new()}
    lists: ClassVar = (by("community"), by("award_level"), by("prize"))
    orders: ClassVar = ("awarded",)


counts(
    "cityVolunteerAwards",
    "市级志愿服务项目奖项",
    "City awards of volunteer projects",
    Award,
    where=lambda row: row.award_level is AwardLevel.CITY,
)
