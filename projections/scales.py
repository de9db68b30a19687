"""Scales as people see them: the pay scale, who stands on which grade on a day, and what pay was published."""

from datetime import date
from typing import ClassVar

from domain import ledgers, people, places, scales
from domain.events import Hundredths, Ref
from domain.scales import PostClass
from projections.figures import counts
from projections.rows import Changes, Row, by, new


class PayScale(Row, frozen=True, kw_only=True):
    """The pay scale in force: the grades of each class, in the order of the classes.
    现行岗位等级薪酬办法。"""

    id: Ref[ledgers.Ledger]
    lowest: tuple[int, ...]
    highest: tuple[int, ...]
    years_per_step: int
    since: date

    on: ClassVar[Changes] = {scales.PayScaleAdopted: new()}


class GradeHeld(Row, frozen=True, kw_only=True):
    """A worker on a grade from a date on, until placed again.
    社区工作者自某日起的等级，至重新核定为止。"""

    id: str
    person: Ref[people.Person]
    community: Ref[places.Community]
    post_class: PostClass
    grade: int
    since: date

    on: ClassVar[Changes] = {scales.GradePlaced: new(key=lambda e: f"{e.person}@{e.since}@{e.grade}")}
    plural: ClassVar = "gradesHeld"
    lists: ClassVar = (by("person"), by("community"), by("post_class"), by("grade"))
    orders: ClassVar = ("grade", "since")
    until_next: ClassVar = "person"


class PayRecord(Row, frozen=True, kw_only=True):
    """What a community's workers were paid in a period, in total.
    社区工作者当期薪酬发放总额。"""

    id: str
    community: Ref[places.Community]
    pay_period: str
    workers_paid: int
    pay_total: Hundredths
    since: date

    on: ClassVar[Changes] = {scales.PayPublished: new(key=lambda e: f"{e.community}@{e.pay_period}")}
    lists: ClassVar = (by("community"), by("pay_period"))
    orders: ClassVar = ("pay_period", "since")
    measures: ClassVar = ("workers_paid", "pay_total")


counts(
    "payScalePosts",
    "三岗",
    "Classes of post on the pay scale",
    PayScale,
    thing=lambda row: (f"{n}" for n in range(len(row.lowest))),
)
counts(
    "payScaleGrades",
    "十八级",
    "Grades of the pay scale",
    PayScale,
    thing=lambda row: (f"{n}" for n in range(min(row.lowest), max(row.highest) + 1)),
)
