"""Indicators of how cases are handled in a month up to a day: on time, and three rates of call-backs (BR-41, BR-42).

Of a month are the cases that were first dispatched in it, and those from before that were open when it began: what
stays overdue stays in the rate until it is closed.

Every rate is a pair, numerator and denominator, and never rounded. What is open and overdue counts against the rate, so
that leaving a case open makes nothing look better.
"""

from typing import ClassVar

from domain.words import describe
from projections.cases import END, Callback, Case
from projections.ledgers import Ledger
from projections.places import Community
from projections.reports import Report

describe(
    closed_on_time=("Closed, every leg within its limit.", "按时结案。"),
    closed_late=("Closed, not within the limit.", "超时结案。"),
    open_overdue=("Open beyond the limit at the end of the day.", "当日仍超时未结。"),
    open_in_time=("Open within the limit at the end of the day.", "当日在时限内未结。"),
    on_time_numerator=("Closed on time.", "按时办结率分子：按时结案数。"),
    on_time_denominator=("Closed, or open and overdue.", "按时办结率分母：已结案数加超时未结数。"),
    closed_only_denominator=("Closed only, as it was counted formerly.", "旧口径分母：仅已结案数。"),
    callbacks=("Call-backs.", "回访数。"),
    unanswered=("Call-backs that nobody answered.", "未接通答复的回访数。"),
    response_numerator=("Responded to.", "响应数。"),
    response_denominator=("Called back.", "响应率分母：回访数。"),
    resolution_numerator=("Resolved.", "解决数。"),
    satisfaction_numerator=("Satisfied.", "满意数。"),
    answered_denominator=("Call-backs that were answered.", "解决率、满意率分母：已答复回访数。"),
)

MONTH = "(date_trunc('month', {on}::timestamp) at time zone 'Asia/Shanghai')"
CASES = f"""select c.id, c.closed_at < {END} as closed, c.on_time,
        c.due_at < {END} and (c.handled_at > c.due_at or c.phase in ('DISPATCHED', 'CLAIMED')) as due
    from {{Case}} c where c.ledger = {{ledger}} and c.first_dispatched_at < {END}
        and (c.first_dispatched_at >= {MONTH} or coalesce(c.closed_at >= {MONTH}, true))"""
TIMELY = """with counted as materialized ({cases}), told as (
        select (count(*) filter (where k.closed and k.on_time))::int as closed_on_time,
            (count(*) filter (where k.closed and not k.on_time))::int as closed_late,
            (count(*) filter (where k.closed is not true and k.due))::int as open_overdue,
            (count(*) filter (where k.closed is not true and k.due is not true))::int as open_in_time
        from counted k)
    select t.*, t.closed_on_time as on_time_numerator,
        t.closed_on_time + t.closed_late + t.open_overdue as on_time_denominator,
        t.closed_on_time + t.closed_late as closed_only_denominator
    from told t"""
RATES = """with counted as materialized ({cases})
    select count(*)::int as callbacks, (count(*) filter (where not b.answered))::int as unanswered,
        (count(*) filter (where b.responded))::int as response_numerator, count(*)::int as response_denominator,
        (count(*) filter (where b.resolved))::int as resolution_numerator,
        (count(*) filter (where b.satisfied))::int as satisfaction_numerator,
        (count(*) filter (where b.answered))::int as answered_denominator
    from {{Callback}} b join counted k on k.id = b."case" where b.ledger = {{ledger}} and not b.voided"""
OF_COMMUNITY = f"{CASES} and c.community = {{id}}"


class CaseTimeliness(Report):
    """How many cases of a county, of the month up to a day, were handled on time (BR-41).
    全县当月至某日在办及办结事件的按时办结情况。"""

    closed_on_time: int
    closed_late: int
    open_overdue: int
    open_in_time: int
    on_time_numerator: int
    on_time_denominator: int
    closed_only_denominator: int

    of: ClassVar = Ledger
    name: ClassVar = "caseTimeliness"
    rows: ClassVar = (Case,)
    sql: ClassVar = TIMELY.replace("{cases}", CASES)


class CommunityTimeliness(Report):
    """How many cases of a community, of the month up to a day, were handled on time (BR-41).
    社区当月至某日在办及办结事件的按时办结情况。"""

    closed_on_time: int
    closed_late: int
    open_overdue: int
    open_in_time: int
    on_time_numerator: int
    on_time_denominator: int
    closed_only_denominator: int

    of: ClassVar = Community
    name: ClassVar = "caseTimeliness"
    rows: ClassVar = (Case,)
    sql: ClassVar = TIMELY.replace("{cases}", OF_COMMUNITY)


class ThreeRates(Report):
    """What those say who were called back about a county's cases, of the month up to a day (BR-42).
    全县当月至某日在办及办结事件的回访三率。"""

    callbacks: int
    unanswered: int
    response_numerator: int
    response_denominator: int
    resolution_numerator: int
    satisfaction_numerator: int
    answered_denominator: int

    of: ClassVar = Ledger
    name: ClassVar = "threeRates"
    rows: ClassVar = (Case, Callback)
    sql: ClassVar = RATES.replace("{cases}", CASES).replace("{{", "{").replace("}}", "}")


class CommunityThreeRates(Report):
    """What those say who were called back about a community's cases, of the month up to a day (BR-42).
    社区当月至某日在办及办结事件的回访三率。"""

    callbacks: int
    unanswered: int
    response_numerator: int
    response_denominator: int
    resolution_numerator: int
    satisfaction_numerator: int
    answered_denominator: int

    of: ClassVar = Community
    name: ClassVar = "threeRates"
    rows: ClassVar = (Case, Callback)
    sql: ClassVar = RATES.replace("{cases}", OF_COMMUNITY).replace("{{", "{").replace("}}", "}")
