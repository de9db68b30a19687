"""Events as people read them: an interface and an object type for each, references as the things they name."""

from datetime import datetime
from typing import Any

from api.backdating import backdating_field, backdating_type
from api.catalogue import Catalogue
from api.corrections import correction_fields, event_field
from api.declared import Field, add_fields, interface_type, object_type
from api.naming import camel, words
from api.nodes import NodeTypes, plain_column, retold, value_field
from api.reading import Found
from api.scalars import Json, Position
from api.selections import Chosen
from api.statement import At, Statement
from api.values import Column, InBody, in_body
from api.ways import Expression, Same
from domain.events import Audience, Event, Ref, fields_of
from domain.events import Field as Declared
from domain.grants import Grant
from domain.people import Person
from domain.roles import Role

__all__ = ["EventTypes"]


class NameTaken(TypeError):
    """An event's field has the name of a field that every event has."""


class Body:
    """The event's fields as JSON, with the sealed ones for those who may have them opened."""

    def sql(self, statement: Statement, _at: At, alias: str, _chosen: Chosen) -> str:
        if not statement.sees(Audience.STAFF):
            return f"{alias}.body"
        statement.personal = True
        whole = f"({alias}.body::jsonb || {alias}.personal::jsonb)::json"
        return f"(case when {alias}.personal is null then {alias}.body else {whole} end)"


class EventTypes:
    """The interface and its types; filled in when the types of things are there."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        told = "In what capacity somebody acted, and for those who may know, who.\n以何种身份行事；有权知悉者可见其人。"
        self.actor = object_type("Actor", told)
        self.backdating = backdating_type()
        self.event = interface_type("Event", "Something that happened, recorded once.\n已记录的事件。", self._shared())
        self.types = {
            event: object_type(name, words(event), interfaces=[self.event]) for name, event in catalogue.events.items()
        }

    def complete(self, nodes: NodeTypes) -> None:
        add_fields(self.actor, self._actor_fields(nodes))
        between = list(correction_fields(self.event, nodes.events))
        add_fields(self.event, between)
        shared = [*self._shared(), *between]
        taken = {field.graphql_name for field in shared}
        for event, kind in self.types.items():
            add_fields(kind, [*shared, *self._own(event, nodes, taken)])

    def _own(self, event: type[Event], nodes: NodeTypes, taken: set[str | None]) -> list[Field]:
        for field in fields_of(event):
            if camel(field.name) in taken:
                raise NameTaken(f"{event.__name__}.{field.name}")
        return [self._field(in_body(event, field), nodes) for field in fields_of(event)]

    def _field(self, place: InBody, nodes: NodeTypes) -> Field:
        if place.field.type is Position:
            return event_field(place, self.event)
        return nodes.field(camel(place.field.name), place, Audience.PUBLIC)

    def _shared(self) -> list[Field]:
        return [
            plain_column("position", Position, "Its place in the ledger.\n在账本中的位置。"),
            plain_column("type", str, "Which event: the name of its type.\n事件类型名。"),
            plain_column("occurred_at", datetime, "When it happened.\n发生时间。"),
            plain_column("recorded_at", datetime, "When the ledger recorded it.\n记录时间。"),
            backdating_field(self.backdating),
            plain_column(
                "days_late",
                int,
                "How many days before it was recorded began, ended or happened what it says; none: no day earlier.\n"
                "所述事项的起始、终止或发生早于登记的天数；不早于登记当日的为空。",
                optional=True,
            ),
            plain_column(
                "correlation",
                Position,
                "The position of the first event of the chain that it belongs to.\n所在因果链首个事件的位置。",
            ),
            Field("actor", self.actor, "Who acted.\n行为人。", lambda found, *_: found, Same()),
            Field(
                "body",
                Json,
                "Its fields, as the caller may see them.\n事件内容（按查询者可见范围）。",
                _read_body,
                Body(),
            ),
            Field(
                "leafHash",
                str,
                "The leaf hash of its entry in the ledger's Merkle tree, in hexadecimal.\n"
                "其在账本默克尔树中的叶哈希（十六进制）。",
                lambda found, *_: found.row["leaf"].hex(),
                Expression(lambda _, alias: f"encode({alias}.leaf, 'hex')"),
            ),
        ]

    def _actor_fields(self, nodes: NodeTypes) -> list[Field]:
        role = Declared("role", Role, None, many=False, optional=True)
        yields = [
            retold(
                value_field("role", Column(role)), "In what role; none: the system itself.\n以何角色；空为系统自身。"
            )
        ]
        for name, state, told in (
            ("person", Person, "Who; only for staff.\n行为人；仅工作人员可见。"),
            ("grant", Grant, "The grant that allowed it; only for staff.\n所依据的授权；仅工作人员可见。"),
        ):
            row = self.catalogue.nodes.get(name)
            if row is not None:
                place = Column(Declared(name, Ref, state, many=False, optional=True))
                field = nodes.field(name, place, Audience.PUBLIC)
                yields.append(retold(field, told))
        return yields


def _read_body(found: Found, *_: Any) -> Any:
    return found.row["body"]
