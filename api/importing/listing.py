"""Listing: all that can be imported, in the order in which kinds build on one another."""

import re
from collections.abc import Mapping
from datetime import date

from api.importing.cells import CellUnfit
from api.importing.kinds import Column, Kind, Thing, Values, Wish, Wishes
from api.importing.references import Register
from domain import compounds, contacts, coverages, firms, grids, parties, people, places, posts, units
from domain.compounds import ServiceMode
from domain.decisions import Decision
from domain.ledgers import ITSELF
from domain.parties import SEATS, PartyKind
from domain.posts import PostKind
from domain.units import UnitKind

__all__ = ["KINDS"]

MOST_BUILDINGS = 200
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def _compound(kind: Kind, values: Values, register: Register) -> Wishes:
    """With its buildings, told by their number or their names."""
    names = _names(values.get("buildings") or ())
    if names and values.get("divided") is False:
        raise CellUnfit(
            "A compound that is one place has no buildings.", "整体小区不按楼栋划分，不应填写楼栋。", "buildings"
        )
    compound = yield kind.wish(values)
    present = {known.name for known in register.inside("building", compound.ref)}
    if compound.there and names and present != set(names):
        raise CellUnfit(
            f"The compound is there already, with {len(present)} buildings; import others as buildings.",
            f"该小区已登记，有 {len(present)} 栋楼；新增楼栋请按楼栋导入。",
            "buildings",
        )
    for name in names:
        building = {"compound": compound.ref, "name": name}
        yield Wish("buildings", building, places.register_building, building)


def _names(told: tuple[str, ...]) -> tuple[str, ...]:
    if len(told) == 1 and told[0].isascii() and told[0].isdigit() and int(told[0][:4]):
        if int(told[0][:4]) > MOST_BUILDINGS:
            raise CellUnfit(f"At most {MOST_BUILDINGS} buildings.", f"楼栋最多 {MOST_BUILDINGS} 栋。", "buildings")
        return tuple(f"{n}号楼" for n in range(1, int(told[0]) + 1))
    if numbers := [each for each in told if NUMBER.fullmatch(each)]:
        raise CellUnfit(
            f"{numbers[0]} is neither a number of buildings nor the name of one: 9, or 1号楼、2号楼.",
            f"“{numbers[0]}”既不是楼栋数也不是楼栋名称，应填 9 或 1号楼、2号楼。",
            "buildings",
        )
    if len(set(told)) < len(told):
        raise CellUnfit("A building is told twice.", "楼栋名称重复。", "buildings")
    return told


def _grid(kind: Kind, values: Values, register: Register) -> Wishes:
    """Over the buildings that are told, else over all of the compounds."""
    buildings, whole = list(values.get("buildings") or ()), []
    for compound in values.get("compounds") or ():
        inside = [known.ref for known in register.inside("building", compound)]
        whole += [] if inside else [compound]
        buildings += inside if inside and not values.get("buildings") else []
    yield kind.wish(values, buildings=tuple(buildings) or None, compounds=tuple(whole) or None)


POSTS: Mapping[PostKind, tuple[Decision, str]] = {
    PostKind.TOWN_LEADER: (posts.assign_town_leader, "grid"),
    PostKind.GRID_LEADER: (posts.appoint_leader, "grid"),
    PostKind.GRID_WORKER: (posts.appoint_worker, "grid"),
    PostKind.CHECKER: (posts.appoint_checker, "grid"),
    PostKind.MICRO_GRID_LEADER: (posts.appoint_leader_micro_grid, "micro_grid"),
    PostKind.BUILDING_LEADER: (posts.appoint_leader_building, "building"),
}
"""Who appoints to a post, and what it is a post of."""


def _post(kind: Kind, values: Values, _: Register) -> Wishes:
    decision, seat = POSTS[values["post_kind"]]
    worker = values["post_kind"] is PostKind.GRID_WORKER
    if worker and values.get("full_time") is None:
        raise CellUnfit("Say whether a grid worker is full-time.", "网格员须填写是否专职。", "full_time")
    yield kind.wish(values, decision, **{seat: values["seat"]})


def _contact(kind: Kind, values: Values, _: Register) -> Wishes:
    if values.get("community") is None and values.get("compound") is None:
        raise CellUnfit("Say which community or compound.", "请填写包联的社区或小区。", "community")
    yield kind.wish(values)


def _organisation(kind: Kind, values: Values, _: Register) -> Wishes:
    if values.get("seat") is None and SEATS[values["party_kind"]] != ("ledger",):
        raise CellUnfit("Say where it is seated.", "请填写设置场所。", "seat")
    yield kind.wish(values, seat=values.get("seat") or ITSELF)


TOWN = Column("town", "乡镇", "Town", Thing(("town",)), needed=False, example="古韩镇")
COMMUNITY = Column("community", "社区", "Community", Thing(("community",)), example="永安社区")
COMPOUND = Column("compound", "小区", "Compound", Thing(("compound",)), example="永安小区")
WHERE = TOWN, COMMUNITY._replace(needed=False)
"""Where they are given, things of the same name elsewhere are not meant."""
SINCE = Column("since", "起始日", "Since", date, example="2025-03-01")
PERSON = Column(
    "person",
    "人员",
    "Person",
    Thing(("person",)),
    example="王某（示范）",
    hint="姓名；同名者填电话或编号 name; phone or id if several have it",
)

