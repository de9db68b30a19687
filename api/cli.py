"""The command line: `gongzhi COMMAND --help`. Long work shows progress; `--json` is for scripts."""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from domain.bodies import CHINA
from domain.refusals import Refusal
from infra.settings import Settings
from infra.trouble import Trouble

if TYPE_CHECKING:
    from api.composition import Services

app = typer.Typer(no_args_is_help=True, add_completion=False, help="共治 Gongzhi: record, project, answer and prove.")
ledgers = typer.Typer(no_args_is_help=True, help="Open and remove ledgers. 开立与删除账本。")
app.add_typer(ledgers, name="ledger")
out, err = Console(soft_wrap=True), Console(stderr=True, soft_wrap=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts. 输出 JSON。")]
Code = Annotated[str, typer.Argument(metavar="CODE", help="The ledger's code. 账本代码。")]
Ledger = Annotated[str | None, typer.Option("--ledger", help="Only this ledger. 仅此账本。")]


def main() -> None:
    """Run a command; what an operator can put right is told plainly, with exit code 2."""
    from api.logs import log_plainly

    log_plainly()
    try:
        app()
    except (Trouble, Refusal) as trouble:
        zh, en = _told(trouble)
        err.print(zh, en, sep="\n", style="red", highlight=False, markup=False)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


@app.command()
def serve(
    *,
    host: Annotated[str | None, typer.Option(help="Address to listen on. 监听地址。")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to listen on. 监听端口。")] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="Load the demo counties on first start. 首次启动载入示范县。")
    ] = False,
) -> None:
    """Serve GraphQL, with the projector beside it. 启动服务。"""
    from uvicorn.loops.auto import auto_loop_factory

    from api.serving import serve as serve_until_stopped

    settings = Settings.from_environment()
    settings = replace(settings, host=host or settings.host, port=settings.port if port is None else port)
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(serve_until_stopped(settings, demo=demo, tell=_tell))


@app.command()
def demo(*, ledger: Ledger = None, as_json: AsJson = False) -> None:
    """Record the demo counties and check their figures; exit 0 when all are right. 载入示范县并核对数字。"""
    from api.demo.checking import check

    if not asyncio.run(_with_services(check, ledger, as_json, out)):
        sys.exit(1)


@ledgers.command("open")
def open_ledger(
    code: Code,
    name: Annotated[str, typer.Option(help="What people call it. 名称。")],
    admin: Annotated[str, typer.Option(help="The first administrator's subject. 首位管理员的身份标识。")],
    *,
    as_json: AsJson = False,
) -> None:
    """Open a ledger with its first administrator. 开立账本并授权首位管理员。"""
    asyncio.run(_with_services(_open, code, name, admin, as_json, rebuild=False))


@ledgers.command("drop-demo")
def drop_demo(code: Code) -> None:
    """Remove a demo ledger; a real one cannot be removed. 删除示范账本；正式账本不可删除。"""
    asyncio.run(_with_services(_drop, code, rebuild=False))


@app.command()
def status(
    *,
    hashes: Annotated[bool, typer.Option("--hashes", help="With each table's state hash. 附各表哈希。")] = False,
    as_json: AsJson = False,
) -> None:
    """Ledgers, how far they are recorded, projected and signed. 账本状态。"""
    asyncio.run(_with_services(_status, hashes, as_json, rebuild=False))


@app.command()
def rebuild(
    *,
    projection: Annotated[str | None, typer.Option(help="Only this one. 仅此读模型。")] = None,
    as_json: AsJson = False,
) -> None:
    """Rebuild projections of all ledgers from event 1 while they are read. 从第一条事件起重建读模型，不影响读取。"""
    asyncio.run(_with_services(_rebuild, projection, as_json, rebuild=False))


@app.command()
def replay(
    ledger: Code,
    *,
    to: Annotated[int | None, typer.Option(min=1, help="A position; none: as people read it. 位置。")] = None,
    save: Annotated[Path | None, typer.Option(help="A folder for the rows, a file a table. 存放各表的目录。")] = None,
    as_json: AsJson = False,
) -> None:
    """Fold a history again and hash its state; without --to, exit 0 if people read the same. 重放历史并核对读模型。"""
    if not asyncio.run(_with_services(_replay, ledger, to, save, as_json, rebuild=False)):
        sys.exit(1)


@app.command()
def migrate(*, as_json: AsJson = False) -> None:
    """Bring the databases up to this release. 升级数据库结构。"""
    asyncio.run(_with_services(_migrated, as_json))


@app.command()
def token(
    ledger: Annotated[str, typer.Option(help="The ledger's code. 账本代码。")],
    role: Annotated[str | None, typer.Option(help="The role, as COMMUNITY; none: in one's own name. 角色。")] = None,
    scope: Annotated[str | None, typer.Option(help="The id of a place; none: the whole ledger. 适用范围。")] = None,
    subject: Annotated[str | None, typer.Option(help="Who; a stand-in for the role if not given. 身份标识。")] = None,
) -> None:
    """Make a development token; in a demonstration its grant is recorded if there is none. 签发开发用令牌。"""
    from api.tokens import development_token

    wanted = (development_token, ledger, role, scope, subject)
    out.print(asyncio.run(_with_services(*wanted, rebuild=False)), highlight=False)


@app.command("import")
def import_file(
    file: Annotated[Path | None, typer.Argument(help="A .xlsx or .csv file. 表格文件。")] = None,
    *,
    kind: Annotated[str | None, typer.Option(help="What it lists; a workbook may have a sheet a kind. 种类。")] = None,
    ledger: Ledger = None,
    subject: Annotated[str | None, typer.Option("--as", help="Who imports: subject or person's id. 导入人。")] = None,
    role: Annotated[list[str] | None, typer.Option(help="In which role, as TOWN. 以何种角色。")] = None,
    sheet: Annotated[str | None, typer.Option(help="The name of the sheet. 工作表名称。")] = None,
    template: Annotated[Path | None, typer.Option(help="Write a template here instead. 生成模板。")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Try it and record nothing. 只校验，不登记。")] = False,
    as_json: AsJson = False,
) -> None:
    """Import a spreadsheet: all rows, or none if one is wrong (exit 1; 2: unusable file). 导入表格。"""
    from api.importing.importers import Wanted
    from api.importing.reporting import tell_imported, tell_trouble
    from api.importing.running import import_file as imported_file
    from api.importing.templates import write_template

    if template or file is None:
        _tell(write_template(template, kind))
        return
    wanted = Wanted(file, kind, ledger, subject, role or (), sheet, dry_run)
    try:
        imported = asyncio.run(_with_services(imported_file, wanted, rebuild=False))
    except (Trouble, Refusal) as trouble:
        if not as_json:
            raise
        _print_json(tell_trouble(*_told(trouble)))
        sys.exit(2)
    _print_json(imported.as_json()) if as_json else tell_imported(out, imported)
    sys.exit(imported.exit_code)


async def _with_services(work: Any, *arguments: Any, rebuild: bool = True) -> Any:
    from api.composition import open_services, told_plainly

    async with open_services(Settings.from_environment(), rebuild=rebuild) as services:
        with told_plainly():
            return await work(services, *arguments)


async def _open(services: "Services", code: str, name: str, admin: str, as_json: bool) -> None:  # noqa: FBT001
    from infra.ledgers import open_ledger

    opening = await open_ledger(services.recorder, code, name, admin)
    events = [{"position": event.position, "type": event.type} for each in opening for event in each.events]
    if as_json:
        _print_json({"ledger": code, "receipts": events})
        return
    out.print(f"账本 {code} 已开立。Ledger {code} is open.", highlight=False)
    for event in events:
        out.print(f"  {event['position']}  {event['type']}", highlight=False)


async def _drop(services: "Services", code: str) -> None:
    from infra.ledgers import drop_demo

    await drop_demo(services.databases, code)
    await services.files.drop(code)
    out.print(f"示范账本 {code} 已删除。Demo ledger {code} is removed.", highlight=False)


async def _status(services: "Services", hashes: bool, as_json: bool) -> None:  # noqa: FBT001
    from api.operating import live_state, statuses

    rows = await statuses(services)
    states = {row.ledger: await live_state(services, row.ledger) for row in rows if hashes}
    if as_json:
        extra = {code: {"state": state._asdict()} for code, state in states.items()}
        _print_json([row.as_json() | extra.get(row.ledger, {}) for row in rows])
        return
    out.print(services.databases.where, highlight=False)
    names = (
        "账本\nledger",
        "位置\nhead",
        "已投影\nprojected",
        "滞后\nlag",
        "已反应\nreacted",
        "已签\nsigned",
        "记录于\nrecorded",
        "投影者\nprojector",
        "故障\nfailure",
    )
    table = Table(*names)
    for row in rows:
        reacted = row.reactions["position"] if row.reactions else "–"
        numbers = (row.position, row.projected, row.lag, reacted, row.checkpoint)
        table.add_row(
            row.ledger,
            *map(str, numbers),
            f"{row.recorded_at.astimezone(CHINA):%Y-%m-%d %H:%M}",
            row.holder or "–",
            row.stands or row.halted or row.elsewhere or "–",
        )
    out.print(table)
    for code, state in states.items():
        _print_hashes(code, state.position, state.hashes)


async def _replay(
    services: "Services",
    ledger: str,
    to: int | None,
    save: Path | None,
    as_json: bool,  # noqa: FBT001
) -> bool:
    from api.operating import replayed

    found = await replayed(services, ledger, to, save)
    if as_json:
        _print_json(found.as_json())
        return not found.differing
    _print_hashes(ledger, found.state.position, found.state.hashes, found.differing)
    if found.live:
        same = (
            "与读模型一致。The read models say the same."
            if not found.differing
            else (f"不一致 Differing: {', '.join(found.differing)}")
        )
        out.print(same, highlight=False)
    return not found.differing


def _print_hashes(ledger: str, position: int, hashes: dict[str, str], differing: Sequence[str] = ()) -> None:
    out.print(f"{ledger} @ {position}", highlight=False)
    for table, digest in hashes.items():
        out.print(f"  {digest}  {table}{' ✗' if table in differing else ''}", highlight=False)


async def _rebuild(services: "Services", projection: str | None, as_json: bool) -> None:  # noqa: FBT001
    from api.operating import rebuild_projections, statuses

    names = await rebuild_projections(services, projection)
    reached = {row.ledger: row.projected for row in await statuses(services)}
    if as_json:
        _print_json({"projections": names, "positions": reached})
        return
    for code, position in reached.items():
        out.print(f"{code}: 已重建至位置 {position}。Rebuilt up to position {position}.", highlight=False)


async def _migrated(services: "Services", as_json: bool) -> None:  # noqa: FBT001
    """Opening the services migrated already; say to what."""
    async with services.databases.main.connection() as connection:
        rows = await connection.fetch("select number, name from public.migration order by number")
    if as_json:
        _print_json([dict(row) for row in rows])
    else:
        out.print(*(f"{row['number']:04d} {row['name']}" for row in rows), sep="\n", highlight=False)


def _told(trouble: Trouble | Refusal) -> tuple[str, str]:
    if isinstance(trouble, Trouble):
        return trouble.zh, trouble.en
    return f"{trouble.message('zh')} [{trouble.code}]", f"{trouble.message('en')} {trouble.details}"


def _tell(sentence: str) -> None:
    out.print(sentence, highlight=False)


def _print_json(value: Any) -> None:
    out.print_json(json.dumps(value, ensure_ascii=False, default=_plain))


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
