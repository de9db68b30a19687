"""Owners as people see them: the totals and the digest of a roster; its units are for staff."""

from typing import ClassVar

from domain import owners, people, places
from domain.events import Audience, Confidential, Hundredths, Ref
from domain.words import describe
from projections.rows import Changes, Row, by, its, new, put

describe(
    frozen=("Whether it is frozen.", "是否已冻结。"),
    struck=("Whether it was struck from the roster.", "是否已删除。"),
)


class OwnersRoster(Row, frozen=True, kw_only=True):
    """The roster of a compound's owners.
    小区业主名册。"""

    id: Ref[owners.OwnersRoster]
    compound: Ref[places.Compound]
    community: Ref[places.Community]
    parking_counted: bool
    frozen: bool = False
    unit_count: int | None = None
    heads: int | None = None
    exclusive_area: Hundredths | None = None
    roster_digest: str | None = None

    on: ClassVar[Changes] = {
        owners.OwnersRosterDrafted: new(),
        owners.OwnersRosterFrozen: put(
            frozen=True,
            unit_count=its.unit_count,
            heads=its.heads,
            exclusive_area=its.exclusive_area,
            roster_digest=its.roster_digest,
        ),
    }
    lists: ClassVar = (by("compound"), by("community"), by("frozen"))


def unit(event: owners.OwnedUnitEntered | owners.OwnedUnitStruck) -> str:
    return f"{event.owners_roster}@{owners.named(event)}"


class OwnedUnit(Row, frozen=True, kw_only=True):
    """An exclusive unit in a roster, and who votes for it.
    名册中的专有部分。"""

    id: str
    owners_roster: Ref[owners.OwnersRoster]
    unit_no: Confidential
    unit_use: owners.UnitUse
    owner: Ref[people.Person]
    buyer: Ref[people.Person] | None
    measured_area: Hundredths | None
    area_source: owners.AreaSource | None
    in_building: Ref[places.Building] | None

    struck: bool = False

    on: ClassVar[Changes] = {
        owners.OwnedUnitEntered: new(key=unit),
        owners.OwnedUnitStruck: put(key=unit, struck=True),
    }
    lists: ClassVar = (by("owners_roster"), by("owner"), by("buyer"), by("in_building"), by("struck"))
    audience: ClassVar = Audience.STAFF
    own: ClassVar = ("owner", "buyer")
