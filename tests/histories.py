"""Histories told without an event store: entries as it writes them, straight into the table that projectors read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

import asyncpg
import msgspec

from domain import (
    chains,
    committees,
    compounds,
    contacts,
    coverages,
    firms,
    grants,
    grids,
    ledgers,
    parties,
    people,
    places,
    posts,
    secretaries,
    teams,
)
from domain.bodies import CHINA, to_body
from domain.events import Confidential, Event, Personal, Ref
from domain.execution import Tagged, tagged
from domain.roles import Role
from infra.database import Databases
from projections.tables import ensure_tables, projections

LEDGER = "140423"
BEGAN = datetime(2025, 3, 1, 12, tzinfo=CHINA)
DAY, LATER = date(2025, 3, 1), date(2025, 6, 1)
TOWN, COMMUNITY, COMPOUND, WHOLE = (Ref[Any](x) for x in ("town:1", "community:1", "compound:1", "compound:2"))
BUILDING, GRID, MICRO, FIRM, GRANT = (
    Ref[Any](x) for x in ("building:1", "grid:1", "micro_grid:1", "firm:1", "grant:1")
)
LI, WANG, ZHAO = (Ref[Any](f"person:{name}") for name in ("li", "wang", "zhao"))
PARTY, BRANCH = (Ref[Any](f"party_organisation:{name}") for name in ("committee", "branch"))
BODY = Ref[Any]("committee:1")

INSERT = """
insert into gongzhi.event (ledger, position, type, tags, occurred_at, recorded_at, entry, leaf)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""
HEAD = """
insert into gongzhi.head (ledger, position, frontier, recorded_at, demo) values ($1, $2, '', $3, true)
on conflict (ledger) do update set position = excluded.position, recorded_at = excluded.recorded_at
"""


@dataclass
class Chronicle:
    """One ledger's events so far; recording more gives each its position, times and tags."""

    ledger: str = LEDGER
    known: list[Tagged] = field(default_factory=list)

    async def record(self, connection: asyncpg.Connection, *events: Event) -> int:
        """The position of the last."""
        first = len(self.known) + 1
        told = list(tagged(events, self.known))
        rows = [self._row(position, each) for position, each in enumerate(told, first)]
        await connection.executemany(INSERT, rows)
        await connection.execute(HEAD, self.ledger, len(self.known), BEGAN)
        return len(self.known)

    def _row(self, position: int, told: Tagged) -> tuple[Any, ...]:
        tags, at, kind = sorted(told.tags), BEGAN + timedelta(minutes=position), type(told.event).__name__
        bytes_ = entry(self.ledger, position, kind, to_body(told.event), tags=tags, at=at)
        return self.ledger, position, kind, tags, at, at, bytes_, sha256(b"\0" + bytes_).digest()


def entry(
    ledger: str, position: int, kind: str, body: dict[str, Any], *, tags: Iterable[str] = (), at: datetime = BEGAN
) -> bytes:
    whole = {
        "actor": {"grant": None, "organisation": None, "person": LI, "role": "COUNTY"},
        "body": body,
        "causationId": f"{ledger}:{position - 2}" if position % 5 == 0 else None,
        "commandId": f"command-{position}",
        "correlationId": f"{ledger}:{position - 4}" if position % 5 == 0 else None,
        "id": f"{position:032x}",
        "ledger": ledger,
        "occurredAt": at.isoformat(),
        "position": position,
        "recordedAt": at.isoformat(),
        "tags": list(tags),
        "type": kind,
        "version": 1,
    }
    return msgspec.json.encode(whole, enc_hook=str, order="sorted")


async def writer_of(databases: Databases) -> asyncpg.Connection:
    """A connection that may project, with the tables there."""
    owner = await databases.connect("gongzhi_owner")
    await ensure_tables(owner)
    await owner.close()
    return await databases.connect("gongzhi_writer")


def towns(*names: str) -> list[Event]:
    return [places.TownRegistered(Ref(f"town:{name}"), name) for name in names]


def opened(code: str = LEDGER) -> Event:
    return ledgers.LedgerOpened(Ref(f"ledger:{code}"), code, "襄垣县", demo=True)


def county() -> Iterator[Event]:
    """A bit of everything: things are born, change, change back and end."""
    yield opened()
    yield places.TownRegistered(TOWN, "古韩镇")
    yield places.CommunityRegistered(COMMUNITY, TOWN, "外贸社区")
    yield places.CompoundRegistered(COMPOUND, COMMUNITY, "外贸小区", divided=False)
    yield places.CompoundDivided(COMPOUND, DAY)
    yield places.CompoundRegistered(WHOLE, COMMUNITY, "永安小区", divided=False)
    yield places.BuildingRegistered(BUILDING, COMPOUND, COMMUNITY, "1号楼")
    for person in (LI, WANG, ZHAO):
        yield people.PersonRegistered(person, Personal(f"v1.{person}"), None if person == LI else Personal("v1.1390"))
    yield grants.GrantGiven(GRANT, LI, Role.COUNTY, COMMUNITY, DAY)
    yield grants.GrantEnded(GRANT, LI, None, LATER)
    yield firms.FirmRegistered(FIRM, "安居物业", "91140423MA0000001X")
    yield from _compounds()
    yield from _grids()
    yield from _bodies()


