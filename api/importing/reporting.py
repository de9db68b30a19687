"""Reporting: what came of an import, for people; every wrong cell in one table."""

from typing import Any

from rich.console import Console

from api.importing.running import Imported

__all__ = ["tell_imported", "tell_trouble"]


def tell_imported(out: Console, imported: Imported) -> None:
    for problem in imported.problems:
        where = f"{problem.sheet} " if problem.sheet else ""
        head = f"{where}第 {problem.row} 行 row {problem.row} · {problem.column or ''} · {problem.value!r}"
        out.print(head, f"  {problem.words.zh}", f"  {problem.words.en}", sep="\n", highlight=False, markup=False)
    out.print(*_summary(imported), sep="\n", highlight=False, markup=False)


def tell_trouble(zh: str, en: str) -> dict[str, Any]:
    return {"unusable": {"zh": zh, "en": en}}


def _summary(imported: Imported) -> list[str]:
    rows, there, left = imported.rows, imported.there, imported.left
    if imported.problems:
        count = len(imported.problems)
        return [
            f"共 {rows} 行，{count} 处有误，未作任何登记。",
            f"{count} mistakes in {rows} rows; nothing was recorded.",
        ]
    if imported.stopped:
        return [
            f"已登记 {imported.recorded} 行后停止：{imported.stopped.zh}尚余 {left} 行；再次导入同一文件即可继续。",
            f"Stopped after {imported.recorded} rows: {imported.stopped.en} {left} are left; import the file again.",
        ]
    if imported.dry_run:
        return [
            f"共 {rows} 行，可登记 {left} 行，已有 {there} 行；仅校验，未登记。",
            f"{rows} rows are right: {left} would be recorded, {there} are already there; nothing was recorded.",
        ]
    return [
        f"共 {rows} 行：登记 {imported.recorded} 行，已有 {there} 行。",
        f"{rows} rows: {imported.recorded} recorded, {there} already there.",
    ]
