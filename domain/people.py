"""People: natural persons known to a ledger, their names and telephones sealed under keys of their own.

A person is registered once and is then referred to by id everywhere; what is known of them personally stays in these
events and is never copied into others (BR-70).
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

from domain.decisions import New, Text, decision
from domain.events import Audience, Event, Personal, Purpose, Ref
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import describe

describe(
    person=("The natural person concerned.", "所涉自然人。"),
    full_name=("The person's name.", "姓名。"),
    phone=("A telephone number.", "电话。"),
)


class Identity(Purpose):
    """To know whom one deals with.
    身份识别。"""


class Contact(Purpose):
    """To reach the person at work.
    工作联系。"""


NUMBER = re.compile(r"\+?[0-9](?:[ -]?[0-9]){4,17}")
"""What can be dialled: 5 to 18 digits, in groups if wanted, after a + for another country."""


class PersonRegistered(Event, audience=Audience.STAFF):
    """A person became known to the ledger.
    登记人员。"""

    person: Ref["Person"]
    full_name: Personal[Identity]
    phone: Personal[Contact] | None = None


class PhoneUnfit(Refusal):
    """A telephone number has 5 to 18 digits, with spaces or hyphens between and a + before if wanted.
    电话号码为 5 至 18 位数字，可用空格或短横分隔，可加国际区号前缀“+”。"""

    field: str
    length: int


class Person(State, natural=True):
    """A natural person.
    自然人。"""

    id: Ref["Person"]
    registered: bool = False

    def evolve(self, event: PersonRegistered) -> "Person":
        return replace(self, registered=True)


@decision(roles={Role.ADMINISTRATOR, Role.COUNTY, Role.TOWN, Role.COMMUNITY}, anywhere=True)
def register(
    person: New[Person],
    *,
    full_name: Annotated[Personal[Identity], Text(80)],
    phone: Annotated[Personal[Contact], Text(40)] | None = None,
) -> Iterator[Event]:
    """Register a person; name and telephone are encrypted under keys of the person's own.
    登记人员；姓名与电话以其专属密钥加密。"""
    if phone is not None and not NUMBER.fullmatch(phone):
        raise PhoneUnfit("phone", len(phone))
    yield PersonRegistered(person.id, full_name, phone)
