"""Importing: what counties have in spreadsheets is recorded by the decisions people take, whole or not at all."""

import io
import itertools
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from openpyxl import Workbook, load_workbook
from rich.console import Console

from api.composition import Services
from api.importing import planning
from api.importing.importers import Wanted
from api.importing.listing import KINDS
from api.importing.reporting import tell_imported
from api.importing.running import Imported, import_file, sheets_in
from api.importing.sheets import FileUnusable
from api.importing.templates import write_template
from domain.execution import Command
from domain.recording import LedgerUnknown
from domain.roles import Role
from infra.ledgers import open_ledger
from infra.outages import StoreUnavailable
from infra.recorder import Receipts, Recorder
from infra.trouble import Trouble
from tests.acting import Acting
from tests.counties import Counties
from tests.hometown import Hometown, settled

pytestmark = pytest.mark.xdist_group("wilds")
NUMBERS = itertools.count(1)
COMPOUNDS, GRIDS, MICRO_GRIDS = 156, 164, 656


class Desk(NamedTuple):
    """Somebody who imports into a ledger."""

    counties: Counties
    ledger: str
    person: str
    folder: Path

    async def imports(self, file: Path, kind: str | None = None, **more: Any) -> Imported:
        wanted = Wanted(file, kind, self.ledger, self.person, **more)
        imported = await import_file(self.counties.services, wanted)
        await self.counties.engine.progress.reached(self.ledger, await self.head() or 0)
        return imported

    async def head(self) -> int | None:
        return await self.counties.services.store.head(self.ledger)

    def csv(self, text: str, encoding: str = "utf-8") -> Path:
        file = self.folder / f"{next(NUMBERS)}.csv"
        file.write_bytes(text.encode(encoding))
        return file

    def workbook(self, **sheets: Iterable[Sequence[Any]]) -> Path:
        file, book = self.folder / f"{next(NUMBERS)}.xlsx", Workbook()
        book.remove(book.worksheets[0])
        for title, rows in sheets.items():
            sheet = book.create_sheet(title.replace("_", "-"))
            for row in rows:
                sheet.append(list(row))
        book.save(file)
        return file


async def desk_of(counties: Counties, ledger: str, folder: Path) -> Desk:
    """Of somebody who holds every role that imports, over the whole ledger."""
    person = (await counties.staff(Role.COUNTY, None, ledger)).person
    admin = Acting(counties, ledger, await counties.staff(Role.ADMINISTRATOR, None, ledger))
    for role in (Role.TOWN, Role.COMMUNITY):
        await admin.do("grantGive", person=f"{ledger}:{person}", role=role.name, since="2020-01-01")
    return Desk(counties, ledger, f"{ledger}:{person}", folder)


async def at_home(wilds: Counties, folder: Path) -> tuple[Hometown, Desk]:
    home = await settled(wilds)
    return home, await desk_of(wilds, home.ledger, folder)


def told(imported: Imported) -> list[tuple[str, int, str | None, str]]:
    return [(each.sheet, each.row, each.column, each.code) for each in imported.problems]


def county_of_156() -> dict[str, list[list[Any]]]:
    """The sheets of a county: 1 town, 12 communities, 156 compounds, 164 grids, 656 micro-grids."""
    communities = [f"第{n}社区" for n in range(1, 13)]
    compounds: list[list[Any]] = [[communities[n % 12], f"第{n}小区", "是", 2] for n in range(1, COMPOUNDS + 1)]
    whole = [[communities[n % 12], f"整体{n}小区", "否", None] for n in range(GRIDS - COMPOUNDS)]
    compounds = compounds[: COMPOUNDS - len(whole)] + whole
    grids = [[row[0], f"{row[1]}网格", "2025-03-01", row[1]] for row in compounds]
    grids += [[communities[n], f"外围{n}网格", "2025/3/1", None] for n in range(GRIDS - COMPOUNDS)]
    micro = [[row[0], row[1], f"微网格{n}", "2025年3月1日"] for row in grids for n in range(1, 5)]
    return {
        "towns": [["名称"], ["示范镇"]],
        "communities": [["乡镇", "名称"], *(["示范镇", name] for name in communities)],
        "compounds": [["社区", "名称", "按楼栋划分", "楼栋"], *compounds],
        "grids": [["社区", "名称", "起始日", "小区"], *grids],
        "micro_grids": [["社区", "网格", "名称", "起始日"], *micro],
    }


