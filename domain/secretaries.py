"""Secretaries: a Party organisation has one secretary at a time, drawn from one of the pools (BR-67).

A term may have an end. A successor takes office when the term is over, or on the day the secretary leaves, whom the
appointment then names as replaced. Dissolving the organisation ends the office: see chains.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from domain.decisions import decision
from domain.events import Event, Ref
from domain.parties import (
    PartyOrganisation,
    PartyOrganisationDissolved,
    PartyOrganisationEstablished,
    PartyOrganisationNotYet,
    check_stands,
)
from domain.people import Person
from domain.periods import PeriodReversed, Spells, check_come, in_order
from domain.posts import ReplacesNobody
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(source=("The pool that the person comes from.", "来源。"))


class SecretarySource(Labelled):
    """The pool that a secretary comes from.
    书记来源。"""

    RETIRED_CADRE = "Retired cadre", "离退休干部"
    EMPLOYEE = "Employee", "机关企事业单位职工"
    TWO_COMMITTEES = "Member of the community two committees", "社区“两委”成员"
    FIRM_MEMBER = "Party member of a property firm", "物业企业党员"
    COMMUNITY_ORGANISATION = "Community Party organisation", "社区党组织"
    BACKBONE_MEMBER = "Backbone Party member of the community", "社区党员骨干"


class SecretaryAppointed(Event):
    """A person is secretary of a Party organisation from a date on, perhaps to a date.
    任命书记。"""

    party_organisation: Ref[PartyOrganisation]
    person: Ref[Person]
    source: SecretarySource
    since: date
    until: date | None


class SecretaryLeft(Event):
    """A secretary who took office on one date leaves it on another.
    书记离任。"""

    party_organisation: Ref[PartyOrganisation]
    person: Ref[Person]
    since: date
    ended: date


class SecretaryInOffice(Refusal):
    """A secretary is in office since {since}; name the holder as replaced, or record that the term is over.
    自 {since} 起已有书记在任，须指明接替或先行离任。"""

    rule = "BR-67"
    secretary: Ref[Person]
    since: date
    until: date | None


class NotSecretary(Refusal):
    """This person is not the secretary in office.
    该人员不是在任书记。"""

    rule = "BR-67"
    person: Ref[Person]


class Secretariat(State):
    """The secretary of a Party organisation: the latest, and when that one left.
    党组织书记任职情况。"""

    id: Ref[PartyOrganisation]
    founded: date = date.min
    latest: SecretaryAppointed | None = None
    left: date | None = None
    terms: Spells = Spells()
    dissolved: date | None = None

    def evolve(
        self,
        event: PartyOrganisationEstablished | SecretaryAppointed | SecretaryLeft | PartyOrganisationDissolved,
    ) -> "Secretariat":
        match event:
            case PartyOrganisationEstablished():
                return replace(self, founded=event.since)
            case SecretaryAppointed():
                terms = self.terms.begun(event.person, event.since)
                if self.latest and event.since < self.latest.since:
                    return replace(self, terms=terms)
                return replace(self, latest=event, left=None, terms=terms)
            case SecretaryLeft():
                terms = self.terms.over(event.person, event.since, event.ended)
                now = self.latest is not None and event.since == self.latest.since
                return replace(self, left=event.ended if now else self.left, terms=terms)
            case PartyOrganisationDissolved():
                return replace(self, dissolved=event.ended)

    @property
    def present(self) -> SecretaryAppointed | None:
        return self.latest if self.left is None else None


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def appoint_secretary(
    party_organisation: Secretariat,
    person: Person,
    replacing: Person | None = None,
    *,
    source: SecretarySource,
    since: date,
    until: date | None = None,
    now: datetime,
) -> Iterator[Event]:
    """Appoint the secretary of a Party organisation; a term that was over before others may be entered later.
    任命党组织书记；先前已届满的任期可以补录。"""
    appointed = SecretaryAppointed(party_organisation.id, person.id, source, since, until)
    if party_organisation.present == appointed:
        return
    if until is not None and until <= since:
        raise PeriodReversed(since, until)
    latest = party_organisation.latest
    if until is not None and latest is not None and until <= latest.since:
        if replacing:
            raise ReplacesNobody
        check_come(until, now)
        yield from _served(party_organisation, appointed, until)
        return
    check_stands(since, party_organisation.founded, party_organisation.dissolved)
    yield from _made_way(party_organisation, replacing, since)
    yield appointed


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def end_secretary(party_organisation: Secretariat, person: Person, *, ended: date) -> Iterator[Event]:
    """Record that a secretary leaves office.
    书记离任。"""
    latest, left = party_organisation.latest, party_organisation.left
    if latest is None or latest.person != person.id or left not in (None, ended):
        raise NotSecretary(person.id)
    if left is None:
        yield _left(latest, ended)


def _served(office: Secretariat, appointed: SecretaryAppointed, until: date) -> Iterator[Event]:
    """A term that was over when the latest began: it overlaps none."""
    if appointed.since < office.founded:
        raise PartyOrganisationNotYet(office.founded)
    if held := office.terms.overlapping(appointed.since, until):
        if held == (appointed.person, appointed.since, until):
            return
        raise SecretaryInOffice(held.of, held.since, held.until)
    yield appointed
    yield SecretaryLeft(office.id, appointed.person, appointed.since, until)


def _made_way(office: Secretariat, replacing: Person | None, since: date) -> Iterator[Event]:
    latest = office.latest
    if latest is None or (office.left is not None and office.left <= since):
        return
    if office.left is None and latest.until is not None and latest.until <= since:
        yield _left(latest, latest.until)
    elif office.left is None and replacing and replacing.id == latest.person:
        yield _left(latest, since)
    else:
        raise SecretaryInOffice(latest.person, latest.since, office.left or latest.until)


def _left(latest: SecretaryAppointed, ended: date) -> Event:
    in_order(latest.since, ended)
    return SecretaryLeft(latest.party_organisation, latest.person, latest.since, ended)
