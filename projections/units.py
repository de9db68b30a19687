"""Units as people look them up."""

from typing import ClassVar

from domain import units
from domain.events import Ref
from domain.units import UnitKind
from projections.rows import Changes, Row, by, new


class PartnerUnit(Row, frozen=True, kw_only=True):
    """A unit that takes part in governance.
    参与共治的单位。"""

    id: Ref[units.PartnerUnit]
    name: str
    unit_kind: UnitKind

    on: ClassVar[Changes] = {units.UnitRegistered: new(key="unit")}
    lists: ClassVar = (by("unit_kind"),)
    orders: ClassVar = ("name",)