async def test_a_county_of_156_compounds_and_656_micro_grids_is_imported_once(wilds: Counties, tmp_path: Path) -> None:
    """X04, X13, X14: three planted mistakes are told with row and column and nothing is recorded; mended, all is."""
    ledger = f"import{next(NUMBERS)}"
    await open_ledger(wilds.services.recorder, ledger, "导入县", "admin")
    desk = await desk_of(wilds, ledger, tmp_path)
    before, sheets = await desk.head(), county_of_156()
    assert (len(sheets["compounds"]) - 1, len(sheets["micro_grids"]) - 1) == (COMPOUNDS, MICRO_GRIDS)
    right = {title: [list(row) for row in rows] for title, rows in sheets.items()}
    sheets["compounds"][40][0] = "第十三社区"
    sheets["grids"][77][2] = "03/04/25"
    sheets["micro_grids"][500][3] = "2025-02-28"
    first = await desk.imports(desk.workbook(**sheets))
    assert told(first) == [
        ("compounds", 41, "社区", "CELL_UNFIT"),
        ("grids", 78, "起始日", "CELL_UNFIT"),
        ("micro-grids", 501, "起始日", "EFFECTIVE_DATE_ORDER"),
    ]
    assert (first.exit_code, first.recorded, await desk.head()) == (1, 0, before)
    mended = desk.workbook(**right)
    second = await desk.imports(mended)
    rows = sum(len(each) - 1 for each in right.values())
    assert (second.exit_code, second.recorded, second.there) == (0, rows, 0)
    recorded = await desk.head()
    third = await desk.imports(mended)
    assert (third.exit_code, third.recorded, third.there, await desk.head()) == (0, 0, rows, recorded)


async def test_every_kind_is_imported_by_its_own_example(wilds: Counties, tmp_path: Path) -> None:
    """The templates, filled in with their examples, are one workbook that a new county can import."""
    ledger = f"import{next(NUMBERS)}"
    await open_ledger(wilds.services.recorder, ledger, "导入县", "admin")
    desk = await desk_of(wilds, ledger, tmp_path)
    file = tmp_path / "all.xlsx"
    write_template(file, None)
    book = load_workbook(file)
    for sheet in book.worksheets:
        for cell in sheet[3]:
            cell.value = str(cell.value or "").removeprefix("# ") or None
    assert [sheet.title.split()[0] for sheet in book.worksheets] == list(KINDS)
    book.save(file)
    assert (await desk.imports(file, dry_run=True)).problems == []
    imported = await desk.imports(file)
    assert (imported.exit_code, imported.recorded, imported.problems) == (0, len(KINDS), [])


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_of_each_kind_is_read_by_the_kind(kind: str, tmp_path: Path) -> None:
    for name in ("a.csv", "a.xlsx"):
        write_template(tmp_path / name, kind)
        [(sheet, found)] = sheets_in(tmp_path / name, kind)
        assert (found, sheet.lines) == (KINDS[kind], [])
        assert len(sheet.header.cells) == len(KINDS[kind].columns)
    with pytest.raises(Trouble, match="cannot be written"):
        write_template(tmp_path / "a.csv", kind)


def test_a_template_says_what_it_can_be(tmp_path: Path) -> None:
    for file, kind, why in (
        (None, "towns", "Give a file"),
        (tmp_path / "a.csv", None, "An? template|A template"),
        (tmp_path / "a.pdf", "towns", "A template"),
        (tmp_path / "a.csv", "cats", "no kind cats"),
    ):
        with pytest.raises(Trouble, match=why):
            write_template(file, kind)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("社区\nx\n", "missing: Name"),
        ("社区,名称,名称\nx,y,z\n", "twice: 名称"),
        ("社区,名称,Name\nx,y,z\n", "twice: Name"),
        ("社区,名称,颜色\nx,y,z\n", "unknown: 颜色"),
        ("社区,名称,\nx,y,z\n", "column 3, which has no header"),
    ],
)
async def test_a_wrong_header_makes_the_file_unusable(wilds: Counties, tmp_path: Path, text: str, why: str) -> None:
    _, desk = await at_home(wilds, tmp_path)
    with pytest.raises(FileUnusable, match=why):
        await desk.imports(desk.csv(text), "compounds")


