"""Figures: the numbers that reports quote, kept by counting rows as they change, with the things that were counted.

A figure counts the rows of one class that pass `where`, or the distinct things that `thing` finds in them; sums a
number of theirs; tells the least of it; or sets one figure over another, as a share or a mean. All is integers: a
percentage or a mean is worked out only when it is told.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from domain.memo import memo
from domain.words import Labelled, Words
from projections.rows import By, Misdeclared, Row, by

__all__ = [
    "FIGURES",
    "Counted",
    "Figure",
    "FigureSpec",
    "Unit",
    "counting",
    "counts",
    "figures_of",
    "least",
    "mean",
    "ratio",
    "sums",
    "tenths_of_mean",
    "tenths_of_percent",
]

R = TypeVar("R", bound=Row)


class Unit(Labelled):
    """What a figure's number measures.
    数值的计量单位。"""

    COUNT = "A count", "个数"
    PERCENT = "Percent", "百分比"
    SQUARE_METRE = "Square metres", "平方米"
    YEARS = "Years of age", "岁"


class Figure(Row, frozen=True, kw_only=True):
    """A number that reports quote; a ratio is its value over its denominator.
    报告所引用的数字；比率为分子比分母。"""

    registered: ClassVar = False
    varies: ClassVar = ("value", "denominator")
    id: str
    value: int
    denominator: int | None = None


class Counted(Row, frozen=True, kw_only=True):
    """A thing that a figure counts, and the position of the event that made it count.
    计入某项数字的事物，及使其计入的事件的位置。"""

    registered: ClassVar = False
    varies: ClassVar = ("n", "amount", "position")
    lists: ClassVar[tuple[By, ...]] = (by("figure"),)
    id: str
    figure: str
    thing: str
    n: int
    """How many rows make it count; 0: no longer counted."""
    amount: int
    """What these rows come to, of a figure that sums."""
    position: int


@dataclass(frozen=True, eq=False)
class FigureSpec:
    """How a figure comes about; the rows it counts, or the two figures of a ratio."""

    key: str
    words: Words
    unit: Unit
    row: type[Row] | None = None
    where: Callable[[Any], bool] | None = None
    thing: Callable[[Any], str | Iterable[str] | None] | None = None
    of: str | None = None
    over: str | None = None
    amount: Callable[[Any], int] | None = None
    """What a row adds, of a figure that sums or tells the least."""
    scale: int = 1
    """How many of the amount make one of the unit: 100 for hundredths."""
    least: bool = False

    def things(self, row: Any) -> tuple[tuple[str, int], ...]:
        """What this row makes count, each with its amount."""
        if row is None or (self.where is not None and not self.where(row)):
            return ()
        thing = row.id if self.thing is None else self.thing(row)
        amount = 0 if self.amount is None else self.amount(row)
        return tuple((each, amount) for each in ((thing,) if isinstance(thing, str) else thing or ()))

    @property
    def is_mean(self) -> bool:
        return self.over is not None and self.unit is not Unit.PERCENT


FIGURES: dict[str, FigureSpec] = {}


def counts(
    key: str,
    zh: str,
    en: str,
    row: type[R],
    *,
    unit: Unit = Unit.COUNT,
    where: Callable[[R], bool] | None = None,
    thing: Callable[[R], str | Iterable[str] | None] | None = None,
) -> FigureSpec:
    """Count the rows that pass `where`; with `thing` the distinct things they name."""
    return _declare(FigureSpec(key, Words(en, zh), unit, row, where, thing))


def sums(
    key: str,
    zh: str,
    en: str,
    row: type[R],
    amount: Callable[[R], int],
    *,
    unit: Unit = Unit.COUNT,
    scale: int = 1,
    where: Callable[[R], bool] | None = None,
) -> FigureSpec:
    """Sum a number of the rows that pass `where`; `scale`: 100 if it is in hundredths of the unit."""
    return _declare(FigureSpec(key, Words(en, zh), unit, row, where, amount=amount, scale=scale))


def least(
    key: str,
    zh: str,
    en: str,
    row: type[R],
    amount: Callable[[R], int],
    *,
    unit: Unit,
    scale: int = 1,
    where: Callable[[R], bool] | None = None,
) -> FigureSpec:
    """The least of a number of the rows that pass `where`; of none there is none."""
    return _declare(FigureSpec(key, Words(en, zh), unit, row, where, amount=amount, scale=scale, least=True))


def mean(key: str, zh: str, en: str, *, of: str, over: str) -> FigureSpec:
    """One figure that sums, divided by one that counts; in the unit of the sum."""
    for part in (of, over):
        if part not in FIGURES or FIGURES[part].row is None:
            raise Misdeclared(f"{key}: {part} is no figure that sums or counts")
    summed = FIGURES[of]
    return _declare(FigureSpec(key, Words(en, zh), summed.unit, of=of, over=over, scale=summed.scale))


def ratio(key: str, zh: str, en: str, *, of: str, over: str) -> FigureSpec:
    """One counted figure as a share of another."""
    for part in (of, over):
        if part not in FIGURES or FIGURES[part].row is None:
            raise Misdeclared(f"{key}: {part} is no figure that counts")
    return _declare(FigureSpec(key, Words(en, zh), Unit.PERCENT, of=of, over=over))


def tenths_of_mean(value: int, over: int, scale: int) -> int | None:
    """A mean in tenths of the unit, half up: 390000 hundredths over 3 → 13000; of nothing there is none."""
    return (20 * value + over * scale) // (2 * over * scale) if over else None


def tenths_of_percent(value: int, over: int) -> int | None:
    """A share in tenths of a percent, half up: 113 of 156 → 724; of nothing there is no share."""
    return (2000 * value + over) // (2 * over) if over else None


@memo
def counting(row: type[Row]) -> tuple[FigureSpec, ...]:
    """The figures that count rows of this class."""
    return tuple(spec for spec in FIGURES.values() if spec.row is row)


@memo
def figures_of(counted: str) -> tuple[tuple[str, str], ...]:
    """Which numbers change with a count: (figure, `value` or `denominator`), the count itself first."""
    parts = [
        (s.key, name)
        for s in FIGURES.values()
        for name, of in (("value", s.of), ("denominator", s.over))
        if of == counted
    ]
    return ((counted, "value"), *parts)


def _declare(spec: FigureSpec) -> FigureSpec:
    if FIGURES.setdefault(spec.key, spec) is not spec:
        raise Misdeclared(f"two figures named {spec.key}")
    return spec
