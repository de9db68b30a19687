"""A post entered wrongly is corrected, one entered by mistake is voided, and both stay on record (BR-84)."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.amendments import (
    FullTimeUnfit,
    correct_leader_building,
    correct_leader_micro_grid,
    correct_post,
    correct_town_leader,
    void_leader_building,
    void_leader_micro_grid,
    void_post,
    void_town_leader,
)
from domain.corrections import AlreadyVoided, CorrectsNothing
from domain.decisions import Decision
from domain.events import Confidential, Event, Position, Ref
from domain.execution import Actor
from domain.grants import GrantGiven, NotPermitted
from domain.grids import EffectiveDateOrder, GridDelineated, GridRetired, MicroGridRetired
from domain.periods import PeriodReversed
from domain.posts import (
    GRIDS_PER_WORKER,
    PostCorrected,
    PostFilled,
    PostKind,
    PostKindUnfit,
    PostVacated,
    PostVoided,
    SeatTaken,
    WorkerOverloaded,
    appoint_leader,
    appoint_worker,
    vacate_post,
    vacate_town_leader,
)
from domain.retirements import GridStillStaffed, retire, retire_micro_grid
from domain.roles import Role
from domain.specification import Scenario, given
from infra.address import Address
from infra.database import Databases
from infra.embedded import EmbeddedPostgres
from tests.county import BUILDINGS, C1, DAY, G1, G2, GRIDS, K1, LI, LIES_IN_C1, M1, WANG, ZHAO, days
from tests.wire import LEDGER, Wire, fresh_databases, serving

WHY = Confidential("录入有误")
K1_1 = BUILDINGS[K1][0]
CLERK, GIVEN = Actor(LI), GrantGiven(Ref("grant:clerk"), LI, Role.COMMUNITY, C1, date(2020, 1, 1))
NEXT = Position(len(GRIDS) + 1)
"""Where the first event after the county and its grids stands."""

WORKER, LEADER = PostKind.GRID_WORKER, PostKind.GRID_LEADER
SEATS = [
    pytest.param(
        correct_town_leader, void_town_leader, {"grid": G1}, PostKind.TOWN_LEADER, {*LIES_IN_C1}, id="town leader"
    ),
    pytest.param(correct_post, void_post, {"grid": G1}, LEADER, {*LIES_IN_C1}, id="grid"),
    pytest.param(
        *(correct_leader_micro_grid, void_leader_micro_grid, {"micro_grid": M1}, PostKind.MICRO_GRID_LEADER),
        {G1, *LIES_IN_C1},
        id="micro-grid",
    ),
    pytest.param(
        *(correct_leader_building, void_leader_building, {"building": K1_1}, PostKind.BUILDING_LEADER),
        {K1, *LIES_IN_C1},
        id="building",
    ),
]


def after(*events: Event) -> Scenario:
    return given(*GRIDS, *events)


def filled(
    person: Ref[Any] = WANG, since: int = 0, kind: PostKind = LEADER, seat: Ref[Any] = G1, *, full_time: bool = False
) -> PostFilled:
    return PostFilled(seat, person, kind, full_time, days(since))


def vacated(person: Ref[Any], since: int, ended: int, kind: PostKind = LEADER) -> PostVacated:
    return PostVacated(G1, person, kind, days(since), days(ended))


def moved(since: int, person: Ref[Any] = WANG, entered: int = 0, at: int = NEXT) -> PostCorrected:
    """The leader's date was corrected."""
    facts = {"seat": G1, "person": person, "post_kind": LEADER, "entered": days(entered), "full_time": False}
    return PostCorrected(Position(at), WHY, since=days(since), **facts)  # type: ignore[arg-type]


def correct(scenario: Scenario, since: int | None = None, at: int = NEXT, **more: Any) -> Scenario:
    more |= {} if since is None else {"since": days(since)}
    return scenario.when(correct_post, grid=G1, corrects=at, reason=WHY, **more)


def void(scenario: Scenario, at: int = NEXT) -> Scenario:
    return scenario.when(void_post, grid=G1, voids=at, reason=WHY)


