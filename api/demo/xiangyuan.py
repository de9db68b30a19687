"""Xiangyuan county (襄垣县), ledger 140423: committee, branch, group, household; ordinary grids and micro-grids.

Counts are the article's; what it does not name is a placeholder, marked 示范.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from api.demo.activities import neighbourhood
from api.demo.cadres import workers_of_communities
from api.demo.casework import difficulties_solved
from api.demo.chains import branches_of, committees_of, organisation
from api.demo.checklists import five_haves
from api.demo.deliberations import matter_deliberated
from api.demo.gatherings import joint_meetings
from api.demo.neighbours import grid_made_known, need_met
from api.demo.owners import owners_vote
from api.demo.places import Community, Compound, Grid, Land, community, compound, grid, runs_of, shares
from api.demo.programmes import area_themes, campaign_of_xiangyuan, smart_platform
from api.demo.relations import members_registered, units_paired
from api.demo.script import Script
from api.demo.staffing import grid_workers, micro_grid_leaders
from api.demo.standards import promises_made, reporters_enrolled
from api.demo.stars import benchmarks_named, branches_rated, secretaries_rated
from api.demo.venues import community_centres, county_centre, rest_stations, stations, town_centre
from domain import chains, committees, compounds, contacts, firms, places, posts, reserves
from domain.compounds import CompoundFile, Origin, Problem, ServiceMode
from domain.events import Ref
from domain.execution import Actor
from domain.parties import PartyKind
from domain.roles import Role
from domain.secretaries import SecretarySource

__all__ = ["write"]

COMMUNITIES = ("永安", "府前", "五阳", "永惠", "示范五", "示范六", "示范七", "示范八", "示范九")
COMPOUNDS = 156
MARKET = 113
GRIDS = 294
MICRO_GRIDS = 656
BUILDINGS = 4
FIRMS = 12
OTHER_MODES = (ServiceMode.UNIT, ServiceMode.COMMUNITY, ServiceMode.OWNERS_SELF)
FULL_TIME_WORKERS = 226
BRANCHES = 56
GROUPS = 105
FIRM_BRANCHES = 10
OWNERS_COMMITTEES = 13
RESERVE_PER_COMMUNITY = 2
SMART_COMMUNITIES = 6
PAIRED_UNITS = 90
WAIMAO_FORUMS = 6
DIFFICULTIES_SOLVED = 726
REGISTERED_MEMBERS = 4012
SECRETARY_POOL = (
    SecretarySource.RETIRED_CADRE,
    SecretarySource.EMPLOYEE,
    SecretarySource.TWO_COMMITTEES,
    SecretarySource.FIRM_MEMBER,
)
NAMED = {0: "古韩明珠小区", 1: "外贸小区"}


def write(script: Script) -> None:
    """The county's history, from the register of places to the committees of today."""
    script.on(date(2022, 3, 1))
    county = script.staff("county", "县级工作人员", Role.COUNTY)
    script.actor = county
    town = script.do(places.register_town, "guhan", name="古韩镇")
    town_staff = script.staff("town", "乡镇工作人员", Role.TOWN, town)
    communities = [community(script, town, f"c{n}", f"{name}社区") for n, name in enumerate(COMMUNITIES, 1)]
    estates = _compounds(script, communities)
    _profiles(script, estates)
    script.actor = county
    providers = _firms(script)
    _services(script, estates, providers)
    nets = _grids(script, estates)
    grid_workers(script, nets, FULL_TIME_WORKERS)
    micro_grid_leaders(script, nets)
    _town_leaders(script, town_staff, nets)
    heads, branches = _party(script, county, Land(communities, estates, nets, providers))
    bodies = _committees(script, town_staff, estates)
    _contacts(script, county, communities, estates)
    _reserve(script, county, communities)
    _venues(script, county, town, town_staff, Land(communities, estates, nets, providers))
    workers_of_communities(script, county, communities)
    five_haves(script, county, estates)
    campaign_of_xiangyuan(script, county, communities, nets)
    smart_platform(script, county, communities[:SMART_COMMUNITIES])
    area_themes(script, [estate for estate in estates if estate.community == communities[2]])
    paired = units_paired(script, county, estates, PAIRED_UNITS)
    members_registered(script, estates, paired, REGISTERED_MEMBERS)
    neighbourhood(script, communities, estates)
    reporters_enrolled(script, communities)
    promises_made(script, county)
    yongan = [estate for estate in estates if estate.community == communities[0]]
    difficulties_solved(script, county, yongan, paired, DIFFICULTIES_SOLVED)
    _stars(script, (county, town_staff), Land(communities, estates, nets, providers), heads, branches)
    joint_meetings(script, county, (town, town_staff), communities)
    matter_deliberated(script, estates[1], "waimao", paired[1], forums=WAIMAO_FORUMS, firm=True, works=True)
    owners_vote(script, estates[0], bodies[0])
    grid_made_known(script, nets[0])
    need_met(script, communities[0], paired[0])


def _stars(
    script: Script,
    staff: tuple[Actor, Actor],
    land: Land,
    heads: Mapping[str, Ref[Any]],
    branches: Mapping[str, Ref[Any]],
) -> None:
    """Branches are rated where they sit, secretaries where they serve; one branch a community becomes a benchmark."""
    county, town = staff
    seats: dict[Ref[Any], Compound] = {}
    for estate in land.estates:
        seats.setdefault(branches[estate.line], estate)
    sitting = [(estate, branch) for branch, estate in seats.items()]
    neighbours = branches_rated(script, county, town, sitting)
    first = {estate.community.line: (estate, branch) for estate, branch in reversed(sitting)}
    judges = [(place, neighbours[first[place.line][0].line]) for place in land.communities]
    secretaries_rated(script, county, town, heads, judges)
    benchmarks_named(script, county, list(first.values()))


