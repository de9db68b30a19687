"""Gaps as an argument of lists: only what lacks something on a day."""

from collections.abc import Iterator
from enum import Enum
from typing import Any

from strawberry.types.enum import EnumValue, StrawberryEnumDefinition

from api.declared import Argument, optional
from api.errors import DayMissing
from api.naming import words
from api.selections import Chosen
from api.statement import At, Statement
from api.versions import Condition, source
from domain.memo import memo
from projections.gaps import asked, gaps_of, placed
from projections.rows import Row

__all__ = ["gap_arguments", "lacking"]

SAID = (
    "Only those that lack this on the day of `asOf`, which must be given.\n"
    "仅限在 asOf 当日有此缺口者，须同时给出 asOf。"
)


def gap_arguments(row: type[Row]) -> Iterator[Argument]:
    if gaps_of(row):
        yield Argument("gap", optional(_gap_type(row)), SAID)


def lacking(statement: Statement, at: At, row: type[Row], chosen: Chosen) -> Iterator[Condition]:
    getter, day = chosen.given.get("gap"), chosen.given.get("asOf")
    found = asked(row, getter and statement.now(getter))
    if found is None:
        return
    if day is None:
        statement.require(getter, _refuse)
        return
    on = statement.parameter(day, "date")
    sources = {each.__name__: source(statement, at, each) for each in found.reads}
    yield Condition(found.columns, lambda a: placed(found, sources, a=a, on=on), leads=False)


def _refuse(_value: Any) -> Any:
    raise DayMissing


@memo
def _gap_type(row: type[Row]) -> StrawberryEnumDefinition:
    name, gaps = f"{row.__name__}Gap", gaps_of(row)
    values = [EnumValue(each.name, each.name, description="\n".join(each.words)) for each in gaps.values()]
    kind = Enum(name, {each: each for each in gaps})  # type: ignore[misc]
    first, last = words(row).split("\n")
    return StrawberryEnumDefinition(kind, name, values, f"What may be lacking: {first}\n可能的缺口：{last}")