@pytest.mark.parametrize("count", ["-3", "2.5", "0", "1、2"])
async def test_what_is_no_number_of_buildings_names_none(wilds: Counties, tmp_path: Path, count: str) -> None:
    home, desk = await at_home(wilds, tmp_path)
    before = await home.county.head()
    refused = await desk.imports(desk.csv(f"社区,名称,楼栋\n永安社区,新区,{count}\n"), "compounds")
    assert told(refused) == [("", 2, "楼栋", "CELL_UNFIT")]
    assert await home.county.head() == before


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
async def test_headers_of_either_language_stand_in_any_order(wilds: Counties, tmp_path: Path, encoding: str) -> None:
    home, desk = await at_home(wilds, tmp_path)
    text = " Buildings , 名 称,COMMUNITY\n２,新 小区 , 永安社区\n"
    imported = await desk.imports(desk.csv(text, encoding), "compounds")
    assert (imported.exit_code, imported.recorded) == (0, 1)
    [compound] = [row for row in await home.rows("compounds", "id name") if row["name"] == "新 小区"]
    names = [row["name"] for row in await home.rows("buildings", "name", compound=compound["id"])]
    assert sorted(names) == ["1号楼", "2号楼"]


async def test_all_mistakes_are_told_at_once_with_row_and_column(wilds: Counties, tmp_path: Path) -> None:
    home, desk = await at_home(wilds, tmp_path)
    rows: list[list[Any]] = [
        ["社区", "名称", "按楼栋划分", "楼栋"],
        ["永安社区", "一号", "是", 3],
        ["没有社区", "二号", "是", 3],
        ["永安社区", None, "也许", 3],
        ["永安社区", "四\u200b号", "否", None],
        ["永安社区", "五号", "否", 2],
        ["永安社区", "一号", "是", 3],
        [home.c1, "六号", "是", "1号楼、1号楼"],
        ["other:community:1", "七号", None, None],
        [home.c1.replace("community", "town"), "八号", None, None],
        [f"{home.ledger}:community:none", "九号", None, 201],
        ["永安社区", "=A1", None, 201],
        ["永安社区", "x" * 201, None, None],
    ]
    before = await desk.head()
    imported = await desk.imports(desk.workbook(compounds=rows))
    assert told(imported) == [
        ("compounds", 3, "社区", "CELL_UNFIT"),
        ("compounds", 4, "名称", "CELL_UNFIT"),
        ("compounds", 4, "按楼栋划分", "CELL_UNFIT"),
        ("compounds", 5, "名称", "CELL_UNFIT"),
        ("compounds", 6, "楼栋", "CELL_UNFIT"),
        ("compounds", 7, "名称", "CELL_UNFIT"),
        ("compounds", 8, "楼栋", "CELL_UNFIT"),
        ("compounds", 9, "社区", "CELL_UNFIT"),
        ("compounds", 10, "社区", "CELL_UNFIT"),
        ("compounds", 11, "社区", "CELL_UNFIT"),
        ("compounds", 12, "名称", "CELL_UNFIT"),
        ("compounds", 13, "名称", "TEXT_UNFIT"),
    ]
    words = [each.words.en for each in imported.problems]
    assert "Rows 2 and 7" in words[5]
    assert "another ledger, other" in words[7]
    assert (imported.recorded, await desk.head()) == (0, before)
    assert all(each["zh"] and each["en"] for each in imported.as_json()["problems"])


async def test_who_names_a_wrong_row_is_not_wrong_for_that(wilds: Counties, tmp_path: Path) -> None:
    _, desk = await at_home(wilds, tmp_path)
    imported = await desk.imports(
        desk.workbook(
            compounds=[["社区", "名称", "楼栋"], ["没有社区", "新区", 2], ["永安社区", "y" * 201, 1]],
            buildings=[["小区", "名称"], ["新区", "9号楼"], ["y" * 201, "9号楼"]],
            grids=[["社区", "名称", "起始日", "小区"], ["永安社区", "新网格", "2025-03-01", "新区"]],
            micro_grids=[["网格", "名称", "起始日"], ["新网格", "微", "2025-03-01"]],
        )
    )
    assert told(imported) == [("compounds", 2, "社区", "CELL_UNFIT"), ("compounds", 3, "名称", "TEXT_UNFIT")]


