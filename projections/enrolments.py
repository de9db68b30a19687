"""Enrolments as staff see them: who receives care under which scheme, from when to when."""

from datetime import date
from typing import Any, ClassVar

from msgspec.structs import replace

from domain import enrolments, people, places, schemes
from domain.events import Audience, Personal, Ref
from projections.rows import Changes, Row, around, becomes, by, its, new, put


def elder(event: Any) -> str:
    return f"{event.care_scheme}@{event.person}"


def consent(event: enrolments.CareConsentGiven | enrolments.CareConsentWithdrawn) -> str:
    return f"{elder(event)}@{event.since}"


class CareConsent(Row, frozen=True, kw_only=True):
    """A person's separate consent to care, from a date to a date.
    就养老服务作出的单独同意。"""

    id: str
    care_scheme: Ref[schemes.CareScheme]
    community: Ref[places.Community] | None
    person: Ref[people.Person]
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        enrolments.CareConsentGiven: new(key=consent, community=around("community")),
        enrolments.CareConsentWithdrawn: put(key=consent, until=its.ended),
    }
    audience: ClassVar = Audience.STAFF
    lists: ClassVar = (by("care_scheme"), by("person"), by("community"))
    orders: ClassVar = ("since",)


def left_with_consent(row: "Elder | None", event: enrolments.CareConsentWithdrawn) -> "Elder | None":
    """Who withdraws the consent is cared for no longer."""
    return replace(row, until=max(row.since, event.ended)) if row and row.until is None else row


class Elder(Row, frozen=True, kw_only=True):
    """An elder who receives care under a scheme.
    参加养老服务的老年人。"""

    id: str
    care_scheme: Ref[schemes.CareScheme]
    community: Ref[places.Community] | None
    person: Ref[people.Person]
    age: int
    since: date
    until: date | None = None
    birth_date: Personal[enrolments.Birth] | None = None
    health_note: Personal[enrolments.Health] | None = None

    on: ClassVar[Changes] = {
        enrolments.ElderEnrolled: new(key=elder),
        enrolments.CareConsentWithdrawn: becomes(left_with_consent, key=elder),
    }
    audience: ClassVar = Audience.STAFF
    lists: ClassVar = (by("care_scheme"), by("person"), by("community"))
    orders: ClassVar = ("since", "age")
