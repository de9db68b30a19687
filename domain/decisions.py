"""Decisions: pure generators from states to events. The signature is the command.

`yield` what happened, `raise` a refusal. Each parameter is a state (input: the thing's id), several states,
`New[State]` (born here, its id derived from the command id), `Acting[State]` (of the person who acts), a plain value,
`now` or `at` (when it happened: now, unless it is dated back). A state marked `Veil` is a person's and tells nobody
whose; one marked `Open` comes with its seals open. Noun = the first state that is not who acts, verb = the function's
name without that noun: `register_town(town, …)` → `townRegister`. The docstring is the description.
"""

import hashlib
import hmac
import inspect
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from types import NoneType, UnionType
from typing import Annotated, Any, NamedTuple, TypeVar, Union, get_args, get_origin
from typing import get_type_hints as hints

from domain.bodies import CHINA
from domain.events import Event, Field, Purpose, Ref, field_of, refs_of
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import KINDS, Key, State, is_kind, key_fields, key_kinds
from domain.words import Words, snake, words_of

__all__ = [
    "DECISIONS",
    "Acting",
    "Born",
    "Decision",
    "New",
    "Open",
    "Parameter",
    "Past",
    "Text",
    "Veil",
    "check_near",
    "checked",
    "decision",
    "new_ref",
    "tags_of",
    "veiled_ref",
]

S = TypeVar("S")


class Born(NamedTuple):
    """Marks a state that the decision brings into being; its id derives from the command's, or is the value of `by`."""

    by: str = ""


class ByActor(NamedTuple):
    """Marks a state that is of the person who acts; it is no input, and the system cannot take its decision."""


class Veil(NamedTuple):
    """Marks a state that belongs to the person of another parameter, by an id that only the ledger's secret links to
    them, a different one for each of the first thing named: `Annotated[Ballot, Veil("owner")]`. It is no input; where
    anyone may take the decision, no entry says who did."""

    of: str


class Open(NamedTuple):
    """Marks a state whose sealed texts, kept for this purpose, are in clear for the decision."""

    purpose: type[Purpose]


class Text(NamedTuple):
    """How long a text may be, in characters: `Annotated[str, Text(40)]`."""

    longest: int


class HasCome(NamedTuple):
    """Marks a day on which something was done: today or before, as days are counted in China."""


New = Annotated[S, Born()]
Acting = Annotated[S, ByActor()]
Past = Annotated[date, HasCome()]
"""A day that has come: what is dated ahead is not done yet."""
PLAIN_TEXT = Text(200)
DECISIONS: dict[str, "Decision"] = {}


class Parameter(NamedTuple):
    """One parameter of a decision."""

    name: str
    state: type[State] | None
    """The state class of a thing (`State` itself: a thing of any kind); None: `value` says what plain value."""
    value: Field | None
    text: Text
    born: Born | None
    acting: bool
    many: bool
    optional: bool
    default: Any
    veil: str = ""
    """The parameter whose person it belongs to, unseen."""
    opens: type[Purpose] | None = None
    past: bool = False
    """Whether it is a day that has to have come."""

    @property
    def given(self) -> bool:
        """Whether whoever decides gives it."""
        return not (self.born or self.acting or self.veil)


class TextUnfit(Refusal):
    """A text is blank, longer than allowed, not in Unicode NFC, or has control or invisible characters.
    文本为空、超长、未按 NFC 规范化，或含控制字符、不可见字符。"""

    code, rule = "TEXT_UNFIT", "BR-89"
    field: str
    length: int
    longest: int
    nfc: bool


class ThingUnknown(Refusal):
    """No such thing of this kind in this ledger.
    本账本中没有这一类事物。"""

    code = "NOT_FOUND"
    id: str
    field: str


class ThingExists(Refusal):
    """This thing has been recorded already.
    该事物已登记。"""

    code = "ALREADY_EXISTS"
    id: str


class TooMany(Refusal):
    """The list has more items than one command may carry.
    清单项数超出一次命令的上限。"""

    code = "TOO_MANY_ITEMS"
    field: str
    count: int
    most: int


class DateUnfit(Refusal):
    """A date lies from {earliest} to {latest}.
    日期须在 {earliest} 至 {latest} 之间。"""

    code, rule = "DATE_UNFIT", "BR-89"
    field: str
    day: date
    earliest: date
    latest: date


class NumberUnfit(Refusal):
    """A number is from 0 to {most}.
    数字须在 0 至 {most} 之间。"""

    code, rule = "NUMBER_UNFIT", "BR-89"
    field: str
    number: int
    most: int


TIMES = frozenset({"now", "at"})
"""Parameters that are no input: when it is recorded, and when it happened."""
MOST_ITEMS = 500
MOST_NUMBER = 1_000_000_000
UNREADABLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
"""Unicode categories that nobody can read: control, format, unassigned, private and surrogate characters."""
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
AHEAD = timedelta(days=366)
"""How long before it begins anything may be entered: a policy value."""


