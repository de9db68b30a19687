"""Enrolments: the elders of a community who receive care, each with a separate consent that may be withdrawn.

Whoever is enrolled is old enough that day, has consented to just this (BR-72), and the scheme's impact was assessed
before. Withdrawing is as easy as giving, and ends the enrolment from that day on (BR-73). Only staff may read of it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Annotated

from domain.decisions import NumberUnfit, Past, Text, decision
from domain.events import Audience, Event, Personal, Purpose, Ref
from domain.people import Person
from domain.periods import AlreadySo, Spells, check_same, in_order
from domain.places import Community
from domain.refusals import Refusal
from domain.roles import Role
from domain.schemes import OLDEST, CareScheme
from domain.states import State
from domain.words import describe

describe(
    age=("The person's age in full years on that day.", "当日周岁年龄。"),
    birth_date=("The person's date of birth.", "出生日期。"),
    health_note=("What those who care have to know of the person's health.", "照护所需的健康情况。"),
)


class Birth(Purpose):
    """To know whether somebody is old enough for care.
    核验养老服务年龄。"""


class Health(Purpose):
    """To care for somebody in fitting ways.
    提供合适的照护。"""


class CareConsentGiven(Event, audience=Audience.STAFF):
    """A person consented, separately, to the use of health data for a scheme's care.
    就养老服务处理健康信息作出单独同意。"""

    care_scheme: Ref[CareScheme]
    person: Ref[Person]
    since: date


class CareConsentWithdrawn(Event, audience=Audience.STAFF):
    """A person who had consented since one date withdrew that on another.
    撤回单独同意。"""

    care_scheme: Ref[CareScheme]
    person: Ref[Person]
    since: date
    ended: date


class ElderEnrolled(Event, audience=Audience.STAFF):
    """An elder receives care under a scheme from a date on.
    老年人参加养老服务。"""

    care_scheme: Ref[CareScheme]
    community: Ref[Community]
    person: Ref[Person]
    age: int
    since: date
    birth_date: Personal[Birth] | None = None
    health_note: Personal[Health] | None = None


class BirthDateUnfit(Refusal):
    """A date of birth is written like 1950-03-01, and makes whoever was born then {age} years old that day.
    出生日期须写作 1950-03-01，且与当日周岁年龄 {age} 相符。"""

    age: int


class BelowMinAge(Refusal):
    """The scheme is for people from {minimum} years on; this person is {age}.
    该项目面向 {minimum} 周岁以上人员，该人员 {age} 周岁。"""

    minimum: int
    age: int


class SeparateConsentRequired(Refusal):
    """This person has not consented to this by {since}.
    截至 {since}，该人员未就此作出单独同意。"""

    rule = "BR-72"
    since: date


class ImpactAssessmentMissing(Refusal):
    """The scheme's impact was not assessed by {since}.
    截至 {since}，该项目未完成个人信息保护影响评估。"""

    rule = "BR-72"
    since: date


class SchemeNotBegun(Refusal):
    """The scheme begins on {begun}; {since} is earlier.
    该项目自 {begun} 起实施，{since} 早于此日。"""

    begun: date
    since: date


class ConsentWithdrawn(Refusal):
    """This person's consent was withdrawn on {ended}.
    该人员已于 {ended} 撤回同意。"""

    rule = "BR-73"
    ended: date


class ElderCare(State):
    """What a person consented to, and since when the person is cared for, under a scheme.
    某人在某养老服务项目中的同意与参加情况。"""

    care_scheme: Ref[CareScheme]
    person: Ref[Person]
    consents: Spells = Spells()
    enrolled: date | None = None
    age: int = 0

    def evolve(self, event: CareConsentGiven | CareConsentWithdrawn | ElderEnrolled) -> "ElderCare":
        match event:
            case CareConsentGiven():
                return replace(self, consents=self.consents.begun(event.person, event.since))
            case CareConsentWithdrawn():
                consents = self.consents.over(event.person, event.since, event.ended)
                return replace(self, consents=consents, enrolled=None)
            case ElderEnrolled():
                return replace(self, enrolled=event.since, age=event.age)

    @property
    def withdrawn(self) -> date | None:
        """When the latest consent was withdrawn, if it was."""
        return self.consents[-1].until if self.consents else None


@decision(roles={Role.TOWN, Role.COMMUNITY})
def give_consent_care_scheme(
    care_scheme: CareScheme, person: Person, elder_care: ElderCare, *, since: Past
) -> Iterator[Event]:
    """Record that a person consents, separately, to the use of health data for care.
    登记就养老服务处理健康信息的单独同意。"""
    present = elder_care.consents.present()
    if present is not None:
        check_same(since, present.since)
        return
    if since < care_scheme.since:
        raise SchemeNotBegun(care_scheme.since, since)
    if elder_care.withdrawn is not None and since < elder_care.withdrawn:
        raise ConsentWithdrawn(elder_care.withdrawn)
    yield CareConsentGiven(care_scheme.id, person.id, since)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def withdraw_consent_care_scheme(
    care_scheme: CareScheme, person: Person, elder_care: ElderCare, *, ended: Past
) -> Iterator[Event]:
    """Record that a person withdraws the consent to care; nothing more than that has to be said.
    登记撤回养老服务的单独同意，无须说明理由。"""
    present = elder_care.consents.present()
    if present is None and elder_care.withdrawn == ended:
        return
    if present is None and elder_care.withdrawn is not None:
        raise ConsentWithdrawn(elder_care.withdrawn)
    if present is None:
        raise SeparateConsentRequired(ended)
    in_order(present.since, ended)
    yield CareConsentWithdrawn(care_scheme.id, person.id, present.since, ended)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def enrol_elder_care_scheme(
    care_scheme: CareScheme,
    person: Person,
    elder_care: ElderCare,
    *,
    age: int,
    since: date,
    birth_date: Annotated[Personal[Birth], Text(40)] | None = None,
    health_note: Annotated[Personal[Health], Text(500)] | None = None,
) -> Iterator[Event]:
    """Enrol an elder in a scheme; `age` is that of the day, date of birth and health are encrypted.
    登记老年人参加养老服务；年龄为当日周岁，出生日期与健康情况加密保存。"""
    if elder_care.enrolled is not None:
        check_same(since, elder_care.enrolled)
        if age != elder_care.age or birth_date or health_note:  # what is sealed cannot be compared
            raise AlreadySo(since)
        return
    if age > OLDEST:
        raise NumberUnfit("age", age, OLDEST)
    if birth_date is not None and _age(birth_date, since) != age:
        raise BirthDateUnfit(age)
    if age < care_scheme.minimum_age:
        raise BelowMinAge(care_scheme.minimum_age, age)
    if since < care_scheme.since:
        raise SchemeNotBegun(care_scheme.since, since)
    if elder_care.consents.present() is None or elder_care.consents.on(since) is None:
        raise SeparateConsentRequired(since)
    if care_scheme.assessed is None or care_scheme.assessed > since:
        raise ImpactAssessmentMissing(since)
    yield ElderEnrolled(care_scheme.id, care_scheme.community, person.id, age, since, birth_date, health_note)


def _age(birth_date: str, on: date) -> int | None:
    """In full years on a day; None: it is no date."""
    try:
        born = date.fromisoformat(birth_date)
    except ValueError:
        return None
    if born.isoformat() != birth_date:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
