"""Whatever is asked of it in whatever order, by several at once and again, the ledger does as a simple model of it.

`GONGZHI_MACHINE=500` makes 500 runs of 50 steps instead of a few short ones.
"""

import asyncio
import os
from collections.abc import Coroutine, Sequence
from datetime import datetime, timedelta
from itertools import count, permutations
from typing import Any, ClassVar, NamedTuple, TypeVar

import asyncpg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from domain import contacts, coverages, grants, people, places, teams
from domain.bodies import CHINA
from domain.decisions import Decision, new_ref
from domain.events import Personal, Ref
from domain.execution import Actor, Command
from domain.refusals import Refusal
from domain.roles import Role
from domain.teams import TeamRole
from infra.database import Databases
from infra.keys import open_keys
from infra.ledgers import open_ledger
from infra.recorder import Receipts, Recorder
from infra.store import EventStore
from projections.projector import catch_up
from projections.tables import ensure_tables
from tests.model import (
    ACTS,
    BUILDINGS,
    COMMUNITY,
    COMPOUNDS,
    EVER,
    FAR,
    PEOPLE,
    Answer,
    Forbidden,
    Model,
    Wish,
)
from tests.recording import KEK, SYSTEM, Hands, check_log

T = TypeVar("T")
RUNS = int(os.environ.get("GONGZHI_MACHINE", "0"))
BEGAN = datetime(2025, 3, 1, 12, tzinfo=CHINA)
DAYS = [BEGAN.date() + timedelta(days=n) for n in range(5)]
CODES = count(1)
KINDS = {COMMUNITY: "community", FAR: "community", "town": "town"} | dict.fromkeys(COMPOUNDS, "compound")
KINDS |= dict.fromkeys(BUILDINGS, "building") | dict.fromkeys([*PEOPLE, "stranger"], "person")
Told = list[Answer] | str
"""The answers to a bundle of commands, or the code of their refusal."""


class World(NamedTuple):
    """What all runs share: the databases, connections to them, and the loop that they belong to."""

    loop: asyncio.AbstractEventLoop
    databases: Databases
    pools: Sequence[asyncpg.Pool]
    keys: asyncpg.Pool
    projecting: asyncpg.Connection

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(120)


