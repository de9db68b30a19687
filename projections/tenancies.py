"""Tenancies as people see them: how each station came to its rooms, and when leases end."""

from datetime import date
from typing import ClassVar

from domain import firms, places, tenancies, units, venues
from domain.events import Ref
from domain.tenancies import TenureKind
from projections.rows import Changes, Row, around, by, its, new, put


def tenancy(event: tenancies.TenancyBegan | tenancies.TenancyEnded) -> str:
    return f"{event.venue}@{event.since}"


class Tenancy(Row, frozen=True, kw_only=True):
    """How a venue came to its rooms, from a date on; `until` is the end of a lease.
    阵地场地来源；until 为租期届满日。"""

    id: str
    venue: Ref[venues.Venue]
    community: Ref[places.Community] | None
    tenure_kind: TenureKind
    shared_with: Ref[firms.Firm | units.PartnerUnit] | None
    since: date
    until: date | None
    ended: date | None = None

    on: ClassVar[Changes] = {
        tenancies.TenancyBegan: new(key=tenancy, community=around("community")),
        tenancies.TenancyEnded: put(key=tenancy, ended=its.ended),
    }
    plural: ClassVar = "tenancies"
    lists: ClassVar = (by("venue"), by("community"), by("tenure_kind"), by("shared_with"))
    orders: ClassVar = ("since", "until")
    ends: ClassVar = ("ended", "until")
