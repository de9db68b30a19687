"""Rows: what people read, and what each event does to them, declared side by side.

A row class names its columns and, in `on`, the events that change it; from that follow its table with all history, its
indexes, its GraphQL type and the compiled folding. The event stands on the left, what happens to the row on the right.
"""

from datetime import date, datetime
from functools import cached_property
from typing import ClassVar, NamedTuple
from typing import get_type_hints as hints

import msgspec

from domain.events import Audience, Field, Hundredths, field_of, is_confidential
from domain.memo import memo
from domain.words import WORDS, snake, words_of
from projections.changes import Declared, Misdeclared, Plan, listed, plan
from projections.verbs import Changes, add, around, at, becomes, its, left, new, put

__all__ = [
    "BORN",
    "LEDGER",
    "ROWS",
    "SINCE",
    "UNTIL",
    "By",
    "Changes",
    "Misdeclared",
    "Row",
    "Shape",
    "add",
    "around",
    "at",
    "becomes",
    "by",
    "changing",
    "columns",
    "dated",
    "declared",
    "history_of",
    "its",
    "kind_of",
    "left",
    "measured",
    "new",
    "ordered",
    "plans",
    "public_columns",
    "put",
    "shape",
    "table_of",
    "voidable",
]

LEDGER, BORN, SINCE, UNTIL = "ledger", "born", "known_since", "known_until"
"""The columns of the machinery; positions, and not `since` and `until`, which are when something holds in the world."""
TAKEN = {LEDGER, UNTIL, "cursor", "rn"}
"""No row has columns of these names: the machinery's, and what a page gives to its rows."""

ROWS: list[type["Row"]] = []
ORDERABLE = {str, int, Hundredths, date, datetime}


class By(NamedTuple):
    """A list of rows by one column: a filter argument, an index, and for a reference the reverse connection."""

    column: str


def by(column: str) -> By:
    return By(column)


