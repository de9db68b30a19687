"""What waits for somebody on a day: across the contexts, by role, what is most overdue first and then what is oldest.

Each task is one SELECT that gives thing, community, the day since when it waits and the last day, if it has one. A
context that lets something wait adds its task here.
"""

from datetime import date
from typing import Any, ClassVar, NamedTuple

from domain import places
from domain.events import Ref
from domain.roles import Role
from domain.words import Labelled, describe
from projections.assemblies import Assembly
from projections.cases import Case
from projections.checklists import Attainment, ShownItem
from projections.findings import Finding
from projections.grids import Grid, MicroGrid
from projections.ledgers import Ledger
from projections.matters import Matter
from projections.meetings import MeetingSeries
from projections.needs import Need
from projections.notices import Notice
from projections.obligations import MeetingPeriod
from projections.places import Community
from projections.posts import Post
from projections.projects import Project, WorkItem
from projections.reports import Report
from projections.rounds import RatingRound
from projections.rows import Row
from projections.whistles import ReportIn, Whistle

describe(
    task=("What is to be done.", "待办事项。"),
    for_role=("Who is to do it; null: whoever is a member there.", "待办角色；空为当地党员。"),
    thing=("What it is about.", "所涉事物。"),
    of_community=("The community in which it waits.", "所在社区。"),
    waiting_since=("Since when it waits.", "等待起始日期。"),
    latest_day=("The last day to do it; null if it has none.", "最迟办理日期；没有则为空。"),
    days_overdue=("How many days ago the last day was.", "逾期天数。"),
)


class Task(Labelled):
    """What is to be done.
    待办事项。"""

    ACCEPT_CASE = "Decide whether a case is taken up", "事件待受理"
    DISPATCH_CASE = "Dispatch an accepted case", "事件待派单"
    CLAIM_CASE = "Claim a dispatched order", "事件待领单"
    HANDLE_CASE = "Handle an order", "事件待办理"
    DECIDE_RETURN = "Decide whether an order may be returned", "退单申请待批准"
    VERIFY_CASE = "Verify a handled order", "事件待核查"
    SHOW_CASE = "Show the result of a rated order", "事件待晒单"
    VERIFY_ITEM = "Verify what a compound or venue showed", "达标事项待核验"
    FILL_GRID_POST = "Fill the post of a grid's worker", "网格员待配备"
    FILL_MICRO_GRID_POST = "Fill the post of a micro-grid's leader", "微网格长待配备"
    REPORT_IN = "Report in after a whistle", "吹哨待报到"
    VERIFY_MATTER = "Verify a matter that residents raised", "协商事项待核事"
    DELIBERATE_MATTER = "Deliberate on a verified matter", "协商事项待议事"
    HAND_OUT_MATTER = "Say who handles what was agreed on", "协商事项待交办"
    CLOSE_EVALUATION = "Close the residents' evaluation of a matter", "协商事项待评事"
    NOTIFY_ASSEMBLY = "Notify the owners of a proposed assembly", "业主大会会议待通知"
    CAST_BALLOT = "Cast a ballot", "业主待投票"
    CLOSE_VOTING = "Close and count a voting that has ended", "表决待计票"
    POST_RESULT = "Post the result of a voting", "表决结果待公示"
    SCORE_ROUND = "Rate in an open round", "评议待评分"
    SEE_NOTICE = "See whether a notice is up", "公示待核验张贴"
    REPOST_NOTICE = "Post a stale notice anew", "公示待重新张贴"
    ANSWER_OBJECTION = "Answer an objection to a notice", "公示异议待答复"
    RECTIFY_FINDING = "Put a finding right", "监督问题待整改"
    VERIFY_RECTIFICATION = "Verify what was put right", "整改待核验"
    HOLD_MEETING = "Hold the meeting of a period", "联席会议待召开"
    MATCH_NEED = "Match a need with a resource", "需求待对接"
    ACCEPT_WORK = "Accept completed work", "工程待验收"


class Waits(NamedTuple):
    """A task, whose it is, and the SQL that gives thing, community, since and last, of `x`."""

    task: Task
    role: Role | None
    sql: str


def _day(column: str) -> str:
    return f"({column} at time zone 'Asia/Shanghai')::date"


def _case(
    task: Task, role: Role | None, phase: str, since: str, *, last: str = "null::date", where: str = "true"
) -> Waits:
    return Waits(
        task,
        role,
        f"""select x.id as thing, x.community, {_day(since)} as since, {last} as last
            from {{Case}} x where x.ledger = {{ledger}} and x.phase = '{phase}' and {where}""",
    )


