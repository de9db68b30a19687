"""Deliveries as staff see them, and how many elders and services there were in a community in a year.

Exact numbers are for staff: of fewer than five people even a number may say who they are (BR-70).
"""

from datetime import date
from typing import ClassVar

from domain import deliveries, enrolments, people, places, schemes, units
from domain.events import Audience, Personal, Ref
from domain.words import describe
from projections.rows import Changes, Row, becomes, by, new

describe(
    year=("The calendar year.", "年度。"),
    elders=("How many elders were served.", "服务老年人数。"),
    care_services=("How often care was given.", "服务次数。"),
)


class CareDelivery(Row, frozen=True, kw_only=True):
    """Care that was given to an elder.
    为老年人提供的一次服务。"""

    id: Ref[deliveries.CareDelivery]
    care_scheme: Ref[schemes.CareScheme]
    community: Ref[places.Community]
    person: Ref[people.Person]
    unit: Ref[units.PartnerUnit]
    delivered: date
    health_note: Personal[enrolments.Health] | None = None

    on: ClassVar[Changes] = {deliveries.CareDelivered: new()}
    plural: ClassVar = "careDeliveries"
    audience: ClassVar = Audience.STAFF
    lists: ClassVar = (by("care_scheme"), by("community"), by("person"), by("unit"), by("delivered"))
    orders: ClassVar = ("delivered",)


def counted(row: "CareStatistic | None", event: deliveries.CareDelivered) -> "CareStatistic":
    """One service more, and one elder more if the person is new that year."""
    return CareStatistic(
        id=during(event),
        care_scheme=event.care_scheme,
        community=event.community,
        year=event.delivered.year,
        elders=(row.elders if row else 0) + event.new_that_year,
        care_services=(row.care_services if row else 0) + 1,
    )


def during(event: deliveries.CareDelivered) -> str:
    return f"{event.care_scheme}@{event.delivered.year}"


class CareStatistic(Row, frozen=True, kw_only=True):
    """How many elders a scheme of a community served in a year, and how often, without names.
    社区养老服务项目年度服务人数与次数，不含身份信息。"""

    id: str
    care_scheme: Ref[schemes.CareScheme]
    community: Ref[places.Community]
    year: int
    elders: int
    care_services: int

    on: ClassVar[Changes] = {deliveries.CareDelivered: becomes(counted, key=during)}
    audience: ClassVar = Audience.STAFF
    lists: ClassVar = (by("community"), by("year"), by("care_scheme"))
    orders: ClassVar = ("year", "elders")
    measures: ClassVar = ("elders", "care_services")
