"""Deliveries: care given to an enrolled elder by a centre with which the community has a contract that day.

Once consent is withdrawn nothing more is recorded of the person (BR-73). How many were served is told without names.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Annotated

from domain.contracts import Centre
from domain.decisions import New, Past, Text, decision
from domain.enrolments import (
    CareConsentGiven,
    CareConsentWithdrawn,
    ConsentWithdrawn,
    ElderCare,
    ElderEnrolled,
    Health,
)
from domain.events import Audience, Event, Personal, Ref
from domain.people import Person
from domain.places import Community
from domain.refusals import Refusal
from domain.roles import Role
from domain.schemes import CareScheme
from domain.states import State
from domain.units import PartnerUnit
from domain.words import describe

describe(
    care_delivery=("The care that was given.", "一次照护服务。"),
    delivered=("The day on which care was given.", "服务日期。"),
    new_that_year=(
        "Whether it was the person's first in the scheme that year.",
        "是否为该人员当年在该项目中的首次服务。",
    ),
)


class CareDelivered(Event, audience=Audience.STAFF):
    """Care was given to an elder.
    提供养老服务。"""

    care_delivery: Ref["CareDelivery"]
    care_scheme: Ref[CareScheme]
    community: Ref[Community]
    person: Ref[Person]
    unit: Ref[PartnerUnit]
    delivered: date
    new_that_year: bool
    health_note: Personal[Health] | None = None


class NotEnrolled(Refusal):
    """This person is not enrolled in the scheme on {delivered}.
    该人员于 {delivered} 未参加该项目。"""

    delivered: date


class CareContractMissing(Refusal):
    """The community has no contract with this centre on {delivered}.
    该社区与该机构于 {delivered} 无有效合同。"""

    delivered: date


class CareDelivery(State):
    """Care that was given once.
    一次照护服务。"""

    id: Ref["CareDelivery"]
    recorded: bool = False

    def evolve(self, event: CareDelivered) -> "CareDelivery":
        return replace(self, recorded=True)


class ServedElder(ElderCare):
    """A person's consent and enrolment, and the years with care.
    某人的同意、参加情况及接受服务的年度。"""

    care_scheme: Ref[CareScheme]
    person: Ref[Person]
    years: frozenset[int] = frozenset()

    def evolve(self, event: CareConsentGiven | CareConsentWithdrawn | ElderEnrolled | CareDelivered) -> "ServedElder":
        if isinstance(event, CareDelivered):
            return replace(self, years=self.years | {event.delivered.year})
        told = super().evolve(event)
        return replace(self, consents=told.consents, enrolled=told.enrolled, age=told.age)


@decision(roles={Role.TOWN, Role.COMMUNITY, Role.UNIT})
def deliver(
    care_delivery: New[CareDelivery],
    care_scheme: CareScheme,
    person: Person,
    elder: ServedElder,
    unit: Centre,
    *,
    delivered: Past,
    health_note: Annotated[Personal[Health], Text(500)] | None = None,
) -> Iterator[Event]:
    """Record care that was given to an enrolled elder.
    登记为老年人提供的服务。"""
    if elder.withdrawn is not None:
        raise ConsentWithdrawn(elder.withdrawn)
    if elder.enrolled is None or delivered < elder.enrolled:
        raise NotEnrolled(delivered)
    if unit.spells.on(delivered, care_scheme.community) is None:
        raise CareContractMissing(delivered)
    ids = care_delivery.id, care_scheme.id, care_scheme.community, person.id, unit.id
    yield CareDelivered(*ids, delivered, delivered.year not in elder.years, health_note)
