"""Events: what happened, as bare frozen values; their references give the tags they are found by.

An event class's name is its name in storage and in the API for ever. The event store stamps position, times, actor and
tags; an event knows only its body. Field types are closed (`FIELD_TYPES`), so that one declaration gives the stored
body, the GraphQL type and the column.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import Enum
from types import MappingProxyType, NoneType, UnionType
from typing import (
    Any,
    ClassVar,
    Generic,
    NamedTuple,
    NewType,
    TypeVar,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
)
from typing import get_type_hints as hints

from domain.memo import memo
from domain.words import Labelled, snake

__all__ = [
    "EVENTS",
    "Audience",
    "Confidential",
    "Event",
    "Field",
    "Hundredths",
    "Personal",
    "Position",
    "Purpose",
    "Ref",
    "UnfitKind",
    "check_kinds",
    "field_of",
    "fields_of",
    "is_confidential",
    "is_for_staff",
    "refs_of",
    "sealed_under",
]

T_co = TypeVar("T_co", covariant=True)
P = TypeVar("P", bound="Purpose")
Hundredths = NewType("Hundredths", int)
"""An exact amount in hundredths: area in 0.01 m², score in 0.01 points; `Decimal` outside."""

Confidential = NewType("Confidential", str)
"""Text that only staff may read; it is not sealed, so it names no private person."""

Position = NewType("Position", int)
"""The place of an event in its ledger, by which another refers to it."""


class Ref(str, Generic[T_co]):
    """A reference to a thing of the same ledger, `kind:id`: also the tag by which its events are found."""

    __slots__ = ()

    @property
    def kind(self) -> str:
        return self.partition(":")[0]


class Purpose:
    """Why a personal field is kept; each purpose of each person has a key of its own.

    `under` names the kind of thing whose key it is, where it is not the person's: a ballot is sealed under its
    assembly's, so that it can be counted and yet is nobody's."""

    under: ClassVar[str] = ""


class Personal(str, Generic[P]):
    """A person's own text, encrypted from the first event; a decision may pass it on and never look at it."""

    __slots__ = ()


class Audience(Labelled):
    """Who may read; each later one reads what the earlier may.
    谁可以读，后者可读前者所读。"""

    PUBLIC = "Everybody", "公众"
    PARTIES = "The parties of co-governance", "共治各方"
    STAFF = "Staff on duty", "工作人员"
    LEGAL = "The legal officer", "法务"

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en, zh)
        self.rank = len(type(self).__members__)  # asked for with every object of a query, so it is kept

    def sees(self, other: "Audience") -> bool:
        return self.rank >= other.rank


class Field(NamedTuple):
    """One field of an event, a decision or a row, its type taken apart."""

    name: str
    type: type[Any]
    """One of `FIELD_TYPES`, or a `Labelled` enum (in lists: of items)."""
    of: Any
    """For Ref the state class of the thing, a tuple where it is one of several, `Any` where it may be any kind; for
    Personal its purpose."""
    many: bool
    optional: bool

    @property
    def states(self) -> tuple[Any, ...]:
        """The state classes that a reference may be to; none: any."""
        if self.type is not Ref or self.of is Any:
            return ()
        return self.of if isinstance(self.of, tuple) else (self.of,)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of thing that a reference may be to; none: any."""
        return tuple(snake(state.__name__) for state in self.states)


Upcast = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""A stored body of one version of an event's shape as the next version has it. Sealed text is bound to the name of its
field, so a personal field is never renamed; a new meaning is a new event."""

EVENTS: dict[str, type["Event"]] = {}
FIELD_TYPES = (Ref, Personal, Confidential, str, bool, int, Hundredths, Position, date, datetime)


class UnfitField(TypeError):
    """A field's type is none that events, rows and GraphQL share."""


class UnfitKind(TypeError):
    """An event refers to a thing of a kind that its field does not name: a bug of the decision."""


