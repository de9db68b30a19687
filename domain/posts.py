"""Posts: who leads, works in and checks a grid, and who leads its micro-grids and buildings.

A grid has one leader and one town leader who keeps contact with it, a micro-grid one leader, a building one leader;
workers and checkers may be several. Nobody takes a single seat while another holds it, unless the holder is named as
replaced and leaves that day (BR-67). A worker may hold several grids, up to a cap (BR-61). An empty seat is a vacancy.
A time in a single seat that is over may be entered later (`until`). What was entered wrongly is corrected or voided:
see amendments.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple, Self

from domain.corrections import check_on_record
from domain.decisions import Past, decision
from domain.events import Confidential, Event, Position, Ref
from domain.grids import (
    Grid,
    GridDelineated,
    GridRetired,
    MicroGrid,
    MicroGridDelineated,
    MicroGridRetired,
    check_date,
)
from domain.people import Person
from domain.periods import PeriodReversed, check_same, in_order
from domain.places import Building
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(
    seat=("The place that the post or organisation is for.", "岗位或组织所在的场所。"),
    post_kind=("The kind of post.", "岗位类别。"),
    full_time=("Whether the post is the person's full-time job.", "是否专职。"),
    entered=(
        "The date that was first entered as its beginning, if that was corrected since.",
        "更正前首次登记的起始日。",
    ),
    again=(
        "How often the person had been entered for the post as of that date before.",
        "此前按同一起始日登记同一岗位的次数。",
    ),
    replacing=("The person who leaves the seat that day.", "同日被接替的人员。"),
)

GRIDS_PER_WORKER = 4
"""How many grids one worker may hold at a time: a policy value (226 full-time workers serve 294 grids)."""


class PostKind(Labelled):
    """A kind of post in the grids.
    网格岗位类别。"""

    TOWN_LEADER = "Town leader in contact with the grid", "联系网格的乡镇领导"
    GRID_LEADER = "Grid leader", "网格长"
    GRID_WORKER = "Grid worker", "网格员"
    CHECKER = "Grid checker", "排查员"
    MICRO_GRID_LEADER = "Micro-grid leader", "微网格长"
    BUILDING_LEADER = "Building leader", "楼栋长"


SHARED = frozenset({PostKind.GRID_WORKER, PostKind.CHECKER})
"""The kinds of which several persons may hold one seat."""


class PostFilled(Event, version=2):
    """A person holds a post from a date on.
    任岗。"""

    seat: Ref[Grid | MicroGrid | Building]
    person: Ref[Person]
    post_kind: PostKind
    full_time: bool
    since: date
    again: int = 0


class PostVacated(Event, version=2):
    """A person who held a post since one date leaves it on another.
    离岗。"""

    seat: Ref[Grid | MicroGrid | Building]
    person: Ref[Person]
    post_kind: PostKind
    since: date
    ended: date
    entered: date | None = None
    again: int = 0


class PostCorrected(Event):
    """A post was entered with a wrong date or kind of employment; this is right.
    更正任岗登记。"""

    corrects: Position
    reason: Confidential
    seat: Ref[Grid | MicroGrid | Building]
    person: Ref[Person]
    post_kind: PostKind
    entered: date | None
    full_time: bool
    since: date
    again: int = 0


class PostVoided(Event):
    """A post was entered by mistake: the person never held it.
    作废任岗登记。"""

    voids: Position
    reason: Confidential
    seat: Ref[Grid | MicroGrid | Building]
    person: Ref[Person]
    post_kind: PostKind
    entered: date | None
    since: date
    until: date | None
    again: int = 0


class SeatTaken(Refusal):
    """This seat is held since {since}; name the holder as replaced, or vacate it first.
    该岗位自 {since} 起已有人担任，须指明接替或先行离岗。"""

    rule = "BR-67"
    holder: Ref[Person]
    since: date


class NotInPost(Refusal):
    """This person does not hold this post here.
    该人员在此未担任该岗位。"""

    rule = "BR-67"
    person: Ref[Person]
    seat: Ref[Any]


class PostKindUnfit(Refusal):
    """The town itself enters, corrects and ends the post of its leader in contact with a grid; other posts go apart.
    联系网格的乡镇领导由乡镇登记、更正和离岗，与网格其他岗位分别办理。"""

    rule = "BR-61"
    post_kind: str


class ReplacesNobody(Refusal):
    """A time that is over is entered by its own days and replaces nobody.
    补录已结束的任期时按起止日期登记，不得同时指明接替。"""

    rule = "BR-67"


class WorkerOverloaded(Refusal):
    """This worker holds {grids} grids already; {most} are the most.
    该网格员已负责 {grids} 个网格，最多 {most} 个。"""

    rule = "BR-61"
    grids: int
    most: int


Holds = PostFilled | PostVacated | PostCorrected | PostVoided
Named = tuple[Ref[Person], PostKind, date, int]


def named(event: Holds) -> Named:
    """Which post of its seat it is: by the date first entered, which stays the same when it is corrected."""
    return event.person, event.post_kind, getattr(event, "entered", None) or event.since, event.again


class Holding(NamedTuple):
    """A post as its seat remembers it, past holders too; `position` is of the event that filled it."""

    person: Ref[Person]
    kind: PostKind
    full_time: bool
    since: date
    ended: date | None = None
    entered: date | None = None
    position: int = 0
    again: int = 0

    @property
    def entry(self) -> Named:
        """Which entry it is: by the date first entered."""
        return self.person, self.kind, self.entered or self.since, self.again

    def corrected(self, event: PostCorrected) -> "Holding":
        return self._replace(full_time=event.full_time, since=event.since, entered=event.entered)


class Posts(State):
    """Who holds and held the posts of one seat.
    一处岗位的任职情况。"""

    id: Ref[Any]
    holdings: tuple[Holding, ...] = ()
    voided: tuple[tuple[int, int], ...] = ()
    entries: tuple[Named, ...] = ()
    """All that were ever entered, voided ones too."""
    since: date = date.min
    retired: date | None = None

    def evolve(
        self,
        event: Holds | GridDelineated | GridRetired | MicroGridDelineated | MicroGridRetired,
        position: int = 0,
    ) -> Self:
        match event:
            case GridDelineated(grid=self.id) | MicroGridDelineated(micro_grid=self.id):
                return replace(self, since=event.since)
            case GridRetired(grid=self.id) | MicroGridRetired(micro_grid=self.id):
                return replace(self, retired=event.ended)
            case PostVoided(seat=self.id):
                others = tuple(h for h in self.holdings if h.position != event.voids)
                return replace(self, holdings=others, voided=(*self.voided, (event.voids, position)))
            case PostFilled(seat=self.id):
                who = event.person, event.post_kind
                held = Holding(*who, event.full_time, event.since, position=position, again=event.again)
                return replace(self, holdings=(*self.holdings, held), entries=(*self.entries, named(event)))
            case PostVacated(seat=self.id) | PostCorrected(seat=self.id):
                return replace(self, holdings=tuple(self._after(event)))
        return self  # a micro-grid's events also carry its grid's tag

    def _after(self, event: PostVacated | PostCorrected) -> Iterator[Holding]:
        match event:
            case PostVacated():
                yield from (h._replace(ended=event.ended) if h.entry == named(event) else h for h in self.holdings)
            case PostCorrected():
                yield from (h.corrected(event) if h.position == event.corrects else h for h in self.holdings)

    def present(self, kind: PostKind, person: Ref[Person]) -> Holding | None:
        return next((h for h in self.of(kind) if h.person == person and h.ended is None), None)

    def was_left(self, kind: PostKind, person: Ref[Person], on: date) -> bool:
        return any(h.person == person and h.ended == on for h in self.of(kind))

    def rivals(self, kind: PostKind, person: Ref[Person], since: date, until: date = date.max) -> Iterable[Holding]:
        """Holdings that one by the person between those days would overlap: for shared posts only the person's own."""
        mine = (h for h in self.of(kind) if kind not in SHARED or h.person == person)
        return (h for h in mine if h.since < until and (h.ended is None or max(since, h.since) < h.ended))

    def again(self, person: Ref[Person], kind: PostKind, since: date) -> int:
        return sum(entry[:-1] == (person, kind, since) for entry in self.entries)

    def filled(self, position: int) -> Holding:
        """The holding that was entered at a position; refuses one that is none, or was voided."""
        there = {h.position: h for h in self.holdings if h.position}
        check_on_record(position, there, dict(self.voided))
        return there[position]

    def of(self, kind: PostKind) -> Iterable[Holding]:
        return (h for h in self.holdings if h.kind is kind)


