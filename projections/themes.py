"""Themes as people see them: what each area stands for, from when to when."""

from datetime import date
from typing import ClassVar

from domain import grids, places, themes
from domain.events import Ref
from domain.themes import ThemeKind
from projections.figures import counts
from projections.rows import Changes, Row, around, by, its, new, put

FIVE = frozenset(
    {
        ThemeKind.SELF_GOVERNING,
        ThemeKind.CULTURAL,
        ThemeKind.SERVING,
        ThemeKind.HEALTHY,
        ThemeKind.ECOLOGICAL,
    }
)


def theme(event: themes.ThemeDeclared | themes.ThemeEnded) -> str:
    return f"{event.place}@{event.theme_kind.name}@{event.since}"


class Theme(Row, frozen=True, kw_only=True):
    """What an area stands for, from a date to a date.
    区域主题的一段时期。"""

    id: str
    place: Ref[places.Community | places.Compound | grids.Grid]
    community: Ref[places.Community] | None
    theme_kind: ThemeKind
    feature: str
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        themes.ThemeDeclared: new(key=theme, community=around("community")),
        themes.ThemeEnded: put(key=theme, until=its.ended),
    }
    lists: ClassVar = (by("place"), by("community"), by("theme_kind"))
    orders: ClassVar = ("since",)


counts(
    "communityTypes",
    "五型社区",
    "Types of community that areas stand for",
    Theme,
    where=lambda row: row.until is None and row.theme_kind in FIVE,
    thing=lambda row: row.theme_kind.name,
)
