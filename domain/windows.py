"""Windows: the service windows of a venue, and which of them handles which item, with what duties (Q48).

An item is handled by one window of a venue at a time; when a window closes, nothing is handled there any more.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Annotated, Self

from domain.decisions import New, Text, decision
from domain.events import Event, Ref
from domain.periods import Spells, check_same, in_order
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.venues import Venue, VenueClosed, VenueRegistered
from domain.words import describe

describe(
    service_window=("The service window.", "服务窗口。"),
    service_item=("The service item that is handled.", "服务事项。"),
    item_duties=("What the window has to do about the item.", "窗口就该事项的职责。"),
)


class WindowOpened(Event):
    """A venue opened a service window.
    阵地开设服务窗口。"""

    service_window: Ref["ServiceWindow"]
    venue: Ref[Venue]
    name: str
    since: date


class WindowClosed(Event):
    """A service window, open since one date, closed on another.
    服务窗口关闭。"""

    service_window: Ref["ServiceWindow"]
    since: date
    ended: date


class ItemTaken(Event):
    """A window handles a service item from a date on.
    窗口承办服务事项。"""

    service_window: Ref["ServiceWindow"]
    venue: Ref[Venue]
    service_item: str
    item_duties: str
    since: date


class ItemDropped(Event):
    """A window that handled a service item since one date no longer does from another on.
    窗口停办服务事项。"""

    service_window: Ref["ServiceWindow"]
    venue: Ref[Venue]
    service_item: str
    since: date
    ended: date


class ItemHandled(Refusal):
    """Another window of this venue handles the item since {since}.
    自 {since} 起已由该阵地另一窗口承办此事项。"""

    by_window: Ref["ServiceWindow"]
    since: date


class ItemNotHandled(Refusal):
    """This window does not handle this item.
    该窗口未承办此事项。"""

    service_item: str


class WindowShut(Refusal):
    """This window is open from {since}, and no longer from {ended}.
    该窗口自 {since} 起开设，至 {ended} 止。"""

    since: date
    ended: date | None


class ServiceWindow(State, within=Venue):
    """A service window of a venue, and since when it is open.
    阵地的服务窗口。"""

    id: Ref["ServiceWindow"]
    venue: Ref[Venue] = Ref()
    since: date = date.min
    ended: date | None = None
    items: Spells = Spells()

    def evolve(self, event: WindowOpened | WindowClosed | ItemTaken | ItemDropped) -> "ServiceWindow":
        match event:
            case WindowOpened():
                return replace(self, venue=event.venue, since=event.since)
            case WindowClosed():
                return replace(self, ended=event.ended)
            case ItemTaken():
                return replace(self, items=self.items.begun(event.service_item, event.since))
            case ItemDropped():
                return replace(self, items=self.items.over(event.service_item, event.since, event.ended))

    def check_open(self, on: date) -> None:
        """Refuse what concerns a window before it opened or once it is closed."""
        if self.ended is not None or on < self.since:
            raise WindowShut(self.since, self.ended)


class Handling(Venue):
    """Which windows of a venue handled which items, and when.
    阵地各窗口承办事项情况。"""

    id: Ref[Venue]
    items: Spells = Spells()

    def evolve(self, event: VenueRegistered | VenueClosed | ItemTaken | ItemDropped) -> Self:
        match event:
            case ItemTaken():
                return replace(self, items=self.items.begun((event.service_item, event.service_window), event.since))
            case ItemDropped():
                of = event.service_item, event.service_window
                return replace(self, items=self.items.over(of, event.since, event.ended))
        return super().evolve(event)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def open_service_window(service_window: New[ServiceWindow], venue: Venue, *, name: str, since: date) -> Iterator[Event]:
    """Open a service window of a venue.
    开设阵地服务窗口。"""
    venue.check_open(since)
    yield WindowOpened(service_window.id, venue.id, name, since)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def take_item(
    service_window: ServiceWindow,
    venue: Handling,
    *,
    service_item: str,
    item_duties: Annotated[str, Text(500)],
    since: date,
) -> Iterator[Event]:
    """Have a window handle a service item, and say what its duties are.
    明确窗口承办的服务事项与职责。"""
    if venue.id != service_window.venue:
        raise ItemNotHandled(service_item)
    if held := service_window.items.present(service_item):
        check_same(since, held.since)
        return
    service_window.check_open(since)
    venue.check_open(since)
    for spell in venue.items:
        if spell.of[0] == service_item and (spell.overlaps(since) or spell == (spell.of, since, since)):
            raise ItemHandled(spell.of[1], spell.since)
    yield ItemTaken(service_window.id, venue.id, service_item, item_duties, since)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def drop_item(service_window: ServiceWindow, *, service_item: str, ended: date) -> Iterator[Event]:
    """Record that a window no longer handles a service item.
    窗口停办服务事项。"""
    held = service_window.items.present(service_item)
    if held is None:
        if not service_window.items.ended(service_item, ended):
            raise ItemNotHandled(service_item)
        return
    in_order(held.since, ended)
    yield ItemDropped(service_window.id, service_window.venue, service_item, held.since, ended)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def close_service_window(service_window: ServiceWindow, *, ended: date) -> Iterator[Event]:
    """Close a service window, and with it all that it handles.
    关闭服务窗口，其承办事项同时停办。"""
    if service_window.ended is not None:
        check_same(ended, service_window.ended)
        return
    in_order(service_window.since, ended)
    for spell in service_window.items:
        if spell.until is None:
            in_order(spell.since, ended)
            yield ItemDropped(service_window.id, service_window.venue, spell.of, spell.since, ended)
    yield WindowClosed(service_window.id, service_window.since, ended)
