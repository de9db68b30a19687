"""The viewer: who asks, in which ledger, and what they may read there."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from api import reading
from api.catalogue import Catalogue
from api.declared import Field, enum_type, object_type, optional
from api.identity import Viewer
from api.moments import known_at, plain_known_at
from api.nodes import NodeTypes
from api.reading import Found, Here
from api.selections import Chosen
from api.statement import At, Read, Statement
from api.versions import source
from api.ways import object_of, one
from api.ways import object_type as type_of
from domain.events import Audience
from domain.roles import Role
from projections.rows import LEDGER, Row

__all__ = ["ViewerRoot", "read_viewer", "viewer_type"]


class Viewing(NamedTuple):
    """Who asks, and where they are looked up."""

    viewer: Viewer
    here: Here


class ViewerRoot:
    """Who asks."""

    def sql(self, statement: Statement, _at: At, alias: str, chosen: Chosen) -> str:
        if statement.inputs.ledger is None:
            return "null::json"
        ledger = statement.parameter(lambda inputs: inputs.ledger, "text")
        at = known_at(statement, ledger, chosen.given.get("asKnownAt"))
        statement.readings.append(Read(at))
        return statement.object(type_of(chosen), chosen.sets, at, alias)


class ViewerPerson:
    def __init__(self, row: type[Row]) -> None:
        self.row = row

    def sql(self, statement: Statement, at: At, _alias: str, chosen: Chosen) -> str:
        return one(statement, at, self.row, statement.parameter(lambda inputs: inputs.person, "text"), chosen)


class ViewerText:
    def __init__(self, name: str) -> None:
        self.name = name

    def sql(self, statement: Statement, _at: At, _alias: str, _chosen: Chosen) -> str:
        return statement.parameter(lambda inputs: getattr(inputs, self.name), "text")


class ViewerLedger:
    def __init__(self, row: type[Row]) -> None:
        self.row = row

    def sql(self, statement: Statement, at: At, _alias: str, chosen: Chosen) -> str:
        c = statement.alias()
        body = object_of(statement, at, self.row, c, chosen)
        return f"(select {body} from {source(statement, at, self.row)} {c} where {c}.{LEDGER} = {at.ledger})"


def viewer_type(catalogue: Catalogue, nodes: NodeTypes) -> Any:
    row, person = catalogue.nodes["ledger"], catalogue.nodes["person"]
    return object_type(
        "Viewer",
        "Who asks, in which ledger and role.\n查询者及其账本与角色。",
        [
            Field(
                "ledger",
                optional(nodes.types[row]),
                "The ledger signed in to.\n登录的账本。",
                _read_viewer_ledger(row),
                ViewerLedger(row),
            ),
            Field(
                "person",
                optional(nodes.types[person]),
                "Who, as the ledger knows them.\n本人。",
                _read_viewer_person(person),
                ViewerPerson(person),
            ),
            Field(
                "role",
                optional(enum_type(Role)),
                "In which role; none: any granted.\n角色；空为任一获授角色。",
                lambda viewing, *_: viewing.viewer.role,
                ViewerText("role"),
            ),
            Field(
                "audience",
                enum_type(Audience),
                "What may be read.\n可读范围。",
                lambda viewing, *_: viewing.viewer.audience,
                ViewerText("audience"),
            ),
            *(
                nodes.rows_field(each, f"own{each.plural[0].upper()}{each.plural[1:]}", own=True)
                for each in catalogue.rows
                if each.own and each is not person  # which is told above
            ),
        ],
    )


async def read_viewer(_: Any, context: Any, given: Mapping[str, Any]) -> Viewing | None:
    viewer, reader = context.viewer, context.reader
    if viewer is None:
        return None
    known = await plain_known_at(reader.fetch, viewer.ledger, given.get("asKnownAt"))
    return Viewing(viewer, Here(reader, viewer.ledger, known))


def _read_viewer_ledger(row: type[Row]) -> Any:
    async def read(viewing: Viewing, *_: Any) -> Found | None:
        return await reading.find_ledger(viewing.here, row)

    return read


def _read_viewer_person(row: type[Row]) -> Any:
    async def read(viewing: Viewing, *_: Any) -> Found | None:
        return await reading.find(viewing.here, row, viewing.viewer.person, own=True)

    return read