async def test_a_name_that_several_have_is_told_with_where_they_lie(wilds: Counties, tmp_path: Path) -> None:
    home, desk = await at_home(wilds, tmp_path)
    both = desk.csv("社区,名称,楼栋\n永安社区,同名小区,1\n府前社区,同名小区,1\n")
    assert (await desk.imports(both, "compounds")).recorded == 2
    ambiguous = await desk.imports(desk.csv("小区,名称\n同名小区,2号楼\n"), "buildings")
    assert told(ambiguous) == [("", 2, "小区", "CELL_UNFIT")]
    assert "2 have this name" in ambiguous.problems[0].words.en
    compounds = [row["id"] for row in await home.rows("compounds", "id name") if row["name"] == "同名小区"]
    ways = f"社区,小区,名称\n永安社区,同名小区,2号楼\n,府前社区/同名小区,2号楼\n,{compounds[0]},3号楼\n"
    assert (await desk.imports(desk.csv(ways), "buildings")).recorded == 3


async def test_a_changed_row_is_a_conflict_and_records_nothing(wilds: Counties, tmp_path: Path) -> None:
    _, desk = await at_home(wilds, tmp_path)
    firm = "name,credit code\n{},91350100M000100Y43\n"
    assert (await desk.imports(desk.csv(firm.format("甲物业")), "firms")).recorded == 1
    before = await desk.head()
    changed = await desk.imports(desk.csv(firm.format("乙物业")), "firms")
    assert told(changed) == [("", 2, "name", "CELL_UNFIT")]
    assert "甲物业" in changed.problems[0].words.en
    buildings = await desk.imports(desk.csv("社区,名称,楼栋\n永安社区,K1,9\n"), "compounds")
    assert told(buildings) == [("", 2, "楼栋", "CELL_UNFIT")]
    mode = "compound,service mode,firm,since\nK1,{},{},2025-03-01\n"
    assert (await desk.imports(desk.csv(mode.format("市场化", "甲物业")), "service-modes")).recorded == 1
    before = await desk.head()
    other = await desk.imports(desk.csv(mode.format("社区代管", "")), "service-modes")
    assert told(other) == [("", 2, "service mode", "COMMAND_ID_REUSED")]
    assert await desk.head() == before


async def test_what_was_recorded_by_hand_is_already_there(wilds: Counties, tmp_path: Path) -> None:
    home, desk = await at_home(wilds, tmp_path)
    person, grid = await home.person("王某"), await home.grid("手工网格", home.buildings[home.compounds[0]])
    await home.staff.do("gridAppointLeader", grid=grid, person=person, since="2025-03-01")
    before = await desk.head()
    file = desk.workbook(
        towns=[["名称"], ["古韩镇"]],
        communities=[["乡镇", "名称"], ["古韩镇", "永安社区"]],
        compounds=[["社区", "名称"], ["永安社区", "K1"]],
        people=[["姓名", "电话"], ["王某", None]],
        posts=[["岗位类别", "网格、微网格或楼栋", "人员", "起始日"], ["网格长", "手工网格", "王某", "2025-03-01"]],
    )
    imported = await desk.imports(file)
    assert (told(imported), imported.recorded, imported.there, await desk.head()) == ([], 0, 5, before)


async def test_somebody_else_importing_the_same_file_records_nothing(wilds: Counties, tmp_path: Path) -> None:
    home, desk = await at_home(wilds, tmp_path)
    file = desk.csv("小区,服务方式,起始日\nK1,社区代管,2025-03-01\n")
    assert (await desk.imports(file, "service-modes")).recorded == 1
    other = desk._replace(person=home.ledger + ":" + (await home.acting(Role.TOWN, home.t1)).viewer.person)  # type: ignore[union-attr]
    again = await other.imports(file, "service-modes")
    assert (told(again), again.recorded, again.there) == ([], 0, 1)


