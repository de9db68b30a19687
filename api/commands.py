"""From a mutation's arguments to a command, and from what came of it to an answer."""

import inspect
import re
from collections import ChainMap, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import Enum
from functools import cache
from itertools import islice
from typing import Any, get_args

from uuid_utils import uuid7

from api.identity import Viewer
from api.lists import text
from api.moments import HEAD
from api.naming import camel
from api.reading import Found, Here, find_any
from api.scalars import decimal
from domain.bodies import CHINA
from domain.decisions import Decision, Parameter, ThingUnknown
from domain.events import Hundredths, Personal, Ref
from domain.execution import Actor, Command, Unauthenticated
from domain.recording import CommandIdReused, CommandIdUnfit, LedgerUnknown
from domain.refusals import Refusal
from domain.states import KINDS, State, key_fields, key_kinds
from domain.words import Labelled, Words, words_of
from infra.recorder import Receipt

__all__ = ["Recorded", "Refused", "given_inputs", "needed", "take"]

PUBLIC_ID = re.compile(r"([0-9A-Za-z_-]{1,40}):(([a-z][a-z0-9_]*):[0-9A-Za-z_-]{1,100})")
NAMED = 10
"""So many things of a refusal are told by their names."""
ECHOED = 200
"""So much of an unknown id is told back."""


@dataclass(frozen=True)
class Recorded:
    typename: str
    node: Found | None
    receipts: Sequence[Receipt]


@dataclass(frozen=True)
class Refused:
    code: str
    rule: str | None
    path: list[str] | None
    message: str
    details: dict[str, Any] | None
    typename: str = "Refused"


async def take(context: Any, decision: Decision, given: Mapping[str, Any]) -> Recorded | Refused:
    """Record the command that the arguments make, wait until it can be read, and answer."""
    engine, viewer = context.engine, context.viewer
    try:
        if viewer is None:
            raise Unauthenticated
        inputs = _inputs(decision, given, viewer)
        actor = Actor(Ref(viewer.person), viewer.role)
        command_id, now = given.get("commandId"), engine.recorder.clock().astimezone(CHINA)
        command_id = str(uuid7()) if command_id is None else command_id
        command = Command(
            *(command_id, decision, inputs, actor, now, given.get("occurredAt"), given.get("expectedPosition")),
            given.get("backdatedReason"),
        )
        [receipts] = await engine.recorder.record(viewer.ledger, [command])
    except Refusal as refusal:
        engine.metrics.refusals.labels(refusal.code).inc()
        if viewer is None:
            return refused(refusal, decision, context.language, "")
        names = await _names(context, viewer.ledger, refusal)
        return refused(refusal, decision, context.language, viewer.ledger, names)
    await engine.progress.reached(viewer.ledger, receipts.position)
    node = await find_any(await _here(context, viewer.ledger), receipts.node)
    return Recorded(f"{_noun(decision.kind)}Recorded", node, receipts.events)


async def _here(context: Any, ledger: str) -> Here:
    """The ledger as it can be read by now; whatever is recorded while it is read, the answer is of that position."""
    rows = await context.reader.fetch(HEAD, ledger)
    known = rows[0]["position"] if rows else 0
    context.readings.append((ledger, {"position": known}))
    return Here(context.reader, ledger, known)


def given_inputs(decision: Decision) -> Iterator[Parameter]:
    """The parameters that a caller gives: not what is born, nor who acts, nor what is veiled, nor states named by what
    the others name, nor the ledger itself."""
    for parameter in decision.parameters:
        derived = parameter.state not in {None, State} and len(key_fields(parameter.state)) > 1
        if parameter.given and not derived and parameter.name not in decision.itself:
            yield parameter


def needed(parameter: Parameter) -> bool:
    return not parameter.optional and parameter.default is inspect.Parameter.empty


async def _names(context: Any, ledger: str, refusal: Refusal) -> dict[str, str]:
    """What the things that a refusal speaks of are called, by their public ids, as far as the caller may read it."""
    spoken = {name for name in refusal.details if f"{{{name}}}" in words_of(type(refusal)).en}
    values = (value for name, value in refusal.details.items() if name in spoken)
    listed = (each for value in values for each in (value if isinstance(value, tuple | frozenset) else (value,)))
    refs = dict.fromkeys(each for each in listed if isinstance(each, Ref) and each.kind in KINDS)
    if not refs:
        return {}
    here, names = await _here(context, ledger), {}
    for ref in islice(refs, NAMED):
        found = await find_any(here, ref)
        name = found.row.get("name") if found else None
        if isinstance(name, str):
            names[f"{ledger}:{ref}"] = name
    return names


