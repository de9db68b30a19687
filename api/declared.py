"""Strawberry types made of declarations: every field says how it is read plainly and how it is compiled."""

import inspect
from collections.abc import Callable, Generator, Iterable, Mapping
from enum import Enum
from typing import Any, NamedTuple, cast

from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.base import StrawberryList, StrawberryObjectDefinition, StrawberryOptional
from strawberry.types.enum import EnumValue, StrawberryEnumDefinition
from strawberry.types.field import StrawberryField
from strawberry.types.union import StrawberryUnion

from api.naming import said, words
from domain.memo import memo
from domain.words import Labelled

__all__ = [
    "Argument",
    "Field",
    "add_fields",
    "argument",
    "enum_type",
    "interface_type",
    "listed",
    "object_type",
    "optional",
    "retype",
    "union_type",
]

Read = Callable[[Any, Any, Mapping[str, Any]], Any]
"""From the source object, the context and the arguments to a value, or to an awaitable of one."""


class Argument(NamedTuple):
    name: str
    type: Any
    description: str


class Field(StrawberryField):
    """A field with its two ways to a value: `read` in Python, for the standard executor; `way` in SQL."""

    def __init__(  # noqa: PLR0917 - the order in which a field is told
        self,
        name: str,
        type_: Any,
        description: str,
        read: Read,
        way: object = None,
        arguments: Iterable[Argument] = (),
    ) -> None:
        super().__init__(
            python_name=name,
            graphql_name=name,
            type_annotation=StrawberryAnnotation(type_),
            description=description,
        )
        self.read, self.way = read, way
        self._waits = inspect.iscoroutinefunction(read)
        self.arguments = [argument(each) for each in arguments]

    def get_result(self, source: Any, info: Any, args: list[Any], kwargs: Any) -> Any:  # noqa: ARG002 - Strawberry's
        if self._waits:
            return _Later(self.read, source, info.context, kwargs)
        return self.read(source, info.context, kwargs)

    @property
    def is_basic_field(self) -> bool:
        return False


class _Later:
    """A coroutine that begins when it is awaited: the executor may give a field up before that."""

    def __init__(self, read: Read, *given: Any) -> None:
        self._read, self._given = read, given

    def __await__(self) -> Generator[Any, None, Any]:
        return self._read(*self._given).__await__()  # type: ignore[no-any-return]


def argument(declared: Argument) -> StrawberryArgument:
    return StrawberryArgument(
        declared.name, declared.name, StrawberryAnnotation(declared.type), description=declared.description
    )


def optional(kind: Any) -> Any:
    return StrawberryOptional(kind)


def listed(kind: Any) -> Any:
    return StrawberryList(kind)


def object_type(
    name: str, description: str, fields: Iterable[Field] = (), interfaces: Iterable[Any] = (), *, member: bool = False
) -> Any:
    """A GraphQL object type, `member` of a union or not; `add_fields` later, where types refer to one another."""
    told_apart = {"is_type_of": lambda value, _: value.typename == name} if member or interfaces else {}
    return _type(name, description, fields, interfaces, **told_apart)


def interface_type(name: str, description: str, fields: Iterable[Field]) -> Any:
    return _type(name, description, fields, (), resolve_type=lambda value, *_: value.typename)


def add_fields(kind: Any, fields: Iterable[Field]) -> None:
    kind.__strawberry_definition__.fields.extend(fields)


def retype(kind: Any, name: str, type_: Any) -> None:
    """Give a field another GraphQL type, whose values are spelled the same."""
    (field,) = (each for each in kind.__strawberry_definition__.fields if each.python_name == name)
    field.type_annotation = StrawberryAnnotation(type_)


def _type(name: str, description: str, fields: Iterable[Field], interfaces: Iterable[Any], **resolution: Any) -> Any:
    origin: Any = type(name, (), {})
    origin.__strawberry_definition__ = StrawberryObjectDefinition(
        name=name,
        is_input=False,
        is_interface="resolve_type" in resolution,
        origin=origin,
        description=description,
        interfaces=[interface.__strawberry_definition__ for interface in interfaces],
        extend=False,
        directives=(),
        is_type_of=resolution.get("is_type_of"),
        resolve_type=resolution.get("resolve_type"),
        fields=list(fields),
    )
    return origin


def union_type(name: str, description: str, members: Iterable[Any]) -> StrawberryUnion:
    return StrawberryUnion(name, tuple(StrawberryAnnotation(member) for member in members), description)


@memo
def enum_type(kind: type[Enum]) -> StrawberryEnumDefinition:
    """The GraphQL enum of a closed set of the domain, each value in both languages."""
    values = [EnumValue(m.name, m.value, description=_member(m)) for m in kind]
    return StrawberryEnumDefinition(kind, kind.__name__, values, words(kind))


def _member(member: Enum) -> str:
    return said(cast("Labelled", member).words)
