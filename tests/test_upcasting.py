"""Old shapes of an event are read as the present one, everywhere; what is stored and hashed never changes."""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, ClassVar, Self

import pytest

from api.catalogue import Catalogue, product
from api.pools import open_pools
from api.progress import following
from domain.bodies import EventUnknown, from_body, present
from domain.decisions import decision
from domain.events import EVENTS, Event, Hundredths, Ref, UnfitField
from domain.refusals import REFUSALS, Refusal
from domain.states import KINDS, State
from domain.words import WORDS, Words
from infra.database import Databases
from infra.entries import NewEvent, canonical, is_canonical, parse
from infra.merkle import leaf_hash
from infra.recorder import Recorder
from projections.folding import Stopped
from projections.projector import catch_up
from projections.rows import ROWS, Changes, Row, its, new, put
from projections.tables import ensure_tables, projections
from tests.recording import LEDGER, command, keys_of, recorder_of
from tests.test_compiler import Both

Body = Mapping[str, Any]
REGISTRIES: tuple[dict[str, Any], ...] = (EVENTS, KINDS, REFUSALS)
before = [set(registry) for registry in REGISTRIES]


def in_centimetres(body: Body) -> Body:
    return {"well": body["well"], "name": body["name"], "centimetres": body["metres"] * 100, "digger": body["digger"]}


def in_hundredths(body: Body) -> Body:
    return {**body, "depth": body["centimetres"]}


class WellDug(Event, version=3, formerly={1: in_centimetres, 2: in_hundredths}):
    """A well was dug.
    打井。"""

    well: Ref["Well"]
    name: str
    depth: Hundredths
    lined: bool = True


class WellLined(Event, version=2):
    """A well was lined.
    砌井。"""

    well: Ref["Well"]
    rings: int = 7


class AlreadyDeep(Refusal):
    """The well is {depth} deep already.
    井深已达 {depth}。"""

    depth: Hundredths


class Well(State):
    """A well.
    井。"""

    id: Ref["Well"]
    depth: Hundredths = Hundredths(0)
    rings: int = 0

    def evolve(self, event: WellDug | WellLined) -> Self:
        if isinstance(event, WellLined):
            return type(self)(self.id, self.depth, event.rings)
        return type(self)(self.id, event.depth, self.rings)


class WellRow(Row, frozen=True, kw_only=True):
    """A well.
    井。"""

    plural: ClassVar = "wells"
    id: Ref[Well]
    name: str
    depth: Hundredths
    rings: int = 0
    on: ClassVar[Changes] = {WellDug: new(), WellLined: put(rings=its.rings)}


@decision(roles=())
def deepen(well: Well, *, name: str, depth: Hundredths) -> Iterator[Event]:
    """Dig deeper.
    加深。"""
    if depth <= well.depth:
        raise AlreadyDeep(well.depth)
    yield WellDug(well.id, name, depth)


ROWS.remove(WellRow)
FRESH = [
    {name: registry.pop(name) for name in set(registry) - kept}
    for registry, kept in zip(REGISTRIES, before, strict=True)
]

WELL = Ref[Well]("well:1")
FIRST = {"well": "well:1", "name": "老井", "metres": 12, "digger": "person:li"}
SECOND = {"well": "well:1", "name": "老井", "centimetres": 1200, "digger": "person:li"}
THIRD = {"well": "well:1", "name": "老井", "depth": 1200, "lined": False}
FORMER = {1: FIRST, 2: SECOND, 3: THIRD}
NEWER = NewEvent("WellDug", canonical({"well": "well:9", "litres": 1}), ["well:9"], version=4)


@pytest.fixture(autouse=True)
def wells() -> Iterator[None]:
    """For the time of one test the product has wells."""
    for registry, fresh in zip(REGISTRIES, FRESH, strict=True):
        registry.update(fresh)
    ROWS.append(WellRow)
    described = {"depth": Words("Depth", "深"), "rings": Words("Rings", "圈数")}
    WORDS.update(described)
    yield
    ROWS.remove(WellRow)
    for name in described:
        del WORDS[name]
    for registry, fresh in zip(REGISTRIES, FRESH, strict=True):
        for name in fresh:
            del registry[name]


def dug(number: int, version: int) -> NewEvent:
    """A well as a former release recorded it."""
    body = {**FORMER[version], "well": f"well:{number}"}
    return NewEvent("WellDug", canonical(body), [f"well:{number}"], version=version)


@pytest.fixture
async def recorder(databases: Databases) -> AsyncIterator[Recorder]:
    """Three wells of three releases stand in the ledger."""
    async with recorder_of(databases) as opened:
        await opened.store.append(LEDGER, [dug(version, version) for version in FORMER])
        lined = NewEvent("WellLined", canonical({"well": "well:2"}), ["well:2"])
        await opened.store.append(LEDGER, [lined])
        yield opened


@pytest.mark.parametrize(("version", "lined"), [(1, True), (2, True), (3, False)])
def test_a_body_of_every_version_is_the_same_event(version: int, *, lined: bool) -> None:
    assert from_body("WellDug", FORMER[version], version) == WellDug(WELL, "老井", Hundredths(1200), lined)


def test_a_body_is_read_by_its_own_version_only() -> None:
    with pytest.raises(TypeError, match="depth"):
        from_body("WellDug", FIRST, 3)
    with pytest.raises(KeyError, match="metres"):
        from_body("WellDug", THIRD, 1)


def test_a_version_without_a_step_of_its_own_takes_defaults() -> None:
    assert from_body("WellLined", {"well": WELL}, 1) == WellLined(WELL, 7)


def test_the_present_body_says_nothing_that_the_present_version_does_not() -> None:
    assert (
        present("WellDug", FIRST, 1) == present("WellDug", SECOND, 2) == {"well": WELL, "name": "老井", "depth": 1200}
    )
    assert present("WellDug", THIRD, 3) is THIRD