async def test_posts_of_every_kind_are_filled_once(wilds: Counties, tmp_path: Path) -> None:
    """X12, X15, X16, Q53: workers, leaders, checkers, micro-grid leaders and building leaders, each dated."""
    home, desk = await at_home(wilds, tmp_path)
    header: list[Any] = ["岗位类别", "小区", "网格、微网格或楼栋", "人员", "专职", "起始日"]
    posts: list[list[Any]] = [
        ["乡镇联系", None, "一网格", "甲", None, "2025-03-01"],
        ["网格长", None, "一网格", "甲", None, "2025-03-01"],
        ["网格员", None, "一网格", "19900000002", "专职", 45717],
        ["Grid checker", None, "一网格", "丙", None, "2025/3/1"],
        ["MICRO_GRID_LEADER", None, "一网格/微一", "丙", None, "2025年3月1日"],
        ["楼栋长", "K1", "K1-1", "丙", None, "2025-03-01"],
    ]
    posts[0][0] = "联系网格的乡镇领导"
    sheets: dict[str, Any] = {
        "people": [["姓名", "电话"], ["甲", None], ["乙", 19900000002], ["乙", 19900000003], ["丙", None]],
        "grids": [["社区", "名称", "起始日", "楼栋"], ["永安社区", "一网格", "2025-03-01", "K1/K1-1、K1/K1-2"]],
        "micro_grids": [["网格", "名称", "起始日"], ["一网格", "微一", "2025-03-01"]],
    }
    imported = await desk.imports(desk.workbook(**sheets, posts=[header, *posts]))
    assert (told(imported), imported.recorded) == ([], 4 + 1 + 1 + 6)
    held = await home.rows("posts", "postKind fullTime since")
    assert len(held) == 6
    assert {"postKind": "GRID_WORKER", "fullTime": True, "since": "2025-03-01"} in held
    again = [[*posts[1][:3], "丙", None, "2025-03-01"], [*posts[2][:4], None, "2025-04-01"], posts[3], posts[3]]
    wrong = await desk.imports(desk.workbook(posts=[header, *again]))
    assert told(wrong) == [
        ("posts", 2, "网格、微网格或楼栋", "SEAT_TAKEN"),
        ("posts", 3, "专职", "CELL_UNFIT"),
        ("posts", 5, "岗位类别", "CELL_UNFIT"),
    ]


async def test_organisations_and_contacts_say_where(wilds: Counties, tmp_path: Path) -> None:
    _, desk = await at_home(wilds, tmp_path)
    header: list[Any] = ["党组织类别", "名称", "设置场所", "层级", "起始日"]
    right = await desk.imports(
        desk.workbook(
            people=[["姓名"], ["县领导"]],
            party_organisations=[
                header,
                ["物业行业党委", "行业党委", None, 2, "2025-03-01"],
                ["小区党支部", "K1支部", "K1", 3, "2025-03-01"],
            ],
            contacts=[["县级领导", "社区", "小区", "起始日"], ["县领导", "永安社区", "K1", "2025-03-01"]],
        )
    )
    assert (told(right), right.recorded) == ([], 4)
    wrong = await desk.imports(
        desk.workbook(
            party_organisations=[
                header,
                ["小区党支部", "无处支部", None, 3, "2025-03-01"],
                ["小区党支部", "社区支部", "永安社区", 3, "2025-03-01"],
                ["什么", "什么支部", "永安社区", "三", "2025-03-01"],
            ],
            contacts=[
                ["县级领导", "社区", "起始日"],
                ["县领导", None, "2025-03-01"],
                ["县领导", "府前社区", "2025-04-01"],
            ],
        )
    )
    assert told(wrong) == [
        ("party-organisations", 2, "设置场所", "CELL_UNFIT"),
        ("party-organisations", 3, "设置场所", "CELL_UNFIT"),
        ("party-organisations", 4, "党组织类别", "CELL_UNFIT"),
        ("party-organisations", 4, "层级", "CELL_UNFIT"),
        ("contacts", 2, "社区", "CELL_UNFIT"),
        ("contacts", 3, "县级领导", "LEADER_ENGAGED"),
    ]


