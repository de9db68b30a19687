"""A round of each kind, on real processes, and that the checks would tell if anything were lost."""

import json
import socket
from pathlib import Path

import pytest

from domain import places
from infra.database import Databases
from projections.projector import catch_up
from projections.tables import ensure_tables
from tests.bench.client import HOST
from tests.crash.checking import Books, read_books, wrongs
from tests.crash.clients import Acknowledged, Told, wish
from tests.crash.rounds import KINDS, LEDGER, besieged
from tests.crash.served import Served
from tests.recording import LEDGER as COUNTY
from tests.recording import command, recorder_of

ByCommand = dict[str, Acknowledged]


async def test_what_was_acknowledged_outlives_every_kill_once_and_at_its_place() -> None:
    async with besieged() as siege:
        played = [await siege.play(kind, 0.8) for kind in KINDS]
        assert [each.wrongs for each in played] == [()] * len(KINDS)
        assert min(each.acknowledged for each in played) > 0
        [ledger] = json.loads(await siege.server.told("status", "--json"))
        assert (ledger["ledger"], ledger["position"]) == (LEDGER, played[-1].head)
        second = await siege.server.gongzhi("serve", "--port", str(siege.server.port))
        assert (second.code, "--port" in second.text, "Traceback" in second.text) == (2, True, False)
        assert await siege.rebuilt() == []
        assert "✗" not in await siege.server.told("replay", LEDGER)
        assert (await siege.check())[1] == []
        assert await siege.end() == []


async def test_a_taken_address_is_told_before_anything_is_started(tmp_path: Path) -> None:
    with socket.create_server((HOST, 0)) as other:
        server = Served(tmp_path / "home", other.getsockname()[1])
        said = await server.gongzhi("serve", "--port", str(server.port))
    assert said.code == 2
    assert f"{HOST}:{server.port}" in said.text
    assert not server.home.exists()


@pytest.fixture
async def books(databases: Databases) -> Books:
    """Of two towns that two commands registered."""
    async with recorder_of(databases) as recorder:
        for n in (1, 2):
            await recorder.record(COUNTY, [command(places.register_town, id=f"town-{n}", name=f"镇{n}")])
    connection = await databases.connect("gongzhi_owner")
    try:
        await ensure_tables(connection)
        await catch_up(connection, COUNTY)
    finally:
        await connection.close()
    return await read_books(databases, COUNTY)


@pytest.fixture
def acknowledged() -> ByCommand:
    """What the two who registered them were told."""
    wishes = [wish(COUNTY, "townRegister", "town", f"town-{n}", ledger=COUNTY, name=f"镇{n}") for n in (1, 2)]
    told = [Told(each.node, ((position, "TownRegistered"),)) for position, each in enumerate(wishes, 4)]
    return {each.id: Acknowledged(each, what, 1, 0.0) for each, what in zip(wishes, told, strict=True)}


def retold(told: ByCommand, position: int) -> ByCommand:
    first = told["town-1"]
    return {**told, "town-1": first._replace(told=Told(None, ((position, "TownRegistered"),)))}


def test_each_loss_is_found(books: Books, acknowledged: ByCommand) -> None:
    events, note, first_lost = books.events, books.note, {"town-2": acknowledged["town-2"]}
    broken = {
        "the head is 5 with 4 events": (books._replace(events=events[:-1]), acknowledged),
        "stands at 5": (books._replace(events=[*events[:3], events[4]]), acknowledged),
        "the frontier is not": (books._replace(events=[*events, events[4]]), acknowledged),
        "does not verify": (books._replace(note=note.replace("\n5\n", "\n4\n")), acknowledged),
        "remembered is None": (books._replace(commands={}), acknowledged),
        "4 rows in the log": (books._replace(logged=books.logged[1:]), acknowledged),
        "town-1 was told TownRegistered at 5": (books, retold(acknowledged, 5)),
        "where there is None": (books, retold(acknowledged, 6)),
        "town-1 is recorded and was never acknowledged": (books, first_lost),
    }
    assert list(wrongs(books, acknowledged)) == []
    for says, (stored, told) in broken.items():
        assert says in " ".join(wrongs(stored, told))
