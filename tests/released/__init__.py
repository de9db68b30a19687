"""Released: what every ledger of the world may hold, one entry and one shape for each version of each event, for ever.

`make printed` adds what is missing and changes nothing that is there. A changed shape is a new version.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from api.catalogue import product
from domain.bodies import CHINA, to_body
from domain.events import Confidential, Event, Field, Hundredths, Personal, Position, Ref, fields_of
from infra.entries import EntryActor, NewEvent, Stamp, canonical, draft, moment, parse
from infra.seals import seal

__all__ = ["ENTRIES", "SHAPES", "add_missing", "complaints", "entries", "lines", "shapes"]

ENTRIES = Path(__file__).with_name("entries.jsonl")
"""Stored bytes, one entry a line."""
SHAPES = Path(__file__).with_name("shapes.txt")
"""`GrantEnded 1 STAFF grant:Ref[Grant] …` for an event, its version and audience; `Role.COUNTY` for a choice."""

NOON = datetime(2025, 3, 1, 12, tzinfo=CHINA)
ID = "01955017-2e00-7000-8000-000000000001"
BY = Stamp(EntryActor(person="person:li", role="COUNTY", grant="grant:1"), NOON, "command-1")


def lines(file: Path) -> list[str]:
    return file.read_text("utf-8").splitlines() if file.exists() else []


def shapes() -> list[str]:
    """The shapes of this release, and the choices that their fields offer."""
    events = list(product().events.values())
    kinds = {field.type for event in events for field in fields_of(event) if hasattr(field.type, "__members__")}
    choices = [f"{kind.__name__}.{name}" for kind in kinds for name in kind.__members__]
    return sorted([*map(_shape, events), *choices])


def entries() -> dict[tuple[str, int], str]:
    """An entry of each event of this release, every field filled in."""
    return {(name, event.version): _entry(event) for name, event in product().events.items()}


def complaints(released: Collection[str], present: Collection[str]) -> Iterator[str]:
    """What is and was not released, or was released and is no more, with what to do about it."""
    known, versions = set(map(_named, released)), dict(map(_named, present))
    for line in sorted({*present} - {*released}):
        if _named(line) in known:
            yield f"{line}: this version was released in another shape; add version={versions[_named(line)[0]] + 1}"
        else:
            yield f"{line}: not released yet; run make printed"
    for line in sorted({*released} - {*present}):
        name, version = _named(line)
        if version == 0 or version > versions.get(name, 0):
            yield f"{line}: ledgers hold it, so it stays as it is"


def add_missing() -> None:
    """Only what is missing: a line that is there is history."""
    known = [_key(line) for line in lines(ENTRIES)]
    added = [line for key, line in entries().items() if key not in known]
    _write(ENTRIES, sorted([*lines(ENTRIES), *added], key=_key))
    named = set(map(_named, lines(SHAPES)))
    fresh = [line for line in shapes() if _named(line) not in named]
    _write(SHAPES, sorted([*lines(SHAPES), *fresh]))


def _named(shape: str) -> tuple[str, int]:
    """Event and version; 0 for a choice."""
    name, *rest = shape.split()
    return name, int(rest[0]) if rest else 0


def _write(file: Path, told: list[str]) -> None:
    file.write_text("".join(f"{line}\n" for line in told), "utf-8")


def _key(entry: str) -> tuple[str, int]:
    told = parse(entry.encode())
    return told.type, told.version


def _shape(event: type[Event]) -> str:
    fields = sorted(f"{field.name}:{_type(field)}" for field in fields_of(event))
    return " ".join([event.__name__, str(event.version), event.audience.name, *fields])


def _type(field: Field) -> str:
    name = field.type.__name__
    if field.type is Ref:  # which of several kinds it names says nothing about how it is stored
        name += f"[{field.of.__name__ if len(field.kinds) == 1 else 'Any'}]"
    if field.type is Personal:
        name += f"[{field.of.__name__}]"
    return ("tuple[" + name + "]" if field.many else name) + ("?" if field.optional else "")


def _entry(event: type[Event]) -> str:
    body = to_body(event(**{field.name: _example(field) for field in fields_of(event)}))
    tags = sorted(each for f in fields_of(event) if f.type is Ref for each in _listed(body[f.name]))
    new = NewEvent(event.__name__, canonical(body), tags, ID, event.version, BY)
    return draft("140423", new, NOON).entry(1, moment(NOON).encode()).decode()


def _listed(value: Any) -> Iterable[str]:
    return value if isinstance(value, tuple) else [value]


def _example(field: Field) -> Any:
    one = _one(field)
    return (one,) if field.many else one


def _one(field: Field) -> Any:
    if field.type is Ref:
        return Ref(f"{field.kinds[0]}:1" if len(field.kinds) == 1 else "compound:1")
    if field.type is Personal:
        return Personal(seal("140423", "person:1", field.of.__name__.upper(), ID, field.name, "李文", bytes(32)))
    plain = {
        str: "一",
        Confidential: "一",
        bool: True,
        int: 1,
        Position: 1,
        Hundredths: 8330,
        date: NOON.date(),
        datetime: NOON,
    }
    return plain[field.type] if field.type in plain else next(iter(field.type.__members__.values()))