class Row(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Base of rows: `class Grid(Row, frozen=True, kw_only=True)` with `id` as its key; rows are never deleted."""

    born: int = 0
    known_since: int = 0

    on: ClassVar[Changes] = {}
    lists: ClassVar[tuple[By, ...]] = ()
    orders: ClassVar[tuple[str, ...]] = ()
    """The columns that lists may go by, either way; each has an index."""
    measures: ClassVar[tuple[str, ...]] = ()
    """The number columns that lists may be summed by."""
    ends: ClassVar[tuple[str, ...]] = ("until",)
    """Of rows that hold from `since` on: the day they no longer hold, in the first of these that is not null."""
    until_next: ClassVar[str] = ""
    """Instead: they hold until the next of the same, by this column."""
    plural: ClassVar[str] = ""
    audience: ClassVar[Audience] = Audience.PUBLIC
    origins: ClassVar[tuple[str, ...]] = ()
    """The columns that name what the thing was brought about for."""
    own: ClassVar[tuple[str, ...]] = ()
    """The columns of persons who may read all of a row that names them, whoever else may not."""
    varies: ClassVar[tuple[str, ...]] = ()
    """Columns that change otherwise than by `on`."""
    address: ClassVar[str] = ""
    """Where over HTTP the thing itself is, of its ledger and of columns: `/files/{ledger}/{sha256}`."""
    listed: ClassVar[bool] = True
    """False for what is found by its id alone."""
    registered: ClassVar[bool] = True
    """False for the machinery's own tables."""

    def __init_subclass__(cls) -> None:
        """Only what needs no field: msgspec fills in the fields after this."""
        super().__init_subclass__()
        if "plural" not in cls.__dict__:
            cls.plural = f"{cls.__name__[0].lower()}{cls.__name__[1:]}s"
        if cls.registered:
            ROWS.append(cls)


class Shape:
    """A row class taken apart, once; each part complains when it is first wanted."""

    def __init__(self, row: type[Row]) -> None:
        self.row = row
        self.table = snake(row.__name__)
        self.history = f"{self.table}_history"

    @cached_property
    def columns(self) -> tuple[Field, ...]:
        types = hints(self.row)
        names = [name for name in self.row.__struct_fields__ if name not in (BORN, SINCE)]
        if names[:1] != ["id"] or TAKEN & set(names):
            raise Misdeclared(f"{self.row.__name__}: `id` comes first, and {', '.join(sorted(TAKEN))} are taken")
        return tuple(field_of(name, types[name]) for name in names)

    @cached_property
    def kind(self) -> str | None:
        """Of the things that the rows are about; None: keys of the row's own making, or things of any kind."""
        key = self.columns[0]
        return key.kinds[0] if len(key.kinds) == 1 else None

    @cached_property
    def required(self) -> frozenset[str]:
        return frozenset(f.name for f in msgspec.structs.fields(self.row) if f.required)

    @cached_property
    def plans(self) -> tuple[Plan, ...]:
        row = Declared(self.row, self.kind, {column.name: column for column in self.columns}, self.required)
        return tuple(plan(row, event, change) for event, change in self.row.on.items())

    @cached_property
    def changing(self) -> frozenset[str]:
        """The columns that can change after the row is born."""
        changes = listed(self.plans)
        return (
            frozenset(column.name for column in self.columns[1:]) if changes is None else changes | {*self.row.varies}
        )

    def check(self) -> None:
        """The declaration makes sense and all of it is told in both languages."""
        words_of(self.row)
        names = {column.name for column in self.columns}
        for column in self.columns[1:]:
            if column.name not in WORDS:
                raise Misdeclared(f"{self.row.__name__}: {column.name} is not described")
        for column_name in sorted({each.column for each in self.row.lists} - names):
            raise Misdeclared(f"{self.row.__name__}: lists by {column_name}, which is no column")
        sortable = {column.name for column in self.columns if column.type in ORDERABLE and not column.many}
        for name in sorted({*self.row.orders} - sortable):
            raise Misdeclared(f"{self.row.__name__}: {name} gives no order")
        numbers = {column.name for column in self.columns if column.type in {int, Hundredths} and not column.many}
        for name in sorted({*self.row.measures} - numbers):
            raise Misdeclared(f"{self.row.__name__}: {name} is no number")
        sure = {column.name for column in self.columns if not column.optional}
        for name in sorted({self.row.until_next} - sure - {""}):
            raise Misdeclared(f"{self.row.__name__}: holds until the next by {name}, which not every row has")
        persons = {column.name for column in self.columns if column.kinds == ("person",)}
        for name in sorted({*self.row.own} - persons):
            raise Misdeclared(f"{self.row.__name__}: {name} is no person")
        if self.row.until_next and "voided" in names:
            raise Misdeclared(f"{self.row.__name__}: holds until the next, which may be void")
        _ = self.plans, self.changing


@memo
def shape(row: type[Row]) -> Shape:
    return Shape(row)


def declared() -> tuple[type[Row], ...]:
    """All rows, checked: what is wrong with a declaration is told with the row, the event and the field."""
    for row in ROWS:
        shape(row).check()
    tables = [table_of(row) for row in ROWS]
    if len(set(tables)) < len(tables):
        raise Misdeclared(f"two rows in one table: {sorted(tables)}")
    return tuple(ROWS)


def columns(row: type[Row]) -> tuple[Field, ...]:
    """The declared columns, `id` first, without the machinery's."""
    return shape(row).columns


def public_columns(row: type[Row]) -> tuple[Field, ...]:
    """Those that everybody of the row's audience may read: all but the confidential ones."""
    return tuple(column for column in columns(row) if not is_confidential(column))


def ordered(row: type[Row]) -> tuple[Field, ...]:
    """The columns that lists of the rows may go by."""
    by_name = {column.name: column for column in columns(row)}
    return tuple(by_name[name] for name in row.orders)


def measured(row: type[Row]) -> tuple[Field, ...]:
    """The columns that lists of the rows may be summed by."""
    by_name = {column.name: column for column in columns(row)}
    return tuple(by_name[name] for name in row.measures)


def dated(row: type[Row]) -> bool:
    """Whether the rows say from when to when they hold; one that is `voided` never did."""
    names = {column.name for column in columns(row)}
    return "since" in names and (bool(row.until_next) or names.issuperset(row.ends))


def voidable(row: type[Row]) -> bool:
    """Whether rows may be void (BR-84), and then hold on no day."""
    return any(column.name == "voided" for column in columns(row))


def table_of(row: type[Row]) -> str:
    return shape(row).table


def history_of(row: type[Row]) -> str:
    return shape(row).history


def kind_of(row: type[Row]) -> str | None:
    return shape(row).kind


def plans(row: type[Row]) -> tuple[Plan, ...]:
    return shape(row).plans


def changing(row: type[Row]) -> frozenset[str]:
    return shape(row).changing