@dataclass(frozen=True)
class Decision:
    """A decision with what its signature says. `roles` may take it; an empty set means only the system itself.

    `anywhere`: concerning no place, it may be taken in a role held over any. `anyone`: any person of the ledger may
    take it in their own name, without a grant; it asks itself what they are to what it is about. `apart`: it has no
    mutation but a face of its own."""

    function: Callable[..., Iterator[Event]]
    roles: frozenset[Role]
    anywhere: bool = False
    apart: bool = False
    anyone: bool = False

    def __call__(self, *states: Any, **values: Any) -> Iterator[Event]:
        return self.function(*states, **values)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        types = hints(self.function, include_extras=True)
        signature = inspect.signature(self.function).parameters
        return tuple(_parameter(name, types[name], p.default) for name, p in signature.items() if name not in TIMES)

    @cached_property
    def times(self) -> frozenset[str]:
        """Which of `now` and `at` it asks for."""
        return TIMES & inspect.signature(self.function).parameters.keys()

    @property
    def noun(self) -> type[State]:
        """The first state that is not who acts: the thing that the mutation is about and answers with."""
        return next(p.state for p in self.parameters if p.state is not None and not p.acting)

    @cached_property
    def veils(self) -> tuple[tuple[str, str, str], ...]:
        """The veiled parameters: name, kind, and the parameter whose person each belongs to."""
        return tuple((p.name, _kind(p.state), p.veil) for p in self.parameters if p.veil and p.state)

    @cached_property
    def openings(self) -> tuple[tuple[str, type[Purpose]], ...]:
        """The parameters that come with their seals open, each with the purpose of what is opened."""
        return tuple((p.name, p.opens) for p in self.parameters if p.opens)

    @cached_property
    def hides_actor(self) -> bool:
        """Whether no entry says who acted."""
        return self.anyone and bool(self.veils)

    @cached_property
    def actors(self) -> tuple[str, ...]:
        """The parameters that stand for the person who acts."""
        return tuple(p.name for p in self.parameters if p.acting)

    @cached_property
    def verb(self) -> str:
        return self.function.__name__.removesuffix(f"_{self.kind}")

    @cached_property
    def kind(self) -> str:
        """The noun's kind; a narrow state of a kind counts as that kind."""
        return _kind(self.noun)

    @cached_property
    def name(self) -> str:
        """The mutation: `microGridDelineate`."""
        head, *rest = f"{self.kind}_{self.verb}".split("_")
        return head + "".join(word.capitalize() for word in rest)

    @cached_property
    def words(self) -> Words:
        return words_of(self.function)

    def births(self, command_id: str, inputs: Mapping[str, Any]) -> dict[str, Ref[Any]]:
        """The ids of the things that a command brings into being, by parameter."""
        return {
            p.name: Ref(f"{_kind(p.state)}:{inputs[p.born.by]}") if p.born.by else new_ref(_kind(p.state), command_id)
            for p in self.parameters
            if p.born is not None and p.state is not None
        }

    @cached_property
    def itself(self) -> tuple[str, ...]:
        """The parameters that stand for the ledger itself, which nobody has to name."""
        return tuple(p.name for p in self.parameters if not p.born and p.state and _is_ledger(p.state))

    def keys(self, inputs: Mapping[str, Any]) -> dict[str, tuple[Key, ...]]:
        """Which states the inputs name, by parameter; refuses a thing of another kind, and too many of them."""
        for p in self.parameters:
            _check_count(p, inputs.get(p.name))
        kinds = {ref.kind: ref for value in inputs.values() if isinstance(ref := value, Ref)}
        return {p.name: tuple(_keys(p, inputs.get(p.name), kinds)) for p in self.parameters if p.state is not None}


def decision(
    *, roles: Iterable[Role] = (), anywhere: bool = False, apart: bool = False, anyone: bool = False
) -> Callable[[Callable[..., Iterator[Event]]], Decision]:
    """Make a generator function a decision that any of `roles`, over the places concerned, or anyone may take."""

    def declare(function: Callable[..., Iterator[Event]]) -> Decision:
        made = Decision(function, frozenset(roles), anywhere, apart, anyone)
        if anyone and (roles or not made.actors):
            raise TypeError(f"{function.__name__}: what anyone may do needs no role and asks who acts")
        if DECISIONS.setdefault(f"{function.__module__}.{function.__name__}", made) is not made:
            raise TypeError(f"two decisions named {function.__name__}")
        return made

    return declare


def new_ref(kind: str, command_id: str) -> Ref[Any]:
    """The id of the thing that a command brings into being: the same for every retry of the command."""
    digest = hashlib.sha256(f"{kind}\0{command_id}".encode()).hexdigest()
    return Ref(f"{kind}:{digest[:24]}")


