"""Credentials: national certificates of social workers, by level, with a sealed number and perhaps an end (X36)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Annotated

from domain.decisions import New, Past, Text, decision
from domain.events import Event, Personal, Purpose, Ref
from domain.people import Person
from domain.periods import PeriodReversed
from domain.places import Community
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(
    credential=("The certificate of a social worker.", "社会工作者职业水平证书。"),
    credential_level=("The level of the certificate.", "证书级别。"),
    credential_number=("Its number.", "证书编号。"),
)


class Qualification(Purpose):
    """To prove what somebody is qualified for.
    资格证明。"""


class CredentialLevel(Labelled):
    """A level of the national certificate of social workers.
    社会工作者职业水平级别。"""

    ASSISTANT = "Assistant social worker", "助理社会工作师"
    SOCIAL_WORKER = "Social worker", "社会工作师"
    SENIOR = "Senior social worker", "高级社会工作师"


class CredentialRegistered(Event):
    """A worker of a community holds a certificate.
    登记社会工作者职业水平证书。"""

    credential: Ref["Credential"]
    person: Ref[Person]
    community: Ref[Community]
    credential_level: CredentialLevel
    credential_number: Personal[Qualification]
    since: date
    until: date | None


class Credential(State):
    """A certificate of a social worker.
    社会工作者职业水平证书。"""

    id: Ref["Credential"]
    registered: bool = False

    def evolve(self, event: CredentialRegistered) -> "Credential":
        return replace(self, registered=True)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def register(
    credential: New[Credential],
    person: Person,
    community: Community,
    *,
    credential_level: CredentialLevel,
    credential_number: Annotated[Personal[Qualification], Text(40)],
    since: Past,
    until: date | None = None,
) -> Iterator[Event]:
    """Register the certificate of a community's worker; its number is encrypted.
    登记社区工作者的职业水平证书，证书编号加密保存。"""
    if until is not None and until <= since:
        raise PeriodReversed(since, until)
    held = credential_level, credential_number, since, until
    yield CredentialRegistered(credential.id, person.id, community.id, *held)
