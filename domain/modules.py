"""Modules: what the county's smart platform offers, and which of it each community has switched on (X51)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.decisions import decision
from domain.events import Event, Ref
from domain.ledgers import Ledger
from domain.periods import Spells, check_same, in_order
from domain.places import Community
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import describe

describe(
    modules=("What the platform offers.", "平台模块清单。"),
    module=("The module of the platform.", "平台模块。"),
)


class ModulesListed(Event):
    """The platform offers these modules from a date on.
    发布平台模块清单。"""

    ledger: Ref[Ledger]
    modules: tuple[str, ...]
    since: date


class ModuleEnabled(Event):
    """A community uses a module from a date on.
    启用平台模块。"""

    community: Ref[Community]
    module: str
    since: date


class ModuleDisabled(Event):
    """A community that used a module since one date no longer does from another on.
    停用平台模块。"""

    community: Ref[Community]
    module: str
    since: date
    ended: date


class ModuleUnlisted(Refusal):
    """The platform offers no such module.
    平台没有该模块。"""

    module: str
    modules: tuple[str, ...]


class ModuleOff(Refusal):
    """This community does not use this module.
    该社区未启用该模块。"""

    module: str


class Platform(State):
    """What the platform offers.
    平台模块清单。"""

    id: Ref[Ledger]
    modules: tuple[str, ...] = ()
    since: date = date.min

    def evolve(self, event: ModulesListed) -> "Platform":
        return replace(self, modules=event.modules, since=event.since)


class Use(State):
    """The modules that a community used, and when.
    社区平台模块使用情况。"""

    id: Ref[Community]
    spells: Spells = Spells()

    def evolve(self, event: ModuleEnabled | ModuleDisabled) -> "Use":
        if isinstance(event, ModuleEnabled):
            return replace(self, spells=self.spells.begun(event.module, event.since))
        return replace(self, spells=self.spells.over(event.module, event.since, event.ended))


@decision(roles={Role.COUNTY})
def list_modules(ledger: Platform, *, modules: tuple[str, ...], since: date) -> Iterator[Event]:
    """List what the platform offers, in place of the former list.
    发布平台模块清单，取代此前清单。"""
    distinct = tuple(dict.fromkeys(modules))
    if distinct != ledger.modules:
        in_order(ledger.since, since)
        yield ModulesListed(ledger.id, distinct, since)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def enable_module(community: Use, ledger: Platform, *, module: str, since: date) -> Iterator[Event]:
    """Switch a module on in a community.
    社区启用平台模块。"""
    if held := community.spells.present(module):
        check_same(since, held.since)
        return
    if module not in ledger.modules:
        raise ModuleUnlisted(module, ledger.modules)
    in_order(ledger.since, since)
    if former := community.spells.overlapping(since, of=module):
        in_order(former.until or since, since)
    yield ModuleEnabled(community.id, module, since)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def disable_module(community: Use, *, module: str, ended: date) -> Iterator[Event]:
    """Switch a module off in a community.
    社区停用平台模块。"""
    held = community.spells.present(module)
    if held is None and not community.spells.ended(module, ended):
        raise ModuleOff(module)
    if held is not None:
        in_order(held.since, ended)
        yield ModuleDisabled(community.id, module, held.since, ended)