class GridPosts(Posts):
    """Who holds and held the posts of a grid.
    网格任职情况。"""

    id: Ref[Grid]


class MicroGridPosts(Posts):
    """Who holds and held the posts of a micro-grid.
    微网格任职情况。"""

    id: Ref[MicroGrid]


class BuildingPosts(Posts):
    """Who holds and held the posts of a building.
    楼栋任职情况。"""

    id: Ref[Building]


class Workload(State):
    """The grids that a person works in.
    网格员所负责的网格。"""

    id: Ref[Person]
    entries: frozenset[tuple[Ref[Any], Named]] = frozenset()

    def evolve(self, event: PostFilled | PostVacated | PostVoided) -> "Workload":
        if event.post_kind is not PostKind.GRID_WORKER:
            return self
        entry = event.seat, named(event)
        match event:
            case PostFilled():
                return replace(self, entries=self.entries | {entry})
            case PostVacated() | PostVoided(until=None):
                return replace(self, entries=self.entries - {entry})
        return self

    @property
    def grids(self) -> frozenset[Ref[Any]]:
        return frozenset(seat for seat, _ in self.entries)


@decision(roles={Role.TOWN})
def assign_town_leader(
    grid: GridPosts, person: Person, replacing: Person | None = None, *, since: date, until: Past | None = None
) -> Iterator[Event]:
    """Have a member of the town's leading team keep direct contact with a grid.
    乡镇领导班子成员直接联系网格。"""
    yield from _filled(grid, person.id, PostKind.TOWN_LEADER, since, replacing, until=until)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def appoint_leader(
    grid: GridPosts, person: Person, replacing: Person | None = None, *, since: date, until: Past | None = None
) -> Iterator[Event]:
    """Appoint the leader of a grid.
    任命网格长。"""
    yield from _filled(grid, person.id, PostKind.GRID_LEADER, since, replacing, until=until)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def appoint_worker(
    grid: GridPosts,
    person: Workload,
    replacing: Person | None = None,
    *,
    full_time: bool,
    since: date,
) -> Iterator[Event]:
    """Appoint a full-time or part-time worker of a grid.
    任命专职或兼职网格员。"""
    if grid.id not in person.grids and len(person.grids) >= GRIDS_PER_WORKER:
        raise WorkerOverloaded(len(person.grids), GRIDS_PER_WORKER)
    yield from _filled(grid, person.id, PostKind.GRID_WORKER, since, replacing, full_time=full_time)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def appoint_checker(
    grid: GridPosts, person: Person, replacing: Person | None = None, *, since: date
) -> Iterator[Event]:
    """Appoint a checker of a grid.
    任命排查员。"""
    yield from _filled(grid, person.id, PostKind.CHECKER, since, replacing)


