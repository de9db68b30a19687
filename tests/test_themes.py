"""One area, one theme at a time (X88, Q08, Q15)."""

from typing import Any

import pytest

from domain.grids import EffectiveDateOrder, GridOver, GridRetired
from domain.periods import PeriodReversed
from domain.specification import Scenario, given
from domain.themes import (
    AreaHasTheme,
    NoTheme,
    ThemeDeclared,
    ThemeEnded,
    ThemeKind,
    ThemeUnfit,
    declare_theme,
    declare_theme_compound,
    declare_theme_grid,
    end_theme,
    end_theme_compound,
    end_theme_grid,
)
from tests.counties import Counties
from tests.county import C1, COUNTY, DAY, G1, GRIDS, K1, days
from tests.hometown import settled

HEALTHY: dict[str, Any] = {"theme_kind": ThemeKind.HEALTHY, "feature": "健康"}


def themed(*more: Any) -> Scenario:
    return given(*COUNTY, ThemeDeclared(C1, ThemeKind.CULTURAL, "文化", DAY), *more)


def test_a_theme_gives_way_to_a_later_one() -> None:
    passed = themed().when(declare_theme, community=C1, **HEALTHY, since=days(5))
    passed.then(ThemeEnded(C1, ThemeKind.CULTURAL, DAY, days(5)), ThemeDeclared(C1, ThemeKind.HEALTHY, "健康", days(5)))
    passed.when(declare_theme, community=C1, **HEALTHY, since=days(5)).then()
    themed().when(declare_theme, community=C1, **HEALTHY, since=DAY).refused(AreaHasTheme("CULTURAL", DAY))
    over = themed(ThemeEnded(C1, ThemeKind.CULTURAL, DAY, days(9)))
    over.when(declare_theme, community=C1, **HEALTHY, since=days(8)).refused(AreaHasTheme("CULTURAL", days(9)))
    over.when(declare_theme, community=C1, **HEALTHY, since=days(9)).then(
        ThemeDeclared(C1, ThemeKind.HEALTHY, "健康", days(9))
    )


def test_areas_within_have_themes_of_their_own() -> None:
    themed().when(declare_theme_compound, compound=K1, **HEALTHY, since=DAY).then(
        ThemeDeclared(K1, ThemeKind.HEALTHY, "健康", DAY)
    )
    given(*GRIDS).when(declare_theme_grid, grid=G1, **HEALTHY, since=DAY).then(
        ThemeDeclared(G1, ThemeKind.HEALTHY, "健康", DAY)
    )
    held = given(*COUNTY, ThemeDeclared(K1, ThemeKind.HEALTHY, "健康", DAY))
    held.when(end_theme_compound, compound=K1, ended=days(1)).then(ThemeEnded(K1, ThemeKind.HEALTHY, DAY, days(1)))


def test_a_grid_has_a_theme_while_it_is_there() -> None:
    feature: dict[str, Any] = {"theme_kind": ThemeKind.FEATURE_GRID, "feature": "一张网"}
    given(*GRIDS).when(declare_theme_grid, grid=G1, **feature, since=days(-1)).refused(
        EffectiveDateOrder(days(-1), DAY)
    )
    held = given(*GRIDS).when(declare_theme_grid, grid=G1, **feature, since=DAY)
    held.when(end_theme_grid, grid=G1, ended=days(2)).then(ThemeEnded(G1, ThemeKind.FEATURE_GRID, DAY, days(2)))
    over = given(*GRIDS, GridRetired(G1, days(3)))
    over.when(declare_theme_grid, grid=G1, **feature, since=days(1)).refused(GridOver(days(3)))


def test_features_are_of_grids_and_homes_of_where_people_live() -> None:
    feature: dict[str, Any] = {"theme_kind": ThemeKind.FEATURE_GRID, "feature": "一张网", "since": DAY}
    home: dict[str, Any] = {"theme_kind": ThemeKind.WARM_HOME, "feature": "温馨", "since": DAY}
    given(*GRIDS).when(declare_theme, community=C1, **feature).refused(ThemeUnfit(C1, ("grid",)))
    given(*GRIDS).when(declare_theme_compound, compound=K1, **feature).refused(ThemeUnfit(K1, ("grid",)))
    given(*GRIDS).when(declare_theme_grid, grid=G1, **home).refused(ThemeUnfit(G1, ("community", "compound")))


def test_a_theme_ends_once() -> None:
    over = themed().when(end_theme, community=C1, ended=days(3)).then(ThemeEnded(C1, ThemeKind.CULTURAL, DAY, days(3)))
    over.when(end_theme, community=C1, ended=days(3)).then()
    over.when(end_theme, community=C1, ended=days(4)).refused(NoTheme(C1))
    given(*COUNTY).when(end_theme, community=C1, ended=DAY).refused(NoTheme(C1))
    themed().when(end_theme, community=C1, ended=days(-1)).refused(PeriodReversed(DAY, days(-1)))


@pytest.mark.xdist_group("wilds")
async def test_the_theme_of_each_area_x88(wilds: Counties) -> None:
    """X88, Q08, Q15: which theme does each area stand for on a day?"""
    home = await settled(wilds)
    grid = await home.grid("G1", home.buildings[home.compounds[0]])
    since = {"since": "2025-03-01"}
    await home.staff.do("communityDeclareTheme", community=home.c1, themeKind="CULTURAL", feature="夜校", **since)
    await home.staff.do(
        "compoundDeclareTheme", compound=home.compounds[0], themeKind="WARM_HOME", feature="温馨", **since
    )
    await home.staff.do("gridDeclareTheme", grid=grid, themeKind="FEATURE_GRID", feature="一张网", **since)
    later = {"themeKind": "HEALTHY", "feature": "健康", "since": "2025-06-01"}
    await home.staff.do("communityDeclareTheme", community=home.c1, **later)
    for on, kinds in (
        ("2025-05-31", {"CULTURAL", "WARM_HOME", "FEATURE_GRID"}),
        ("2025-06-01", {"HEALTHY", "WARM_HOME", "FEATURE_GRID"}),
    ):
        found = await home.read(home.public, "themes", "themeKind", community=home.c1, asOf=on)
        assert {each["themeKind"] for each in found} == kinds
    await home.far.refused("communityDeclareTheme", "NOT_PERMITTED", community=home.c1, **later)
