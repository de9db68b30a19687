"""Qin county (沁县), ledger 140430: compound branches, firm and grid branches under them, building leaders.

Counts are the article's; what it does not name is a placeholder, marked 示范.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from api.demo.cadres import secretaries_scored
from api.demo.care import elderly_care
from api.demo.casework import orders_through_four_lists
from api.demo.chains import branches_of, committees_of, organisation
from api.demo.checklists import lists_of_stations
from api.demo.deliberations import matter_deliberated
from api.demo.places import Compound, Grid, Land, community, compound, grid, shares
from api.demo.programmes import pilot_of_qin
from api.demo.script import Script
from api.demo.standards import windows_and_duty
from api.demo.venues import community_centres, stations
from domain import chains, committees, compounds, firms, places, posts, teams
from domain.compounds import Origin, ServiceMode
from domain.events import Ref
from domain.execution import Actor
from domain.parties import PartyKind
from domain.roles import Role
from domain.secretaries import SecretarySource
from domain.teams import TeamRole

__all__ = ["write"]

COMMUNITIES = ("西湖", "示范二", "示范三", "示范四", "示范五", "示范六")
COMPOUNDS = 36
BRANCHES = 32
BUILDINGS = 3
FIRMS = 4
ORDERS, MATTERS = 6, 2
GRID_BRANCHES = 6
OWNERS_COMMITTEES = 6
STATIONS = 24
SECRETARY_POOL = (SecretarySource.COMMUNITY_ORGANISATION, SecretarySource.BACKBONE_MEMBER)
NAMED = {0: "西湖苑小区"}


def write(script: Script) -> None:
    """The county's history since 2023."""
    script.on(date(2023, 2, 1))
    county = script.staff("county", "县级工作人员", Role.COUNTY)
    script.actor = county
    town = script.do(places.register_town, "dingchang", name="定昌镇")
    town_staff = script.staff("town", "乡镇工作人员", Role.TOWN, town)
    communities = [community(script, town, f"c{n}", f"{name}社区") for n, name in enumerate(COMMUNITIES, 1)]
    homes = [c for c, run in zip(communities, shares(range(COMPOUNDS), len(communities)), strict=True) for _ in run]
    estates = [
        compound(script, home, f"k{n}", NAMED.get(n, f"示范小区{n + 1:02d}"), BUILDINGS) for n, home in enumerate(homes)
    ]
    script.actor = county
    providers = _firms(script)
    _services(script, estates, providers)
    script.on(date(2023, 5, 4))
    nets = [grid(script, e, f"g{n}", e.buildings, name=f"第{n}网格") for n, e in enumerate(estates, 1)]
    _posts(script, estates, nets)
    _party(script, county, Land(communities, estates, nets, providers))
    _owners_committees(script, town_staff, estates)
    secretaries_scored(script, town_staff, communities)
    lists_of_stations(script, county)
    pilot_of_qin(script, town, town_staff, communities, estates)
    community_centres(script, communities, 500, upgraded=True)
    stations(script, estates, STATIONS, {})
    elderly_care(script, communities)
    windows_and_duty(script, communities)
    orders_through_four_lists(script, county, estates, ORDERS)
    for n, estate in enumerate(estates[:MATTERS], 1):
        matter_deliberated(script, estate, f"matter{n}", estate.community.ref, forums=1, firm=True)


def _firms(script: Script) -> list[Ref[Any]]:
    codes = [firms.completed(f"91140430DEM{n:06d}") for n in range(1, FIRMS + 1)]
    return [
        script.do(firms.register, f"f{n}", name=f"示范物业{n}公司", credit_code=code) for n, code in enumerate(codes, 1)
    ]


def _services(script: Script, estates: Sequence[Compound], providers: Sequence[Ref[Any]]) -> None:
    for n, estate in enumerate(estates):
        market = n % 3 != 2  # noqa: PLR2004 - two in three
        script.actor = estate.community.staff
        script.do(compounds.classify, f"{estate.line}-origin", compound=estate.ref, origin=list(Origin)[n % 4])
        script.do(
            compounds.set_service,
            f"{estate.line}-service",
            compound=estate.ref,
            provider=providers[n % FIRMS] if market else None,
            service_mode=ServiceMode.MARKET if market else ServiceMode.COMMUNITY,
            since=script.day,
        )


def _posts(script: Script, estates: Sequence[Compound], nets: Sequence[Grid]) -> None:
    """Grid leader, grid worker and checker in every grid, a leader for every building, and the grid's service team."""
    for net in nets:
        script.actor = net.community.staff
        leader, worker, checker = (script.person(f"{net.line}-{post}", "网格人员") for post in ("a", "b", "c"))
        day = script.day
        script.do(posts.appoint_leader, f"{net.line}-leader", grid=net.ref, person=leader, since=day)
        script.do(posts.appoint_worker, f"{net.line}-worker", grid=net.ref, person=worker, full_time=True, since=day)
        script.do(posts.appoint_checker, f"{net.line}-checker", grid=net.ref, person=checker, since=day)
        team = (leader, leader, worker, checker, worker, checker)
        for role, person in zip(TeamRole, team, strict=True):
            line = f"{net.line}-team-{role.name.lower()}"
            script.do(teams.join_team, line, grid=net.ref, person=person, team_role=role, since=day)
    for estate in estates:
        script.actor = estate.community.staff
        for n, building in enumerate(estate.buildings, 1):
            person = script.person(f"{estate.line}-b{n}-leader", "楼栋长")
            line = f"{estate.line}-b{n}-leader"
            script.do(posts.appoint_leader_building, line, building=building, person=person, since=script.day)


def _party(script: Script, county: Actor, land: Land) -> None:
    """Community committees, compound branches, and under them firm branches and grid branches."""
    script.on(date(2023, 9, 1))
    script.actor = county
    heads = committees_of(script, land.communities)
    branches = branches_of(script, land, BRANCHES, heads, SECRETARY_POOL)
    for n, net in enumerate(land.nets[:GRID_BRANCHES], 1):
        script.actor = net.community.staff
        parent, kind = branches[net.compound.line], PartyKind.GRID_BRANCH
        made = organisation(script, f"grid-branch{n}", "网格党支部", kind, net.ref, level=3, parent=parent)
        line = f"{net.line}-grid-branch"
        script.do(chains.attach_to_group, line, grid=net.ref, party_organisation=made, since=script.day)
    script.actor = county
    for n, firm in enumerate(land.firms, 1):
        parent, kind = branches[land.estates[n - 1].line], PartyKind.FIRM_BRANCH
        organisation(script, f"firm-branch{n}", "物业企业党支部", kind, firm, level=3, parent=parent)


def _owners_committees(script: Script, town: Actor, estates: Sequence[Compound]) -> None:
    """Committees whose members are all Party members, as the article tells."""
    script.on(date(2024, 3, 1))
    day, script.actor = script.day, town
    for estate in estates[:OWNERS_COMMITTEES]:
        script.do(
            committees.elect,
            f"{estate.line}-body",
            compound=estate.ref,
            seats=5,
            party_seats=5,
            elected=day,
            since=day,
            until=date(2027, 3, 1),
        )
