"""Xiangyuan county (襄垣县), ledger 140423: committee, branch, group, household; ordinary grids and micro-grids."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from api.demo.places import Community, Compound, Grid, community, compound, grid, shares
from api.demo.script import Script
from domain import compounds, firms, places
from domain.compounds import CompoundFile, Origin, Problem, ServiceMode
from domain.events import Ref
from domain.roles import Role

__all__ = ["write"]

COMMUNITIES = ("永安", "府前", "五阳", "永惠", "示范五", "示范六", "示范七", "示范八", "示范九")
COMPOUNDS = 156
MARKET = 113
GRIDS = 294
MICRO_GRIDS = 656
BUILDINGS = 4
FIRMS = 12
OTHER_MODES = (ServiceMode.UNIT, ServiceMode.COMMUNITY, ServiceMode.OWNERS_SELF)
NAMED = {0: "古韩明珠小区", 1: "外贸小区"}


def write(script: Script) -> None:
    """The county's history, from the register of places to the committees of today."""
    script.on(date(2022, 3, 1))
    county = script.staff("county", "县级工作人员", Role.COUNTY)
    script.actor = county
    town = script.do(places.register_town, "guhan", name="古韩镇")
    communities = [community(script, town, f"c{n}", f"{name}社区") for n, name in enumerate(COMMUNITIES, 1)]
    estates = _compounds(script, communities)
    _profiles(script, estates)
    script.actor = county
    _services(script, estates, _firms(script))
    nets = _grids(script, estates)
    del nets


def _compounds(script: Script, communities: Sequence[Community]) -> list[Compound]:
    script.on(date(2022, 4, 1))
    homes = [c for c, run in zip(communities, shares(range(COMPOUNDS), len(communities)), strict=True) for _ in run]
    return [
        compound(script, home, f"k{n}", NAMED.get(n, f"示范小区{n + 1:03d}"), BUILDINGS) for n, home in enumerate(homes)
    ]


def _profiles(script: Script, estates: Sequence[Compound]) -> None:
    """Origin, problems and the two living files of every compound."""
    script.on(date(2022, 6, 1))
    for n, estate in enumerate(estates):
        script.actor = estate.community.staff
        script.do(compounds.classify, f"{estate.line}-origin", compound=estate.ref, origin=list(Origin)[n % 4])
        script.do(compounds.tag_problem, f"{estate.line}-problem", compound=estate.ref, problem=list(Problem)[n % 4])
        for file in CompoundFile:
            line, text = f"{estate.line}-{file.name.lower()}", f"{file.words.zh}（示范）"
            script.do(compounds.revise_file, line, compound=estate.ref, file=file, reason="建档", text=text)


def _firms(script: Script) -> list[Ref[Any]]:
    return [
        script.do(firms.register, f"f{n}", name=f"示范物业{n:02d}公司", credit_code=credit_code(n))
        for n in range(1, FIRMS + 1)
    ]


def _services(script: Script, estates: Sequence[Compound], providers: Sequence[Ref[Any]]) -> None:
    script.on(date(2022, 9, 1))
    for n, estate in enumerate(estates):
        market = n < MARKET
        mode = ServiceMode.MARKET if market else OTHER_MODES[n % 3]
        script.actor = estate.community.staff
        script.do(
            compounds.set_service,
            f"{estate.line}-service",
            compound=estate.ref,
            provider=providers[n % FIRMS] if market else None,
            service_mode=mode,
            since=script.day,
        )


def _grids(script: Script, estates: Sequence[Compound]) -> list[Grid]:
    """Two grids in most compounds, one in the others; two micro-grids in most grids, three in the others."""
    script.on(date(2023, 3, 1))
    halves, threes = GRIDS - COMPOUNDS, MICRO_GRIDS - 2 * GRIDS
    runs = [(e, run) for n, e in enumerate(estates) for run in shares(e.buildings, 2 if n < halves else 1)]
    return [
        grid(script, e.community, f"g{n}", f"第{n}网格", buildings, 3 if n <= threes else 2)
        for n, (e, buildings) in enumerate(runs, 1)
    ]


def credit_code(number: int) -> str:
    """A code of the demonstration with a valid check character (GB 32100-2015)."""
    head = f"91140423DEM{number:06d}"
    return next(head + c for c in firms.CHARACTERS if firms.is_credit_code(head + c))