@pytest.mark.parametrize(("decision", "_void", "seat", "kind", "around"), SEATS)
def test_the_date_of_a_post_is_corrected_br_84(
    decision: Decision, _void: Decision, seat: dict[str, Any], kind: PostKind, around: set[str]
) -> None:
    (place,) = seat.values()
    wrong = after(PostFilled(place, WANG, kind, full_time=False, since=days(9)))
    right = wrong.when(decision, **seat, corrects=NEXT, reason=WHY, since=days(3))
    right.then(PostCorrected(NEXT, WHY, place, WANG, kind, days(9), full_time=False, since=days(3)))
    right.tagged({place, WANG, *around})
    right.when(decision, **seat, corrects=NEXT, reason=WHY, since=days(3)).then()
    again = right.when(decision, **seat, corrects=NEXT, reason=WHY, since=days(5))
    again.then(PostCorrected(NEXT, WHY, place, WANG, kind, days(9), full_time=False, since=days(5)))


@pytest.mark.parametrize(("_correct", "decision", "seat", "kind", "around"), SEATS)
def test_a_post_entered_by_mistake_is_voided_once_br_84(
    _correct: Decision, decision: Decision, seat: dict[str, Any], kind: PostKind, around: set[str]
) -> None:
    (place,) = seat.values()
    gone = after(PostFilled(place, WANG, kind, full_time=False, since=DAY)).when(
        decision, **seat, voids=NEXT, reason=WHY
    )
    gone.then(PostVoided(NEXT, WHY, place, WANG, kind, None, DAY, None)).tagged({place, WANG, *around})
    again = gone.when(decision, **seat, voids=NEXT, reason=WHY)
    again.refused(AlreadyVoided(NEXT, NEXT + 1))
    gone.when(_correct, **seat, corrects=NEXT, reason=WHY, since=days(1)).refused(AlreadyVoided(NEXT, NEXT + 1))


TOWNS_ACTS: list[tuple[Decision, Decision, dict[str, Any]]] = [
    (correct_post, correct_town_leader, {"corrects": NEXT, "reason": WHY, "since": days(1)}),
    (void_post, void_town_leader, {"voids": NEXT, "reason": WHY}),
]


def test_who_may_enter_a_town_leader_may_correct_void_and_vacate_it_and_nobody_else_br_61_br_84() -> None:
    clerk, town = after(filled(kind=PostKind.TOWN_LEADER, seat=G1), GIVEN), after(filled(kind=PostKind.GRID_LEADER))
    for others, towns, inputs in TOWNS_ACTS:
        clerk.when(others, actor=CLERK, grid=G1, **inputs).refused(PostKindUnfit("TOWN_LEADER"))
        clerk.when(towns, actor=CLERK, grid=G1, **inputs).refused(NotPermitted)
        town.when(towns, grid=G1, **inputs).refused(PostKindUnfit("GRID_LEADER"))
    left: dict[str, Any] = {"grid": G1, "person": WANG, "ended": days(4)}
    clerk.when(vacate_post, actor=CLERK, **left, post_kind=PostKind.TOWN_LEADER).refused(PostKindUnfit("TOWN_LEADER"))
    clerk.when(vacate_town_leader, actor=CLERK, **left).refused(NotPermitted)


@pytest.mark.parametrize("at", [0, 1, NEXT + 1, NEXT + 2, 9999])
def test_only_a_post_of_the_seat_is_corrected_or_voided_br_84(at: int) -> None:
    """Not another grid's, nor the leaving of one."""
    staff = after(filled(), filled(LI, seat=G2), vacated(WANG, 0, 4))
    correct(staff, 1, at).refused(CorrectsNothing(at, (NEXT,)))
    void(staff, at).refused(CorrectsNothing(at, (NEXT,)))


def test_a_corrected_post_is_left_by_its_right_date_br_84() -> None:
    staff = after(filled(since=9), moved(3, entered=9))
    left = staff.when(vacate_post, grid=G1, person=WANG, post_kind=LEADER, ended=days(5))
    left.then(PostVacated(G1, WANG, LEADER, days(3), days(5), days(9)))
    staff.when(vacate_post, grid=G1, person=WANG, post_kind=LEADER, ended=days(2)).refused(
        PeriodReversed(days(3), days(2))
    )