def _unfilled(task: Task, row: str, kind: str) -> Waits:
    return Waits(
        task,
        Role.COMMUNITY,
        f"""select x.id, x.community, x.since, null::date from {{{row}}} x
            where x.ledger = {{ledger}} and x.since <= {{on}} and coalesce({{on}} < x.until, true)
                and not exists (select from {{Post}} p where p.ledger = x.ledger and p.seat = x.id and not p.voided
                    and p.post_kind = '{kind}' and p.since <= {{on}} and coalesce({{on}} < p.until, true))""",
    )


def _matter(task: Task, role: Role, where: str) -> Waits:
    return Waits(
        task,
        role,
        f"""select x.id, x.community, x.raised_on, null::date from {{Matter}} x
            where x.ledger = {{ledger}} and {where}""",
    )


def _assembly(task: Task, role: Role | None, step: str, where: str, since: str, last: str) -> Waits:  # noqa: PLR0917
    return Waits(
        task,
        role,
        f"""select x.id, x.community, {since}, {last} from {{Assembly}} x
            where x.ledger = {{ledger}} and x.assembly_step = '{step}' and {where}""",
    )


def _notice(task: Task, role: Role, where: str) -> Waits:
    return Waits(
        task,
        role,
        f"""select x.id, x.community, x.since, null::date from {{Notice}} x
            where x.ledger = {{ledger}} and coalesce({{on}} < x.until, true) and {where}""",
    )


def _finding(task: Task, role: Role, where: str) -> Waits:
    return Waits(
        task,
        role,
        f"""select x.id, x.community, x.since, x.due from {{Finding}} x
            where x.ledger = {{ledger}} and coalesce({{on}} < x.until, true) and {where}""",
    )


