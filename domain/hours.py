"""Hours: what registered members do for a community, in hours, dated on the day of service (X37).

Hours belong to the community of registration on that day, even if they are entered after the member has moved (BR-65).
"""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import date
from types import MappingProxyType
from typing import Self

from domain.decisions import New, Past, decision
from domain.events import Audience, Event, Hundredths, Ref
from domain.people import Person
from domain.places import Community
from domain.refusals import Refusal
from domain.registrations import (
    Member,
    MemberPlaced,
    MemberRegistered,
    PlacementEnded,
    RegistrationEnded,
    ResidenceStated,
    registered,
)
from domain.roles import Role
from domain.states import State
from domain.units import PartnerUnit
from domain.words import Labelled, describe

describe(
    member_service=("The service of a member.", "在职党员服务。"),
    member_service_kind=("The kind of service.", "服务类别。"),
    service_hours=("How many hours were served.", "服务时长（小时）。"),
    served_on=("The day of service.", "服务日期。"),
)

LONGEST = Hundredths(2400)
"""Nobody serves more than a day in a day."""


class MemberServiceKind(Labelled):
    """A kind of service that registered members do.
    在职党员服务类别。"""

    CLEAN_UP = "Clean-up", "环境整治"
    LEGAL_PUBLICITY = "Legal publicity", "普法宣传"
    CARE = "Care for those in need", "关爱帮扶"
    MEDIATION = "Mediation of disputes", "矛盾调解"
    PATROL = "Patrol", "治安巡逻"
    OTHER = "Other", "其他"


class MemberServed(Event, audience=Audience.STAFF):
    """A registered member served a community.
    在职党员服务社区。"""

    member_service: Ref["MemberService"]
    person: Ref[Person]
    community: Ref[Community]
    unit: Ref[PartnerUnit]
    member_service_kind: MemberServiceKind
    service_hours: Hundredths
    served_on: date


class HoursUnfit(Refusal):
    """A service lasts more than no time, and with the others of that day at most a day: {longest} hours are left.
    服务时长须大于零，当日合计不超过一天；当日尚余 {longest} 小时。"""

    service_hours: Hundredths
    longest: Hundredths


class MemberService(State, within=Community):
    """A service of a registered member.
    在职党员的一次服务。"""

    id: Ref["MemberService"]
    recorded: bool = False

    def evolve(self, event: MemberServed) -> "MemberService":
        return replace(self, recorded=True)


class Serving(Member):
    """Where a member was registered, and how long the member served on each day.
    在职党员的报到情况与每日服务时长。"""

    id: Ref[Person]
    served: Mapping[date, int] = field(default_factory=lambda: MappingProxyType({}))
    """Hundredths of an hour, by day."""

    def evolve(
        self,
        event: MemberRegistered | ResidenceStated | RegistrationEnded | MemberPlaced | PlacementEnded | MemberServed,
    ) -> Self:
        if isinstance(event, MemberServed):
            hours = self.served.get(event.served_on, 0) + event.service_hours
            return replace(self, served={**self.served, event.served_on: hours})
        return super().evolve(event)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def record(
    member_service: New[MemberService],
    person: Serving,
    community: Community,
    *,
    member_service_kind: MemberServiceKind,
    service_hours: Hundredths,
    served_on: Past,
) -> Iterator[Event]:
    """Record a member's service to the community of registration on that day.
    登记在职党员对当日报到社区的服务。"""
    already = person.served.get(served_on, 0)
    if not 0 < service_hours <= LONGEST - already:
        raise HoursUnfit(service_hours, Hundredths(max(0, LONGEST - already)))
    unit = registered(person, community.id, served_on).of.unit
    yield MemberServed(member_service.id, person.id, community.id, unit, member_service_kind, service_hours, served_on)