DATES = [
    pytest.param([filled(since=5)], 0, None, id="the first day of the grid"),
    pytest.param([filled(since=5)], -1, EffectiveDateOrder(days(-1), DAY), id="before the grid"),
    pytest.param([filled(), vacated(WANG, 0, 9)], 9, None, id="the day on which it ended"),
    pytest.param([filled(), vacated(WANG, 0, 9)], 10, PeriodReversed(days(10), days(9)), id="after it ended"),
    pytest.param([filled(), vacated(WANG, 0, 9), GridRetired(G1, days(9))], 8, None, id="in a grid retired since"),
    pytest.param([filled(since=9), filled(LI, 2), vacated(LI, 2, 5)], 5, None, id="when the former holder left"),
    pytest.param([filled(since=9), filled(LI, 2), vacated(LI, 2, 5)], 4, SeatTaken(LI, days(2)), id="before that"),
    pytest.param(
        [filled(since=2), vacated(WANG, 2, 5), filled(LI, 5)], 1, None, id="while the successor came only later"
    ),
]


@pytest.mark.parametrize(("events", "since", "refusal"), DATES)
def test_a_corrected_post_fits_its_seat_as_if_entered_so_br_67_br_84(
    events: list[Event], since: int, refusal: Any
) -> None:
    right = correct(after(*events), since)
    if refusal:
        right.refused(refusal)
    else:
        assert [type(each) for each in right.new] == [PostCorrected]


def test_shared_posts_overlap_only_with_the_same_persons_br_84() -> None:
    shared = after(filled(since=9, kind=WORKER), filled(LI, kind=WORKER))
    assert len(correct(shared, 1).new) == 1
    twice = after(
        filled(since=2, kind=WORKER), vacated(WANG, 2, 5, WORKER), filled(since=9, kind=WORKER), filled(LI, kind=WORKER)
    )
    correct(twice, 4, NEXT + 2).refused(SeatTaken(WANG, days(2)))


def test_full_time_or_part_time_is_corrected_of_workers_only_br_61_br_84() -> None:
    wrong = after(filled(kind=WORKER, full_time=True))
    right = correct(wrong, full_time=False)
    right.then(PostCorrected(NEXT, WHY, G1, WANG, WORKER, DAY, full_time=False, since=DAY))
    correct(right, full_time=False).then()
    correct(after(filled()), full_time=True).refused(FullTimeUnfit("GRID_LEADER"))
    correct(after(filled()), full_time=False).then()


def test_a_voided_post_frees_its_seat_br_67_br_84() -> None:
    free = void(after(filled(since=3)))
    free.when(appoint_leader, grid=G1, person=LI, since=days(1)).then(filled(LI, 1))
    again = free.when(appoint_leader, grid=G1, person=WANG, since=days(3)).then(replace(filled(since=3), again=1))
    gone = void(again, NEXT + 2)
    gone.then(PostVoided(Position(NEXT + 2), WHY, G1, WANG, LEADER, None, days(3), None, again=1))


def test_a_voided_post_counts_no_longer_towards_the_most_that_one_may_hold_br_61_br_84() -> None:
    many = tuple(Ref[Any](f"grid:many-{n}") for n in range(GRIDS_PER_WORKER - 1))
    events = [GridDelineated(grid, C1, str(grid), DAY) for grid in many]
    full = after(filled(kind=WORKER), *events, *(filled(kind=WORKER, seat=grid) for grid in many))
    more: dict[str, Any] = {"grid": G2, "person": WANG, "full_time": True, "since": DAY}
    full.when(appoint_worker, **more).refused(WorkerOverloaded(GRIDS_PER_WORKER, GRIDS_PER_WORKER))
    void(full).when(appoint_worker, **more).then(filled(kind=WORKER, seat=G2, full_time=True))


def test_voiding_a_post_that_was_left_leaves_the_present_one_br_84() -> None:
    twice = after(filled(kind=WORKER), vacated(WANG, 0, 5, WORKER), filled(since=9, kind=WORKER))
    gone = void(twice).then(PostVoided(NEXT, WHY, G1, WANG, WORKER, None, DAY, days(5)))
    again = gone.when(appoint_worker, grid=G1, person=WANG, full_time=False, since=days(9))
    again.then()
    assert len(gone.when(vacate_post, grid=G1, person=WANG, post_kind=WORKER, ended=days(12)).new) == 1


def test_a_grid_is_retired_as_if_a_voided_post_had_never_been_br_60_br_84() -> None:
    """Even if it was entered with a date far ahead."""
    staff = after(PostFilled(G2, WANG, WORKER, full_time=True, since=date(2052, 3, 1)))
    staff.when(retire, grid=G2, ended=days(9)).refused(GridStillStaffed((WANG,), (), ()))
    free = staff.when(void_post, grid=G2, voids=NEXT, reason=WHY)
    free.when(retire, grid=G2, ended=days(9)).then(GridRetired(G2, days(9)))


