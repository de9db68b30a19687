"""Grants as read by staff: who may act in which role, over which place, for which period."""

from datetime import date
from typing import Any, ClassVar

from domain import grants, people
from domain.events import Audience, Ref
from domain.roles import Role
from projections.rows import Changes, Row, by, its, new, put


class Grant(Row, frozen=True, kw_only=True):
    """A role granted to a person over a place for a period.
    授予某人在某地某期间的角色。"""

    id: Ref[grants.Grant]
    person: Ref[people.Person]
    role: Role
    scope: Ref[Any] | None
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        grants.GrantGiven: new(),
        grants.GrantEnded: put(until=its.ended),
    }
    lists: ClassVar = (by("person"), by("role"), by("scope"))
    orders: ClassVar = ("since", "until")
    audience: ClassVar = Audience.STAFF
    own: ClassVar = ("person",)
