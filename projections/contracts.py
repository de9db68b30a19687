"""Agreements as people see them: which community has an elderly-care contract with which centre, from when to when."""

from datetime import date
from typing import ClassVar

from domain import contracts, places, units
from domain.events import Ref
from projections.figures import counts
from projections.rows import Changes, Row, by, its, new, put


class CareContract(Row, frozen=True, kw_only=True):
    """An elderly-care contract of a community with a centre, from a date to a date.
    社区老年人托养服务合同。"""

    id: Ref[contracts.CareContract]
    community: Ref[places.Community]
    unit: Ref[units.PartnerUnit]
    since: date
    until: date | None
    ended: date | None = None

    on: ClassVar[Changes] = {
        contracts.CareContractSigned: new(),
        contracts.CareContractEnded: put(ended=its.ended),
    }
    ends: ClassVar = ("ended", "until")
    lists: ClassVar = (by("community"), by("unit"))
    orders: ClassVar = ("since", "until")


counts("careContracts", "托养服务合同", "Elderly-care contracts", CareContract, where=lambda row: row.ended is None)