@pytest.mark.parametrize("voided", [True, False])
def test_the_end_of_a_post_holds_a_retirement_back_unless_it_was_voided_br_60_br_84(*, voided: bool) -> None:
    left = after(filled(seat=G2, since=5), replace(vacated(WANG, 5, 400), seat=G2))
    if voided:
        gone = left.when(void_post, grid=G2, voids=NEXT, reason=WHY)
        gone.when(retire, grid=G2, ended=days(100)).then(GridRetired(G2, days(100)))
    else:
        left.when(retire, grid=G2, ended=days(100)).refused(EffectiveDateOrder(days(100), days(400)))


def test_a_corrected_beginning_leaves_the_end_that_holds_a_retirement_back_br_60_br_84() -> None:
    left = after(filled(seat=G2, since=5), replace(vacated(WANG, 5, 40), seat=G2))
    right = left.when(correct_post, grid=G2, corrects=NEXT, reason=WHY, since=days(2))
    right.when(retire, grid=G2, ended=days(20)).refused(EffectiveDateOrder(days(20), days(40)))


def test_a_micro_grid_is_retired_by_the_corrected_date_br_60_br_84() -> None:
    leader = PostFilled(M1, WANG, PostKind.MICRO_GRID_LEADER, full_time=False, since=days(90))
    right = after(leader).when(correct_leader_micro_grid, micro_grid=M1, corrects=NEXT, reason=WHY, since=days(3))
    left = PostVacated(M1, WANG, PostKind.MICRO_GRID_LEADER, days(3), days(5), days(90))
    vacant = Scenario((*right.history, *given(*GRIDS, left).history[-1:]))
    vacant.when(retire_micro_grid, micro_grid=M1, ended=days(4)).refused(EffectiveDateOrder(days(4), days(5)))
    vacant.when(retire_micro_grid, micro_grid=M1, ended=days(5)).then(MicroGridRetired(M1, days(5)))


def test_voiding_the_past_post_of_who_holds_it_again_leaves_the_grid_staffed_br_60_br_84() -> None:
    staff = after(
        PostFilled(G2, WANG, LEADER, full_time=False, since=DAY),
        PostVacated(G2, WANG, LEADER, DAY, days(5)),
        PostFilled(G2, WANG, LEADER, full_time=False, since=days(9)),
    )
    again = staff.when(void_post, grid=G2, voids=NEXT, reason=WHY)
    again.when(retire, grid=G2, ended=days(20)).refused(GridStillStaffed((WANG,), (), ()))
    again.when(appoint_leader, grid=G2, person=LI, since=days(20)).refused(SeatTaken(WANG, days(9)))


def test_a_post_taken_anew_is_not_mistaken_for_a_corrected_one_br_84() -> None:
    """Entered as of the 9th, corrected to the 1st, left on the 5th: one from the 9th on is another."""
    staff = after(filled(since=9), moved(1, entered=9), PostVacated(G1, WANG, LEADER, days(1), days(5), days(9)))
    anew = staff.when(appoint_leader, grid=G1, person=WANG, since=days(9)).then(replace(filled(since=9), again=1))
    gone = anew.when(vacate_post, grid=G1, person=WANG, post_kind=LEADER, ended=days(12))
    gone.then(replace(vacated(WANG, 9, 12), again=1))
    staff.when(appoint_leader, grid=G1, person=WANG, since=days(8)).then(filled(since=8))
    staff.when(appoint_leader, grid=G1, person=ZHAO, since=days(9)).then(filled(ZHAO, 9))


READ = """query ($grid: ID!, $community: ID!, $on: Date!, $m: Moment) {
  grid: node(id: $grid, asKnownAt: $m) { history { edges { node {
    position type correctedBy { edges { node { position } } }
    voidedBy { position ... on PostVoided { reason } } ... on PostVoided { voids { type } } } } } }
  community: node(id: $community, asKnownAt: $m) { ... on Community {
    gridStaffing(asOf: $on) { grids fullTimeWorkers }
    posts { edges { node { since until fullTime voided } } } held: posts(asOf: $on) { totalCount } } }
  ledger(code: "140423", asKnownAt: $m) { figures(keys: ["fullTimeGridWorkers"]) { value } }
}"""


