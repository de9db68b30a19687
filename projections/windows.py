"""Windows as people find them: which are open on a day, and which of them handles an item."""

from datetime import date
from typing import ClassVar

from domain import places, venues, windows
from domain.events import Ref
from projections.rows import Changes, Row, around, by, its, new, put


def handling(event: windows.ItemTaken | windows.ItemDropped) -> str:
    return f"{event.service_window}@{event.service_item}@{event.since}"


class ServiceWindow(Row, frozen=True, kw_only=True):
    """A service window of a venue, from a date to a date.
    阵地服务窗口的一段时期。"""

    id: Ref[windows.ServiceWindow]
    venue: Ref[venues.Venue]
    community: Ref[places.Community] | None
    name: str
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        windows.WindowOpened: new(community=around("community")),
        windows.WindowClosed: put(until=its.ended),
    }
    lists: ClassVar = (by("venue"), by("community"))
    orders: ClassVar = ("name", "since")


class WindowItem(Row, frozen=True, kw_only=True):
    """A service item that a window handles, from a date to a date.
    窗口承办服务事项的一段时期。"""

    id: str
    service_window: Ref[windows.ServiceWindow]
    venue: Ref[venues.Venue]
    community: Ref[places.Community] | None
    service_item: str
    item_duties: str
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        windows.ItemTaken: new(key=handling, community=around("community")),
        windows.ItemDropped: put(key=handling, until=its.ended),
    }
    lists: ClassVar = (by("service_window"), by("venue"), by("community"), by("service_item"))
    orders: ClassVar = ("service_item", "since")
