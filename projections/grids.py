"""Grids and micro-grids as people see them."""

from datetime import date
from typing import ClassVar

from domain import chains, grids, parties, places
from domain.events import Ref
from projections.figures import counts
from projections.rows import Changes, Row, around, by, its, left, new, put


class Grid(Row, frozen=True, kw_only=True):
    """A grid of a community.
    网格。"""

    id: Ref[grids.Grid]
    community: Ref[places.Community]
    town: Ref[places.Town] | None
    name: str
    since: date
    until: date | None = None
    party_organisation: Ref[parties.PartyOrganisation] | None = None

    on: ClassVar[Changes] = {
        grids.GridDelineated: new(town=around("town")),
        grids.GridRetired: put(until=its.ended),
        chains.PlaceAttached: put(key="place", party_organisation=its.party_organisation),
        chains.PlaceDetached: put(key="place", party_organisation=left("party_organisation")),
    }
    lists: ClassVar = (by("community"), by("town"), by("party_organisation"))
    orders: ClassVar = ("name", "since", "until")


class MicroGrid(Row, frozen=True, kw_only=True):
    """A micro-grid of a grid.
    微网格。"""

    id: Ref[grids.MicroGrid]
    grid: Ref[grids.Grid]
    community: Ref[places.Community] | None
    town: Ref[places.Town] | None
    name: str
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        grids.MicroGridDelineated: new(community=around("community"), town=around("town")),
        grids.MicroGridRetired: put(until=its.ended),
    }
    lists: ClassVar = (by("grid"), by("community"), by("town"))
    orders: ClassVar = ("name", "since", "until")


counts("grids", "普通网格", "Grids", Grid, where=lambda row: row.until is None)
counts("microGrids", "微网格", "Micro-grids", MicroGrid, where=lambda row: row.until is None)