@pytest.fixture(scope="module")
async def wire(postgres: EmbeddedPostgres, root: Address, migrated: Databases) -> AsyncIterator[Wire]:
    async with fresh_databases(postgres, root) as databases, serving(databases, postgres.home) as opened:
        yield opened


PERSON = """query ($grid: ID!) { node(id: $grid) { history { edges { node {
    ... on PostCorrected { person { id } } } } } } }"""
HOLDER = PERSON.replace("PostCorrected", "PostFilled")
NOUNS = {"town": "Town", "community": "Community", "person": "Person", "grid": "Grid"}


class Clerk:
    """Somebody of the county's office who acts over the wire, with a grid and who was entered as its worker."""

    def __init__(self, wire: Wire, tokens: Mapping[Role, str]) -> None:
        self.wire, self.tokens = wire, tokens
        self.community = self.grid = ""
        self.filled = 0

    @classmethod
    async def with_worker(cls, wire: Wire, since: str) -> "Clerk":
        clerk = cls(wire, {role: await wire.token(role) for role in (Role.COUNTY, Role.TOWN)})
        town = (await clerk.do(f'townRegister(ledger: "{LEDGER}", name: "T")', Role.COUNTY))["node"]["id"]
        person = (await clerk.do(f'personRegister(ledger: "{LEDGER}", fullName: "甲")'))["node"]["id"]
        clerk.community = (await clerk.do(f'communityRegister(town: "{town}", name: "C")'))["node"]["id"]
        drawn = await clerk.do(f'gridDelineate(community: "{clerk.community}", name: "G", since: "2025-03-01")')
        clerk.grid = drawn["node"]["id"]
        given = f'person: "{person}", fullTime: true, since: "{since}"'
        clerk.filled = (await clerk.do(f'gridAppointWorker(grid: "{clerk.grid}", {given})'))["receipts"][0]["position"]
        return clerk

    async def do(self, act: str, role: Role = Role.TOWN, language: str = "en") -> dict[str, Any]:
        noun = next(noun for kind, noun in NOUNS.items() if act.startswith(kind))
        query = f"mutation {{ {act} {{ ... on {noun}Recorded {{ node {{ id }} receipts {{ position type }} }}"
        answer = await self.wire.ask(
            f"{query} ... on Refused {{ code rule message path details }} }} }}", self.tokens[role], language
        )
        return dict(next(iter(answer["data"].values())))

    async def correct(self, given: str, language: str = "en") -> dict[str, Any]:
        return await self.do(f'gridCorrectPost(grid: "{self.grid}", reason: "{WHY}", {given})', language=language)

    async def void(self, at: int) -> dict[str, Any]:
        return await self.do(f'gridVoidPost(grid: "{self.grid}", reason: "{WHY}", voids: {at})')

    async def read(self, on: str, position: int | None = None) -> dict[str, Any]:
        moment = None if position is None else {"position": position}
        given: dict[str, Any] = {"grid": self.grid, "community": self.community, "on": on, "m": moment}
        return dict((await self.wire.ask(READ, self.tokens[Role.TOWN], **given))["data"])

    async def staffed(self, on: str, position: int | None = None) -> tuple[int, dict[str, Any]]:
        """How many full-time workers there are that day, and the post, both as known then."""
        community = (await self.read(on, position))["community"]
        [edge] = community["posts"]["edges"]
        return community["gridStaffing"]["fullTimeWorkers"], edge["node"]


async def test_two_times_are_never_confused_br_82_br_83_br_84(wire: Wire) -> None:
    """A worker entered as of April is corrected to June: since when it holds, and since when that is known."""
    clerk = await Clerk.with_worker(wire, "2025-04-01")
    [receipt] = (await clerk.correct(f'corrects: {clerk.filled}, since: "2025-06-01"'))["receipts"]
    assert receipt["type"] == "PostCorrected"
    wrong = {"since": "2025-04-01", "until": None, "fullTime": True, "voided": False}
    for position in (clerk.filled, receipt["position"] - 1):
        assert await clerk.staffed("2025-03-31", position) == (0, wrong)
        assert await clerk.staffed("2025-04-01", position) == (1, wrong)
    right = {**wrong, "since": "2025-06-01"}
    for now in (None, receipt["position"]):
        assert await clerk.staffed("2025-05-31", now) == (0, right)
        assert await clerk.staffed("2025-06-01", now) == (1, right)