def refused(
    refusal: Refusal, decision: Decision, language: str, ledger: str, names: Mapping[str, str] | None = None
) -> Refused:
    told = {name: _told(value, ledger) for name, value in refusal.details.items()}
    scores = (each.name for each in fields(refusal) if _is_score(each.type))  # type: ignore[arg-type]
    told |= {name: decimal(told[name]) for name in scores if told[name] is not None}
    if isinstance(told.get("field"), str):
        told["field"] = camel(told["field"])
    called = ChainMap({each.name: each.words for kind in refusal.labels for each in kind}, _labels())
    spoken = {name: _spoken(value, language, names or {}, called) for name, value in told.items()}
    message = refusal.message(language, spoken)
    details = {camel(name): value for name, value in told.items()}
    return Refused(refusal.code, refusal.rule, _path(refusal, decision), message, details or None)


def _path(refusal: Refusal, decision: Decision) -> list[str] | None:
    """The argument at fault: the one that the refusal says, or the first that one of its numbers is called by."""
    if isinstance(refusal, CommandIdUnfit | CommandIdReused):
        return ["commandId"]
    arguments = {*(each.name for each in given_inputs(decision)), "ledger", "occurred_at", "backdated_reason"}
    named = (refusal.details.get("field"), *refusal.details)
    return next(([camel(name)] for name in named if name in arguments), None)


def _inputs(decision: Decision, given: Mapping[str, Any], viewer: Viewer) -> dict[str, Any]:
    if given.get("ledger", viewer.ledger) != viewer.ledger:
        raise LedgerUnknown(text(given["ledger"])[:ECHOED])
    found = {}
    for parameter in given_inputs(decision):
        value = given.get(camel(parameter.name))
        if value is not None:
            found[parameter.name] = _input(parameter, value, viewer)
        elif parameter.optional and camel(parameter.name) in given:
            found[parameter.name] = None
    return found


def _input(parameter: Parameter, value: Any, viewer: Viewer) -> Any:
    if parameter.many:
        return tuple(_one(parameter, each, viewer) for each in value)
    return _one(parameter, value, viewer)


def _one(parameter: Parameter, value: Any, viewer: Viewer) -> Any:
    if parameter.state is not None or (parameter.value and parameter.value.type is Ref):
        return _ref(parameter, value, viewer)
    return Personal(value) if parameter.value and parameter.value.type is Personal else value


def _ref(parameter: Parameter, id_: str, viewer: Viewer) -> Ref[Any]:
    """Things of other ledgers and of other kinds are as unknown as those that never were."""
    match, state = PUBLIC_ID.fullmatch(id_), parameter.state
    kinds = () if state in {None, State} else key_kinds(state)[:1]
    if match is None or match[1] != viewer.ledger or (kinds and match[3] not in kinds):
        raise ThingUnknown(id_[:ECHOED], parameter.name)
    return Ref(match[2])


def _is_score(kind: Any) -> bool:
    return kind is Hundredths or Hundredths in get_args(kind)


def _spoken(value: Any, language: str, names: Mapping[str, str], called: Mapping[str, Words]) -> Any:
    """A detail within a sentence; what has a name or a label is told by it."""
    if isinstance(value, list):
        return (", " if language.startswith("en") else "、").join(
            str(_spoken(each, language, names, called)) for each in value
        )
    if isinstance(value, str) and value in names:
        return names[value]
    if isinstance(value, str) and (words := called.get(value)):
        return words.in_language(language)
    return "—" if value is None else value


@cache
def _labels() -> dict[str, Words]:
    """The words of every value that is told by its name, as far as a name means one thing."""
    found: dict[str, set[Words]] = defaultdict(set)
    kinds = [Labelled]
    for kind in kinds:
        kinds += kind.__subclasses__()
        for member in kind:
            found[member.name].add(member.words)
    return {name: next(iter(words)) for name, words in found.items() if len(words) == 1}


def _told(value: Any, ledger: str) -> Any:
    """A detail as JSON; things by their public ids."""
    if isinstance(value, Ref):
        return f"{ledger}:{value}"
    if isinstance(value, Mapping):
        return {str(key): _told(each, ledger) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_told(each, ledger) for each in value]
    if isinstance(value, datetime):
        return value.astimezone(CHINA).isoformat()
    return value.name if isinstance(value, Enum) else value.isoformat() if isinstance(value, date) else value


def _noun(kind: str) -> str:
    return "".join(word.capitalize() for word in kind.split("_"))
