"""Between events: which one an event follows from, corrects or voids, and by which it was corrected or voided (BR-84).

Nothing of this is stored with the event that was wrong: read as known earlier, it was not corrected yet.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from api import reading
from api.declared import Field, optional
from api.happenings import Happenings, correcting, one_event
from api.lists import PAGE_ARGUMENTS
from api.naming import camel, told
from api.reading import Found, Page
from api.selections import Chosen
from api.statement import At, Statement
from api.values import Place

__all__ = ["correction_fields", "event_field"]


class _Named(NamedTuple):
    """The event whose position a field tells."""

    place: Place

    def sql(self, statement: Statement, at: At, alias: str, chosen: Chosen) -> str:
        return one_event(statement, at, f"l.position = ({self.place.text(alias)})::bigint", chosen)


class _Voiding:
    """The event that voids this one."""

    def sql(self, statement: Statement, at: At, alias: str, chosen: Chosen) -> str:
        return one_event(statement, at, f"l.voids = {alias}.position", chosen)


class _Cause:
    """The event that this one follows from."""

    def sql(self, statement: Statement, at: At, alias: str, chosen: Chosen) -> str:
        return one_event(statement, at, f"l.position = {alias}.caused_by", chosen)


def correction_fields(event: Any, page: Any) -> Iterator[Field]:
    """What every event tells; `page` is the type of connections of events."""
    told_ = "The events that correct it, in order.\n更正该事件的各事件，按先后排列。"
    yield Field("correctedBy", page, told_, _read_correcting, Happenings(correcting), PAGE_ARGUMENTS)
    told_ = "The event that it follows from by itself; none: somebody acted.\n引发本事件的事件；空为有人办理。"
    yield Field("causedBy", optional(event), told_, _read_cause, _Cause())
    told_ = "The event by which it was voided; none: it stands.\n作废该事件的事件；未作废为空。"
    yield Field("voidedBy", optional(event), told_, _read_voiding, _Voiding())


def event_field(place: Place, event: Any) -> Field:
    """A field that names an event by its position."""

    async def read(found: Found, *_: Any) -> Found | None:
        position = place.value(found.row)
        return None if position is None else await reading.event_where(found.here, "position", position)

    return Field(camel(place.field.name), optional(event), told(place.field.name), read, _Named(place))


async def _read_correcting(found: Found, _context: Any, given: Mapping[str, Any]) -> Page:
    return await reading.event_page(found.here, reading.Events(corrects=found.row["position"]), given)


async def _read_voiding(found: Found, *_: Any) -> Found | None:
    return await reading.event_where(found.here, "voids", found.row["position"])


async def _read_cause(found: Found, *_: Any) -> Found | None:
    position = found.row["caused_by"]
    return None if position is None else await reading.event_where(found.here, "position", position)
