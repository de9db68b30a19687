"""The board of a grid shows what was posted, until it is taken down or its time is over (X02, BR-62)."""

from typing import Any

import pytest

from domain.boards import GridNoticeGone, GridNoticePosted, GridNoticeRemoved, post, remove
from domain.events import Ref
from domain.grids import EffectiveDateOrder
from domain.periods import PeriodReversed
from domain.specification import born, given
from tests.counties import Counties
from tests.county import C1, DAY, G1, GRIDS, TOWN, days
from tests.hometown import settled

NOTICE = Ref[Any]("grid_notice:n")


def test_a_notice_is_posted_on_a_grid_that_exists() -> None:
    posted = given(*GRIDS).when(post, grid=G1, title="公示", text="范围\n电话", since=DAY)
    posted.then(GridNoticePosted(born("grid_notice"), G1, "公示", "范围\n电话", DAY, None))
    posted.tagged({born("grid_notice"), G1, C1, TOWN})
    given(*GRIDS).when(post, grid=G1, title="公示", text="t", since=days(-1)).refused(EffectiveDateOrder)
    given(*GRIDS).when(post, grid=G1, title="公示", text="t", since=DAY, until=DAY).refused(PeriodReversed(DAY, DAY))


def test_a_notice_is_taken_down_once() -> None:
    there = given(*GRIDS, GridNoticePosted(NOTICE, G1, "公示", "t", DAY, None))
    down = there.when(remove, grid_notice=NOTICE, ended=days(2))
    down.then(GridNoticeRemoved(NOTICE, G1, DAY, days(2))).when(remove, grid_notice=NOTICE, ended=days(2)).then()
    down.when(remove, grid_notice=NOTICE, ended=days(3)).refused(GridNoticeGone(days(2)))
    there.when(remove, grid_notice=NOTICE, ended=days(-1)).refused(PeriodReversed(DAY, days(-1)))


@pytest.mark.parametrize("after", [5, 6])
def test_a_notice_whose_time_is_over_is_not_taken_down_later(after: int) -> None:
    """It would be shown for longer than it was posted for."""
    there = given(*GRIDS, GridNoticePosted(NOTICE, G1, "公示", "t", DAY, days(5)))
    there.when(remove, grid_notice=NOTICE, ended=days(after)).refused(GridNoticeGone(days(5)))
    there.when(remove, grid_notice=NOTICE, ended=days(4)).then(GridNoticeRemoved(NOTICE, G1, DAY, days(4)))


@pytest.mark.xdist_group("wilds")
async def test_what_the_board_of_a_grid_shows_today_x02(wilds: Counties) -> None:
    """X02: what does the board of the grid show on a day?"""
    home = await settled(wilds)
    grid = await home.grid("G1", home.buildings[home.compounds[0]])
    text = {"text": "范围与工作电话", "since": "2025-03-01"}
    first = await home.staff.do("gridNoticePost", grid=grid, title="网格服务", **text)
    await home.staff.do("gridNoticePost", grid=grid, title="活动", until="2025-04-01", **text)
    await home.staff.do("gridNoticeRemove", gridNotice=first, ended="2025-05-01")
    shown = [
        sorted(each["title"] for each in await home.read(home.public, "gridNotices", "title", grid=grid, asOf=on))
        for on in ("2025-02-28", "2025-03-31", "2025-04-01", "2025-05-01")
    ]
    assert shown == [[], ["活动", "网格服务"], ["网格服务"], []]
    await home.far.refused("gridNoticePost", "NOT_PERMITTED", grid=grid, title="x", **text)
    await home.staff.refused("gridNoticePost", "NOT_FOUND", grid="140423:grid:x", title="x", **text)
