"""A context is one word in one order: it uses only those before it, and a new one needs nothing but its files."""

import ast
import asyncio
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.rooms import ORDER, ROOMS
from infra.database import Databases
from projections import rooms

HOME = Path(__file__).parent.parent
MET_BY_ALL = {"execution": {"ledgers", "backdating", "grants"}}
LAYERS = ("domain", "projections", "infra", "api")
WELLS = '''"""Wells: who dug one, and how deep."""

from collections.abc import Iterator
from dataclasses import replace

from domain.decisions import New, decision
from domain.events import Event, Hundredths, Ref
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import describe

describe(well=("The well.", "井。"), depth=("Its depth in metres.", "井深（米）。"))


class WellDug(Event):
    """A well was dug.
    打井。"""

    well: Ref["Well"]
    name: str
    depth: Hundredths


class WellDeeper(Refusal):
    """The well {well} is as deep already.
    该井（{well}）已有此深度。"""

    well: Ref["Well"]


class Well(State):
    """A well.
    井。"""

    id: Ref["Well"]
    name: str = ""
    depth: Hundredths = Hundredths(0)

    def evolve(self, event: WellDug) -> "Well":
        return replace(self, name=event.name, depth=event.depth)


@decision(roles={Role.COUNTY})
def dig(well: New[Well], *, name: str, depth: Hundredths) -> Iterator[Event]:
    """Dig a well.
    打井。"""
    yield WellDug(well.id, name, depth)


@decision(roles={Role.COUNTY})
def deepen(well: Well, *, depth: Hundredths) -> Iterator[Event]:
    """Dig a well deeper.
    加深。"""
    if depth <= well.depth:
        raise WellDeeper(well.id)
    yield WellDug(well.id, well.name, depth)
'''
ROWS = '''"""Wells as people see them."""

from typing import ClassVar

from domain import wells
from domain.events import Hundredths, Ref
from projections.figures import counts
from projections.rows import Changes, Row, new


class Well(Row, frozen=True, kw_only=True):
    """A well.
    井。"""

    id: Ref[wells.Well]
    name: str
    depth: Hundredths

    on: ClassVar[Changes] = {wells.WellDug: new()}


counts("wells", "水井", "Wells", Well)
'''


def imports(file: Path) -> Iterator[str]:
    """The dotted names that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from (module, *(f"{module}.{name.name}" for name in names))


def used(layer: str, module: str) -> set[str]:
    """The contexts of its own layer that a module imports."""
    found = (name.split(".") for name in imports(HOME / layer / f"{module}.py"))
    return {each[1] for each in found if each[0] == layer and len(each) > 1 and each[1] in ORDER}


@pytest.mark.parametrize("layer", ["domain", "projections"])
@pytest.mark.parametrize("context", ORDER)
def test_a_context_uses_only_those_before_it(layer: str, context: str) -> None:
    if (HOME / layer / f"{context}.py").exists():
        assert used(layer, context) <= set(ORDER[: ORDER.index(context)])


def test_of_the_kernel_only_execution_knows_contexts_and_those_that_every_command_meets() -> None:
    kernel = {file.stem for file in (HOME / "domain").glob("*.py")} - {*ORDER, "rooms"}
    assert {module: names for module in kernel if (names := used("domain", module))} == MET_BY_ALL


def test_every_context_is_loaded_in_its_order() -> None:
    assert [room.__name__ for room in ROOMS] == [f"domain.{name}" for name in ORDER]
    names = [room.__name__.removeprefix("projections.") for room in rooms.ROOMS]
    assert names == [name for name in ORDER if (HOME / "projections" / f"{name}.py").exists()]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """The product with one context more: its file, its rows, and its word in the order."""
    hidden = shutil.ignore_patterns("__pycache__")
    for layer in (*LAYERS, "tests"):
        shutil.copytree(HOME / layer, tmp_path / layer, ignore=hidden)
    (tmp_path / "domain/wells.py").write_text(WELLS, "utf-8")
    (tmp_path / "projections/wells.py").write_text(ROWS, "utf-8")
    order = tmp_path / "domain/rooms.py"
    order.write_text(order.read_text("utf-8").replace("\n)\nROOMS", '\n    "wells",\n)\nROOMS'), "utf-8")
    return tmp_path


async def test_a_new_context_needs_its_files_and_one_word(house: Path, databases: Databases) -> None:
    told = await _newcomer(house, databases)
    assert (told["type"], told["tags"]) == ("WellDug", [told["well"].partition(":")[2]])
    assert told["refused"] == {"well": told["well"]}
    assert told["answer"]["node"] == {
        "name": "老井",
        "depth": "3.50",
        "history": {"edges": [{"node": {"type": "WellDug"}}]},
    }
    ledger = told["answer"]["ledger"]
    assert ledger["wells"] == {"totalCount": 1, "edges": [{"node": {"name": "老井"}}]}
    assert ledger["figures"] == [{"label": "水井", "value": 1.0, "events": {"totalCount": 1}}]
    (event,) = (edge["node"] for edge in ledger["events"]["edges"])
    assert (event["name"], event["depth"], event["body"]["depth"]) == ("老井", "3.50", 350)
    assert told["answer"]["before"] == {"wells": {"totalCount": 0}}
    assert "type WellDug implements Event" in told["schema"]
    assert "wellDig(" in told["schema"]


async def _newcomer(house: Path, databases: Databases) -> Any:
    dsns = [address.dsn for address in (databases.main, databases.keys)]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-m", "tests.newcomer", *dsns, str(house)),
        cwd=house,
        env={"PYTHONPATH": str(house), "GONGZHI_HOME": str(house)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return json.loads(out)
