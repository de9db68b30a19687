"""Posts as people see them: who holds and held which post in the grids, from when to when."""

from datetime import date
from typing import ClassVar

from domain import grids, people, places, posts
from domain.events import Ref
from domain.posts import PostKind
from domain.words import describe
from projections.figures import counts
from projections.gaps import without
from projections.grids import Grid, MicroGrid
from projections.places import Building, Community
from projections.reports import Report
from projections.rows import Changes, Row, around, by, its, new, put

describe(
    grids=("How many grids there are that day.", "当日网格数。"),
    full_time_workers=("How many full-time grid workers serve them.", "专职网格员人数。"),
    grids_without_own_full_time=(
        "How many grids are the first of no full-time worker: a worker's own grid is the one taken on first.",
        "没有本网格专职网格员的网格数（专职网格员以最先任岗的网格为本网格）。",
    ),
    micro_grids=("How many micro-grids there are that day.", "当日微网格数。"),
    leaders=("How many micro-grids have a leader.", "已有微网格长的微网格数。"),
    voided=("Whether it was entered by mistake and voided: it never was so.", "是否为误登且已作废。"),
    vacancies=("The micro-grids that have no leader.", "微网格长空缺的微网格。"),
)

KINDS = frozenset({PostKind.GRID_LEADER, PostKind.GRID_WORKER, PostKind.CHECKER})
"""The posts within a grid; a town leader keeps contact from outside."""


def holding(event: posts.Holds) -> str:
    """The first time without a number, as it was before anybody was entered again."""
    person, kind, since, again = posts.named(event)
    return f"{event.seat}@{person}@{kind.name}@{since}" + (f"@{again}" if again else "")


class Post(Row, frozen=True, kw_only=True):
    """A person in a post of a grid, micro-grid or building, from a date to a date.
    网格、微网格或楼栋岗位的一次任职。"""

    id: str
    seat: Ref[grids.Grid | grids.MicroGrid | places.Building]
    community: Ref[places.Community] | None
    person: Ref[people.Person]
    post_kind: PostKind
    full_time: bool
    since: date
    until: date | None = None
    voided: bool = False

    on: ClassVar[Changes] = {
        posts.PostFilled: new(key=holding, community=around("community")),
        posts.PostVacated: put(key=holding, until=its.ended),
        posts.PostCorrected: put(key=holding, since=its.since, full_time=its.full_time),
        posts.PostVoided: put(key=holding, voided=True),
    }
    lists: ClassVar = (by("seat"), by("person"), by("post_kind"), by("community"))
    orders: ClassVar = ("since", "until")


def holds(row: Post, *kinds: PostKind) -> bool:
    return row.until is None and not row.voided and row.post_kind in kinds


counts(
    "fullTimeGridWorkers",
    "专职网格员",
    "Full-time grid workers",
    Post,
    where=lambda row: holds(row, PostKind.GRID_WORKER) and row.full_time,
    thing=lambda row: row.person,
)
counts(
    "microGridLeaders",
    "微网格长",
    "Micro-grid leaders",
    Post,
    where=lambda row: holds(row, PostKind.MICRO_GRID_LEADER),
    thing=lambda row: row.person,
)
counts(
    "gridPostKinds",
    "网格岗位类别",
    "Kinds of posts in grids",
    Post,
    where=lambda row: holds(row, *KINDS),
    thing=lambda row: row.post_kind.name,
)


def unfilled(row: type[Row], name: str, zh: str, en: str, kind: PostKind) -> None:
    """Seats whose post nobody holds on a day (BR-61, BR-67)."""
    without(row, name, zh, en, what=Post, by="seat", where=f"x.post_kind = '{kind.name}'")


unfilled(Grid, "WITHOUT_WORKER", "无网格员", "No worker", PostKind.GRID_WORKER)
unfilled(Grid, "WITHOUT_LEADER", "无网格长", "No grid leader", PostKind.GRID_LEADER)
unfilled(Grid, "WITHOUT_TOWN_LEADER", "无乡镇领导联系", "No town leader in contact", PostKind.TOWN_LEADER)
unfilled(MicroGrid, "WITHOUT_LEADER", "无微网格长", "No leader", PostKind.MICRO_GRID_LEADER)
unfilled(Building, "WITHOUT_LEADER", "无楼栋长", "No leader", PostKind.BUILDING_LEADER)


Vacancy = Ref[grids.MicroGrid]


class StaffingReport(Report):
    """How a community's grids and micro-grids are staffed on a day (BR-61).
    社区网格某日的人员配备情况。"""

    grids: int
    full_time_workers: int
    grids_without_own_full_time: int
    micro_grids: int
    leaders: int
    vacancies: tuple[Vacancy, ...]

    of: ClassVar = Community
    name: ClassVar = "gridStaffing"
    rows: ClassVar = (Grid, MicroGrid, Post)
    sql: ClassVar = """
        with net as (
            select g.id from {Grid} g where g.ledger = {ledger} and g.community = {id}
                and g.since <= {on} and coalesce({on} < g.until, true)),
        cell as (
            select m.id from {MicroGrid} m where m.ledger = {ledger} and m.community = {id}
                and m.since <= {on} and coalesce({on} < m.until, true)),
        held as (
            select p.seat, p.person, p.post_kind, p.since from {Post} p where p.ledger = {ledger} and p.community = {id}
                and not p.voided and p.since <= {on} and coalesce({on} < p.until, true)
                and (p.post_kind = 'MICRO_GRID_LEADER' or p.post_kind = 'GRID_WORKER' and p.full_time)),
        own as (
            select distinct on (person) person, seat from held join net on net.id = seat order by person, since, seat),
        led as (select distinct seat from held join cell on cell.id = seat)
        select (select count(*) from net)::int as grids, (select count(*) from own)::int as full_time_workers,
            (select count(*) from net where id not in (select seat from own))::int as grids_without_own_full_time,
            (select count(*) from cell)::int as micro_grids, (select count(*) from led)::int as leaders,
            array(select id from cell where id not in (select seat from led) order by id) as vacancies"""
