"""Lists of events in SQL: of a ledger, of a thing, of a figure; each event as its own type."""

from collections.abc import Callable
from typing import NamedTuple

from api.lists import event_cursor, page_length, tags_in, text
from api.pages import Listing, Sets, page
from api.selections import Chosen
from api.statement import At, Statement, literal
from api.ways import named_type, object_type
from domain.events import Audience
from projections.log import LOG_COLUMNS, STAFF_COLUMNS
from projections.rows import LEDGER

__all__ = ["Happenings", "Source", "correcting", "event_object", "happened", "of_ledger", "of_thing", "one_event"]


class Source(NamedTuple):
    """Which events: SQL after FROM, with the log as `l`, its conditions, and the column of their order."""

    tables: str
    conditions: tuple[str, ...]
    position: str


From = Callable[[Statement, At, str, Chosen], Source]


class Happenings(NamedTuple):
    """A connection of events."""

    of: From

    def sql(self, statement: Statement, at: At, alias: str, chosen: Chosen) -> str:
        tables, conditions, position = self.of(statement, at, alias, chosen)
        known = () if at.known is None else (f"{position} <= {at.known}",)
        where = " and ".join((*conditions, *known, *_allowed(statement, "l"))) or "true"
        after = chosen.given.get("after")
        statement.require(after, event_cursor)
        seek = "" if after is None else f" and {position} > {statement.parameter(after, 'bigint', event_cursor)}"
        listing = Listing(
            columns=", ".join(f'l."{name}"' for name in _columns(statement)),
            items=f"{tables} where {where}{seek}",
            total=f"{tables} where {where}",
            order=f"order by {position}",
            size=page_length(statement, chosen),
            cursor=lambda b: f"{b}.position::text",
            node=lambda b, sets: event_object(statement, at, b, sets),
        )
        return page(statement, object_type(chosen), listing, chosen)


def of_ledger(statement: Statement, at: At, _alias: str, chosen: Chosen) -> Source:
    types, tags = chosen.given.get("types"), chosen.given.get("tags")
    conditions = [f"l.{LEDGER} = {at.ledger}"]
    if types and statement.now(types):
        conditions.append(f"l.type = any({statement.parameter(types, 'text[]', _texts)})")
    if back := chosen.given.get("backdatedDays"):
        conditions.append(f"l.backdated_days >= {statement.parameter(back, 'bigint')}")
    if late := chosen.given.get("daysLate"):
        conditions.append(f"l.days_late >= {statement.parameter(late, 'bigint')}")
    if not (tags and statement.now(tags)):
        return Source("log l", tuple(conditions), "l.position")
    wanted = statement.parameter(tags, "text[]", tags_in)
    shown = f"not exists (select from unnest({wanted}) w (tag) where not {statement.shows('w.tag')})"
    conditions += [f"t.{LEDGER} = {at.ledger}", f"t.tag = ({wanted})[1]", f"l.tags @> {wanted}", shown]
    return Source(_TAGGED, tuple(conditions), "t.position")


def correcting(_statement: Statement, at: At, alias: str, _chosen: Chosen) -> Source:
    return Source("log l", (f"l.{LEDGER} = {at.ledger}", f"l.corrects = {alias}.position"), "l.position")


def one_event(statement: Statement, at: At, condition: str, chosen: Chosen) -> str:
    """The one event that meets a condition of its row, `l`, if it may be seen and was there by then."""
    e, known = statement.alias(), () if at.known is None else (f"l.position <= {at.known}",)
    where = " and ".join((f"l.{LEDGER} = {at.ledger}", condition, *known, *_allowed(statement, "l")))
    columns = ", ".join(f'l."{name}"' for name in _columns(statement))
    body = event_object(statement, at, e, chosen.sets)
    return f"(select {body} from (select {columns} from log l where {where}) {e})"


def of_thing(_statement: Statement, at: At, alias: str, _chosen: Chosen) -> Source:
    return Source(_TAGGED, (f"t.{LEDGER} = {at.ledger}", f"t.tag = {alias}.id"), "t.position")


_TAGGED = "log_tag t join log l on l.ledger = t.ledger and l.position = t.position"


def happened(statement: Statement, at: At, position: str, told: Callable[[str], str]) -> str:
    """Something of the event at a position, by the alias of its row in the log; null if it is not for the caller."""
    a = statement.alias()
    where = (f"{a}.{LEDGER} = {at.ledger}", f"{a}.position = {position}", *_allowed(statement, a))
    return f"(select {told(a)} from log {a} where {' and '.join(where)})"


def event_object(statement: Statement, at: At, alias: str, sets: Sets) -> str:
    """An event by its type; types that no fragment names look alike and are written once."""
    named = statement.selector.mentioned(sets)
    own, rest = [], None
    for name, event in statement.catalogue.events.items():
        if not statement.sees(event.audience):
            continue
        if name in named:
            own.append(f"when {literal(name)} then {_object(statement, at, name, alias, sets)}")
        elif rest is None:
            rest = _object(statement, at, name, alias, sets, typename=f"{alias}.type")
    otherwise = rest or "null::json"
    return f"(case {alias}.type {' '.join(own)} else {otherwise} end)" if own else otherwise


def _object(statement: Statement, at: At, name: str, alias: str, sets: Sets, *, typename: str | None = None) -> str:
    return statement.object(named_type(statement, name), sets, at, alias, typename)


def _columns(statement: Statement) -> list[str]:
    staff = statement.sees(Audience.STAFF)
    return [name for name in (LEDGER, *LOG_COLUMNS) if staff or name not in STAFF_COLUMNS]


def _allowed(statement: Statement, alias: str) -> tuple[str, ...]:
    """The first wall; the second are the row policies of the database role."""
    seen = [audience.name for audience in Audience if statement.sees(audience)]
    if len(seen) == len(Audience):
        return ()
    return (f"{alias}.audience in ({', '.join(map(literal, seen))})",)


def _texts(values: list[str]) -> list[str]:
    return [text(value) for value in values]
