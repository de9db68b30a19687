"""Scales: the pay scale of three post classes and their grades, where each worker stands on it, and that pay was told.

A scale is adopted in versions, ranges and interval as data. A grade lies in its class's range; one goes up a step at
most, and not before the interval is over unless a certificate was counted since; a change of class never lowers the
grade without a demotion and its reason (BR-69). Of pay only totals of a period are published (Q36).
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.decisions import decision
from domain.events import Audience, Confidential, Event, Hundredths, Ref
from domain.ledgers import Ledger
from domain.people import Person
from domain.periods import in_order
from domain.places import Community
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(
    lowest=("The lowest grade of each class, in the order of the classes.", "各岗位类别最低等级（依类别次序）。"),
    highest=("The highest grade of each class, in the order of the classes.", "各岗位类别最高等级（依类别次序）。"),
    years_per_step=("Years before the next step.", "晋升一级所需年数。"),
    post_class=("The class of post.", "岗位类别（三岗）。"),
    grade=("The grade, 1 the lowest.", "等级，1 为最低。"),
    demotion_reason=("Why the grade was lowered.", "降级事由。"),
    certificate=("The certificate.", "证书。"),
    pay_period=("The period of the pay, like 2024-Q1.", "薪酬所属期间，如 2024-Q1。"),
    workers_paid=("How many workers were paid.", "发放人数。"),
    pay_total=("What was paid in all.", "发放总额（元）。"),
)


class PostClass(Labelled):
    """A class of post of full-time community workers.
    专职社区工作者岗位类别。"""

    CHIEF = "Chief", "正职"
    DEPUTY = "Deputy", "副职"
    OTHER = "Other", "其他"


CLASSES = tuple(PostClass)
PERIOD = re.compile(r"[0-9]{4}-(?:Q[1-4]|0[1-9]|1[0-2])")
"""A quarter or a month."""


class PayScaleAdopted(Event):
    """The county adopted a pay scale.
    制定岗位等级薪酬办法。"""

    ledger: Ref[Ledger]
    lowest: tuple[int, ...]
    highest: tuple[int, ...]
    years_per_step: int
    since: date


class GradePlaced(Event):
    """A worker stands on a grade from a date on.
    核定等级。"""

    person: Ref[Person]
    community: Ref[Community]
    post_class: PostClass
    grade: int
    since: date


class GradeLowered(Event, audience=Audience.STAFF):
    """Why a worker's grade was lowered.
    降低等级的事由。"""

    person: Ref[Person]
    demotion_reason: Confidential
    since: date


class CredentialCounted(Event):
    """A certificate of a worker allows a step before the interval is over.
    持证可提前晋级。"""

    person: Ref[Person]
    certificate: str
    since: date


class PayPublished(Event):
    """What a community's workers were paid in a period was published, in total.
    公示薪酬发放总额。"""

    community: Ref[Community]
    pay_period: str
    workers_paid: int
    pay_total: Hundredths
    since: date


class PayUnfit(Refusal):
    """A period is written 2024-Q1 or 2024-03, and somebody was paid in it: {pay_period}, {workers_paid} workers.
    薪酬期间写作 2024-Q1 或 2024-03，且发放人数不为零；所填期间为 {pay_period}，人数 {workers_paid}。"""

    pay_period: str
    workers_paid: int


class ScaleUnfit(Refusal):
    """A scale has {classes} ranges, each from its lowest grade up to its highest.
    等级区间须为 {classes} 个，且各自最低不高于最高。"""

    rule = "BR-69"
    classes: int


class NoScale(Refusal):
    """No pay scale is in force on {on}.
    当日（{on}）无有效的岗位等级薪酬办法。"""

    rule = "BR-69"
    on: date


class GradeOutOfRange(Refusal):
    """Grade {grade} is none of the class: {lowest} to {highest}.
    等级 {grade} 不在该岗位类别区间 {lowest}—{highest} 内。"""

    rule = "BR-69"
    grade: int
    lowest: int
    highest: int


class StepTooSoon(Refusal):
    """The next step is due on {due}; only one step at a time.
    下次晋级应在 {due} 之后，且每次只晋一级。"""

    rule = "BR-69"
    grade: int
    due: date


class LoweredWithoutReason(Refusal):
    """The grade would fall from {was} to {grade}; say why.
    等级将由 {was} 降至 {grade}，须说明事由。"""

    rule = "BR-69"
    was: int
    grade: int


class PayScale(State):
    """The pay scale in force.
    现行岗位等级薪酬办法。"""

    id: Ref[Ledger]
    present: PayScaleAdopted | None = None

    def evolve(self, event: PayScaleAdopted) -> "PayScale":
        return replace(self, present=event)


class Standing(State):
    """Where a worker stands on the scale, and whether a certificate came since.
    等级现状。"""

    id: Ref[Person]
    placed: GradePlaced | None = None
    certified: bool = False

    def evolve(self, event: GradePlaced | CredentialCounted) -> "Standing":
        if isinstance(event, CredentialCounted):
            return replace(self, certified=True)
        return replace(self, placed=event, certified=False)

    def may_move_to(self, made: GradePlaced, low: int, due: date) -> bool:
        """The same grade, a step in time or with a certificate, or into another class at its lowest or as it was."""
        was = self.placed
        if was is None or made.grade == was.grade:
            return True
        into_class = made.post_class is not was.post_class and made.grade == max(low, was.grade)
        return into_class or (made.grade == was.grade + 1 and (made.since >= due or self.certified))


class Payroll(State):
    """The periods whose pay a community published.
    社区薪酬公示情况。"""

    id: Ref[Community]
    published: frozenset[str] = frozenset()

    def evolve(self, event: PayPublished) -> "Payroll":
        return replace(self, published=self.published | {event.pay_period})


@decision(roles={Role.COUNTY})
def adopt_pay_scale(
    ledger: PayScale, *, lowest: tuple[int, ...], highest: tuple[int, ...], years_per_step: int, since: date
) -> Iterator[Event]:
    """Adopt the pay scale: the lowest and highest grade of each class and the years before a step.
    制定岗位等级薪酬办法：各类别等级区间与晋级年限。"""
    pairs = list(zip(lowest, highest, strict=False))
    if len(lowest) != len(CLASSES) or len(highest) != len(CLASSES) or any(low > high for low, high in pairs):
        raise ScaleUnfit(len(CLASSES))
    adopted = PayScaleAdopted(ledger.id, lowest, highest, years_per_step, since)
    if adopted != ledger.present:
        in_order(ledger.present.since if ledger.present else date.min, since)
        yield adopted


@decision(roles={Role.COUNTY, Role.TOWN})
def place_on_grade(
    person: Standing,
    community: Community,
    ledger: PayScale,
    *,
    post_class: PostClass,
    grade: int,
    demotion_reason: Confidential | None = None,
    since: date,
) -> Iterator[Event]:
    """Place a worker of a community on a grade of the scale.
    核定社区工作者的岗位类别与等级。"""
    scale, made = ledger.present, GradePlaced(person.id, community.id, post_class, grade, since)
    if person.placed == made:
        return
    if scale is None or since < scale.since:
        raise NoScale(since)
    low, high = scale.lowest[CLASSES.index(post_class)], scale.highest[CLASSES.index(post_class)]
    if not low <= grade <= high:
        raise GradeOutOfRange(grade, low, high)
    if person.placed:
        due = _after(person.placed.since, scale.years_per_step)
        if made.grade < person.placed.grade:
            if demotion_reason is None:
                raise LoweredWithoutReason(person.placed.grade, grade)
            yield GradeLowered(person.id, demotion_reason, since)
        elif not person.may_move_to(made, low, due):
            raise StepTooSoon(grade, due)
        in_order(person.placed.since, since)
    yield made


@decision(roles={Role.COUNTY, Role.TOWN})
def publish_pay(
    community: Payroll, *, pay_period: str, workers_paid: int, pay_total: Hundredths, since: date
) -> Iterator[Event]:
    """Publish what a community's workers were paid in a period, in total.
    公示社区工作者当期薪酬发放总额。"""
    if not PERIOD.fullmatch(pay_period) or not workers_paid:
        raise PayUnfit(pay_period, workers_paid)
    if pay_period not in community.published:
        yield PayPublished(community.id, pay_period, workers_paid, pay_total, since)


@decision(roles={Role.COUNTY, Role.TOWN})
def count_credential(person: Standing, *, certificate: str, since: date) -> Iterator[Event]:
    """Count a certificate of a worker towards the next step.
    登记可提前晋级的证书。"""
    if not person.certified:
        yield CredentialCounted(person.id, certificate, since)


def _after(since: date, years: int) -> date:
    """The same day so many years later; of a leap day, the first of March."""
    year, leap = since.year + years, (since.month, since.day) == (2, 29)
    return date(year, 3, 1) if leap else since.replace(year=year)
