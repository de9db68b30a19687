"""Mutations: one for every decision that people may take, derived from its signature."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import Enum
from typing import Any, cast

import strawberry

from api.catalogue import Catalogue
from api.commands import Recorded, Refused, given_inputs, needed, take
from api.declared import Argument, Field, enum_type, listed, object_type, optional, union_type
from api.naming import camel, said, told, words
from api.nodes import NodeTypes
from api.scalars import Json, Position, spelling
from domain.decisions import Decision, Parameter
from domain.events import Ref
from domain.roles import Role
from domain.states import KINDS, State, key_kinds
from domain.words import Labelled, Words, words_of

__all__ = ["mutation_type", "refusal_codes"]

COMMAND_ID = Argument(
    "commandId",
    optional(strawberry.ID),
    "The command's own id: sent again, it is recorded once and answered with the first receipts.\n"
    "命令编号；重复发送只记录一次，并返回首次的回执。",
)
EXPECTED = Argument(
    "expectedPosition",
    optional(Position),
    "Refuse if anything about the thing was recorded after this position.\n若此位置之后该事物又有新记录则拒绝。",
)
OCCURRED = Argument("occurredAt", optional(datetime), told("occurred_at"))
REASON = Argument("backdatedReason", optional(str), told("backdated_reason"))
LEDGER = Argument("ledger", strawberry.ID, "The code of the ledger to record in.\n所记账本的代码。")


def mutation_type(catalogue: Catalogue, nodes: NodeTypes) -> Any:
    answers = _Answers(catalogue, nodes)
    fields = [_field(decision, answers.outcome(decision.kind)) for decision in catalogue.decisions]
    return object_type("Mutation", "What can be done, each recorded once.\n可执行的操作，每项只记录一次。", fields)


def refusal_codes(catalogue: Catalogue) -> type[Enum]:
    """All codes, each told in both languages."""
    members = {refusal.code: tuple(words_of(refusal)) for refusal in sorted(catalogue.refusals, key=lambda r: r.code)}
    functional: Any = Labelled  # the functional form, which has no type of its own
    made = functional("RefusalCode", members)
    made.__doc__ = "Why something is refused.\n拒绝的原因。"
    return cast("type[Enum]", made)


class _Answers:
    """The types that mutations answer with."""

    def __init__(self, catalogue: Catalogue, nodes: NodeTypes) -> None:
        self.catalogue, self.nodes = catalogue, nodes
        self.receipt, self.refused = _receipt(), _refused(refusal_codes(catalogue))
        self._outcomes: dict[str, Any] = {}

    def outcome(self, kind: str) -> Any:
        if kind not in self._outcomes:
            self._outcomes[kind] = self._made(kind)
        return self._outcomes[kind]

    def _made(self, kind: str) -> Any:
        row, noun = self.catalogue.nodes.get(kind), noun_of(kind)
        shown = self.nodes.node if row is None else self.nodes.types[row]
        name, of = f"{noun}Recorded", words_of(KINDS[kind])
        recorded = object_type(
            name,
            said(Words(f"It was recorded. {of.en}", f"已记录。{of.zh}")),
            [
                Field("node", optional(shown), words(KINDS[kind]), lambda answer, *_: answer.node),
                Field(
                    "receipts", listed(self.receipt), "What was recorded.\n回执。", lambda answer, *_: answer.receipts
                ),
            ],
            member=True,
        )
        told_ = said(Words(f"Recorded or refused. {of.en}", f"已记录或被拒绝。{of.zh}"))
        return union_type(f"{noun}Outcome", told_, (recorded, self.refused))


def noun_of(kind: str) -> str:
    return "".join(word.capitalize() for word in kind.split("_"))


def _receipt() -> Any:
    return object_type(
        "Receipt",
        "One recorded event.\n一条已记录的事件。",
        [
            Field(
                "position", Position, "Its place in the ledger.\n在账本中的位置。", lambda receipt, *_: receipt.position
            ),
            Field("type", str, "Which event.\n事件类型。", lambda receipt, *_: receipt.type),
        ],
    )


def _refused(codes: type[Enum]) -> Any:
    def read(name: str) -> Any:
        return lambda refused, *_: getattr(refused, name)

    def code(refused: Refused, *_: Any) -> Any:
        return codes[refused.code]

    return object_type(
        "Refused",
        "A rule says no; nothing was recorded.\n规则不允许；未作任何记录。",
        [
            Field("code", enum_type(codes), "Why, for programs.\n原因代码。", code),
            Field("rule", optional(str), "The rule, by its number.\n依据的规则编号。", read("rule")),
            Field("path", optional(listed(str)), "The argument at fault.\n有问题的参数。", read("path")),
            Field("message", str, "Why, for people.\n原因说明。", read("message")),
            Field("details", optional(Json), "The numbers and ids that failed.\n未通过的数值与编号。", read("details")),
        ],
        member=True,
    )


def _field(decision: Decision, outcome: Any) -> Field:
    async def read(_: Any, context: Any, given: Mapping[str, Any]) -> Recorded | Refused:
        return await take(context, decision, given)

    return Field(decision.name, outcome, _words(decision), read, None, _arguments(decision))


def _words(decision: Decision) -> str:
    if decision.anyone:
        return said(Words(f"{decision.words.en} Anyone who is signed in.", f"{decision.words.zh}登录者均可。"))
    roles = [role.words for role in Role if role in decision.roles]
    en, zh = ", ".join(role.en for role in roles), "、".join(role.zh for role in roles)
    return said(Words(f"{decision.words.en} Roles: {en}.", f"{decision.words.zh}角色：{zh}。"))


def _arguments(decision: Decision) -> Iterator[Argument]:
    yield COMMAND_ID
    yield from (EXPECTED, OCCURRED, REASON)
    inputs = list(given_inputs(decision))
    if not any(_refers(p) and needed(p) and not p.many for p in inputs):
        yield LEDGER
    yield from (_argument(parameter) for parameter in inputs)


def _argument(parameter: Parameter) -> Argument:
    kind = _type(parameter)
    kind = listed(kind) if parameter.many else kind
    return Argument(camel(parameter.name), kind if needed(parameter) else optional(kind), _told(parameter))


def _refers(parameter: Parameter) -> bool:
    return parameter.state is not None or (parameter.value is not None and parameter.value.type is Ref)


def _type(parameter: Parameter) -> Any:
    if parameter.value is None or parameter.value.type is Ref:
        return strawberry.ID
    kind = parameter.value.type
    return enum_type(kind) if hasattr(kind, "__members__") else spelling(kind).token


def _told(parameter: Parameter) -> str:
    """By the name, as in events; a thing that no event names so is told by its kind."""
    if (description := told(parameter.name)) or parameter.state in {None, State}:
        return description
    return words(KINDS[key_kinds(parameter.state)[0]])
