"""Operating: a ledger that stands still is told wherever an operator looks, and goes on by itself when it can."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client import generate_latest

from api import projecting
from api.composition import services_over, told_plainly
from api.metrics import Metrics
from api.operating import FolderUnfit, ProjectionUnknown, live_state, rebuild_projections, replayed, statuses
from domain import firms, places
from domain.events import EVENTS
from domain.recording import LedgerUnknown
from infra.database import Databases
from infra.ledgers import open_ledger
from infra.settings import Settings
from infra.trouble import Trouble
from tests.crash.served import until
from tests.recording import command
from tests.wire import LEDGER, OTHER, Wire, serving


@pytest.fixture
async def wire(databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wire]:
    monkeypatch.setattr(projecting, "PATIENCE", 0.2)
    async with serving(databases, tmp_path) as served:
        yield served


async def record_town(wire: Wire, name: str) -> int:
    [receipts] = await wire.services.recorder.record(LEDGER, [command(places.register_town, name=name)])
    return receipts.events[-1].position


async def record_firm(wire: Wire) -> int:
    wish = command(firms.register, name="安居物业", credit_code="91350100M000100Y43")
    [receipts] = await wire.services.recorder.record(LEDGER, [wish])
    return receipts.events[-1].position


async def health(wire: Wire, ledger: str = LEDGER) -> tuple[httpx.Response, dict[str, Any]]:
    answer = await wire.client.get("/health/ready")
    [told] = [each for each in answer.json()["ledgers"] if each["ledger"] == ledger]
    return answer, told


async def stands(wire: Wire, how: str) -> bool:
    return bool((await health(wire))[1]["projector"] == how)


async def test_all_is_well(wire: Wire) -> None:
    answer, told = await health(wire)
    head = await wire.head()
    assert (answer.status_code, answer.json()["degraded"]) == (200, False)
    assert told == {
        "ledger": LEDGER,
        "position": head,
        "projected": head,
        "lag": 0,
        "projector": "running",
        "failure": None,
        "reactions": None,
    }
    metrics = (await wire.client.get("/metrics")).text
    assert f'gongzhi_projector_position{{ledger="{LEDGER}"}} {float(head or 0)}' in metrics
    assert f'gongzhi_projector_running{{ledger="{LEDGER}"}} 1.0' in metrics
    assert f'gongzhi_projector_stopped{{ledger="{OTHER}"}} 0.0' in metrics


async def test_a_row_that_cannot_be_written_is_told_and_recording_goes_on(databases: Databases, wire: Wire) -> None:
    owner = await databases.connect("gongzhi_owner")
    await owner.execute("alter table town add constraint no_poison check (name <> 'poison')")
    poison = await record_town(wire, "poison")
    after = await record_firm(wire)
    await until(partial(stands, wire, "stopped"), "the ledger stands still")
    answer, told = await health(wire)
    assert (answer.status_code, answer.json()["ready"], answer.json()["degraded"]) == (200, True, True)
    assert (told["position"], told["projected"], told["lag"]) == (after, poison - 1, after - poison + 1)
    failure = {"position": poison, "type": "TownRegistered", "projection": "town", "error": "CheckViolationError"}
    assert told["failure"] == failure
    assert (await health(wire, OTHER))[1]["projector"] == "running"
    metrics = (await wire.client.get("/metrics")).text
    assert f'gongzhi_projector_stopped{{ledger="{LEDGER}"}} 1.0' in metrics
    assert f'gongzhi_projector_lag{{ledger="{LEDGER}"}} {float(after - poison + 1)}' in metrics
    [status] = [each for each in await statuses(wire.services) if each.ledger == LEDGER]
    assert status.stands == f"{poison} TownRegistered → town: CheckViolationError"
    assert status.failure is not None
    assert "no_poison" in status.failure["message"]
    await owner.execute("alter table town drop constraint no_poison")
    await wire.settle()
    assert (await health(wire))[1]["failure"] is None
    await owner.close()


async def test_an_event_of_a_newer_release_is_told_and_taken_once_that_release_is_there(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.delitem(EVENTS, "FirmRegistered")
        unknown = await record_firm(wire)
        await until(partial(stands, wire, "stopped"), "the ledger stands still")
        later = await record_town(wire, "a")
        answer, told = await health(wire)
    failure = {"position": unknown, "type": "FirmRegistered", "projection": "log", "error": "EventUnknown"}
    assert (answer.status_code, told["position"], told["failure"]) == (200, later, failure)
    await wire.settle()
    assert (await health(wire))[1] == {**told, "projected": later, "lag": 0, "projector": "running", "failure": None}


async def test_a_ledger_that_nobody_projects_is_told_and_a_rebuild_brings_it_up(
    databases: Databases, tmp_path: Path
) -> None:
    async with services_over(databases, Settings(home=tmp_path)) as services:
        await open_ledger(services.recorder, LEDGER, "襄垣县", "admin", demo=True)
        [told] = await statuses(services)
        assert (told.projector, told.holder, told.lag) == ("absent", None, told.position)
        assert told.as_health()["projector"] == "absent"
        metrics = Metrics()
        metrics.ledgers_are({LEDGER: (told.position, told.projected, told.projector)})
        assert f'gongzhi_projector_running{{ledger="{LEDGER}"}} 0.0' in generate_latest(metrics.registry).decode()
        await rebuild_projections(services, "town")
        [told] = await statuses(services)
    assert (told.lag, told.projected) == (0, told.position)


async def test_a_read_model_is_rebuilt_by_its_name(wire: Wire) -> None:
    await record_town(wire, "a")
    await wire.settle()
    assert await rebuild_projections(wire.services, "town") == ("town",)
    await record_town(wire, "b")
    await wire.settle()
    assert (await replayed(wire.services, LEDGER, None, None)).differing == []
    with pytest.raises(ProjectionUnknown, match="There is no projection village"):
        await rebuild_projections(wire.services, "village")


async def test_a_replay_compares_with_what_people_read_and_a_position_is_only_told(
    databases: Databases, wire: Wire
) -> None:
    position = await record_town(wire, "a")
    await wire.settle()
    owner = await databases.connect("gongzhi_owner")
    await owner.execute("update town set name = 'x'")
    found = await replayed(wire.services, LEDGER, None, None)
    assert (found.state.position, found.differing) == (position, ["town"])
    assert found.as_json()["equal"] is False
    assert found.live == await live_state(wire.services, LEDGER)
    then = await replayed(wire.services, LEDGER, position, None)
    assert (then.state, then.live, then.differing) == (found.state, None, [])
    with pytest.raises(LedgerUnknown):
        await replayed(wire.services, "000000", None, None)
    with pytest.raises(Trouble, match=f"up to position {position}; there is no position {position + 1}"):
        await replayed(wire.services, LEDGER, position + 1, None)
    await owner.close()


async def test_what_was_made_by_another_release_is_neither_hashed_nor_compared(
    databases: Databases, tmp_path: Path
) -> None:
    async with services_over(databases, Settings(home=tmp_path)) as services:
        await open_ledger(services.recorder, LEDGER, "襄垣县", "admin", demo=True)
        await rebuild_projections(services, None)
        owner = await databases.connect("gongzhi_owner")
        await owner.execute("alter table town drop column name")
        await owner.execute("update projection set fingerprint = 'older' where name = 'town'")
        await owner.close()
        for asked in (live_state(services, LEDGER), replayed(services, LEDGER, None, None)):
            with pytest.raises(Trouble, match=r"projections town .* run gongzhi rebuild"), told_plainly():
                await asked
        assert (await replayed(services, LEDGER, 1, None)).state.position == 1
        await rebuild_projections(services, "town")
        assert (await replayed(services, LEDGER, None, None)).differing == []


@pytest.mark.parametrize("name", ["file", "file/folder"])
async def test_rows_are_saved_where_that_is_possible(databases: Databases, tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    async with services_over(databases, Settings(home=tmp_path)) as services:
        await open_ledger(services.recorder, LEDGER, "襄垣县", "admin", demo=True)
        with pytest.raises(FolderUnfit, match=f"Nothing can be saved in {tmp_path / name}"):
            await replayed(services, LEDGER, 1, tmp_path / name)
        await replayed(services, LEDGER, 1, tmp_path / "saved" / "here")
    assert (tmp_path / "saved" / "here" / "town.jsonl").exists()