class Ledger(RuleBasedStateMachine):
    """One run: a ledger of its own, two processes that record into it, and the model."""

    world: ClassVar[World]

    @initialize()
    def begin(self) -> None:
        self.code, self.hands, self.sent = f"m{next(CODES)}", Hands(BEGAN), list[Wish]()
        self.recorders = [self.world.run(self._recorder(pool)) for pool in self.world.pools]
        self.model = self.world.run(self._settled())
        self.sent += FIRST
        self._agree(FIRST, 0)

    @rule(data=st.data(), through=st.integers(0, 1))
    def act(self, data: st.DataObject, through: int) -> None:
        wishes = self._wishes(data)
        self._agree(wishes, through)

    @rule(data=st.data(), many=st.integers(2, 4))
    def act_at_once(self, data: st.DataObject, many: int) -> None:
        """What comes of it is what would have come of some order, one after the other."""
        bundles = [self._wishes(data)]
        while len(bundles) < many:
            bundles.append(self._rivals(data, bundles[0]) if data.draw(st.booleans()) else self._wishes(data))
        told = self.world.run(self._tell_all(bundles))
        for order in permutations(range(many)):
            model = self.model.copy()
            if all(_undated(_expected(model, bundles[n])) == _undated(told[n]) for n in order):
                self.model = model
                return
        raise AssertionError((bundles, told))

    @rule(what=st.sampled_from(["a day passes", "restart", "read"]), which=st.integers(0, 1))
    def meanwhile(self, what: str, which: int) -> None:
        match what:
            case "a day passes":
                self.hands.turn(days=1)
            case "restart":
                self.world.run(self.recorders[which].store.close())
                self.recorders[which] = self.world.run(self._recorder(self.world.pools[which]))
            case _:
                self.read()

    def read(self) -> None:
        """The rows are what the model has."""
        assert self.world.run(self._rows()) == {
            "grant": {(id_, *each) for id_, each in self.model.grants.items()},
            "grid": {(id_, since) for id_, since in self.model.grids.items()},
            "grid_coverage": {(*key, until) for key, until in self.model.covers.items()},
            "leader_contact": {(*key, until) for key, until in self.model.contacts.items()},
            "team_member": {(*key, until) for key, until in self.model.members.items()},
            "figure": {(len(self.model.grids),)},
        }

    def teardown(self) -> None:
        if hasattr(self, "model"):
            self.read()
            for recorder in self.recorders:
                self.world.run(recorder.store.close())
            checked = check_log(self.world.databases, self.code, self.recorders[0].keys)
            assert self.world.run(checked).size == self.model.head

    def _agree(self, wishes: Sequence[Wish], through: int) -> None:
        told = self.world.run(self._tell(self.recorders[through], wishes))
        assert told == _expected(self.model, wishes), wishes

    async def _recorder(self, pool: asyncpg.Pool) -> Recorder:
        keys = await open_keys(self.world.keys, KEK)
        return Recorder(EventStore(pool, keys, self.hands, patience=60), keys, self.hands)

    async def _settled(self) -> Model:
        """The places and people that all acts are about."""
        await open_ledger(self.recorders[0], self.code, "模型", "admin", demo=True)
        wishes = [Command(name, made, inputs, SYSTEM, self.hands.at) for name, made, inputs in FOUNDING]
        receipts = await self.recorders[0].record(self.code, wishes)
        last = {wish.id: told.position for wish, told in zip(wishes, receipts, strict=True)}
        return Model(receipts[-1].position, last)

    def _wishes(self, data: st.DataObject) -> list[Wish]:
        """A few new ones, or such as were sent before, word for word or under their id something else."""
        wishes = [self._wish(data) for _ in range(data.draw(st.integers(1, 3)))]
        self.sent += wishes
        return wishes

    def _wish(self, data: st.DataObject) -> Wish:
        fresh, known = data.draw(_acts(self.model)), data.draw(st.sampled_from(["new", "new", "again", "reused"]))
        expected = data.draw(st.sampled_from([None, None, None, 0, self.model.head, self.model.head // 2]))
        wish = Wish(f"c{len(self.sent)}-{next(CODES)}", *fresh, self.hands.at.date(), expected)
        if known == "new" or not self.sent:
            return wish
        former = data.draw(st.sampled_from(self.sent))
        return (former if known == "again" else wish)._replace(id=former.id, today=wish.today)

    def _rivals(self, data: st.DataObject, wishes: Sequence[Wish]) -> list[Wish]:
        """The same wished by others, or for others."""
        rivals = [wish._replace(id=f"r{len(self.sent)}-{next(CODES)}") for wish in wishes]
        other = data.draw(st.sampled_from(PEOPLE))
        rivals = [_for(wish, other) for wish in rivals] if data.draw(st.booleans()) else rivals
        self.sent += rivals
        return rivals

    async def _tell_all(self, bundles: Sequence[Sequence[Wish]]) -> list[Told]:
        both = (self.recorders[n % 2] for n in range(len(bundles)))
        return list(await asyncio.gather(*(self._tell(*each) for each in zip(both, bundles, strict=True))))

    async def _tell(self, recorder: Recorder, wishes: Sequence[Wish]) -> Told:
        try:
            receipts = await recorder.record(self.code, [self._command(wish) for wish in wishes])
        except Refusal as refusal:
            return refusal.code
        return [_answer(wish, each) for wish, each in zip(wishes, receipts, strict=True)]

    def _command(self, wish: Wish) -> Command:
        decision, inputs = _inputs(wish)
        actor = Actor(_ref(wish.actor)) if wish.actor else SYSTEM
        return Command(wish.id, decision, inputs, actor, self.hands.at, expected=wish.expected)

    async def _rows(self) -> dict[str, set[tuple[Any, ...]]]:
        await catch_up(self.world.projecting, self.code)
        names = {_ref(name): name for name in KINDS}
        names |= {new_ref(kind, wish.id): wish.id for wish in self.sent for kind in ("grant", "grid")}
        found = {}
        for table, asked in ROWS.items():
            rows = await self.world.projecting.fetch(asked, self.code)
            found[table] = {tuple(names.get(value, value) for value in row) for row in rows}
        return found


def _ref(name: str) -> Ref[Any]:
    return new_ref(KINDS[name], name)


FOUNDING: list[tuple[str, Decision, dict[str, Any]]] = [
    ("town", places.register_town, {"name": "town"}),
    *((name, places.register_community, {"town": _ref("town"), "name": name}) for name in (COMMUNITY, FAR)),
    *((name, places.register_compound, {"community": _ref(COMMUNITY), "name": name}) for name in COMPOUNDS),
    *((name, places.register_building, {"compound": _ref(COMPOUNDS[0]), "name": name}) for name in BUILDINGS),
    *((name, people.register, {"full_name": Personal(name)}) for name in PEOPLE),
]
FIRST = [
    *(
        Wish(f"{person}-in-office", "give", (("person", person), ("role", role), ("since", DAYS[0])), None, DAYS[0])
        for person, role in zip(PEOPLE, ("ADMINISTRATOR", "COUNTY", "COMMUNITY"), strict=True)
    ),
    *(
        Wish(f"grid-{n}", "delineate", (("neighbour", None), ("since", DAYS[0]), ("places", covered)), None, DAYS[0])
        for n, covered in enumerate((BUILDINGS[:2], BUILDINGS[2:]))
    ),
]
"""Somebody in each office, and every building in a grid."""
FOREVER = f"coalesce(until, date '{EVER}')"
ROWS = {
    "grant": f'select id, person, role, scope, since, {FOREVER} from gongzhi."grant" where ledger = $1 and born > 3',
    "grid": "select id, since from gongzhi.grid where ledger = $1",
    "grid_coverage": f"select place, grid, since, {FOREVER} from gongzhi.grid_coverage where ledger = $1",
    "leader_contact": f"select place, person, since, {FOREVER} from gongzhi.leader_contact where ledger = $1",
    "team_member": f"select grid, person, team_role, since, {FOREVER} from gongzhi.team_member where ledger = $1",
    "figure": "select value from gongzhi.figure where ledger = $1 and id = 'grids'",
}
"""What is read back; the first administrator's grant is no business of the model's."""


def _expected(model: Model, wishes: Sequence[Wish]) -> Told:
    try:
        return model.answers(wishes)
    except Forbidden as forbidden:
        return str(forbidden)


def _for(wish: Wish, person: str) -> Wish:
    given = tuple((name, person if name == "person" else value) for name, value in wish.given)
    return wish._replace(given=given)


def _undated(told: Told) -> Told:
    """What changed nothing may have looked at the ledger before or after others acted."""
    return told if isinstance(told, str) else [each if each.events else each._replace(position=0) for each in told]


def _answer(wish: Wish, told: Receipts) -> Answer:
    named = {new_ref(kind, name): name for name, kind in KINDS.items()}
    ids = [wish.id, wish.get("grant"), wish.get("grid")]
    named |= {new_ref(kind, name): name for name in ids if name for kind in ("grant", "grid")}
    return Answer(named[told.node], tuple((each.position, each.type) for each in told.events), told.position)


@st.composite
def _acts(draw: st.DrawFn, model: Model) -> tuple[str, tuple[tuple[str, Any], ...], str | None]:
    """What, with what, by whom."""
    act = draw(st.sampled_from([*ACTS, "assign", "release", "join", "leave", "delineate", "delineate"]))
    day = st.sampled_from(DAYS)
    person = st.sampled_from([*3 * PEOPLE, "stranger"])
    given: dict[str, Any] = {}
    if act not in {"end", "delineate"}:
        given["person"] = draw(person)
    match act:
        case "give":
            given["role"] = draw(st.sampled_from(["ADMINISTRATOR", "COUNTY", "COMMUNITY"]))
            given["scope"] = draw(st.sampled_from([None, COMMUNITY, FAR]))
            given |= {"since": draw(day), "until": draw(st.none() | day)}
        case "end":
            given["grant"] = draw(_one_of([*3 * tuple(model.grants), "unheard"]))
        case "assign" | "release":
            one, other = draw(st.sampled_from([(), (COMMUNITY,)])), draw(st.sampled_from([(), ("k1",), ("k2",)]))
            given |= {"places": one + other, "since" if act == "assign" else "ended": draw(day)}
        case "delineate":
            chosen = draw(st.lists(st.sampled_from(BUILDINGS), max_size=3))
            owners = [of for (place, of, _), until in model.covers.items() if until == EVER and place in chosen]
            neighbours = [None, "unheard", *model.grids, *6 * owners]
            given |= {"neighbour": draw(_one_of(neighbours)), "since": draw(day), "places": tuple(chosen)}
        case _:
            grids = [*3 * tuple(model.grids), "unheard"]
            given |= {"grid": draw(_one_of(grids)), "role": draw(st.sampled_from(["VOLUNTEER", "CHECKER"]))}
            given["since" if act == "join" else "ended"] = draw(day)
    actor = draw(st.sampled_from([*6 * (None,), *PEOPLE, "stranger"]))
    return act, tuple(given.items()), actor


def _one_of(options: Sequence[T]) -> st.SearchStrategy[T]:
    """What there is depends on who was first, and what may be drawn must not: a run is to be repeatable."""
    return st.integers(0, 2**16 - 1).map(lambda number: options[number % len(options)])


def _inputs(wish: Wish) -> tuple[Decision, dict[str, Any]]:
    """The command in the domain's words."""
    given = dict(wish.given)
    for name in ("person", "scope"):
        if given.get(name):
            given[name] = _ref(given[name])
    for name, kind in (("grid", "grid"), ("neighbour", "grid"), ("grant", "grant")):
        if given.get(name):
            given[name] = new_ref(kind, given[name])
    match wish.act:
        case "give":
            return grants.give, given | {"role": Role[given["role"]]}
        case "end":
            return grants.end, given
        case "assign" | "release":
            chosen = {KINDS[place]: _ref(place) for place in given.pop("places")}
            return (contacts.assign_contact if wish.act == "assign" else contacts.end_contact), given | chosen
        case "delineate":
            chosen_ = tuple(map(_ref, given.pop("places")))
            return coverages.delineate, given | {"name": "g", "community": _ref(COMMUNITY), "buildings": chosen_}
        case _:
            made = teams.join_team if wish.act == "join" else teams.leave_team
            given |= {"team_role": TeamRole[given.pop("role")]}
            return made, given


async def test_the_ledger_does_as_its_model(databases: Databases) -> None:
    owner = await databases.connect("gongzhi_owner")
    await ensure_tables(owner)
    await owner.close()
    pools = [await databases.pool("gongzhi_writer", max_size=4) for _ in range(2)]
    projecting = await databases.connect("gongzhi_writer")
    Ledger.world = World(asyncio.get_running_loop(), databases, pools, await databases.keys_pool(), projecting)
    chosen = settings(
        max_examples=RUNS or 10,
        stateful_step_count=50 if RUNS else 30,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(run_state_machine_as_test, Ledger, settings=chosen)
    await projecting.close()
