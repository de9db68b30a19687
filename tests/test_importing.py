"""Importing: what counties have in spreadsheets is recorded by the decisions people take, whole or not at all."""

import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from openpyxl import Workbook

from api.importing.running import Imported, Wanted, import_file
from domain.roles import Role
from infra.ledgers import open_ledger
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
        return await import_file(self.counties.services, wanted)

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
    people = {(await counties.staff(role, None, ledger)).person for role in (Role.COUNTY,)}
    (person,) = people
    from tests.acting import Acting  # noqa: PLC0415

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
    compounds = [[communities[n % 12], f"第{n}小区", "是", 2] for n in range(1, COMPOUNDS + 1)]
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
    """X19, X20: three planted mistakes are told with row and column and nothing is recorded; mended, all is."""
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
