"""Secretaries as people see them: who leads a Party organisation, from which pool, from when to when."""

from datetime import date
from typing import ClassVar

from domain import parties, people, secretaries
from domain.events import Ref
from domain.secretaries import SecretarySource
from projections.rows import Changes, Row, by, its, new, put


def term(event: secretaries.SecretaryAppointed | secretaries.SecretaryLeft) -> str:
    return f"{event.party_organisation}@{event.person}@{event.since}"


class Secretary(Row, frozen=True, kw_only=True):
    """A person as secretary of a Party organisation, from a date to a date.
    党组织书记的一段任期。"""

    id: str
    party_organisation: Ref[parties.PartyOrganisation]
    person: Ref[people.Person]
    source: SecretarySource
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        secretaries.SecretaryAppointed: new(key=term),
        secretaries.SecretaryLeft: put(key=term, until=its.ended),
    }
    lists: ClassVar = (by("party_organisation"), by("person"), by("source"))
    orders: ClassVar = ("since", "until")
    plural: ClassVar = "secretaries"
