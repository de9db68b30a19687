"""Where a query begins: ledgers, one ledger, one thing, the viewer."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import strawberry

from api import reading
from api.catalogue import Catalogue
from api.declared import Argument, Field, add_fields, listed, object_type, optional, retype
from api.figures import figure_type, figures_field
from api.happenings import Happenings, of_ledger
from api.lists import EVENT_ARGUMENTS, ledger_in, tag_in, text
from api.moments import CODES, MOMENT_ARGUMENTS, SIGNED_POSITION, everywhere, known_at, plain_known_at
from api.nodes import NodeTypes, plain_column
from api.reading import Found, Here, Page
from api.scalars import Position
from api.selections import Chosen
from api.statement import At, Read, Statement
from api.versions import source
from api.viewers import ViewerRoot, read_viewer, viewer_type
from api.ways import Expression, object_of, one, required
from api.ways import object_type as type_of
from projections.rows import LEDGER, Row

__all__ = ["query_type"]

SIGNED_HEAD = (
    "The latest head that was signed before this position was recorded, or the first: the same whenever it is asked.\n"
    "此位置记录之前的最新签名检查点（此前尚无则为首个）；何时查询均相同。"
)
COVERING = (
    "The first signed head that commits to all that this answer is of; none: it is signed within a second. "
    "Of all that is told of a ledger, this alone may come after the position.\n"
    "首个覆盖本次回答全部内容的签名检查点；为空则一秒内签署。账本所示内容中，仅此项可晚于该位置。"
)
PROJECTED = "(select p.position from projector p where p.ledger = {ledger})"
CODE = Argument("code", strawberry.ID, "The ledger's code.\n账本代码。")
ID = Argument("id", strawberry.ID, "The thing's id.\n事物编号。")


class LedgerRoot:
    """One ledger by its code."""

    def __init__(self, row: type[Row]) -> None:
        self.row = row

    def sql(self, statement: Statement, _at: At, _alias: str, chosen: Chosen) -> str:
        at = known_at(statement, statement.parameter(chosen.given["code"], "text", text), chosen.given.get("asKnownAt"))
        statement.readings.append(Read(at))
        c = statement.alias()
        body = object_of(statement, at, self.row, c, chosen)
        return f"(select {body} from {source(statement, at, self.row)} {c} where {c}.{LEDGER} = {at.ledger})"


class AllLedgers:
    """Every ledger, by code."""

    def __init__(self, row: type[Row]) -> None:
        self.row = row

    def sql(self, statement: Statement, _at: At, _alias: str, chosen: Chosen) -> str:
        (each, at), c = everywhere(statement, chosen.given.get("asKnownAt")), statement.alias()
        statement.readings.append(Read(at, each))
        body = object_of(statement, at, self.row, c, chosen)
        joined = f"{each} join lateral {source(statement, at, self.row)} {c} on {c}.{LEDGER} = {at.ledger}"
        return f"(select coalesce(json_agg({body} order by {at.ledger}), '[]') from {joined})"


class NodeRoot:
    """One thing by its id; the plan is made for the kind that the id names."""

    def sql(self, statement: Statement, _at: At, _alias: str, chosen: Chosen) -> str:
        id_ = chosen.given["id"]
        ledger = statement.parameter(id_, "text", ledger_in)
        at = known_at(statement, ledger, chosen.given.get("asKnownAt"))
        statement.readings.append(Read(at))
        row = statement.catalogue.nodes.get(tag_in(statement.now(id_)).partition(":")[0])
        return (
            "null::json" if row is None else one(statement, at, row, statement.parameter(id_, "text", tag_in), chosen)
        )


def query_type(catalogue: Catalogue, nodes: NodeTypes, events: Any) -> Any:
    row = catalogue.nodes["ledger"]
    ledger = nodes.types[row]
    retype(ledger, "code", strawberry.ID)
    add_fields(ledger, _ledger_fields(catalogue, nodes, events))
    fields = [
        Field(
            "ledgers",
            listed(ledger),
            "All ledgers, each now or as known earlier.\n全部账本，现在或各自当时所知。",
            _read_ledgers(row),
            AllLedgers(row),
            MOMENT_ARGUMENTS,
        ),
        Field(
            "ledger",
            optional(ledger),
            "One ledger, now or as known earlier.\n一个账本，现在或当时所知。",
            _read_ledger(row),
            LedgerRoot(row),
            [CODE, *MOMENT_ARGUMENTS],
        ),
        Field(
            "node",
            optional(nodes.node),
            "One thing, now or as known earlier.\n一个事物，现在或当时所知。",
            _read_node,
            NodeRoot(),
            [ID, *MOMENT_ARGUMENTS],
        ),
        Field(
            "viewer",
            optional(viewer_type(catalogue, nodes)),
            "Who asks; none: nobody signed in.\n查询者；未登录为空。",
            read_viewer,
            ViewerRoot(),
            MOMENT_ARGUMENTS,
        ),
    ]
    return object_type("Query", "What can be asked.\n可查询的内容。", fields)


def _ledger_fields(catalogue: Catalogue, nodes: NodeTypes, events: Any) -> Iterator[Field]:
    yield Field(
        "position",
        Position,
        "The position that this answer is of.\n本次回答所依据的位置。",
        _read_position,
        Expression(lambda at, _: at.known or f"(select p.position from projector p where p.ledger = {at.ledger})"),
    )
    checkpoint = _checkpoint_type()
    yield Field("checkpoint", checkpoint, SIGNED_HEAD, _read_checkpoint, Checkpoint())
    yield Field("coveredBy", optional(checkpoint), COVERING, _read_covering, Covering())
    yield figures_field(figure_type(events))
    told = "Its events in their order.\n按先后排列的事件。"
    yield Field("events", events, told, _read_events, Happenings(of_ledger), EVENT_ARGUMENTS)
    for row in catalogue.rows:
        if row.listed and row is not catalogue.nodes["ledger"]:
            yield nodes.rows_field(row, row.plural)


class Checkpoint:
    def sql(self, statement: Statement, at: At, alias: str, chosen: Chosen) -> str:
        c = statement.alias()
        body = statement.object(type_of(chosen), chosen.sets, at, c)
        until = at.known or PROJECTED.format(ledger=at.ledger)
        signed = SIGNED_POSITION.format(ledger=at.ledger, until=until)
        latest = f"{c}.ledger = {at.ledger} and {c}.position = {signed}"
        return required(f"(select {body} from checkpoint {c} where {latest})", f"{alias}.id")


class Covering:
    def sql(self, statement: Statement, at: At, _alias: str, chosen: Chosen) -> str:
        c, until = statement.alias(), at.known or PROJECTED.format(ledger=at.ledger)
        body = statement.object(type_of(chosen), chosen.sets, at, c)
        first = f"{c}.ledger = {at.ledger} and {c}.position >= {until} order by {c}.position limit 1"
        return f"(select {body} from checkpoint {c} where {first})"


def _checkpoint_type() -> Any:
    return object_type(
        "Checkpoint",
        "The signed head of the ledger's Merkle tree.\n账本默克尔树的签名检查点。",
        [
            plain_column("position", Position, "How many events it commits to.\n所覆盖的事件数。"),
            Field(
                "root",
                str,
                "The root hash, in hexadecimal.\n根哈希（十六进制）。",
                lambda found, *_: found.row["root"].hex(),
                Expression(lambda _, alias: f"encode({alias}.root, 'hex')"),
            ),
            plain_column("note", str, "The signed note (C2SP).\n签名文本（C2SP）。"),
            plain_column("signed_at", datetime, "When it was signed.\n签名时间。"),
        ],
    )


def _read_ledger(row: type[Row]) -> Any:
    async def read(_: Any, context: Any, given: Mapping[str, Any]) -> Found | None:
        code = text(given["code"])
        known = await plain_known_at(context.reader.fetch, code, given.get("asKnownAt"))
        return await reading.find_ledger(Here(context.reader, code, known), row)

    return read


def _read_ledgers(row: type[Row]) -> Any:
    async def read(_: Any, context: Any, given: Mapping[str, Any]) -> list[Found]:
        fetch, found = context.reader.fetch, []
        for each in await fetch(CODES):
            known = await plain_known_at(fetch, each["ledger"], given.get("asKnownAt"))
            found.append(await reading.find_ledger(Here(context.reader, each["ledger"], known), row))
        return [each for each in found if each is not None]

    return read


async def _read_node(_: Any, context: Any, given: Mapping[str, Any]) -> Found | None:
    ledger = ledger_in(given["id"])
    known = await plain_known_at(context.reader.fetch, ledger, given.get("asKnownAt"))
    return await reading.find_any(Here(context.reader, ledger, known), tag_in(given["id"]), own=True)


async def _read_position(ledger: Found, *_: Any) -> int:
    here = ledger.here
    if here.known is not None:
        return here.known
    [row] = await here.reader.fetch("select position from projector where ledger = $1", here.ledger)
    return int(row["position"])


async def _read_checkpoint(ledger: Found, *_: Any) -> Found | None:
    here, until = ledger.here, f"coalesce($2::bigint, {PROJECTED.format(ledger='$1')})"
    signed = SIGNED_POSITION.format(ledger="$1", until=until)
    statement = f"select * from checkpoint where ledger = $1 and position = {signed}"
    rows = await here.reader.fetch(statement, here.ledger, here.known)
    return Found("Checkpoint", ledger.here, rows[0]) if rows else None


async def _read_covering(ledger: Found, *_: Any) -> Found | None:
    here, until = ledger.here, f"coalesce($2::bigint, {PROJECTED.format(ledger='$1')})"
    first = f"ledger = $1 and position >= {until} order by position limit 1"
    rows = await here.reader.fetch(f"select * from checkpoint where {first}", here.ledger, here.known)
    return Found("Checkpoint", here, rows[0]) if rows else None


async def _read_events(ledger: Found, _context: Any, given: Mapping[str, Any]) -> Page:
    return await reading.event_page(ledger.here, reading.Events(), given)
