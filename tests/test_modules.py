"""A community switches on what the platform offers (X51)."""

from typing import Any

import pytest

from domain.ledgers import ITSELF
from domain.modules import (
    ModuleDisabled,
    ModuleEnabled,
    ModuleOff,
    ModulesListed,
    ModuleUnlisted,
    disable_module,
    enable_module,
    list_modules,
)
from domain.periods import AlreadySo, PeriodReversed
from domain.specification import Scenario, given
from tests.counties import Counties
from tests.county import C1, COUNTY, DAY, days
from tests.hometown import settled


def offered(*more: Any) -> Scenario:
    return given(*COUNTY, ModulesListed(ITSELF, ("政务服务",), DAY), *more)


def test_only_what_is_listed_is_switched_on() -> None:
    listed = given(*COUNTY).when(list_modules, modules=("政务服务", "政务服务"), since=DAY)
    listed.then(ModulesListed(ITSELF, ("政务服务",), DAY)).when(list_modules, modules=("政务服务",), since=DAY).then()
    on = offered().when(enable_module, community=C1, module="政务服务", since=DAY)
    on.then(ModuleEnabled(C1, "政务服务", DAY)).when(enable_module, community=C1, module="政务服务", since=DAY).then()
    on.when(enable_module, community=C1, module="政务服务", since=days(1)).refused(AlreadySo(DAY))
    offered().when(enable_module, community=C1, module="无", since=DAY).refused(ModuleUnlisted("无", ("政务服务",)))
    offered().when(enable_module, community=C1, module="政务服务", since=days(-1)).refused(PeriodReversed)


def test_what_is_on_is_switched_off_once_and_on_again_no_earlier() -> None:
    on = offered(ModuleEnabled(C1, "政务服务", DAY))
    off = on.when(disable_module, community=C1, module="政务服务", ended=days(4))
    off.then(ModuleDisabled(C1, "政务服务", DAY, days(4)))
    off.when(disable_module, community=C1, module="政务服务", ended=days(4)).then()
    off.when(disable_module, community=C1, module="政务服务", ended=days(5)).refused(ModuleOff("政务服务"))
    off.when(enable_module, community=C1, module="政务服务", since=days(3)).refused(PeriodReversed(days(4), days(3)))
    off.when(enable_module, community=C1, module="政务服务", since=days(4)).then(ModuleEnabled(C1, "政务服务", days(4)))


@pytest.mark.xdist_group("wilds")
async def test_which_modules_are_on_in_a_community_x51(wilds: Counties) -> None:
    """X51: which modules are on in the community on a day, and what did the platform offer as known then?"""
    home = await settled(wilds)
    names = ["党的建设", "政务服务", "社区治理", "社区生活"]
    await home.county.do("ledgerListModules", ledger=home.ledger, modules=names, since="2025-03-01")
    for name in names:
        await home.staff.do("communityEnableModule", community=home.c1, module=name, since="2025-03-01")
    await home.staff.do("communityDisableModule", community=home.c1, module=names[0], ended="2025-06-01")
    for on, count in (("2025-05-31", 4), ("2025-06-01", 3)):
        found = await home.read(home.public, "moduleUses", "module", community=home.c1, asOf=on)
        assert len(found) == count
    query = """query ($l: ID!, $k: Moment) { ledger(code: $l, asKnownAt: $k) {
        moduleLists { edges { node { modules since } } } } }"""
    before = await home.county.head()
    await home.county.do("ledgerListModules", ledger=home.ledger, modules=names[:2], since="2025-07-01")
    for known, listed, since in ((None, names[:2], "2025-07-01"), ({"position": before}, names, "2025-03-01")):
        told = (await home.public.ask(query, l=home.ledger, k=known))["ledger"]["moduleLists"]["edges"]
        assert told == [{"node": {"modules": listed, "since": since}}]
    names = names[:2]
    wrong = {"community": home.c1, "module": "没有", "since": "2025-03-01"}
    assert (await home.staff.refused("communityEnableModule", "MODULE_UNLISTED", **wrong))["modules"] == names
    await home.far.refused("communityEnableModule", "NOT_PERMITTED", **wrong)
