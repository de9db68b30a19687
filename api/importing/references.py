"""References: what things there are in a ledger, to be found by their names where they lie, by a code, or by id.

They are read from the log itself, so that nothing has to be projected first. An event of a thing's own life that tells
a name gives it that name; whatever a file registers is found by its later rows.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from api.importing.cells import CellUnfit
from domain.bodies import from_body, personal_fields
from domain.events import EVENTS, Event, Personal, Ref, fields_of
from domain.states import KINDS, ancestors, handled
from infra.entries import Stored
from infra.matching import Item, Watched
from infra.seals import parse_token, unseal

__all__ = ["Known", "Register", "Within", "register_of"]

NAMES = ("name", "full_name")
Within = Mapping[str, frozenset[str]]
"""In which places, by kind."""


@dataclass
class Known:
    """A thing that there is, or that a row is about to register; `lost` if that row is wrong."""

    ref: Ref[Any]
    facts: dict[str, Any]
    around: Mapping[str, str]
    there: bool = True
    lost: bool = False
    ended: bool = False

    @property
    def name(self) -> str:
        return next((str(self.facts[name]) for name in NAMES if self.facts.get(name)), str(self.ref))

    def lies_in(self, within: "Within") -> bool:
        """Whether it may lie in one of these places of each kind; of what is lost not all is known."""
        return all(kind not in self.around or self.around[kind] in places for kind, places in within.items())


@dataclass
class Register:
    """The things of a ledger."""

    ledger: str
    things: dict[str, Known] = field(default_factory=dict)
    _by_text: dict[tuple[str, str], list[Known]] = field(default_factory=lambda: defaultdict(list))
    _inside: dict[tuple[str, str], list[Known]] = field(default_factory=lambda: defaultdict(list))

    def add(self, known: Known) -> Known:
        self.things[known.ref] = known
        for kind, place in known.around.items():
            if kind != known.ref.kind:
                self._inside[known.ref.kind, place].append(known)
        self._index(known)
        return known

    def tell(self, known: Known, facts: Mapping[str, Any]) -> None:
        """More of it, or what it is called now; the former name does not find it any more."""
        known.facts |= facts
        self._index(known)

    def inside(self, kind: str, place: str) -> list[Known]:
        """The things of a kind that lie there, in the order of their registration."""
        return [known for known in self._inside[kind, place] if not known.ended]

    def same(self, kind: str, key: Mapping[str, Any]) -> Known | None:
        """The thing that is known by just these facts."""
        told = next((value for value in key.values() if _is_text(value)), "")
        for known in self._of(kind, told):
            if all(known.facts.get(name) == value for name, value in key.items()):
                return known
        return None

    def find(self, kinds: Sequence[str], told: str, within: Within) -> Known:
        """The one thing of these kinds that is meant, in the places that the row names so far."""
        if ":" in told and (known := self._by_id(kinds, told)):
            return known
        found = list(self._meant(kinds, told, within))
        sound = [known for known in found if not known.lost] or found[:1]
        if len(sound) == 1:
            return sound[0]
        if not sound:
            raise CellUnfit(f"There is none of this name here: {told}.", f"此处没有“{told}”。")
        ways = [f"{self.ledger}:{known.ref}" for known in sound[:5]]
        raise CellUnfit(
            f"{len(sound)} have this name; fill in where it lies (as 永安社区/一号小区) or its id: {', '.join(ways)}.",
            f"有 {len(sound)} 个同名，请填写其所在（如“永安社区/一号小区”）或编号：{'、'.join(ways)}。",
        )

    def _meant(self, kinds: Sequence[str], told: str, within: Within) -> Iterator[Known]:
        *outer, name = told.split("/")
        for kind in kinds:
            mine = {place: ref for place, ref in within.items() if place in ancestors(kind)}
            for text, path in dict.fromkeys([(told, ()), (name, tuple(outer))]):
                for known in self._of(kind, text.strip()):
                    if known.lies_in(mine) and all(self._is_around(known, each.strip()) for each in path):
                        yield known

    def _is_around(self, known: Known, name: str) -> bool:
        return any(place in self.things and self.things[place].name == name for place in known.around.values())

    def _by_id(self, kinds: Sequence[str], told: str) -> Known | None:
        ledger, _, tag = told.partition(":")
        if ":" not in tag or tag.partition(":")[0] not in KINDS:
            return None
        if ledger != self.ledger:
            raise CellUnfit(f"This id is of another ledger, {ledger}.", f"此编号属于另一账本 {ledger}。")
        if (ref := Ref[Any](tag)).kind not in kinds:
            raise CellUnfit(
                f"This is the id of another kind of thing: {ref.kind}.", f"此编号属于另一类事物：{ref.kind}。"
            )
        if ref not in self.things:
            raise CellUnfit("There is no such id in this ledger.", "本账本没有此编号。")
        return self.things[ref]

    def _of(self, kind: str, told: str) -> list[Known]:
        present = [known for known in self._by_text[kind, told] if told in known.facts.values() and not known.ended]
        return list({known.ref: known for known in present}.values())

    def _index(self, known: Known) -> None:
        for value in known.facts.values():
            if _is_text(value):
                self._by_text[known.ref.kind, value].append(known)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not isinstance(value, Ref)


async def register_of(services: Any, ledger: str) -> Register:
    """All things of a ledger that have names."""
    types = {name: whose for name, event in EVENTS.items() if (whose := _owner(event))}
    loaded = await services.store.load(ledger, [Watched(Item((), tuple(sorted(types))), 0)])
    events = loaded.events if loaded else []
    keys = await services.keys.find_keys(ledger, sorted(_pairs(events)))
    register = Register(ledger)
    for stored in events:
        _note(register, stored, types[stored.type], keys)
    return register


def _owner(event: type[Event]) -> str | None:
    """The field with the thing whose life the event is of, or whose entry it corrects."""
    fields = fields_of(event)
    corrects = any(each.name == "corrects" for each in fields)
    told = any(each.name in {*NAMES, "ended"} for each in fields)
    for each in fields if told else ():
        if each.kinds and (event in handled(KINDS[each.kinds[0]]) or corrects):
            return each.name
    return None


def _note(register: Register, stored: Stored, owner: str, keys: Mapping[tuple[str, str], bytes]) -> None:
    event = from_body(stored.type, msgspec.json.decode(stored.body), stored.version)
    facts = {each.name: _opened(register.ledger, getattr(event, each.name), keys) for each in fields_of(type(event))}
    ref: Ref[Any] = facts.pop(owner)
    known = register.things.get(ref)
    if known is None:
        around = {tag.partition(":")[0]: tag for tag in stored.tags}
        register.add(Known(ref, facts, {kind: around[kind] for kind in ancestors(ref.kind) if kind in around}))
    elif not any(facts.get(name) for name in NAMES):
        known.ended = known.ended or facts.get("ended") is not None
    else:
        register.tell(known, facts)


def _pairs(events: Collection[Stored]) -> Iterator[tuple[str, str]]:
    for stored in events:
        body = msgspec.json.decode(stored.body) if personal_fields(EVENTS[stored.type]) else {}
        for name, *_ in personal_fields(EVENTS[stored.type]):
            if body.get(name):
                sealed = parse_token(body[name])
                yield sealed.subject, sealed.purpose


def _opened(ledger: str, value: Any, keys: Mapping[tuple[str, str], bytes]) -> Any:
    """Personal text in clear; none where its key was destroyed."""
    if not isinstance(value, Personal):
        return value
    sealed = parse_token(value)
    key = keys.get((sealed.subject, sealed.purpose))
    return unseal(ledger, value, key) if key else None
