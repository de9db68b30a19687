"""Grants: who may act in which role, over which place, for which period.

A grant is recorded like any other act, so authority has a history; the grant that allowed an act stands in its entry.
A grant without a scope reaches the whole ledger; one with a scope reaches the place and all that lies in it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

from domain.bodies import CHINA
from domain.decisions import New, decision
from domain.events import Audience, Event, Ref
from domain.people import Person
from domain.periods import PeriodReversed
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import KINDS, State, is_place, key_of
from domain.words import describe

describe(
    grant=("The grant of a role.", "授权。"),
    role=("The role granted.", "授予的角色。"),
    scope=(
        "The place it reaches, with all that lies in it; none: the whole ledger.",
        "适用范围（含其下各级）；空为整个账本。",
    ),
    since=("The first day it holds.", "起始日（含）。"),
    until=("The first day it no longer holds; none: open-ended.", "终止日（不含）；空为长期。"),
    ended=("The first day it no longer holds.", "终止之日（不含）。"),
)


class GrantGiven(Event, audience=Audience.STAFF):
    """A role was granted.
    授予角色。"""

    grant: Ref["Grant"]
    person: Ref[Person]
    role: Role
    scope: Ref[Any] | None
    since: date
    until: date | None = None


class GrantEnded(Event, audience=Audience.STAFF):
    """A grant ended.
    终止授权。"""

    grant: Ref["Grant"]
    person: Ref[Person]
    scope: Ref[Any] | None
    ended: date


class ScopeUnfit(Refusal):
    """A grant is given over a place or a firm, or over the whole ledger, not over {scope}.
    授权范围须为场所、企业或整个账本，不能是 {scope}。"""

    scope: Ref[Any]


class NotPermitted(Refusal):
    """None of your grants allows this here and today; it is for: {needed}.
    您当前的授权不允许在此处执行该操作；须具备的角色：{needed}。"""

    code = "NOT_PERMITTED"
    labels = (Role,)
    needed: tuple[str, ...]
    held: tuple[str, ...]


class GrantOver(Refusal):
    """This grant has ended already.
    该授权已终止。"""

    code = "GRANT_OVER"
    until: date


class Held(NamedTuple):
    """A grant as its holder carries it."""

    grant: Ref["Grant"]
    role: Role
    scope: Ref[Any] | None
    since: date
    until: date | None

    def holds(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)

    def reaches(self, grounds: Sequence[frozenset[str]]) -> bool:
        return self.scope is None or all(self.scope in tags for tags in grounds)


class Grant(State):
    """A role granted to a person over a place for a period.
    授予某人在某地某期间的角色。"""

    id: Ref["Grant"]
    person: Ref[Person] | None = None
    scope: Ref[Any] | None = None
    until: date | None = None

    def evolve(self, event: GrantGiven | GrantEnded) -> "Grant":
        until = event.ended if isinstance(event, GrantEnded) else event.until
        return replace(self, person=event.person, scope=event.scope, until=until)


class Authority(State):
    """All grants of one person."""

    id: Ref[Person]
    grants: tuple[Held, ...] = ()

    def evolve(self, event: GrantGiven | GrantEnded) -> "Authority":
        match event:
            case GrantGiven():
                held = Held(event.grant, event.role, event.scope, event.since, event.until)
                return replace(self, grants=(*self.grants, held))
            case GrantEnded():
                ended = (g._replace(until=event.ended) if g.grant == event.grant else g for g in self.grants)
                return replace(self, grants=tuple(ended))

    def allowing(
        self, roles: frozenset[Role], acting_as: Role | None, on: date, grounds: Sequence[frozenset[str]]
    ) -> Held:
        """The grant in one of the roles whose scope covers every ground, or a refusal that names what is missing.

        A ground is the tags of a thing and of all that it lies in. With `acting_as`, only that role counts."""
        for held in self.grants:
            if held.role in roles & {acting_as or held.role} and held.holds(on) and held.reaches(grounds):
                return held
        current = {held.role.name for held in self.grants if held.holds(on)}
        raise NotPermitted(tuple(sorted(role.name for role in roles)), tuple(sorted(current)))


@decision(roles={Role.ADMINISTRATOR})
def give(
    grant: New[Grant], person: Person, *, role: Role, scope: State | None = None, since: date, until: date | None = None
) -> Iterator[Event]:
    """Grant a person a role over a place for a period.
    授予某人在某地某期间的角色。"""
    if until is not None and until <= since:
        raise PeriodReversed(since, until)
    over: Ref[Any] | None = key_of(scope).refs[0] if scope else None
    if over is not None and not (is_place(over.kind) or KINDS[over.kind].scoping):
        raise ScopeUnfit(over)
    yield GrantGiven(grant.id, person.id, role, over, since, until)


@decision(roles={Role.ADMINISTRATOR})
def end(grant: Grant, *, now: datetime) -> Iterator[Event]:
    """End a grant today.
    即日终止授权。"""
    today = now.astimezone(CHINA).date()
    if grant.until is not None and grant.until <= today:
        raise GrantOver(grant.until)
    if grant.person:
        yield GrantEnded(grant.id, grant.person, grant.scope, today)
