"""Tallies: whether a vote of the owners adopts a matter, by area and by heads at once (Civil Code art. 278).

Pure and in integers: areas in 0.01 m², both sides multiplied out and never divided, so that exactly two thirds is
two thirds (BR-04). Who casts a valid ballot takes part, also by abstaining (BR-07); who is silent does not, unless the
rules of procedure say so (BR-08).
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from domain.words import Labelled

__all__ = [
    "NOTICE",
    "Comparison",
    "Item",
    "ItemClass",
    "Outcome",
    "Result",
    "Weight",
    "earliest_opening",
    "is_fifth",
    "joined",
    "least_fifth",
    "passes_unless_dissented",
    "result",
    "total",
    "unanimous",
]

NOTICE = timedelta(days=15)
"""Property Management Regulations art. 14; the day of notice is not counted (Civil Code art. 201)."""


class ItemClass(Labelled):
    """What majority a matter needs.
    表决事项类别。"""

    GENERAL = "More than half by both", "一般事项（双过半）"
    SPECIAL = "At least three quarters by both", "特别事项（双四分之三以上）"
    UNANIMOUS_INTERESTED = "All interested owners", "利害关系业主一致同意"


class Item(Labelled):
    """A matter that owners decide together (Civil Code arts 278 and 279).
    业主共同决定事项。"""

    RULES_OF_PROCEDURE = "Rules of procedure", "业主大会议事规则"
    COVENANT = "Management covenant", "管理规约"
    COMMITTEE = "Electing or replacing the committee", "选举或更换业主委员会"
    FIRM = "Engaging or dismissing the firm", "选聘和解聘物业服务企业"
    FUND_USE = "Using the maintenance fund", "使用维修资金"
    FUND_RAISING = "Raising the maintenance fund", "筹集维修资金"
    REBUILDING = "Rebuilding", "改建、重建"
    COMMON_PARTS_USE = "Changing the use of common parts or running business on them", "改变共有部分用途或经营"
    OTHER_MATTER = "Another major matter", "其他重大事项"
    BUSINESS_USE = "Turning a flat to business use", "住宅改为经营性用房"

    @property
    def item_class(self) -> ItemClass:
        """Using the fund is a general matter, raising it a special one."""
        if self in {Item.FUND_RAISING, Item.REBUILDING, Item.COMMON_PARTS_USE}:
            return ItemClass.SPECIAL
        return ItemClass.UNANIMOUS_INTERESTED if self is Item.BUSINESS_USE else ItemClass.GENERAL


class Outcome(Labelled):
    """What came of a vote.
    表决结果。"""

    ADOPTED = "Adopted", "通过"
    REJECTED = "Rejected", "未通过"
    NO_QUORUM = "Too few took part", "参与表决人数或面积不足"


class Weight(NamedTuple):
    """Owners and what they own: heads, and exclusive area in 0.01 m²."""

    heads: int
    area: int


class Comparison(NamedTuple):
    """Both sides of a comparison, multiplied out: held against needed; `strict`: exactly as much does not do."""

    held: int
    needed: int
    strict: bool = False

    @property
    def met(self) -> bool:
        return self.held > self.needed if self.strict else self.held >= self.needed


class Result(NamedTuple):
    """What came of a vote, with the four comparisons that decided it."""

    outcome: Outcome
    quorum_heads: Comparison
    quorum_area: Comparison
    pass_heads: Comparison
    pass_area: Comparison


def total(weights: Iterable[Weight]) -> Weight:
    heads, area = 0, 0
    for weight in weights:
        heads, area = heads + weight.heads, area + weight.area
    return Weight(heads, area)


def result(item_class: ItemClass, everybody: Weight, took_part: Weight, agreed: Weight) -> Result:
    """Quorum of two thirds by both, then the majority of those who took part by both (BR-04, BR-05, BR-06)."""
    part = [Comparison(3 * held, 2 * whole) for held, whole in zip(took_part, everybody, strict=True)]
    majority = _three_quarters if item_class is ItemClass.SPECIAL else _more_than_half
    votes = [majority(*pair) for pair in zip(agreed, took_part, strict=True)]
    outcome = Outcome.REJECTED
    if not all(each.met for each in part) or not all(took_part):
        outcome = Outcome.NO_QUORUM  # an empty vote has no quorum, though 0 ≥ 0
    elif all(each.met for each in votes):
        outcome = Outcome.ADOPTED
    return Result(outcome, *part, *votes)


def joined(took_part: Weight, agreed: Weight, silent: Weight) -> tuple[Weight, Weight]:
    """Who took part and who agreed, where the silent join the majority of those who voted (BR-08).

    A majority is more than half of those who voted, by both; where those for are none, the silent only take part."""
    if not all(took_part):
        return took_part, agreed
    leads = all(_more_than_half(*pair).met for pair in zip(agreed, took_part, strict=True))
    return total((took_part, silent)), total((agreed, silent)) if leads else agreed


def unanimous(interested: int, agreed: int) -> bool:
    """Whether all interested owners agree, of whom there is at least one (BR-19a, Civil Code art. 279)."""
    return 0 < interested == agreed


def passes_unless_dissented(everybody: Weight, dissented: Weight) -> bool:
    """Whether those against are no more than a third by either, where a rulebook lets this do (BR-19b)."""
    thirds = [3 * against <= whole for against, whole in zip(dissented, everybody, strict=True)]
    return all(everybody) and all(thirds)


def is_fifth(proposers: int, heads: int) -> bool:
    """Whether those who propose an extraordinary meeting are a fifth of the owners or more (BR-13)."""
    return 0 < heads <= 5 * proposers


def least_fifth(heads: int) -> int:
    """How many owners must propose."""
    return -(-heads // 5)


def earliest_opening(notified: date) -> date:
    """The first day on which a meeting may be held that was notified on a day (BR-11)."""
    return notified + NOTICE


def _more_than_half(agreed: int, took_part: int) -> Comparison:
    return Comparison(2 * agreed, took_part, strict=True)


def _three_quarters(agreed: int, took_part: int) -> Comparison:
    return Comparison(4 * agreed, 3 * took_part)