def _venues(script: Script, county: Actor, town: Ref[Any], town_staff: Actor, land: Land) -> None:
    """One county centre, nine community centres and as many stations as there are branches."""
    county_centre(script, county, 3600)
    town_centre(script, town, town_staff, 1300)
    community_centres(script, land.communities, 500)
    served = {estate.line: land.firms[n % FIRMS] for n, estate in enumerate(land.estates[:MARKET])}
    stations(script, land.estates, BRANCHES, served)
    rest_stations(script, land.communities)


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
        script.do(
            firms.register, f"f{n}", name=f"示范物业{n:02d}公司", credit_code=firms.completed(f"91140423DEM{n:06d}")
        )
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
        grid(script, e, f"g{n}", buildings, name=f"第{n}网格", micro=3 if n <= threes else 2)
        for n, (e, buildings) in enumerate(runs, 1)
    ]


def _town_leaders(script: Script, town: Actor, nets: Sequence[Grid]) -> None:
    """Nine members of the town's leading team keep contact with the grids."""
    script.actor = Actor(script.administrator)
    leaders = [script.person(f"town-leader-{n}", "乡镇班子成员") for n in range(9)]
    script.actor = town
    for n, net in enumerate(nets):
        person = leaders[n % len(leaders)]
        script.do(posts.assign_town_leader, f"{net.line}-town", grid=net.ref, person=person, since=script.day)


def _party(script: Script, county: Actor, land: Land) -> tuple[Mapping[str, Ref[Any]], Mapping[str, Ref[Any]]]:
    """Committees, branches, groups and central households; the industry committee with its firm branches.

    The committees by their community's line, and each compound's branch by the compound's."""
    script.on(date(2023, 7, 1))
    script.actor = county
    heads = committees_of(script, land.communities)
    branches = branches_of(script, land, BRANCHES, heads, SECRETARY_POOL)
    for n, run_of_nets in enumerate(runs_of(land.communities, land.nets, GROUPS), 1):
        _group(script, n, run_of_nets, branches)
    script.actor = county
    whole = script.ledger
    industry = organisation(script, "industry", "物业行业党委", PartyKind.INDUSTRY_COMMITTEE, whole, level=1)
    for n, firm in enumerate(land.firms[:FIRM_BRANCHES], 1):
        organisation(script, f"firm-branch{n}", "物业公司党支部", PartyKind.FIRM_BRANCH, firm, level=2, parent=industry)
    return heads, branches


def _group(script: Script, number: int, run: Sequence[Grid], branches: Mapping[str, Ref[Any]]) -> None:
    """A grid Party group for a run of grids, with a central household."""
    seat = run[0]
    script.actor = seat.community.staff
    parent, kind = branches[seat.compound.line], PartyKind.GRID_GROUP
    group = organisation(script, f"group{number}", f"第{number}网格党小组", kind, seat.ref, level=3, parent=parent)
    name, kind = f"党员中心户{number:03d}（示范）", PartyKind.CENTRAL_HOUSEHOLD
    organisation(script, f"household{number}", name, kind, seat.ref, level=4, parent=group)
    for net in run:
        line = f"{net.line}-group"
        script.do(chains.attach_to_group, line, grid=net.ref, party_organisation=group, since=script.day)


def _committees(script: Script, town: Actor, estates: Sequence[Compound]) -> list[Ref[Any]]:
    """One body a compound: owners' committees in the first, property management committees in the others."""
    script.on(date(2024, 4, 1))
    day, term = script.day, {"since": script.day, "until": date(2027, 4, 1)}
    script.actor = town
    bodies = []
    for n, estate in enumerate(estates):
        line, compound = f"{estate.line}-body", {"compound": estate.ref}
        if n < OWNERS_COMMITTEES:
            seats = 5 + 2 * (n % 2)
            bodies.append(
                script.do(committees.elect, line, **compound, seats=seats, party_seats=2, elected=day, **term)
            )
        else:
            bodies.append(script.do(committees.form, line, **compound, seats=7, owner_seats=4, **term))
    script.on(date(2024, 4, 20))
    for estate in estates[:OWNERS_COMMITTEES]:
        line = f"{estate.line}-body-filed"
        script.do(committees.file_committee, line, compound=estate.ref, filed=script.day)
    return bodies


def _contacts(script: Script, county: Actor, communities: Sequence[Community], estates: Sequence[Compound]) -> None:
    """Nine county leaders, each in contact with one community and one of its compounds."""
    script.on(date(2024, 6, 3))
    for place in communities:
        script.actor = county
        leader = script.person(f"county-leader-{place.line}", "县级领导")
        estate = next(each for each in estates if each.community == place)
        line = f"{place.line}-contact"
        script.do(
            contacts.assign_contact, line, person=leader, community=place.ref, compound=estate.ref, since=script.day
        )


def _reserve(script: Script, county: Actor, communities: Sequence[Community]) -> None:
    """Two reserve cadres for the secretary's post of each community."""
    script.actor = county
    for place in communities:
        for n in range(1, RESERVE_PER_COMMUNITY + 1):
            line = f"{place.line}-reserve{n}"
            person = script.person(line, "后备干部")
            script.do(reserves.add_to_reserve, line, community=place.ref, person=person, since=script.day)