KINDS: Mapping[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind("towns", "乡镇", places.register_town, (Column("name", "名称", "Name", example="古韩镇"),), ("name",)),
        Kind(
            "communities",
            "社区",
            places.register_community,
            (TOWN._replace(needed=True), Column("name", "名称", "Name", example="永安社区")),
            ("town", "name"),
        ),
        Kind(
            "compounds",
            "小区",
            places.register_compound,
            (
                TOWN,
                COMMUNITY,
                Column("name", "名称", "Name", example="永安小区"),
                Column("divided", "按楼栋划分", "Divided", bool, needed=False, example="是"),
                Column(
                    "buildings",
                    "楼栋",
                    "Buildings",
                    tuple,
                    needed=False,
                    example="4",
                    hint="栋数或各楼名称 number, or names: 1号楼、2号楼",
                ),
            ),
            ("community", "name"),
            _compound,
            (places.register_building,),
        ),
        Kind(
            "buildings",
            "楼栋",
            places.register_building,
            (*WHERE, COMPOUND, Column("name", "名称", "Name", example="5号楼")),
            ("compound", "name"),
        ),
        Kind(
            "grids",
            "网格",
            coverages.delineate,
            (
                TOWN,
                COMMUNITY,
                Column("name", "名称", "Name", example="第一网格"),
                SINCE,
                Column(
                    "compounds", "小区", "Compounds", Thing(("compound",), many=True), needed=False, example="永安小区"
                ),
                Column(
                    "buildings",
                    "楼栋",
                    "Buildings",
                    Thing(("building",), many=True),
                    needed=False,
                    example="永安小区/1号楼、永安小区/2号楼",
                    hint="不填则为所填小区的全部楼栋 blank: all buildings of the compounds",
                ),
            ),
            ("community", "name"),
            _grid,
        ),
        Kind(
            "micro-grids",
            "微网格",
            grids.delineate_micro_grid,
            (
                *WHERE,
                Column("grid", "网格", "Grid", Thing(("grid",)), example="第一网格"),
                Column("name", "名称", "Name", example="第一微网格"),
                SINCE,
            ),
            ("grid", "name"),
        ),
        Kind(
            "people",
            "人员",
            people.register,
            (
                Column("full_name", "姓名", "Full name", example="王某（示范）"),
                Column("phone", "电话", "Phone", needed=False, example="19900000001"),
            ),
            ("full_name", "phone"),
        ),
        Kind(
            "posts",
            "岗位",
            posts.appoint_worker,
            (
                Column("post_kind", "岗位类别", "Post", PostKind, example="网格员"),
                *WHERE,
                COMPOUND._replace(needed=False, example=""),
                Column(
                    "seat",
                    "网格、微网格或楼栋",
                    "Seat",
                    Thing(("grid", "micro_grid", "building"), by=lambda row: (POSTS[row["post_kind"]][1],)),
                    example="第一网格",
                ),
                PERSON,
                Column("full_time", "专职", "Full-time", bool, needed=False, example="是"),
                SINCE,
            ),
            ("post_kind", "seat", "person", "since"),
            _post,
            tuple(decision for decision, _ in POSTS.values()),
        ),
        Kind(
            "firms",
            "物业企业",
            firms.register,
            (
                Column("name", "名称", "Name", example="安居物业（示范）"),
                Column("credit_code", "统一社会信用代码", "Credit code", example="91350100M000100Y43"),
            ),
            ("credit_code",),
        ),
        Kind(
            "service-modes",
            "物业服务方式",
            compounds.set_service,
            (
                *WHERE,
                COMPOUND,
                Column("service_mode", "服务方式", "Service mode", ServiceMode, example="市场化"),
                Column("provider", "物业企业", "Firm", Thing(("firm",)), needed=False, example="安居物业（示范）"),
                SINCE,
            ),
            ("compound", "since"),
        ),
        Kind(
            "units",
            "单位",
            units.register,
            (
                Column("name", "名称", "Name", example="县住建局（示范）"),
                Column("unit_kind", "单位类别", "Kind of unit", UnitKind, example="县直单位"),
            ),
            ("name",),
        ),
        Kind(
            "party-organisations",
            "党组织",
            parties.establish,
            (
                *WHERE,
                Column("party_kind", "党组织类别", "Kind of organisation", PartyKind, example="社区党委"),
                Column("name", "名称", "Name", example="永安社区党委"),
                Column(
                    "seat",
                    "设置场所",
                    "Seat",
                    Thing(
                        tuple(sorted({seat for fit in SEATS.values() for seat in fit} - {"ledger"})),
                        by=lambda row: SEATS[row["party_kind"]],
                    ),
                    needed=False,
                    example="永安社区",
                    hint="行业党委不填 blank for an industry committee",
                ),
                Column("level", "层级", "Level", int, example="2"),
                SINCE,
            ),
            ("seat", "name"),
            _organisation,
        ),
        Kind(
            "contacts",
            "县级领导包联",
            contacts.assign_contact,
            (
                PERSON._replace(zh="县级领导", en="Leader"),
                TOWN,
                COMMUNITY._replace(needed=False),
                COMPOUND._replace(needed=False),
                SINCE,
            ),
            ("person", "community", "compound", "since"),
            _contact,
        ),
    )
}