DUE = _day("x.due_at")
ENDS = _day("x.closes_at")
WAITS = (
    _case(Task.ACCEPT_CASE, Role.COMMUNITY, "REPORTED", "x.reported_at"),
    _case(Task.DISPATCH_CASE, Role.BRANCH, "ACCEPTED", "x.reported_at"),
    _case(Task.CLAIM_CASE, None, "DISPATCHED", "x.dispatched_at", last=DUE),
    _case(Task.HANDLE_CASE, None, "CLAIMED", "x.dispatched_at", last=DUE),
    _case(Task.VERIFY_CASE, Role.GRID_WORKER, "HANDLED", "x.handled_at"),
    _case(
        *(Task.SHOW_CASE, Role.BRANCH, "CLOSED", "x.closed_at"),
        where="not x.shown and x.self_rated and x.publicly_rated",
    ),
    Waits(
        Task.DECIDE_RETURN,
        Role.BRANCH,
        f"""select x.id, x.community, {_day("x.dispatched_at")}, {DUE} from {{Case}} x
            where x.ledger = {{ledger}} and x.return_asked""",
    ),
    Waits(
        Task.VERIFY_ITEM,
        Role.COMMUNITY,
        """select x.checked_subject, x.community, x.since, null::date from {ShownItem} x
            where x.ledger = {ledger} and x.since <= {on} and not exists (select from {Attainment} a
                where a.ledger = x.ledger and a.checked_subject = x.checked_subject and a.item = x.item
                    and a.checklist_kind = x.checklist_kind and a.since >= x.since)""",
    ),
    _unfilled(Task.FILL_GRID_POST, "Grid", "GRID_WORKER"),
    _unfilled(Task.FILL_MICRO_GRID_POST, "MicroGrid", "MICRO_GRID_LEADER"),
    Waits(
        Task.REPORT_IN,
        Role.UNIT,
        f"""select x.id, x.community, {_day("x.blown_at")}, {_day("x.report_due")}
            from {{Whistle}} x cross join unnest(x.whistled_units) u where x.ledger = {{ledger}} and not exists (
                select from {{ReportIn}} r where r.ledger = x.ledger and r.whistle = x.id and r.unit = u
                    and r.reported_in_at is not null)""",
    ),
    _matter(Task.VERIFY_MATTER, Role.BRANCH, "x.step = 'RAISED'"),
    _matter(Task.DELIBERATE_MATTER, Role.BRANCH, "x.step = 'VERIFIED'"),
    _matter(Task.HAND_OUT_MATTER, Role.BRANCH, "x.step = 'DELIBERATED' and not x.needs_assembly"),
    _matter(Task.CLOSE_EVALUATION, Role.BRANCH, "x.step = 'DONE'"),
    _assembly(Task.NOTIFY_ASSEMBLY, Role.COMMUNITY, "PROPOSED", "x.compound is not null", "{on}", "null::date"),
    _assembly(Task.CAST_BALLOT, None, "VOTING", f"{ENDS} >= {{on}}", "x.opens_on", ENDS),
    _assembly(Task.CLOSE_VOTING, Role.COMMUNITY, "VOTING", f"{ENDS} < {{on}}", ENDS, ENDS),
    _assembly(Task.POST_RESULT, Role.COMMUNITY, "CLOSED", "x.posted is null", ENDS, f"{ENDS} + 3"),
    Waits(
        Task.SCORE_ROUND,
        None,
        """select x.id, x.community, x.cutoff, x.closes_on from {RatingRound} x
            where x.ledger = {ledger} and x.round_state = 'OPEN'""",
    ),
    _notice(Task.SEE_NOTICE, Role.GRID_WORKER, "x.seen_on is null and x.in_effect_on is null and not x.stale"),
    _notice(Task.REPOST_NOTICE, Role.COMMUNITY, "x.stale"),
    _notice(Task.ANSWER_OBJECTION, Role.COMMUNITY, "x.open_objections > 0"),
    _finding(Task.RECTIFY_FINDING, Role.FIRM, "x.rectified is null"),
    _finding(Task.VERIFY_RECTIFICATION, Role.COMMUNITY, "x.rectified is not null"),
    Waits(
        Task.HOLD_MEETING,
        Role.COMMUNITY,
        """select x.meeting_series, s.community, x.period_since, x.due from {MeetingPeriod} x
            join {MeetingSeries} s on s.ledger = x.ledger and s.id = x.meeting_series
            where x.ledger = {ledger} and x.meetings_held = 0 and x.made_up_by is null
                and (x.due - x.warning_days::int <= {on} or x.missed_period)""",
    ),
    Waits(
        Task.MATCH_NEED,
        Role.COMMUNITY,
        """select x.id, x.community, x.listed_on, null::date from {Need} x
            where x.ledger = {ledger} and x.remaining > 0 and not x.withdrawn and x.need_score is null""",
    ),
    Waits(
        Task.ACCEPT_WORK,
        Role.BRANCH,
        """select x.project, p.community, x.completed_on, null::date from {WorkItem} x
            join {Project} p on p.ledger = x.ledger and p.id = x.project
            where x.ledger = {ledger} and x.completed_on is not null and x.accepted_on is null""",
    ),
)
TOLD = "thing, of_community, waiting_since, latest_day"
READ: tuple[type[Row], ...] = (
    *(Assembly, Attainment, Case, Finding, Grid, Matter, MeetingPeriod, MeetingSeries, MicroGrid, Need),
    *(Notice, Post, Project, RatingRound, ReportIn, ShownItem, Whistle, WorkItem),
)


def _whose(each: Waits) -> str:
    role = f"'{each.role.name}'" if each.role else "null"
    return f"'{each.task.name}' as task, {role} as for_role"


def _told(where: str) -> str:
    tasks = " union all ".join(f"select {_whose(each)}, w.* from ({each.sql}) w({TOLD})" for each in WAITS)
    late = "greatest(0, coalesce({on} - t.latest_day, 0))"
    order = f"row_number() over (order by {late} desc, t.waiting_since, t.task, t.thing)"
    return (
        f"select t.*, {late} as days_overdue, {order} as n from ({tasks}) t where t.waiting_since <= {{on}} and {where}"
    )


class Waiting(Report):
    """Something that waits for somebody in a county on a day, most overdue and then oldest first.
    某日全县的待办事项，逾期最久者在前，其次按等待时间。"""

    task: Task
    for_role: Role | None
    thing: Ref[Any]
    of_community: Ref[places.Community] | None
    waiting_since: date
    latest_day: date | None
    days_overdue: int

    of: ClassVar = Ledger
    name: ClassVar = "waiting"
    many: ClassVar = True
    rows: ClassVar = READ
    sql: ClassVar = _told("true")


class CommunityWaiting(Report):
    """Something that waits for somebody in a community on a day, most overdue and then oldest first.
    某日社区的待办事项，逾期最久者在前，其次按等待时间。"""

    task: Task
    for_role: Role | None
    thing: Ref[Any]
    of_community: Ref[places.Community] | None
    waiting_since: date
    latest_day: date | None
    days_overdue: int

    of: ClassVar = Community
    name: ClassVar = "waiting"
    many: ClassVar = True
    rows: ClassVar = READ
    sql: ClassVar = _told("t.of_community = {id}")
