"""Themes: what an area stands for, one theme at a time: one area, one theme and one feature (X88, Q08, Q15)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple, Self

from domain.decisions import decision
from domain.events import Event, Ref
from domain.grids import Grid, GridDelineated, GridRetired, check_date
from domain.periods import in_order
from domain.places import Community, Compound
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(
    theme_kind=("The kind of theme.", "主题类型。"),
    feature=("What is special about it.", "特色。"),
)


class ThemeKind(Labelled):
    """A theme of an area: the five types of community, the three kinds of home, and feature grids.
    区域主题：五型社区、三个家园、特色网格。"""

    SELF_GOVERNING = "Democratic self-government", "民主自治型"
    CULTURAL = "Culture and entertainment", "文化娱乐型"
    SERVING = "Service and support", "服务保障型"
    HEALTHY = "Health and safety", "健康平安型"
    ECOLOGICAL = "Liveable and ecological", "宜居生态型"
    WARM_HOME = "Warm home", "温馨家园"
    CARING_HOME = "Caring home", "贴心家园"
    HARMONIOUS_HOME = "Harmonious home", "和谐家园"
    FEATURE_GRID = "Feature grid", "特色网格"


FITS: Mapping[ThemeKind, tuple[str, ...]] = {
    ThemeKind.WARM_HOME: ("community", "compound"),
    ThemeKind.CARING_HOME: ("community", "compound"),
    ThemeKind.HARMONIOUS_HOME: ("community", "compound"),
    ThemeKind.FEATURE_GRID: ("grid",),
}
"""What kinds of area a theme is for; one that is not named here is for any."""


class ThemeDeclared(Event):
    """An area stands for a theme from a date on.
    确定区域主题。"""

    place: Ref[Community | Compound | Grid]
    theme_kind: ThemeKind
    feature: str
    since: date


class ThemeEnded(Event):
    """An area that stood for a theme since one date no longer does from another on.
    终止区域主题。"""

    place: Ref[Community | Compound | Grid]
    theme_kind: ThemeKind
    since: date
    ended: date


class AreaHasTheme(Refusal):
    """This area stands for another theme since {since}; the next begins later.
    该区域自 {since} 起已有主题，新主题须更晚开始。"""

    theme_kind: str
    since: date


class NoTheme(Refusal):
    """This area stands for no theme.
    该区域没有主题。"""

    place: Ref[Any]


class ThemeUnfit(Refusal):
    """This theme is not for {place}.
    该主题不适用于 {place}。"""

    place: Ref[Any]
    fit: tuple[str, ...]


class Declared(NamedTuple):
    """The latest theme of an area, over or not."""

    kind: ThemeKind
    feature: str
    since: date
    ended: date | None = None


class Theme(State):
    """What an area stands for.
    区域主题。"""

    id: Ref[Any]
    latest: Declared | None = None

    def evolve(self, event: ThemeDeclared | ThemeEnded) -> Self:
        if event.place != self.id:  # what lies within also carries the tag of the whole
            return self
        if isinstance(event, ThemeDeclared):
            return replace(self, latest=Declared(event.theme_kind, event.feature, event.since))
        return replace(self, latest=self.latest and self.latest._replace(ended=event.ended))


class CommunityTheme(Theme):
    """What a community stands for.
    社区主题。"""

    id: Ref[Community]


class CompoundTheme(Theme):
    """What a compound stands for.
    小区主题。"""

    id: Ref[Compound]


class GridTheme(Theme):
    """What a grid stands for, and when it is there.
    网格主题。"""

    id: Ref[Grid]
    since: date = date.min
    retired: date | None = None

    def evolve(self, event: ThemeDeclared | ThemeEnded | GridDelineated | GridRetired) -> Self:
        match event:
            case GridDelineated():
                return replace(self, since=event.since)
            case GridRetired():
                return replace(self, retired=event.ended)
        return super().evolve(event)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def declare_theme(community: CommunityTheme, *, theme_kind: ThemeKind, feature: str, since: date) -> Iterator[Event]:
    """Declare the theme of a community.
    确定社区主题。"""
    yield from _declared(community, theme_kind, feature, since)


@decision(roles={Role.TOWN, Role.COMMUNITY, Role.BRANCH})
def declare_theme_compound(
    compound: CompoundTheme, *, theme_kind: ThemeKind, feature: str, since: date
) -> Iterator[Event]:
    """Declare the theme of a compound.
    确定小区主题。"""
    yield from _declared(compound, theme_kind, feature, since)


@decision(roles={Role.TOWN, Role.COMMUNITY, Role.GRID_WORKER})
def declare_theme_grid(grid: GridTheme, *, theme_kind: ThemeKind, feature: str, since: date) -> Iterator[Event]:
    """Declare the theme of a grid.
    确定网格主题。"""
    check_date(since, grid.since, grid.retired)
    yield from _declared(grid, theme_kind, feature, since)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def end_theme(community: CommunityTheme, *, ended: date) -> Iterator[Event]:
    """End the theme of a community.
    终止社区主题。"""
    yield from _ended(community, ended)


@decision(roles={Role.TOWN, Role.COMMUNITY, Role.BRANCH})
def end_theme_compound(compound: CompoundTheme, *, ended: date) -> Iterator[Event]:
    """End the theme of a compound.
    终止小区主题。"""
    yield from _ended(compound, ended)


@decision(roles={Role.TOWN, Role.COMMUNITY, Role.GRID_WORKER})
def end_theme_grid(grid: GridTheme, *, ended: date) -> Iterator[Event]:
    """End the theme of a grid.
    终止网格主题。"""
    yield from _ended(grid, ended)


def _declared(area: Theme, kind: ThemeKind, feature: str, since: date) -> Iterator[Event]:
    latest, fit = area.latest, FITS.get(kind, (area.id.kind,))
    if area.id.kind not in fit:
        raise ThemeUnfit(area.id, fit)
    if latest == Declared(kind, feature, since):
        return
    if latest and latest.ended is None:
        if since <= latest.since:
            raise AreaHasTheme(latest.kind.name, latest.since)
        yield ThemeEnded(area.id, latest.kind, latest.since, since)
    elif latest and latest.ended and since < latest.ended:
        raise AreaHasTheme(latest.kind.name, latest.ended)
    yield ThemeDeclared(area.id, kind, feature, since)


def _ended(area: Theme, ended: date) -> Iterator[Event]:
    if area.latest is None or area.latest.ended not in {None, ended}:
        raise NoTheme(area.id)
    if area.latest.ended is None:
        in_order(area.latest.since, ended)
        yield ThemeEnded(area.id, area.latest.kind, area.latest.since, ended)
