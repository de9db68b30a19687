"""Places as people find them: towns, their communities and the buildings of compounds."""

from typing import ClassVar

from domain import coverages, grids, places
from domain.events import Ref
from projections.figures import counts
from projections.rows import Changes, Row, around, by, its, left, new, put


class Town(Row, frozen=True, kw_only=True):
    """A town or sub-district.
    乡镇或街道。"""

    id: Ref[places.Town]
    name: str

    on: ClassVar[Changes] = {places.TownRegistered: new(), places.TownCorrected: put(name=its.name)}
    orders: ClassVar = ("name",)


class Community(Row, frozen=True, kw_only=True):
    """A community of a town.
    社区。"""

    id: Ref[places.Community]
    town: Ref[places.Town]
    name: str

    on: ClassVar[Changes] = {places.CommunityRegistered: new(), places.CommunityCorrected: put(name=its.name)}
    lists: ClassVar = (by("town"),)
    orders: ClassVar = ("name",)
    plural: ClassVar = "communities"


class Building(Row, frozen=True, kw_only=True):
    """A building of a compound, with the grid that covers it.
    楼栋及其所属网格。"""

    id: Ref[places.Building]
    compound: Ref[places.Compound]
    community: Ref[places.Community]
    town: Ref[places.Town] | None
    name: str
    grid: Ref[grids.Grid] | None = None

    on: ClassVar[Changes] = {
        places.BuildingRegistered: new(town=around("town")),
        coverages.GridCoverageBegan: put(key="place", grid=its.grid),
        coverages.GridCoverageEnded: put(key="place", grid=left("grid")),
    }
    lists: ClassVar = (by("compound"), by("community"), by("town"), by("grid"))
    orders: ClassVar = ("name",)


counts("communities", "社区", "Communities", Community)
