"""Pairings as people see them: which unit is the partner of which compound, from when to when."""

from datetime import date
from typing import ClassVar

from domain import pairings, places, units
from domain.events import Ref
from projections.compounds import Compound
from projections.figures import counts
from projections.gaps import without
from projections.rows import Changes, Row, around, by, its, new, put


def pairing(event: pairings.UnitPaired | pairings.PairingTransferred | pairings.PairingEnded) -> str:
    return f"{event.compound}@{event.unit}@{event.since}"


class Pairing(Row, frozen=True, kw_only=True):
    """A county unit as the partner of a compound, from a date to a date.
    县直单位与小区结对的一段时期。"""

    id: str
    compound: Ref[places.Compound]
    community: Ref[places.Community] | None
    unit: Ref[units.PartnerUnit]
    predecessor: Ref[units.PartnerUnit] | None = None
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        pairings.UnitPaired: new(key=pairing, community=around("community"), predecessor=None),
        pairings.PairingTransferred: new(key=pairing, community=around("community")),
        pairings.PairingEnded: put(key=pairing, until=its.ended),
    }
    lists: ClassVar = (by("compound"), by("community"), by("unit"))
    orders: ClassVar = ("since",)


class UnitSuccession(Row, frozen=True, kw_only=True):
    """A unit that was abolished or merged, with the one that took over from it.
    单位的撤销、合并与承接。"""

    id: str
    unit: Ref[units.PartnerUnit]
    successor: Ref[units.PartnerUnit]
    unit_fate: pairings.UnitFate
    ended: date

    on: ClassVar[Changes] = {pairings.UnitSucceeded: new(key=lambda event: f"{event.unit}@{event.successor}")}
    lists: ClassVar = (by("unit"), by("successor"))
    orders: ClassVar = ("ended",)


counts(
    "pairedUnits",
    "结对共建县直单位",
    "County units paired with compounds",
    Pairing,
    where=lambda row: row.until is None,
    thing=lambda row: row.unit,
)
counts(
    "pairedCompounds",
    "结对小区",
    "Compounds paired with a county unit",
    Pairing,
    where=lambda row: row.until is None,
    thing=lambda row: row.compound,
)
without(Compound, "WITHOUT_PAIRED_UNIT", "无结对单位", "Paired with no county unit", what=Pairing, by="compound")