async def test_grids_cover_compounds_that_are_one_place_and_no_place_twice(wilds: Counties, tmp_path: Path) -> None:
    home, desk = await at_home(wilds, tmp_path)
    header: list[Any] = ["社区", "名称", "起始日", "小区", "楼栋"]
    grids: list[list[Any]] = [
        ["永安社区", "甲格", "2025-03-01", "K1、整体", None],
        ["永安社区", "乙格", "2025-03-01", "K2", "K2-1"],
    ]
    whole = [["社区", "名称", "按楼栋划分"], ["永安社区", "整体", "否"]]
    imported = await desk.imports(desk.workbook(compounds=whole, grids=[header, *grids]))
    assert (told(imported), imported.recorded) == ([], 3)
    covered = {row["name"]: row["grid"] for row in await home.rows("buildings", "name grid { name }")}
    assert [covered[f"K2-{n}"] for n in (1, 2, 3)] == [{"name": "乙格"}, None, None]
    assert covered["K1-4"] == {"name": "甲格"}
    again = await desk.imports(desk.workbook(grids=[header, ["永安社区", "丙格", "2025-03-01", "K2", "K2-1"]]))
    assert told(again) == [("grids", 2, "楼栋", "GRID_OVERLAP")]


class Meddled(Recorder):
    """A recorder in whose way something comes at the second batch."""

    def __init__(self, services: Services, meddle: Callable[[], Awaitable[None]]) -> None:
        super().__init__(services.store, services.keys, services.recorder.clock)
        self._meddle, self._batches = meddle, 0

    async def record(self, ledger: str, commands: Sequence[Command]) -> list[Receipts]:
        self._batches += 1
        if self._batches == 2:
            await self._meddle()
        return await super().record(ledger, commands)


def many(desk: Desk) -> Path:
    return desk.csv("社区,名称,楼栋\n" + "".join(f"永安社区,众{n}小区,9\n" for n in range(45)))


async def test_an_import_that_was_killed_goes_on_where_it_was(wilds: Counties, tmp_path: Path) -> None:
    _, desk = await at_home(wilds, tmp_path)

    async def killed() -> None:
        raise KilledHere

    broken = replace(wilds.services, recorder=Meddled(wilds.services, killed))
    before, file = await desk.head(), many(desk)
    with pytest.raises(KilledHere):
        await import_file(broken, Wanted(file, "compounds", desk.ledger, desk.person))
    assert await desk.head() == (before or 0) + 20 * 10
    rest = await desk.imports(file, "compounds")
    assert (rest.exit_code, rest.recorded, rest.there) == (0, 25, 20)
    assert await desk.head() == (before or 0) + 45 * 10


class KilledHere(BaseException):
    """As if the process had ended."""


async def test_what_stops_an_import_is_told_with_how_far_it_came(wilds: Counties, tmp_path: Path) -> None:
    _, desk = await at_home(wilds, tmp_path)

    async def away() -> None:
        raise StoreUnavailable

    broken = replace(wilds.services, recorder=Meddled(wilds.services, away))
    file = many(desk)
    stopped = await import_file(broken, Wanted(file, "compounds", desk.ledger, desk.person))
    assert (stopped.exit_code, stopped.recorded, stopped.left) == (3, 20, 25)
    assert "does not answer" in lines_of(stopped)
    assert "import the file again" in lines_of(stopped)
    assert (await desk.imports(file, "compounds")).recorded == 25


async def test_who_holds_no_fitting_grant_imports_nothing(wilds: Counties, tmp_path: Path) -> None:
    home, desk = await at_home(wilds, tmp_path)
    file = desk.csv("社区,名称\n永安社区,新一\n府前社区,新二\n")
    staff = desk._replace(person=f"{home.ledger}:{home.staff.viewer.person}")  # type: ignore[union-attr]
    assert told(await staff.imports(file, "compounds")) == [("", 3, "社区", "NOT_PERMITTED")]
    stranger = desk._replace(person="nobody in particular")
    with pytest.raises(Trouble, match="No grant of this person"):
        await stranger.imports(file, "compounds")
    with pytest.raises(Trouble, match="of another ledger"):
        await desk._replace(person="other:person:x").imports(file, "compounds")
    with pytest.raises(Trouble, match="Name with --as"):
        await import_file(wilds.services, Wanted(file, "compounds", home.ledger))
    with pytest.raises(LedgerUnknown):
        await desk._replace(ledger="nowhere").imports(file, "compounds")
    with pytest.raises(Trouble, match="Name the ledger"):
        await import_file(wilds.services, Wanted(file, "compounds"))


