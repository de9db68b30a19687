"""Development tokens: in a demonstration for a stand-in, whose grant is recorded like any other if there is none.

In a real ledger nothing is recorded for a token: it is for a subject, who can do what their grants there allow.
"""

import contextlib
import re
from datetime import date, datetime
from typing import Any

from api.composition import Services
from api.demo.loading import is_loaded
from api.demo.playing import COUNTIES
from api.identity import DevelopmentIssuer
from domain import grants, people
from domain.bodies import CHINA
from domain.decisions import new_ref
from domain.events import Personal, Ref
from domain.execution import Actor, Command
from domain.recording import CommandIdReused
from domain.roles import Role
from infra.ledgers import ledger_heads, person_of, subject_id
from infra.trouble import Trouble

__all__ = ["OTHER_PERSON", "PERSON_ID", "development_token", "role_of", "stand_in", "stand_in_wishes"]

ALWAYS = date(2000, 1, 1)
"""The first day of a stand-in's grant: the same at every call, so that the grant is recorded once."""
NOT_IN_PRODUCTION = "正式运行时不签发开发令牌。", "No development tokens are made in production."
NO_STAND_INS = (
    "正式账本不登记替身：请用 --subject 指明已获授权的人员，且不用 --scope。",
    "A real ledger has no stand-ins: name with --subject somebody who holds a grant there, and no --scope.",
)
NOBODY_NAMED = (
    "未指明角色时须用 --subject 指明本人，且不用 --scope。",
    "Without a role, name with --subject the person in whose own name it is, and no --scope.",
)
LOADING = (
    "示范县正在载入，请待服务就绪后再试。",
    "The demonstration is being loaded; try again when the server is ready.",
)
OTHER_PERSON = "此人的编号属于另一账本。", "This person's id is of another ledger."
NOBODY = "账本中没有此人。", "There is nobody of this id in the ledger."
PERSON_ID = re.compile(r"([0-9A-Za-z_-]{1,40}):(person:[0-9A-Za-z_-]{1,100})")
ON_RECORD = "select exists (select from person where ledger = $1 and id = $2)"
OTHER_LEDGER = "适用范围的编号不属于该账本。", "The scope's id is not of this ledger."


async def development_token(
    services: Services, ledger: str, role: str | None, scope: str | None, subject: str | None
) -> str:
    """A token for twelve hours; Trouble if it may not be made, a refusal if the scope is no place of the ledger.

    Without a role it is for a person in their own name: a resident, an owner, a member."""
    if services.settings.production:
        raise Trouble(*NOT_IN_PRODUCTION)
    if role is None and (subject is None or scope is not None):
        raise Trouble(*NOBODY_NAMED)
    wanted = None if role is None else role_of(role)
    if ledger in COUNTIES and not await is_loaded(services, ledger):
        raise Trouble(*LOADING)
    if subject and (match := PERSON_ID.fullmatch(subject)):
        person = await on_record(services, ledger, match)
    elif any(head.code == ledger and not head.demo for head in await ledger_heads(services.writer_pool)):
        if subject is None or scope is not None:
            raise Trouble(*NO_STAND_INS)
        person = await person_of(services.recorder, ledger, subject)
    elif wanted is None:
        person = await known(services, ledger, subject or "")
    else:
        person = await stand_in(services, ledger, wanted, scope, subject)
    return (await DevelopmentIssuer.of(services.keys)).issue(ledger, person, wanted)


async def on_record(services: Services, ledger: str, match: re.Match[str]) -> Ref[Any]:
    """The person of an id, as `ledger:person:…`."""
    if match[1] != ledger:
        raise Trouble(*OTHER_PERSON)
    if not await services.writer_pool.fetchval(ON_RECORD, ledger, match[2]):
        raise Trouble(*NOBODY)
    return Ref(match[2])


async def known(services: Services, ledger: str, subject: str) -> Ref[Any]:
    """A person who holds no role, registered at the first call."""
    line = await subject_id(services.recorder, ledger, subject)
    named: Personal[people.Identity] = Personal(subject)
    registering = Command(line, people.register, {"full_name": named}, Actor(), datetime.now(CHINA))
    with contextlib.suppress(CommandIdReused):  # known already, under a name of their own
        await services.recorder.record(ledger, [registering])
    return registering.node


async def stand_in(
    services: Services, ledger: str, role: Role, scope: str | None = None, subject: str | None = None
) -> Ref[Any]:
    """A person who holds the role over the place, registered and granted at the first call."""
    registering, granting = await stand_in_wishes(services, ledger, role, scope, subject)
    with contextlib.suppress(CommandIdReused):  # known already, under a name of their own
        await services.recorder.record(ledger, [registering])
    await services.recorder.record(ledger, [granting])
    return registering.node


async def stand_in_wishes(
    services: Services, ledger: str, role: Role, scope: str | None = None, subject: str | None = None
) -> tuple[Command, Command]:
    """The commands that register a stand-in and give the grant."""
    place = _scope(ledger, scope)
    line = await subject_id(services.recorder, ledger, subject or f"development {role.name} {place}")
    full_name: Personal[people.Identity] = Personal(subject or f"{role.words.zh}（开发）")
    grant = f"{line[:40]}-{role.name}-{(place or 'all')[-8:]}"
    given = {"person": new_ref("person", line), "role": role, "scope": place, "since": ALWAYS}
    now = datetime.now(CHINA)
    return (
        Command(line, people.register, {"full_name": full_name}, Actor(), now),
        Command(grant, grants.give, given, Actor(), now),
    )


def role_of(name: str) -> Role:
    if name.upper() in Role.__members__:
        return Role[name.upper()]
    known = ", ".join(Role.__members__)
    raise Trouble(f"没有角色 {name}；可用：{known}", f"There is no role {name}; there are: {known}")


def _scope(ledger: str, id_: str | None) -> Ref[Any] | None:
    if id_ is None:
        return None
    code, _, tag = id_.partition(":")
    if code != ledger or not tag:
        raise Trouble(*OTHER_LEDGER)
    return Ref(tag)
