"""An item is handled by one window of a venue at a time, with duties (Q48)."""

from datetime import date
from typing import Any

import pytest

from domain.events import Ref
from domain.periods import AlreadySo, PeriodReversed
from domain.specification import Scenario, born, given
from domain.venues import VenueClosed, VenueKind, VenueNotYet, VenueOver, VenueRegistered
from domain.windows import (
    ItemDropped,
    ItemHandled,
    ItemNotHandled,
    ItemTaken,
    WindowClosed,
    WindowOpened,
    WindowShut,
    close_service_window,
    drop_item,
    open_service_window,
    take_item,
)
from tests.counties import Counties
from tests.county import C1, COUNTY, DAY, days
from tests.hometown import settled

CENTRE, OTHER = Ref[Any]("venue:v"), Ref[Any]("venue:w")
W1, W2 = Ref[Any]("service_window:w1"), Ref[Any]("service_window:w2")
ITEM, DUTIES = "社保", "受理登记"
WISH: dict[str, Any] = {"venue": CENTRE, "service_item": ITEM, "item_duties": DUTIES}


def centre(*more: Any) -> Scenario:
    there = [VenueRegistered(each, C1, VenueKind.COMMUNITY_CENTRE, "中心", None, DAY) for each in (CENTRE, OTHER)]
    opened = [WindowOpened(each, CENTRE, "窗口", DAY) for each in (W1, W2)]
    return given(*COUNTY, *there, *opened, *more)


def taken(window: Ref[Any] = W1, since: date = DAY) -> ItemTaken:
    return ItemTaken(window, CENTRE, ITEM, DUTIES, since)


def test_windows_open_where_the_venue_is_open() -> None:
    wish: dict[str, Any] = {"venue": CENTRE, "name": "综合窗口"}
    centre().when(open_service_window, **wish, since=DAY).then(
        WindowOpened(born("service_window"), CENTRE, "综合窗口", DAY)
    )
    centre().when(open_service_window, **wish, since=days(-1)).refused(VenueNotYet(days(-1), DAY))
    centre(VenueClosed(CENTRE, DAY, days(3))).when(open_service_window, **wish, since=days(3)).refused(
        VenueOver(days(3))
    )


def test_one_window_handles_an_item_at_a_time() -> None:
    held = centre().when(take_item, service_window=W1, **WISH, since=DAY).then(taken())
    held.when(take_item, service_window=W1, **WISH, since=DAY).then()
    held.when(take_item, service_window=W1, **WISH, since=days(1)).refused(AlreadySo(DAY))
    held.when(take_item, service_window=W2, **WISH, since=days(1)).refused(ItemHandled(W1, DAY))
    closed = centre(VenueClosed(CENTRE, DAY, days(3)))
    closed.when(take_item, service_window=W1, **WISH, since=days(3)).refused(VenueOver(days(3)))
    dropped = held.when(drop_item, service_window=W1, service_item=ITEM, ended=days(5))
    dropped.then(ItemDropped(W1, CENTRE, ITEM, DAY, days(5)))
    dropped.when(take_item, service_window=W2, **WISH, since=days(4)).refused(ItemHandled(W1, DAY))
    dropped.when(take_item, service_window=W2, **WISH, since=days(5)).then(taken(W2, days(5)))


def test_only_what_is_handled_is_dropped_and_once() -> None:
    held = centre(taken())
    held.when(drop_item, service_window=W1, service_item="户籍", ended=DAY).refused(ItemNotHandled("户籍"))
    held.when(drop_item, service_window=W1, service_item=ITEM, ended=days(-1)).refused(PeriodReversed(DAY, days(-1)))
    gone = held.when(drop_item, service_window=W1, service_item=ITEM, ended=days(1))
    gone.when(drop_item, service_window=W1, service_item=ITEM, ended=days(1)).then()
    gone.when(drop_item, service_window=W1, service_item=ITEM, ended=days(2)).refused(ItemNotHandled(ITEM))


def test_an_item_goes_to_an_open_window_of_the_venue() -> None:
    early = centre().when(take_item, service_window=W1, **WISH, since=days(-1))
    early.refused(WindowShut(DAY, None))
    shut = centre(WindowClosed(W1, DAY, days(3)))
    shut.when(take_item, service_window=W1, **WISH, since=days(3)).refused(WindowShut(DAY, days(3)))
    elsewhere = {**WISH, "venue": OTHER}
    centre().when(take_item, service_window=W1, **elsewhere, since=DAY).refused(ItemNotHandled(ITEM))


def test_a_window_closes_with_all_that_it_handles() -> None:
    closed = centre(taken()).when(close_service_window, service_window=W1, ended=days(3))
    closed.then(ItemDropped(W1, CENTRE, ITEM, DAY, days(3)), WindowClosed(W1, DAY, days(3)))
    closed.when(close_service_window, service_window=W1, ended=days(3)).then()
    closed.when(close_service_window, service_window=W1, ended=days(4)).refused(AlreadySo(days(3)))
    later = centre(taken(since=days(2)))
    later.when(close_service_window, service_window=W1, ended=days(1)).refused(PeriodReversed(days(2), days(1)))


@pytest.mark.xdist_group("wilds")
async def test_which_window_handles_an_item_q48(wilds: Counties) -> None:
    """Q48: which window handles the item, with what duties, on a day?"""
    home = await settled(wilds)
    place = {"venueKind": "COMMUNITY_CENTRE", "name": "中心", "since": "2025-03-01"}
    venue = await home.staff.do("venueRegister", location=home.c1, **place)
    first, second = [
        await home.staff.do("serviceWindowOpen", venue=venue, name=name, since="2025-03-01")
        for name in ("一号", "二号")
    ]
    wish = {"venue": venue, "serviceItem": ITEM, "itemDuties": DUTIES}
    await home.far.refused("serviceWindowTakeItem", "NOT_PERMITTED", serviceWindow=first, **wish, since="2025-03-01")
    strange = "strange:service_window:x"
    await home.staff.refused("serviceWindowTakeItem", "NOT_FOUND", serviceWindow=strange, **wish, since="2025-03-01")
    await home.staff.do("serviceWindowTakeItem", serviceWindow=first, **wish, since="2025-03-01")
    taken_ = await home.staff.refused(
        "serviceWindowTakeItem", "ITEM_HANDLED", serviceWindow=second, **wish, since="2025-04-01"
    )
    assert taken_["byWindow"] == first
    await home.staff.do("serviceWindowDropItem", serviceWindow=first, serviceItem=ITEM, ended="2025-05-01")
    await home.staff.do("serviceWindowTakeItem", serviceWindow=second, **wish, since="2025-05-01")
    for on, window in (("2025-04-30", first), ("2025-05-01", second)):
        found = await home.read(
            home.public, "windowItems", "serviceWindow { id } itemDuties", venue=venue, serviceItem=ITEM, asOf=on
        )
        assert found == [{"serviceWindow": {"id": window}, "itemDuties": DUTIES}]
    await home.staff.do("serviceWindowClose", serviceWindow=second, ended="2025-06-01")
    assert await home.read(home.public, "windowItems", "since", venue=venue, asOf="2025-06-01") == []
    assert await home.read(home.public, "serviceWindows", "name", venue=venue, asOf="2025-06-01") == [{"name": "一号"}]