@pytest.mark.parametrize("version", [0, 4, -1])
@pytest.mark.parametrize("read", [from_body, present])
def test_a_version_that_this_release_does_not_know_is_told(read: Any, version: int) -> None:
    with pytest.raises(EventUnknown, match=f"WellDug of version {version}"):
        read("WellDug", THIRD, version)


@pytest.mark.parametrize("former", [0, 2, 3])
def test_a_step_from_no_former_version_is_a_mistake(former: int) -> None:
    with pytest.raises(UnfitField, match=f"Silly of version 2 was never of .{former}"):
        type("Silly", (Event,), {"__annotations__": {}}, version=2, formerly={former: dict})
    assert "Silly" not in EVENTS


async def test_decisions_look_at_old_entries_as_at_new_ones(recorder: Recorder) -> None:
    for number in FORMER:
        with pytest.raises(AlreadyDeep) as refused:
            await recorder.record(LEDGER, [_deepen(number, 1200)])
        assert refused.value.depth == 1200
    [receipts] = await recorder.record(LEDGER, [_deepen(1, 1201)])
    (row,) = await recorder.store.recorded(LEDGER, after=receipts.position - 1)
    assert row.body == {"well": "well:1", "name": "新", "depth": 1201, "lined": True}


async def test_a_new_entry_says_its_version(recorder: Recorder, databases: Databases) -> None:
    await recorder.record(LEDGER, [_deepen(1, 1201)])
    entries = await _entries(databases)
    assert [parse(entry).version for entry, _ in entries] == [1, 2, 3, 1, 3]


async def test_decisions_refuse_to_look_at_what_they_do_not_know(recorder: Recorder) -> None:
    await recorder.store.append(LEDGER, [NEWER])
    head = await recorder.store.head(LEDGER)
    with pytest.raises(EventUnknown, match="WellDug of version 4"):
        await recorder.record(LEDGER, [_deepen(9, 1300)])
    assert await recorder.store.head(LEDGER) == head


async def test_rows_and_the_log_show_old_entries_as_new_ones(recorder: Recorder, databases: Databases) -> None:
    stored = await _entries(databases)
    await _project(databases)
    connection = await databases.connect("gongzhi_public")
    wells = await connection.fetch("select id, depth, rings from well_row order by id")
    logged = await connection.fetch("select body::text, leaf from log where type = 'WellDug' order by position")
    await connection.close()
    assert list(map(tuple, wells)) == [("well:1", 1200, 0), ("well:2", 1200, 7), ("well:3", 1200, 0)]
    assert not any("person:li" in row["body"] or "metres" in row["body"] for row in logged)
    assert [row["leaf"] for row in logged] == [leaf for _, leaf in stored[:3]]
    assert await _entries(databases) == stored
    assert all(is_canonical(entry) and leaf == leaf_hash(entry) for entry, leaf in stored)


async def test_the_projector_stops_at_a_version_that_it_does_not_know(recorder: Recorder, databases: Databases) -> None:
    await recorder.store.append(LEDGER, [NEWER])
    with pytest.raises(Stopped, match="WellDug, projection log: EventUnknown: WellDug of version 4"):
        await _project(databases)


def test_the_log_is_made_anew_when_old_entries_are_read_otherwise() -> None:
    with_wells = projections()[-1].fingerprint
    EVENTS.pop("WellDug")
    EVENTS.pop("WellLined")
    without = projections()[-1].fingerprint
    EVENTS.update(FRESH[0])
    assert with_wells != without


async def test_graphql_tells_old_entries_as_new_ones(recorder: Recorder, databases: Databases) -> None:
    await _project(databases)
    own = product()
    ledger = [row for row in own.rows if row.__name__ in {"Ledger", "Person", "Grant"}]
    events = [own.events[name] for name in ("LedgerOpened", "PersonRegistered", "GrantGiven")]
    made = Catalogue([*ledger, WellRow], [*events, WellDug, WellLined], [], [])
    async with open_pools(databases, size=2) as pools, following(databases, pools) as progress:
        both = Both(made, pools, progress, await keys_of(databases))
        answer = await both.data(ASKED, c=LEDGER)
    told = [edge["node"] for edge in answer["ledger"]["events"]["edges"]]
    assert [(each["depth"], each["lined"]) for each in told] == [("12.00", True), ("12.00", True), ("12.00", False)]
    assert [each["body"].get("depth") for each in told] == [1200, 1200, 1200]
    assert [each["leafHash"] for each in told] == [leaf.hex() for _, leaf in (await _entries(databases))[:3]]
    assert [each["well"]["rings"] for each in told] == [0, 7, 0]


ASKED = """query ($c: ID!) { ledger(code: $c) { events(types: ["WellDug"]) { edges { node {
    body leafHash ... on WellDug { name depth lined well { depth rings } } } } } } }"""


def _deepen(number: int, depth: int) -> Any:
    return command(deepen, well=Ref(f"well:{number}"), name="新", depth=Hundredths(depth))


async def _project(databases: Databases) -> None:
    owner = await databases.connect("gongzhi_owner")
    await ensure_tables(owner)
    await owner.close()
    writer = await databases.connect("gongzhi_writer")
    try:
        await catch_up(writer, LEDGER)
    finally:
        await writer.close()


async def _entries(databases: Databases) -> list[tuple[bytes, bytes]]:
    """All that is stored of wells, as bytes."""
    connection = await databases.connect("gongzhi_writer")
    rows = await connection.fetch("select entry, leaf from event where type like 'Well%' order by position")
    await connection.close()
    return [(row["entry"], row["leaf"]) for row in rows]
