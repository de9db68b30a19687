"""Modules as people see them: what the platform offers and which community uses what."""

from datetime import date
from typing import ClassVar

from domain import ledgers, places
from domain import modules as platform
from domain.events import Ref
from projections.figures import counts
from projections.rows import Changes, Row, by, its, new, put


class ModuleList(Row, frozen=True, kw_only=True):
    """What the platform offers from a date on.
    平台模块清单。"""

    id: Ref[ledgers.Ledger]
    modules: tuple[str, ...]
    since: date

    on: ClassVar[Changes] = {platform.ModulesListed: new()}


def use(event: platform.ModuleEnabled | platform.ModuleDisabled) -> str:
    return f"{event.community}@{event.module}@{event.since}"


class ModuleUse(Row, frozen=True, kw_only=True):
    """A module that a community uses, from a date to a date.
    社区启用平台模块的一段时期。"""

    id: str
    community: Ref[places.Community]
    module: str
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        platform.ModuleEnabled: new(key=use),
        platform.ModuleDisabled: put(key=use, until=its.ended),
    }
    lists: ClassVar = (by("community"), by("module"))
    orders: ClassVar = ("since", "module")


counts(
    "smartPlatformCommunities",
    "启用智慧平台的社区",
    "Communities that use the smart platform",
    ModuleUse,
    where=lambda row: row.until is None,
    thing=lambda row: row.community,
)
counts(
    "smartPlatformModules",
    "智慧平台模块",
    "Modules of the smart platform",
    ModuleList,
    thing=lambda row: row.modules,
)
