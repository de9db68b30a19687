"""What the numbers of a list come to: sums and bounds, under the list's own conditions."""

from collections.abc import Callable, Iterator
from typing import Any

from api.declared import Field, add_fields, object_type, optional
from api.listed import Listed, pairs
from api.naming import camel, told, words
from api.reading import Page
from api.scalars import spelling
from api.selections import Chosen
from api.statement import built, quoted
from domain.events import Field as Column
from domain.events import Hundredths
from projections.rows import Row, measured

__all__ = ["MeasureFields", "measures"]


def measures(of: Listed, chosen: Chosen) -> str:
    """One object of all that is asked for, in one reading; one even where no number is (`having`)."""
    names = [column.name for column in measured(of.row)]
    found = pairs(of.statement, chosen, lambda name, inner: _measure(of, name, inner))
    return f"(select {built(found)}{f' from {of.source(*names)} having true' if of.source else ''})"


def _measure(of: Listed, name: str, chosen: Chosen) -> str:
    column = next(each for each in measured(of.row) if camel(each.name) == name)
    value = f"{of.alias}.{quoted(column.name)}"
    return built(pairs(of.statement, chosen, lambda part, _: _part(column, part, value) if of.source else "null::json"))


def _part(column: Column, part: str, value: str) -> str:
    if part == "sum" and column.type is not Hundredths:
        return f"sum({value})::float8"
    return spelling(column.type).sql(f"{part}({value})")


class MeasureFields:
    """The field of connections that says so, and its types."""

    def __init__(self) -> None:
        whole, exact = "Of whole numbers.\n整数的合计与上下限。", "Of exact amounts.\n精确数值的合计与上下限。"
        self.whole = _type("WholeMeasure", int, float, whole)
        self.exact = _type("DecimalMeasure", Hundredths, Hundredths, exact)

    def of(self, row: type[Row]) -> Iterator[Field]:
        if row.measures:
            first, last = words(row).split("\n")
            kind = object_type(f"{row.__name__}Measures", f"What the numbers come to: {first}\n数量汇总：{last}")
            add_fields(kind, map(self._measure, measured(row)))
            yield Field("measures", kind, "What their numbers come to.\n各项数量的汇总。", lambda page, *_: page)

    def _measure(self, column: Column) -> Field:
        async def read(page: Page, *_: Any) -> list[Any]:
            return [value for value in await page.each(f'"{column.name}"') if value is not None]

        kind = self.exact if column.type is Hundredths else self.whole
        return Field(camel(column.name), kind, told(column.name), read)


def _type(name: str, kind: Any, whole: Any, said: str) -> Any:
    fields = [
        Field("sum", optional(whole), "All together.\n合计。", _reading(sum)),
        Field("min", optional(kind), "The least.\n最小。", _reading(min)),
        Field("max", optional(kind), "The greatest.\n最大。", _reading(max)),
    ]
    return object_type(name, said, fields)


def _reading(whole: Callable[..., Any]) -> Any:
    return lambda values, *_: whole(values) if values else None