async def test_a_corrected_post_ends_as_the_same_post_br_84(wire: Wire) -> None:
    clerk = await Clerk.with_worker(wire, "2025-04-01")
    await clerk.correct(f'corrects: {clerk.filled}, since: "2025-03-02", fullTime: false')
    person = (await clerk.wire.ask(PERSON, clerk.tokens[Role.TOWN], grid=clerk.grid))["data"]["node"]
    holder = person["history"]["edges"][-1]["node"]["person"]["id"]
    await clerk.do(
        f'gridVacatePost(grid: "{clerk.grid}", person: "{holder}", postKind: GRID_WORKER, ended: "2025-03-09")'
    )
    post = {"since": "2025-03-02", "until": "2025-03-09", "fullTime": False, "voided": False}
    assert await clerk.staffed("2025-03-05") == (0, post)


async def test_a_voided_post_stays_as_void_and_counts_nowhere_br_84(wire: Wire) -> None:
    clerk = await Clerk.with_worker(wire, "2025-04-01")
    before = (await clerk.read("2025-05-01"))["ledger"]["figures"][0]["value"]
    [receipt] = (await clerk.void(clerk.filled))["receipts"]
    post = {"since": "2025-04-01", "until": None, "fullTime": True, "voided": True}
    assert await clerk.staffed("2025-05-01") == (0, post)
    assert await clerk.staffed("2025-05-01", receipt["position"] - 1) == (1, {**post, "voided": False})
    now = await clerk.read("2025-05-01")
    assert now["community"]["held"] == {"totalCount": 0}
    assert now["ledger"]["figures"][0]["value"] == before - 1
    told = {edge["node"]["position"]: edge["node"] for edge in now["grid"]["history"]["edges"]}
    assert told[clerk.filled]["voidedBy"] == {"position": receipt["position"], "reason": WHY}
    assert told[receipt["position"]]["voids"] == {"type": "PostFilled"}
    earlier = await clerk.read("2025-05-01", receipt["position"] - 1)
    assert earlier["community"]["held"] == {"totalCount": 1}
    assert [edge["node"]["voidedBy"] for edge in earlier["grid"]["history"]["edges"]] == [None, None]


async def test_a_post_entered_again_after_it_was_voided_is_another_post_br_84(wire: Wire) -> None:
    """Of the same person, from the same day; the void one stays as void."""
    clerk = await Clerk.with_worker(wire, "2025-04-01")
    await clerk.void(clerk.filled)
    person = (await clerk.wire.ask(HOLDER, clerk.tokens[Role.TOWN], grid=clerk.grid))["data"]["node"]
    holder = person["history"]["edges"][1]["node"]["person"]["id"]
    given = f'grid: "{clerk.grid}", person: "{holder}"'
    await clerk.do(f'gridAppointWorker({given}, fullTime: true, since: "2025-04-01")')
    await clerk.do(f'gridVacatePost({given}, postKind: GRID_WORKER, ended: "2025-06-01")')
    posts = [edge["node"] for edge in (await clerk.read("2025-05-01"))["community"]["posts"]["edges"]]
    void = {"since": "2025-04-01", "until": None, "fullTime": True, "voided": True}
    assert posts == [{**void, "until": "2025-06-01", "voided": False}, void]
    assert (await clerk.read("2025-05-01"))["community"]["held"] == {"totalCount": 1}


async def test_a_refused_amendment_records_nothing_and_is_told_in_both_languages_br_84(wire: Wire) -> None:
    clerk = await Clerk.with_worker(wire, "2025-04-01")
    other = await Clerk.with_worker(wire, "2025-04-01")
    await other.void(other.filled)
    before = await wire.head()
    voided = await other.void(other.filled)
    assert (voided["code"], voided["rule"]) == ("ALREADY_VOIDED", "BR-84")
    assert voided["details"] == {"position": other.filled, "voidedAt": before}
    nothing = await clerk.correct(f'corrects: {other.filled}, since: "2025-05-01"')
    assert (nothing["code"], nothing["details"]["possible"]) == ("CORRECTS_NOTHING", [clerk.filled])
    early = [await clerk.correct(f'corrects: {clerk.filled}, since: "2025-02-28"', each) for each in ("en", "zh")]
    assert {each["code"] for each in early} == {"EFFECTIVE_DATE_ORDER"}
    assert len({each["message"] for each in early}) == 2
    assert (await clerk.correct(f"corrects: {clerk.filled}"))["receipts"] == []
    assert await wire.head() == before