def _compounds() -> Iterator[Event]:
    market, own = compounds.ServiceMode.MARKET, compounds.ServiceMode.OWNERS_SELF
    weak, mixed = compounds.Problem.WEAK_INFRASTRUCTURE, compounds.Problem.MIXED_POPULATION
    yield compounds.CompoundOriginClassified(COMPOUND, compounds.Origin.WORK_UNIT)
    yield compounds.CompoundProblemTagged(COMPOUND, weak)
    yield compounds.CompoundProblemTagged(COMPOUND, mixed)
    yield compounds.CompoundProblemCleared(COMPOUND, weak)
    yield compounds.ServiceModeSet(COMPOUND, market, FIRM, DAY)
    yield compounds.ServiceModeSet(WHOLE, own, None, DAY)
    yield compounds.ServiceModeSet(WHOLE, market, FIRM, LATER)
    yield compounds.ServiceModeSet(COMPOUND, compounds.ServiceMode.NONE, None, LATER)
    yield compounds.CompoundFileRevised(COMPOUND, compounds.CompoundFile.BASIC, 1, Confidential("初建"), "共 3 栋。")


def _grids() -> Iterator[Event]:
    leader, worker = posts.PostKind.MICRO_GRID_LEADER, posts.PostKind.GRID_WORKER
    yield grids.GridDelineated(GRID, COMMUNITY, "第一网格", DAY)
    yield coverages.GridCoverageBegan(BUILDING, GRID, DAY)
    yield coverages.GridCoverageBegan(WHOLE, GRID, DAY)
    yield coverages.GridCoverageEnded(WHOLE, GRID, DAY, LATER)
    yield grids.MicroGridDelineated(MICRO, GRID, "第一微网格", DAY)
    yield posts.PostFilled(GRID, WANG, worker, full_time=True, since=DAY)
    yield posts.PostFilled(MICRO, ZHAO, leader, full_time=False, since=DAY)
    yield posts.PostVacated(GRID, WANG, worker, DAY, LATER)
    yield posts.PostFilled(GRID, WANG, worker, full_time=True, since=LATER)
    yield teams.ServiceTeamJoined(GRID, WANG, teams.TeamRole.GRID_WORKER, DAY)
    yield teams.ServiceTeamJoined(GRID, ZHAO, teams.TeamRole.VOLUNTEER, DAY)
    yield teams.ServiceTeamLeft(GRID, ZHAO, teams.TeamRole.VOLUNTEER, DAY, LATER)
    yield contacts.ContactAssigned(COMPOUND, LI, DAY)
    yield contacts.ContactEnded(COMPOUND, LI, DAY, LATER)


def _bodies() -> Iterator[Event]:
    committee, branch = parties.PartyKind.COMMUNITY_COMMITTEE, parties.PartyKind.COMPOUND_BRANCH
    backbone = secretaries.SecretarySource.BACKBONE_MEMBER
    yield committees.ManagementCommitteeFormed(BODY, COMPOUND, 7, 4, DAY, None)
    yield committees.CommitteeDissolved(BODY, COMPOUND, DAY, LATER, late=False)
    yield parties.PartyOrganisationEstablished(PARTY, COMMUNITY, "外贸社区党委", committee, 1, DAY)
    yield parties.PartyOrganisationEstablished(BRANCH, COMPOUND, "外贸小区党支部", branch, 2, DAY)
    yield chains.LeadershipSet(BRANCH, PARTY, DAY)
    yield chains.PlaceAttached(COMPOUND, BRANCH, DAY)
    yield secretaries.SecretaryAppointed(BRANCH, WANG, backbone, DAY, None)
    yield secretaries.SecretaryLeft(BRANCH, WANG, DAY, LATER)
    yield secretaries.SecretaryAppointed(BRANCH, ZHAO, backbone, LATER, None)


async def dump(connection: asyncpg.Connection, ledger: str = LEDGER) -> dict[str, list[dict[str, Any]]]:
    """Every row of every read model of a ledger; without the leaves, whose entries name their ledger."""
    tables = [table for each in projections() for table in each.tables]
    return {table: await _rows(connection, table, ledger) for table in tables}


async def _rows(connection: asyncpg.Connection, table: str, ledger: str) -> list[dict[str, Any]]:
    rows = await connection.fetch(f'select * from gongzhi."{table}" where ledger = $1', ledger)
    told = ({name: value for name, value in row.items() if name not in {"ledger", "leaf"}} for row in rows)
    return sorted(told, key=repr)
