"""Importers: into which ledger, and in whose name; in a demonstration a stand-in will do."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.composition import Services
from api.tokens import OTHER_PERSON, PERSON_ID, role_of, stand_in_wishes
from domain.events import Ref
from domain.execution import Actor, Command
from domain.recording import LedgerUnknown
from infra.ledgers import ledger_heads, person_of
from infra.trouble import Trouble

__all__ = ["Before", "Wanted", "actor_of", "ledger_of"]


@dataclass(frozen=True)
class Wanted:
    """What an operator asked for."""

    file: Path
    kind: str | None = None
    ledger: str | None = None
    subject: str | None = None
    roles: Sequence[str] = ()
    sheet: str | None = None
    dry_run: bool = False


async def ledger_of(services: Services, code: str | None) -> tuple[str, bool]:
    heads = {head.code: head.demo for head in await ledger_heads(services.writer_pool)}
    if code is None and len(heads) != 1:
        raise Trouble(
            f"请用 --ledger 指明账本：{'、'.join(heads) or '尚无账本'}。",
            f"Name the ledger with --ledger: {', '.join(heads) or 'there is none yet'}.",
        )
    code = code or next(iter(heads))
    if code not in heads:
        raise LedgerUnknown(code)
    return code, heads[code]


@dataclass(frozen=True)
class Before:
    """What is recorded before the rows: in a demonstration, that a stand-in holds the roles."""

    commands: Sequence[Command] = ()
    roles: Sequence[Any] = ()
    subject: str | None = None


async def actor_of(services: Services, ledger: str, wanted: Wanted, demo: bool) -> tuple[Actor, Before]:  # noqa: FBT001
    roles = [role_of(each) for each in wanted.roles]
    only = roles[0] if len(roles) == 1 else None
    if wanted.subject and (match := PERSON_ID.fullmatch(wanted.subject)):
        if match[1] != ledger:
            raise Trouble(*OTHER_PERSON)
        return Actor(Ref(match[2]), only), Before()
    if not demo or not roles:
        if wanted.subject is None:
            raise Trouble(
                "请用 --as 指明已获授权的人员；示范账本可用 --role 由替身导入。",
                "Name with --as somebody who holds a grant; in a demonstration a stand-in imports, with --role.",
            )
        return Actor(await person_of(services.recorder, ledger, wanted.subject), only), Before()
    subject = wanted.subject or "development import"
    wishes = [each for role in roles for each in await stand_in_wishes(services, ledger, role, None, subject)]
    person = await person_of(services.recorder, ledger, subject)
    return Actor(person, only), Before(list({wish.id: wish for wish in wishes}.values()), roles, subject)
