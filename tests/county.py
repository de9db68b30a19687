"""A small county to test rules in: the nine buildings of scenario S1, an undivided compound, a second community."""

from datetime import date, timedelta
from typing import Any

from domain.events import Event, Personal, Ref
from domain.firms import FirmRegistered
from domain.grids import GridDelineated, MicroGridDelineated
from domain.ledgers import ITSELF, LedgerOpened
from domain.people import PersonRegistered
from domain.places import BuildingRegistered, CommunityRegistered, CompoundRegistered, TownRegistered
from domain.specification import Scenario, given

LEDGER = ITSELF
TOWN, C1, C2 = Ref[Any]("town:t"), Ref[Any]("community:c1"), Ref[Any]("community:c2")
K1, K2, K3, WHOLE = (Ref[Any](f"compound:{name}") for name in ("k1", "k2", "k3", "whole"))
FAR = Ref[Any]("compound:far")
FAR_1 = Ref[Any]("building:far-1")
BUILDINGS = {
    compound: tuple(Ref[Any](f"building:{compound.partition(':')[2]}-{n}") for n in range(1, count + 1))
    for compound, count in ((K1, 4), (K2, 3), (K3, 2))
}
G1, G2, G3 = (Ref[Any](f"grid:g{n}") for n in (1, 2, 3))
M1, M2 = (Ref[Any](f"micro_grid:m{n}") for n in (1, 2))
FIRM, OTHER_FIRM = Ref[Any]("firm:f1"), Ref[Any]("firm:f2")
WANG, LI, ZHAO = (Ref[Any](f"person:{name}") for name in ("wang", "li", "zhao"))

DAY = date(2025, 3, 1)
"""The day on which the grids begin."""

LIES_IN_C1 = {C1, TOWN}
"""The tags of everything in community C1."""

COUNTY: tuple[Event, ...] = (
    LedgerOpened(LEDGER, "140423", "襄垣县", demo=False),
    TownRegistered(TOWN, "古韩镇"),
    CommunityRegistered(C1, TOWN, "永安社区"),
    CommunityRegistered(C2, TOWN, "城北社区"),
    *(CompoundRegistered(compound, C1, str(compound), divided=True) for compound in BUILDINGS),
    CompoundRegistered(WHOLE, C1, "整体小区", divided=False),
    CompoundRegistered(FAR, C2, "城北小区", divided=True),
    *(BuildingRegistered(b, compound, C1, str(b)) for compound, group in BUILDINGS.items() for b in group),
    BuildingRegistered(FAR_1, FAR, C2, "1号楼"),
    FirmRegistered(FIRM, "甲物业", "91350100M000100Y43"),
    FirmRegistered(OTHER_FIRM, "乙物业", "91110000600037341L"),
    *(PersonRegistered(person, Personal(person), None) for person in (WANG, LI, ZHAO)),
)

GRIDS: tuple[Event, ...] = (
    *COUNTY,
    GridDelineated(G1, C1, "第一网格", DAY),
    GridDelineated(G2, C1, "第二网格", DAY),
    MicroGridDelineated(M1, G1, "第一微网格", DAY),
    MicroGridDelineated(M2, G1, "第二微网格", DAY),
)
"""The county with two grids, that cover nothing yet, and two micro-grids in the first."""


def days(after: int) -> date:
    """So many days after the grids began."""
    return DAY + timedelta(after)


def afterwards(*events: Event) -> Scenario:
    """The same as `given`, when all the days that the tests speak of have come."""
    return given(*events).on(days(4_000))