async def test_in_a_demonstration_a_stand_in_imports_and_a_dry_run_records_nothing(
    wilds: Counties, tmp_path: Path
) -> None:
    ledger = f"import{next(NUMBERS)}"
    await open_ledger(wilds.services.recorder, ledger, "示范县", "admin", demo=True)
    desk = Desk(wilds, ledger, "", tmp_path)
    file = desk.workbook(towns=[["名称"], ["示范镇"]], buildings=[["小区", "名称"]], units=[["名称", "单位类别"]])
    wanted = Wanted(file, None, ledger, roles=("COUNTY", "town"))
    before = await desk.head()
    dry = await import_file(wilds.services, replace(wanted, dry_run=True))
    assert (dry.exit_code, dry.left, await desk.head()) == (0, 1, before)
    assert "would be recorded" in lines_of(dry)
    done = await import_file(wilds.services, wanted)
    assert (done.recorded, await desk.head()) == (1, (before or 0) + 4)
    assert "1 recorded, 0 already there" in lines_of(done)
    with pytest.raises(Trouble, match="no role KING"):
        await import_file(wilds.services, replace(wanted, roles=("KING",)))


async def test_the_sheet_is_found_by_its_name_or_by_the_kind(wilds: Counties, tmp_path: Path) -> None:
    _, desk = await at_home(wilds, tmp_path)
    book = desk.workbook(towns=[["名称"], ["甲镇"]], sheet2=[["名称"], ["乙镇"]])
    for sheet, name in ((None, "甲镇"), ("sheet2", "乙镇")):
        [(found, _)] = sheets_in(book, "towns", sheet)
        assert found.lines[0].cells == (name,)
    with pytest.raises(FileUnusable, match="Name the sheet with --sheet: towns, sheet2"):
        sheets_in(book, "towns", "sheet3")
    with pytest.raises(FileUnusable, match="No sheet is called by a kind"):
        sheets_in(desk.workbook(sheet1=[["名称"], ["甲镇"]]), None)
    with pytest.raises(FileUnusable, match="Say with --kind"):
        sheets_in(desk.csv("名称\n甲镇\n"), None)
    with pytest.raises(Trouble, match="no kind cats"):
        sheets_in(book, "cats")


async def test_no_more_is_recorded_at_once_than_the_limit(
    wilds: Counties, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, desk = await at_home(wilds, tmp_path)
    monkeypatch.setattr(planning, "MOST_COMMANDS", 3)
    with pytest.raises(FileUnusable, match="More than 3 things"):
        await desk.imports(desk.csv("社区,名称,楼栋\n永安社区,新区,3\n"), "compounds")
    assert (await desk.imports(desk.csv("社区,名称,楼栋\n永安社区,新区,2\n"), "compounds")).recorded == 1


async def test_a_building_may_be_called_number_one(wilds: Counties, tmp_path: Path) -> None:
    _, desk = await at_home(wilds, tmp_path)
    assert (await desk.imports(desk.csv("名称,小区\n# 提示,\n#1,K1\n"), "buildings")).recorded == 1


async def test_mistakes_are_told_in_both_languages(wilds: Counties, tmp_path: Path) -> None:
    _, desk = await at_home(wilds, tmp_path)
    wrong = await desk.imports(desk.csv("社区,名称\n没有,x\n"), "compounds")
    said = lines_of(wrong)
    assert "第 2 行 row 2 · 社区 · '没有'" in said
    assert "此处没有" in said
    assert "1 mistakes in 1 rows; nothing was recorded." in said


def lines_of(imported: Imported) -> str:
    console = Console(record=True, width=400, file=io.StringIO())
    tell_imported(console, imported)
    return console.export_text()
