"""Disclosures: a property firm tells the owners of a compound what common parts brought in and what that cost (BR-95).

The income belongs to the owners after reasonable cost (Civil Code art. 282), and is to be told regularly (art. 943):
every so many months, each period following the one before. What is not told within a month of the period's end is
missed; that is recorded once, by the clock.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from domain.decisions import Acting, New, NumberUnfit, Past, decision
from domain.employments import Employed
from domain.events import Event, Hundredths, Ref
from domain.exhibits import Exhibit
from domain.firms import Firm
from domain.mandates import NotOfFirm
from domain.periods import PeriodReversed, check_same
from domain.places import Compound
from domain.reactions import Act, act_on, reaction
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import describe

describe(
    income_disclosure=("The disclosure of common-part income.", "公共收益公示。"),
    disclosure_months=("Every how many months it is disclosed.", "公示周期（月）。"),
    income=("What common parts brought in, in yuan.", "公共收益收入（元）。"),
    cost=("The reasonable cost of it, in yuan.", "合理成本（元）。"),
    told_on=("The day it was disclosed.", "公示日期。"),
    told_until=("The first day that no disclosure covers yet.", "尚未公示期间的起始日。"),
    disclosure_due=("The last day for the next disclosure.", "下次公示的最迟日期。"),
)

GRACE = timedelta(days=30)
DAY = timedelta(days=1)
MOST_MONTHS = 12


class DisclosureRequired(Event):
    """Income of a compound's common parts is to be disclosed every so many months from a date on.
    确定公共收益公示周期。"""

    compound: Ref[Compound]
    disclosure_months: int
    since: date
    disclosure_due: date


class IncomeDisclosed(Event):
    """A firm disclosed what common parts brought in, and at what cost, in a period.
    公示公共收益收支。"""

    income_disclosure: Ref["IncomeDisclosure"]
    compound: Ref[Compound]
    firm: Ref[Firm]
    since: date
    told_until: date
    income: Hundredths
    cost: Hundredths
    told_on: date
    disclosure_due: date
    evidence: tuple[Ref[Exhibit], ...] = ()


class DisclosureMissed(Event):
    """The last day to disclose went by.
    公共收益逾期未公示。"""

    compound: Ref[Compound]
    disclosure_due: date


class DisclosureNotRequired(Refusal):
    """Nobody has set yet how often this compound's income is disclosed.
    该小区尚未确定公共收益公示周期。"""

    rule = "BR-95"
    compound: Ref[Compound]


class PeriodNotNext(Refusal):
    """The next period to disclose begins on {told_until}.
    下一公示期间自 {told_until} 起。"""

    rule = "BR-95"
    told_until: date


class PeriodTooLong(Refusal):
    """A disclosure covers {months} months at most.
    每次公示期间不超过 {months} 个月。"""

    rule = "BR-95"
    months: int


class CostExceedsIncome(Refusal):
    """Only reasonable cost is taken from income; {cost} is more than {income}.
    只能扣除合理成本，成本 {cost} 不得超过收入 {income}。"""

    rule = "BR-95"
    income: Hundredths
    cost: Hundredths


class IncomeDisclosure(State, within=Compound):
    """A disclosure of common-part income.
    公共收益公示。"""

    id: Ref["IncomeDisclosure"]
    told: bool = False

    def evolve(self, event: IncomeDisclosed) -> "IncomeDisclosure":
        return replace(self, told=True)


class DisclosureDuty(State):
    """How often a compound's income is to be disclosed, up to when it was, and by when the next is due.
    小区公共收益公示义务。"""

    id: Ref[Compound]
    required: DisclosureRequired | None = None
    told_until: date = date.min
    due: date = date.max
    missed: date | None = None

    def evolve(self, event: DisclosureRequired | IncomeDisclosed | DisclosureMissed) -> "DisclosureDuty":
        match event:
            case DisclosureRequired():
                return replace(self, required=event, told_until=event.since, due=event.disclosure_due)
            case IncomeDisclosed():
                return replace(self, told_until=event.told_until, due=event.disclosure_due)
            case DisclosureMissed():
                return replace(self, missed=event.disclosure_due)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def require_disclosure(compound: DisclosureDuty, *, disclosure_months: int, since: date) -> Iterator[Event]:
    """Set every how many months the income of a compound's common parts is disclosed.
    确定小区公共收益公示周期。"""
    if not 1 <= disclosure_months <= MOST_MONTHS:
        raise NumberUnfit("disclosure_months", disclosure_months, MOST_MONTHS)
    required = compound.required
    if required and required.disclosure_months == disclosure_months:
        check_same(since, required.since)
        return
    if required and since < compound.told_until:
        raise PeriodNotNext(compound.told_until)
    yield DisclosureRequired(compound.id, disclosure_months, since, due_after(since, disclosure_months))


@decision(anyone=True)
def disclose(
    income_disclosure: New[IncomeDisclosure],
    compound: DisclosureDuty,
    firm: Firm,
    firm_manager: Acting[Employed],
    *,
    since: date,
    until: date,
    income: Hundredths,
    cost: Hundredths,
    told_on: Past,
    evidence: tuple[Exhibit, ...] = (),
) -> Iterator[Event]:
    """Disclose, as one of the firm's people, what common parts brought in and what that cost in a period.
    企业公示某期间公共收益收支。"""
    if firm_manager.by(firm.id, told_on) is None:
        raise NotOfFirm(firm.id)
    if compound.required is None:
        raise DisclosureNotRequired(compound.id)
    months = compound.required.disclosure_months
    _check_period(compound, since, until, told_on)
    if cost > income:
        raise CostExceedsIncome(income, cost)
    proofs = tuple(each.id for each in evidence)
    due = due_after(until, months)
    yield IncomeDisclosed(income_disclosure.id, compound.id, firm.id, since, until, income, cost, told_on, due, proofs)


@decision()
def miss_disclosure(compound: DisclosureDuty, *, disclosure_due: date) -> Iterator[Event]:
    """Record that the last day to disclose common-part income went by (BR-95).
    登记公共收益逾期未公示。"""
    if compound.due == disclosure_due != compound.missed:
        yield DisclosureMissed(compound.id, disclosure_due)


@reaction
def watch_disclosures(event: DisclosureRequired | IncomeDisclosed) -> Iterator[Act]:
    """On the day after the last one the next disclosure is made, or missed (BR-95).
    最迟日期次日仍未公示的，即为逾期。"""
    on = event.disclosure_due + DAY
    yield act_on(on, miss_disclosure, compound=event.compound, disclosure_due=event.disclosure_due)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the month's last (Civil Code art. 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(following - DAY, date(year, month + 1, 1) + timedelta(day.day - 1))


def due_after(since: date, months: int) -> date:
    """The last day to disclose a period that begins then: thirty days after its end."""
    return months_after(since, months) + GRACE


def _check_period(duty: DisclosureDuty, since: date, until: date, told_on: date) -> None:
    """A period follows the last one, is over, and is no longer than it may be."""
    if until <= since or told_on < until:
        raise PeriodReversed(since, min(until, told_on))
    if since != duty.told_until:
        raise PeriodNotNext(duty.told_until)
    if duty.required and until > months_after(since, duty.required.disclosure_months):
        raise PeriodTooLong(duty.required.disclosure_months)