@decision(roles={Role.COMMUNITY, Role.GRID_WORKER})
def appoint_leader_micro_grid(
    micro_grid: MicroGridPosts,
    person: Person,
    replacing: Person | None = None,
    *,
    since: date,
    until: Past | None = None,
) -> Iterator[Event]:
    """Appoint the leader of a micro-grid.
    任命微网格长。"""
    yield from _filled(micro_grid, person.id, PostKind.MICRO_GRID_LEADER, since, replacing, until=until)


@decision(roles={Role.COMMUNITY})
def appoint_leader_building(
    building: BuildingPosts, person: Person, replacing: Person | None = None, *, since: date, until: Past | None = None
) -> Iterator[Event]:
    """Appoint the leader of a building.
    任命楼栋长。"""
    yield from _filled(building, person.id, PostKind.BUILDING_LEADER, since, replacing, until=until)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def vacate_post(grid: GridPosts, person: Person, *, post_kind: PostKind, ended: date) -> Iterator[Event]:
    """Record that a person leaves a post of a grid, other than the town leader's.
    网格岗位离岗（联系网格的乡镇领导除外）。"""
    check_kind(post_kind)
    yield from _vacated(grid, person.id, post_kind, ended)


@decision(roles={Role.TOWN})
def vacate_town_leader(grid: GridPosts, person: Person, *, ended: date) -> Iterator[Event]:
    """Record that a member of the town's leading team no longer keeps contact with a grid.
    乡镇领导不再联系网格。"""
    yield from _vacated(grid, person.id, PostKind.TOWN_LEADER, ended)


