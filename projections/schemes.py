"""Schemes as people see them."""

from datetime import date
from typing import ClassVar

from domain import firms, places, schemes
from domain.events import Ref
from projections.figures import Unit, least
from projections.rows import Changes, Row, by, its, new, put


class CareScheme(Row, frozen=True, kw_only=True):
    """An elderly-care scheme of a community.
    社区养老服务项目。"""

    id: Ref[schemes.CareScheme]
    community: Ref[places.Community]
    provider: Ref[firms.Firm] | None
    name: str
    minimum_age: int
    since: date
    until: date | None = None
    assessed: date | None = None

    on: ClassVar[Changes] = {
        schemes.CareSchemeLaunched: new(),
        schemes.CareImpactAssessed: put(assessed=its.assessed),
    }
    lists: ClassVar = (by("community"), by("provider"))
    orders: ClassVar = ("name", "since", "minimum_age")


least(
    "careMinimumAge",
    "养老服务最低年龄",
    "Minimum age for care",
    CareScheme,
    lambda row: row.minimum_age,
    unit=Unit.YEARS,
)