def veiled_ref(kind: str, secret: bytes, thing: str, person: str) -> Ref[Any]:
    """The id that stands for a person about a thing: always the same, and linked by nobody without the secret."""
    digest = hmac.digest(secret, f"{kind}\0{thing}\0{person}".encode(), "sha256").hex()
    return Ref(f"{kind}:{digest[:32]}")


def tags_of(event: Event, whereabouts: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """The event's own references and what lies around them (`whereabouts`: place tags by kind, by reference)."""
    own = dict.fromkeys(map(str, refs_of(event)))
    around = {tag for ref in own for tag in whereabouts.get(ref, {}).values()}
    return (*own, *sorted(around - own.keys()))


def checked(parameter: Parameter, value: Any) -> Any:
    """A plain value that may enter an event, or a refusal with what is wrong with it."""
    for each in value if parameter.many else (value,):
        if isinstance(each, str) and not isinstance(each, Ref):
            _check_text(parameter, each)
        if isinstance(each, date):
            _check_date(parameter, each)
        if isinstance(each, int) and not 0 <= each <= MOST_NUMBER:
            raise NumberUnfit(parameter.name, each, MOST_NUMBER)
    return value


def check_near(field: str, since: date, now: datetime) -> None:
    """Refuse what would begin so far ahead that it can only be a mistake."""
    if since > (latest := now.astimezone(CHINA).date() + AHEAD):
        raise DateUnfit(field, since, EARLIEST, latest)


def _check_count(parameter: Parameter, value: Any) -> None:
    if parameter.many and len(value or ()) > MOST_ITEMS:
        raise TooMany(parameter.name, len(value), MOST_ITEMS)


def _check_date(parameter: Parameter, value: date) -> None:
    day = value.date() if isinstance(value, datetime) else value
    if not EARLIEST <= day <= LATEST:
        raise DateUnfit(parameter.name, day, EARLIEST, LATEST)


def _check_text(parameter: Parameter, text: str) -> None:
    nfc = unicodedata.is_normalized("NFC", text)
    lines = parameter.text.longest > PLAIN_TEXT.longest
    controlled = not text.isprintable() and any(
        unicodedata.category(c) in UNREADABLE and not (lines and c == "\n") for c in text
    )
    if not text.strip() or len(text) > parameter.text.longest or not nfc or controlled:
        raise TextUnfit(parameter.name, len(text), parameter.text.longest, nfc)


def _kind(state: type[State]) -> str:
    return snake(state.__name__) if is_kind(state) else key_kinds(state)[0]


def _is_ledger(state: type[State]) -> bool:
    return state is not State and key_kinds(state) == ("ledger",)


def _keys(parameter: Parameter, value: Any, kinds: Mapping[str, Ref[Any]]) -> Iterator[Key]:
    state = parameter.state
    if state is not None and state is not State and len(key_fields(state)) > 1:
        mine = {**kinds, value.kind: value} if parameter.acting and isinstance(value, Ref) else kinds
        yield Key(state, tuple(mine[kind] for kind in key_kinds(state)))
        return
    for ref in (value if parameter.many else (value,)) or ():
        if ref is not None:
            yield Key(_state_of(parameter, ref), (ref,))


def _state_of(parameter: Parameter, ref: Ref[Any]) -> type[State]:
    state = KINDS.get(ref.kind) if parameter.state is State else parameter.state
    if state is None or key_kinds(state)[0] != ref.kind:
        raise ThingUnknown(ref, parameter.name)
    return state


def _parameter(name: str, hint: Any, default: Any) -> Parameter:
    hint, marks = _unwrapped(hint)
    optional = many = False
    if get_origin(hint) in (Union, UnionType):
        optional, hint = True, next(option for option in get_args(hint) if option is not NoneType)
        hint, inner = _unwrapped(hint)
        marks += inner
    if get_origin(hint) is tuple:
        many, (hint, more) = True, _unwrapped(get_args(hint)[0])
        marks += more
    state = hint if isinstance(hint, type) and issubclass(hint, State) else None
    value = None if state else field_of(name, hint)
    text = next((mark for mark in marks if isinstance(mark, Text)), PLAIN_TEXT)
    born = next((mark for mark in marks if isinstance(mark, Born)), None)
    acting = any(isinstance(mark, ByActor) for mark in marks)
    veil = next((mark.of for mark in marks if isinstance(mark, Veil)), "")
    opens = next((mark.purpose for mark in marks if isinstance(mark, Open)), None)
    past = any(isinstance(mark, HasCome) for mark in marks)
    return Parameter(name, state, value, text, born, acting, many, optional, default, veil, opens, past)


def _unwrapped(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    if get_origin(hint) is Annotated:
        return hint.__origin__, hint.__metadata__
    return hint, ()
