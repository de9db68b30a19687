"""Differences: from the versions of a row to its changes, one for each column that became another, in SQL."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from api.catalogue import Catalogue
from api.errors import CursorInvalid
from api.listed import Listed
from api.lists import event_cursor, page_length
from api.moments import known_at
from api.naming import camel
from api.pages import Listing, empty, page
from api.selections import Chosen, Unfit
from api.statement import At, Statement, literal, quoted
from api.values import Column
from api.ways import named_type, public_id
from api.ways import object_type as type_of
from domain.events import Audience, Field, Ref, is_confidential
from domain.words import WORDS
from projections.rows import LEDGER, SINCE, Row, columns, history_of, table_of

__all__ = ["Changes", "Shown", "cursor_of", "shown"]


class Shown(NamedTuple):
    """A column as an audience may see it."""

    number: int
    column: Field
    kinds: tuple[str, ...] | None
    """Things of these kinds only; None: whatever it is."""

    @property
    def name(self) -> str:
        return camel(self.column.name)

    def label(self, language: str) -> str:
        words = WORDS.get(self.column.name)
        return words.in_language(language).rstrip(".。") if words else self.name

    def sql(self) -> str:
        """What may be seen of it, in the row `v`."""
        held = f"v.{quoted(self.column.name)}"
        if self.kinds is None:
            return held
        fit = f"split_part({{}}, ':', 1) = any(array[{', '.join(map(literal, self.kinds))}]::text[])"
        if not self.column.many:
            return f"case when {fit.format(held)} then {held} end"
        some = f"array(select r from unnest({held}) with ordinality x(r, n) where {fit.format('r')} order by n)"
        return f"case when {held} is not null then {some} end"

    def seen(self, value: Any) -> Any:
        """The same in Python."""
        if self.kinds is None or value is None:
            return value
        if self.column.many:
            return [each for each in value if each.partition(":")[0] in self.kinds]
        return value if value.partition(":")[0] in self.kinds else None


def shown(row: type[Row], catalogue: Catalogue, audience: Audience) -> Iterator[Shown]:
    visible = {kind for kind, _ in catalogue.visible(audience)}
    for number, column in enumerate(columns(row)[1:]):
        if is_confidential(column):
            continue
        if column.type is not Ref:
            yield Shown(number, column, None)
        elif len(column.kinds) != 1:
            yield Shown(number, column, tuple(sorted(visible & set(column.kinds or visible))))
        elif column.kinds[0] in visible or column.kinds[0] not in catalogue.nodes:
            yield Shown(number, column, None)


class Changes(NamedTuple):
    """The way of a thing's changes into SQL."""

    row: type[Row]

    def sql(self, statement: Statement, at: At, alias: str, chosen: Chosen) -> str:
        each = list(shown(self.row, statement.catalogue, statement.audience))
        since, until = _between(statement, at, chosen)
        after, read = chosen.given.get("after"), cursor_of(self.row)
        statement.require(after, read)
        if not statement.sees(self.row.audience):
            return empty(statement, type_of(chosen), chosen, Listed(statement, at, self.row))
        seek = ""
        if after is not None:
            position = statement.parameter(after, "bigint", lambda cursor: read(cursor)[0])
            number = statement.parameter(after, "bigint", lambda cursor: read(cursor)[1])
            seek = f" and (c.{SINCE}, x.n) > ({position}, {number})"
        values = ", ".join(_compared(statement, at, column) for column in each)
        told = f"(values {values}) x(n, field, label, before, after, changed)" if each else NOTHING
        source = f"{self._versions(at, alias, each)} c cross join lateral {told}"
        source += f" where x.changed and c.{SINCE} > {since} and c.{SINCE} <= {until}"
        kind = named_type(statement, "Change")
        listing = Listing(
            columns=f"c.{SINCE} as position, x.n, x.field, x.label, x.before, x.after",
            items=source + seek,
            total=source,
            order=f"order by c.{SINCE}, x.n",
            size=page_length(statement, chosen),
            cursor=lambda b: f"({b}.position || '.' || {b}.field)",
            node=lambda b, sets: statement.object(kind, sets, at, b),
        )
        return page(statement, type_of(chosen), listing, chosen)

    def _versions(self, at: At, alias: str, each: list[Shown]) -> str:
        """All versions of the row, each with what its columns held before."""
        names = ", ".join([LEDGER, "id", SINCE, *(quoted(one.column.name) for one in each)])
        tables = (f"select {names} from {quoted(table(self.row))}" for table in (table_of, history_of))
        held = (
            f", {one.sql()} as {quoted(one.column.name)}, lag({one.sql()}) over w as {quoted(_was(one).name)}"
            for one in each
        )
        mine = f"v.{LEDGER} = {at.ledger} and v.id = {alias}.id"
        return (
            f"(select v.{SINCE}{''.join(held)} from ({' union all '.join(tables)}) v"
            f" where {mine} window w as (order by v.{SINCE}))"
        )


NOTHING = "(select 0 as n, '' as field, '' as label, null::json as before, null::json as after, false as changed) x"


def _was(one: Shown) -> Field:
    return one.column._replace(name=f"was {one.column.name}")


def _compared(statement: Statement, at: At, one: Shown) -> str:
    before, after = (_json(at, column) for column in (_was(one), one.column))
    now, was = (f"c.{quoted(column.name)}" for column in (one.column, _was(one)))
    texts = f"{literal(one.name)}, {literal(one.label(statement.language))}"
    return f"({one.number}, {texts}, {before}, {after}, {now} is distinct from {was})"


def _json(at: At, column: Field) -> str:
    place = Column(column)
    return f"to_json({public_id(place, at, 'c') if column.type is Ref else place.json('c')})"


def _between(statement: Statement, at: At, chosen: Chosen) -> tuple[str, str]:
    """After and up to which position; moments that are amiss are for the standard executor to refuse."""
    given = {name: chosen.given[name] for name in ("from", "to") if name in chosen.given}
    last = at.known or f"(select p.position from projector p where p.ledger = {at.ledger})"
    if given and not at.ledger.startswith("\x02"):
        raise Unfit("moments within every ledger")
    found = {name: known_at(statement, at.ledger, getter).known or last for name, getter in given.items()}
    since, until = found.get("from", "0"), found.get("to", last)
    statement.checks += [f"{position} > {last}" for position in found.values()]
    if found:
        statement.checks.append(f"{since} > {until}")
    return since, until


def cursor_of(row: type[Row]) -> Callable[[str], tuple[int, int]]:
    """`12.name`: the position of a change, and its column."""
    numbers = {camel(column.name): number for number, column in enumerate(columns(row)[1:])}

    def read(cursor: str) -> tuple[int, int]:
        position, _, name = cursor.partition(".")
        if name not in numbers:
            raise CursorInvalid("after")
        return event_cursor(position), numbers[name]

    return read
