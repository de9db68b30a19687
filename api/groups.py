"""How many rows of a list there are of each value of a column, under the list's own conditions, day and moment."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Any

from strawberry.types.enum import EnumValue, StrawberryEnumDefinition

from api import reading
from api.declared import Argument, Field, listed, object_type, optional
from api.listed import Listed, pairs
from api.lists import PAGE_ARGUMENTS, filters, page_length, page_size
from api.naming import told, words
from api.orders import MARKS
from api.reading import Found, Page
from api.scalars import spelling
from api.selections import Chosen
from api.statement import At, built, literal, quoted
from api.ways import of_any_kind
from domain.events import Field as Column
from domain.events import Ref
from domain.memo import memo
from domain.words import Words
from projections.rows import Row

__all__ = ["GroupFields", "groups"]

YES_NO = {"true": Words("Yes", "是"), "false": Words("No", "否")}


def groups(of: Listed, chosen: Chosen) -> str:
    statement, g, size = of.statement, of.statement.alias(), page_length(of.statement, chosen)
    if of.source is None:
        return "'[]'::json"
    column = _grouped(of.row, statement.now(chosen.given["by"]))
    value = f"{of.alias}.{quoted(column.name)}"
    each = f"select {f'unnest({value})' if column.many else value} as value from {of.source(column.name)}"
    collation = ' collate "C"' if spelling(column.type).cast == "text" else ""
    ranked = f"order by count(*) desc, x.value{collation} nulls last limit {size}"
    shown = f"where {statement.shows('x.value', column.kinds)} or x.value is null" if column.type is Ref else ""
    counts = f"select x.value, count(*)::int as count from ({each}) x {shown} group by x.value {ranked}"
    body = built(pairs(statement, chosen, lambda name, inner: _of_group(of, column, g, name, inner)))
    best = f"{g}.count desc, {g}.value{collation} nulls last"
    return f"(select coalesce(json_agg({body} order by {best}), '[]') from ({counts}) {g})"


def _of_group(of: Listed, column: Column, g: str, name: str, chosen: Chosen) -> str:
    value = _spelled(column, of.at, f"{g}.value")
    match name:
        case "count":
            return f"{g}.count"
        case "thing":
            return of_any_kind(of.statement, of.at, f"{g}.value", chosen) if column.type is Ref else "null::json"
        case "label" if labels := _labels(column):
            language = of.statement.language
            cases = (
                f"when {literal(each)} then {literal(said.in_language(language))}" for each, said in labels.items()
            )
            return f"(case {value} {' '.join(cases)} end)"
        case _:
            return value


def _spelled(column: Column, at: At, value: str) -> str:
    """As a text, whatever it is."""
    if column.type is Ref:
        return f"({at.ledger} || ':' || {value})"
    return MARKS[column.type].sql(value) if column.type in MARKS else f"{value}::text"


def _told(column: Column, ledger: str, value: Any) -> str | None:
    if value is None:
        return None
    if column.type is Ref:
        return f"{ledger}:{value}"
    if column.type is bool:
        return "true" if value else "false"
    return MARKS[column.type].python(value) if column.type in MARKS else str(value)


def _labels(column: Column) -> Mapping[str, Words]:
    if column.type is bool:
        return YES_NO
    members = getattr(column.type, "__members__", {})
    return {name: member.words for name, member in members.items()}


def _grouped(row: type[Row], asked: Any) -> Column:
    name = asked.name if isinstance(asked, Enum) else asked
    return next(column for column in filters(row) if column.name.upper() == name)


class GroupFields:
    """The field of connections that counts so, and its types."""

    def __init__(self, node: Any) -> None:
        self.group = _group_type(node)

    def of(self, row: type[Row]) -> Iterator[Field]:
        if row.lists:
            by = Argument("by", _grouping_type(row), "By which column.\n按哪一列。")
            said = "How many there are of each value, the most first.\n各取值的数量，由多到少。"
            yield Field("groups", listed(self.group), said, _reading(row), None, [by, PAGE_ARGUMENTS[0]])


def _group_type(node: Any) -> Any:
    def of(get: Callable[[Found], Any]) -> Any:
        return lambda found, *_: get(found)

    value, label = (
        "The value; none: of those that have none.\n取值；空为无此项者。",
        "The value for people.\n取值的名称。",
    )
    fields = [
        Field("value", optional(str), value, of(_value)),
        Field("label", optional(str), label, of(_label)),
        Field("thing", optional(node), "The thing, where the value is one.\n取值所指的事物。", _read_thing),
        Field("count", int, "How many.\n数量。", of(lambda found: found.row["count"])),
    ]
    return object_type("Group", "Those of a list that have the same value.\n列表中取值相同的一组。", fields)


@memo
def _grouping_type(row: type[Row]) -> StrawberryEnumDefinition:
    name, columns = f"{row.__name__}Grouping", list(filters(row))
    values = [EnumValue(each.name.upper(), each.name.upper(), description=told(each.name)) for each in columns]
    kind = Enum(name, {each.name.upper(): each.name.upper() for each in columns})  # type: ignore[misc]
    first, last = words(row).split("\n")
    return StrawberryEnumDefinition(
        kind, name, values, f"What a list may be counted by: {first}\n列表的分组方式：{last}"
    )


def _value(found: Found) -> str | None:
    return _told(found.row["column"], found.here.ledger, found.row["value"])


def _label(found: Found) -> str | None:
    value = _value(found)
    words_ = _labels(found.row["column"]).get(value or "")
    return words_.in_language(found.here.reader.language) if words_ else value


async def _read_thing(found: Found, *_: Any) -> Found | None:
    return await reading.find_any(found.here, found.row["value"]) if found.row["column"].type is Ref else None


def _reading(row: type[Row]) -> Any:
    async def read(page: Page, _context: Any, given: Mapping[str, Any]) -> list[Found]:
        """Counted one by one."""
        most, counts, column = page_size(given.get("first")), Counter[Any](), _grouped(row, given["by"])
        values = await page.each(f'unnest("{column.name}")' if column.many else f'"{column.name}"')
        counts.update(value for value in values if column.type is not Ref or page.here.reader.shows(value))
        ranked = sorted(counts.items(), key=lambda each: (-each[1], each[0] is None, each[0]))
        return [Found("Group", page.here, {"value": v, "count": n, "column": column}) for v, n in ranked[:most]]

    return read