@decision(roles={Role.COMMUNITY, Role.GRID_WORKER})
def vacate_leader_micro_grid(micro_grid: MicroGridPosts, person: Person, *, ended: date) -> Iterator[Event]:
    """Record that a micro-grid's leader leaves.
    微网格长离岗。"""
    yield from _vacated(micro_grid, person.id, PostKind.MICRO_GRID_LEADER, ended)


@decision(roles={Role.COMMUNITY})
def vacate_leader_building(building: BuildingPosts, person: Person, *, ended: date) -> Iterator[Event]:
    """Record that a building's leader leaves.
    楼栋长离岗。"""
    yield from _vacated(building, person.id, PostKind.BUILDING_LEADER, ended)


def check_kind(kind: PostKind, *, of_town: bool = False) -> None:
    """Who may not enter a post may not change it either."""
    if (kind is PostKind.TOWN_LEADER) is not of_town:
        raise PostKindUnfit(kind.name)


def _filled(
    posts: Posts,
    person: Ref[Person],
    kind: PostKind,
    since: date,
    former: Person | None,
    *,
    until: date | None = None,
    full_time: bool = False,
) -> Iterator[Event]:
    if until is not None:
        if former:
            raise ReplacesNobody
        yield from _served(posts, person, kind, since, until, full_time=full_time)
        return
    present = posts.present(kind, person)
    if present and present.full_time is full_time:
        check_same(since, present.since)
        return
    check_date(since, posts.since, posts.retired)
    leaving = posts.present(kind, former.id) if former else None
    if former:
        yield from _vacated(posts, former.id, kind, since)
    for rival in posts.rivals(kind, person, since):
        if rival != leaving:
            raise SeatTaken(rival.person, rival.since)
    yield PostFilled(posts.id, person, kind, full_time, since, posts.again(person, kind, since))


def _served(
    posts: Posts, person: Ref[Person], kind: PostKind, since: date, until: date, *, full_time: bool
) -> Iterator[Event]:
    """A time in the post that is over, entered after others: it overlaps none of them."""
    if until <= since:
        raise PeriodReversed(since, until)
    over = posts.retired is not None and until <= posts.retired
    check_date(since, posts.since, None if over else posts.retired)
    for rival in posts.rivals(kind, person, since, until):
        if (rival.person, rival.since, rival.ended, rival.full_time) == (person, since, until, full_time):
            return
        raise SeatTaken(rival.person, rival.since)
    again = posts.again(person, kind, since)
    yield PostFilled(posts.id, person, kind, full_time, since, again)
    yield PostVacated(posts.id, person, kind, since, until, None, again)


def _vacated(posts: Posts, person: Ref[Person], kind: PostKind, ended: date) -> Iterator[Event]:
    if holding := posts.present(kind, person):
        in_order(holding.since, ended)
        yield PostVacated(posts.id, person, kind, holding.since, ended, holding.entered, holding.again)
    elif not posts.was_left(kind, person, ended):
        raise NotInPost(person, posts.id)
