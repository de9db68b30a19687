"""Hours as staff see them, and as everybody does: members and hours by community and unit, naming nobody."""

from datetime import date
from typing import Any, ClassVar

from msgspec.structs import replace

from domain import hours, people, places, registrations, units
from domain.events import Audience, Hundredths, Ref
from domain.words import describe
from projections.rows import Changes, Row, becomes, by, new

describe(members=("How many members are registered at present.", "现报到党员人数。"))


class MemberService(Row, frozen=True, kw_only=True):
    """A service of a registered member to a community.
    在职党员对社区的一次服务。"""

    id: Ref[hours.MemberService]
    person: Ref[people.Person]
    community: Ref[places.Community]
    unit: Ref[units.PartnerUnit]
    member_service_kind: hours.MemberServiceKind
    service_hours: Hundredths
    served_on: date

    on: ClassVar[Changes] = {hours.MemberServed: new()}
    lists: ClassVar = (by("person"), by("community"), by("unit"), by("member_service_kind"))
    orders: ClassVar = ("served_on", "service_hours")
    measures: ClassVar = ("service_hours",)
    audience: ClassVar = Audience.STAFF
    own: ClassVar = ("person",)


def both(event: Any) -> str:
    return f"{event.community}@{event.unit}"


class UnitService(Row, frozen=True, kw_only=True):
    """What the members of a unit are and do in a community, in all.
    某单位在职党员在某社区的报到与服务总量。"""

    id: str
    community: Ref[places.Community]
    unit: Ref[units.PartnerUnit]
    members: int = 0
    service_hours: Hundredths = Hundredths(0)

    lists: ClassVar = (by("community"), by("unit"))
    orders: ClassVar = ("members", "service_hours")
    measures: ClassVar = ("members", "service_hours")


def counted(row: UnitService | None, event: Any) -> UnitService:
    """With one member more or less, or so many hours more."""
    known = row or UnitService(id=both(event), community=event.community, unit=event.unit)
    match event:
        case registrations.MemberRegistered():
            return replace(known, members=known.members + 1)
        case registrations.RegistrationEnded():
            return replace(known, members=known.members - 1)
    return replace(known, service_hours=Hundredths(known.service_hours + event.service_hours))


COUNTED = becomes(counted, key=both)
UnitService.on = {
    registrations.MemberRegistered: COUNTED,
    registrations.RegistrationEnded: COUNTED,
    hours.MemberServed: COUNTED,
}