@dataclass_transform(frozen_default=True)
class Event:
    """Base of all events: `class GridRetired(Event)`; `audience` is who may read it, `version` the shape's number.

    `formerly={1: …}` says how a body of version 1 becomes one of version 2, where defaults will not do. One that is
    `sealed` nobody reads: decisions count it, and what it came to is told by others."""

    audience: ClassVar[Audience]
    sealed: ClassVar[bool]
    version: ClassVar[int]
    formerly: ClassVar[Mapping[int, Upcast]]

    def __init_subclass__(
        cls,
        *,
        audience: Audience = Audience.PUBLIC,
        sealed: bool = False,
        version: int = 1,
        formerly: Mapping[int, Upcast] = MappingProxyType({}),
    ) -> None:
        super().__init_subclass__()
        cls.audience, cls.sealed, cls.version, cls.formerly = audience, sealed, version, formerly
        if strangers := formerly.keys() - range(1, version):
            raise UnfitField(f"{cls.__name__} of version {version} was never of {sorted(strangers)}")
        dataclass(frozen=True)(cls)
        if cls.__name__ in EVENTS:
            raise UnfitField(f"two events named {cls.__name__}")
        EVENTS[cls.__name__] = cls


def field_of(name: str, hint: Any) -> Field:
    """Take a type apart: `tuple[Ref[Building | Compound], ...] | None` → many, optional, Ref of one of the two."""
    optional = many = False
    if get_origin(hint) in (Union, UnionType):
        rest = [option for option in get_args(hint) if option is not NoneType]
        optional, hint = len(rest) < len(get_args(hint)), rest[0] if len(rest) == 1 else None
    if get_origin(hint) is tuple:
        many, hint = True, get_args(hint)[0]
    base, of = get_origin(hint) or hint, (get_args(hint) or (None,))[0]
    if base not in FIELD_TYPES and not (isinstance(base, type) and issubclass(base, Enum)):
        raise UnfitField(f"{name}: {hint}")
    return Field(name, base, get_args(of) if get_origin(of) in (Union, UnionType) else of, many, optional)


@memo
def fields_of(event: type[Event]) -> tuple[Field, ...]:
    """The fields of an event class in their order; resolved late, since events stand above the states they name."""
    types = hints(event)
    found = tuple(field_of(field.name, types[field.name]) for field in fields(event))  # type: ignore[arg-type]
    if any(len(list(_owners(found, f))) != 1 for f in found if f.type is Personal):
        raise UnfitField(f"{event.__name__}: personal fields need exactly one reference to whose key seals them")
    if any(is_person(f) and len(f.states) > 1 for f in found):
        raise UnfitField(f"{event.__name__}: whether it is about a person is told by the field, not by its value")
    return found


def sealed_under(event: type[Event], field: Field) -> Field:
    """The field that names whose key seals a personal one: the person, or what its purpose says."""
    return next(_owners(fields_of(event), field))


def _owners(found: Iterable[Field], field: Field) -> Iterator[Field]:
    under = getattr(field.of, "under", "")
    return (f for f in found if (f.kinds == (under,) if under else is_person(f)))


def is_person(field: Field) -> bool:
    """Whether the field names the natural person whose personal fields the event carries."""
    return any(getattr(state, "natural", False) for state in field.states)


def is_confidential(field: Field) -> bool:
    """Whether it is text that only staff may read, sealed or not."""
    return field.type in {Personal, Confidential}


def is_for_staff(field: Field) -> bool:
    """Whether only staff are shown it: confidential text, and which person somebody is (BR-70)."""
    return is_confidential(field) or is_person(field)


def check_kinds(event: Event) -> None:
    """Each reference is to a thing of a kind that its field names."""
    for name, many, kinds in _kinds(type(event)):
        value = getattr(event, name)
        for ref in value if many else (value,):
            if ref is not None and ref.kind not in kinds:
                raise UnfitKind(f"{type(event).__name__}.{name}: {ref}")


@memo
def _kinds(event: type[Event]) -> tuple[tuple[str, bool, frozenset[str]], ...]:
    return tuple((f.name, f.many, frozenset(f.kinds)) for f in fields_of(event) if f.kinds)


def refs_of(event: Event) -> Iterator[Ref[Any]]:
    """Every reference an event makes, in field order: its own tags."""
    for field in fields_of(type(event)):
        value = getattr(event, field.name)
        if field.type is Ref and value is not None:
            yield from value if field.many else (value,)
