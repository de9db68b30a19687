"""Figures: counted as rows change, the same for any cut of the history, each with the things it counts."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import asyncpg
import pytest

import projections.rooms  # noqa: F401
from domain import committees, compounds, parties, places, posts, secretaries, venues
from domain.events import Event, Hundredths, Ref
from infra.database import Databases
from projections.compounds import Compound
from projections.figures import (
    FIGURES,
    FigureSpec,
    Unit,
    counting,
    counts,
    figures_of,
    mean,
    ratio,
    tenths_of_mean,
    tenths_of_percent,
)
from projections.projector import Projector, catch_up
from projections.rows import Misdeclared
from tests.histories import COMMUNITY, DAY, LATER, LEDGER, TOWN, Chronicle, opened, writer_of

ROOM = """communities compounds grids microGrids fullTimeGridWorkers microGridLeaders communityPartyCommittees
compoundPartyBranches gridPartyGroups branchSecretaries propertyFirmBranches propertyServiceCoverage
marketServicedCompounds marketServiceShare ownersCommittees propertyManagementCommittees governingBodyCoverage
gridPostKinds serviceTeamRoles"""
A, B, C = (Ref[Any](f"compound:{name}") for name in "abc")
GRID, OTHER = (Ref[Any](f"grid:{name}") for name in "ab")
LI, WANG = (Ref[Any](f"person:{name}") for name in ("li", "wang"))
WORKER, CHECKER = posts.PostKind.GRID_WORKER, posts.PostKind.CHECKER
TOWN_CENTRE, CENTRE = venues.VenueKind.TOWN_CENTRE, venues.VenueKind.COMMUNITY_CENTRE
MARKET, NONE = compounds.ServiceMode.MARKET, compounds.ServiceMode.NONE


@pytest.fixture
async def writer(databases: Databases) -> Any:
    connection = await writer_of(databases)
    yield connection
    connection.terminate()


def compound(ref: Ref[Any]) -> Event:
    return places.CompoundRegistered(ref, COMMUNITY, ref, divided=False)


def served(ref: Ref[Any], mode: compounds.ServiceMode, since: date = DAY) -> Event:
    return compounds.ServiceModeSet(ref, mode, Ref("firm:1") if mode is MARKET else None, since)


def filled(seat: Ref[Any], person: Ref[Any], kind: posts.PostKind = WORKER) -> Event:
    return posts.PostFilled(seat, person, kind, full_time=True, since=DAY)


def vacated(seat: Ref[Any], person: Ref[Any], kind: posts.PostKind = WORKER) -> Event:
    return posts.PostVacated(seat, person, kind, DAY, LATER)


def venue(name: str, kind: venues.VenueKind, area: int | None) -> Event:
    where = TOWN if kind is TOWN_CENTRE else COMMUNITY
    size = None if area is None else Hundredths(area)
    return venues.VenueRegistered(Ref(f"venue:{name}"), where, kind, name, size, DAY)


def measured(name: str, area: int) -> Event:
    return venues.VenueMeasured(Ref(f"venue:{name}"), Hundredths(area), DAY)


def closed(name: str) -> Event:
    return venues.VenueClosed(Ref(f"venue:{name}"), DAY, LATER)


async def figure(connection: asyncpg.Connection, key: str) -> tuple[int, int | None]:
    row = await connection.fetchrow("select value, denominator from figure where id = $1", key)
    assert row is not None
    return row["value"], row["denominator"]


async def versions(connection: asyncpg.Connection, key: str) -> list[tuple[int, int | None, int]]:
    """Each value, denominator and the position from which on it held."""
    rows = await connection.fetch(
        """select value, denominator, known_since from figure where id = $1
        union all select value, denominator, known_since from figure_history where id = $1 order by 3""",
        key,
    )
    return [tuple(row) for row in rows]


async def evidence(connection: asyncpg.Connection, key: str) -> dict[str, tuple[int, int]]:
    """How often each thing counts, and which event made it count."""
    rows = await connection.fetch("select thing, n, position from counted where figure = $1", key)
    return {row["thing"]: (row["n"], row["position"]) for row in rows}


def test_all_figures_of_these_rooms_are_declared_in_both_languages() -> None:
    assert set(ROOM.split()) <= set(FIGURES)
    assert all(spec.words.en and spec.words.zh for spec in FIGURES.values())
    assert {key for key, spec in FIGURES.items() if spec.unit is Unit.PERCENT} == {
        "propertyServiceCoverage",
        "marketServiceShare",
        "governingBodyCoverage",
        "jointMeetingCompliance",
    }


def test_a_count_moves_its_own_number_and_those_of_the_ratios_it_is_part_of() -> None:
    assert figures_of("compounds") == (
        ("compounds", "value"),
        ("propertyServiceCoverage", "denominator"),
        ("marketServiceShare", "denominator"),
        ("governingBodyCoverage", "denominator"),
    )
    assert "marketServicedCompounds" in {spec.key for spec in counting(Compound)}


@pytest.mark.parametrize(
    ("value", "over", "tenths"),
    [
        (113, 156, 724),
        (156, 156, 1000),
        (0, 156, 0),
        (1, 2000, 1),
        (1, 2001, 0),
        (1, 3, 333),
        (2, 3, 667),
        (0, 0, None),
    ],
)
def test_a_percentage_has_one_decimal_half_up(value: int, over: int, tenths: int | None) -> None:
    assert tenths_of_percent(value, over) == tenths


@pytest.mark.parametrize(
    ("value", "over", "scale", "tenths"),
    [
        (130000, 1, 100, 13000),
        (250005, 2, 100, 12500),
        (250010, 2, 100, 12501),
        (7, 2, 1, 35),
        (1, 3, 1, 3),
        (2, 3, 1, 7),
        (0, 2, 100, 0),
        (5, 0, 100, None),
    ],
)
def test_a_mean_has_one_decimal_half_up(value: int, over: int, scale: int, tenths: int | None) -> None:
    assert tenths_of_mean(value, over, scale) == tenths


async def test_what_counts_nothing_is_nought_from_the_first_event_on(writer: asyncpg.Connection) -> None:
    await Chronicle().record(writer, opened())
    await catch_up(writer, LEDGER)
    rows = await writer.fetch("select id, value, denominator, born, known_since from figure")
    over = {key: 0 if spec.over else None for key, spec in FIGURES.items()}
    assert {row["id"]: tuple(row)[1:] for row in rows} == {key: (0, over[key], 1, 1) for key in FIGURES}


async def test_a_ratio_follows_both_of_its_figures(writer: asyncpg.Connection) -> None:
    await Chronicle().record(
        writer, opened(), compound(A), compound(B), served(A, MARKET), served(B, NONE), served(B, MARKET, LATER)
    )
    await catch_up(writer, LEDGER)
    assert await versions(writer, "marketServiceShare") == [(0, 0, 1), (0, 1, 2), (0, 2, 3), (1, 2, 4), (2, 2, 6)]
    assert await versions(writer, "marketServicedCompounds") == [(0, None, 1), (1, None, 4), (2, None, 6)]
    assert await evidence(writer, "marketServicedCompounds") == {A: (1, 4), B: (1, 6)}


async def test_a_row_that_no_longer_passes_is_not_counted_and_counts_again_later(writer: asyncpg.Connection) -> None:
    later = date(2026, 1, 1)
    await Chronicle().record(
        writer, opened(), compound(A), served(A, MARKET), served(A, NONE, LATER), served(A, MARKET, later)
    )
    await catch_up(writer, LEDGER)
    assert [value for value, _, _ in await versions(writer, "marketServicedCompounds")] == [0, 1, 0, 1]
    assert await evidence(writer, "marketServicedCompounds") == {A: (1, 5)}
    past = await writer.fetch(
        "select n, position, known_since, known_until from counted_history where figure like 'market%'"
    )
    assert [tuple(row) for row in past] == [(1, 3, 3, 4), (0, 3, 4, 5)]


async def test_a_person_in_several_posts_counts_once_and_until_the_last_ends(writer: asyncpg.Connection) -> None:
    await Chronicle().record(
        writer, opened(), filled(GRID, LI), filled(OTHER, LI), filled(GRID, WANG), vacated(GRID, LI), vacated(OTHER, LI)
    )
    await catch_up(writer, LEDGER)
    assert [value for value, _, _ in await versions(writer, "fullTimeGridWorkers")] == [0, 1, 2, 1]
    assert await evidence(writer, "fullTimeGridWorkers") == {LI: (0, 2), WANG: (1, 4)}


async def test_kinds_are_counted_not_posts(writer: asyncpg.Connection) -> None:
    town = filled(GRID, LI, posts.PostKind.TOWN_LEADER)
    await Chronicle().record(writer, opened(), filled(GRID, LI), filled(GRID, WANG), filled(GRID, LI, CHECKER), town)
    await catch_up(writer, LEDGER)
    assert await figure(writer, "gridPostKinds") == (2, None)
    assert await evidence(writer, "gridPostKinds") == {"GRID_WORKER": (2, 2), "CHECKER": (1, 4)}


def branches() -> Iterator[Event]:
    kinds = parties.PartyKind
    for name, kind in (("a", kinds.COMPOUND_BRANCH), ("b", kinds.JOINT_BRANCH), ("c", kinds.FIRM_BRANCH)):
        yield parties.PartyOrganisationEstablished(Ref(f"party_organisation:{name}"), A, name, kind, 2, DAY)
    for name, person in (("a", LI), ("b", WANG), ("c", Ref[Any]("person:zhao"))):
        source = secretaries.SecretarySource.EMPLOYEE
        yield secretaries.SecretaryAppointed(Ref(f"party_organisation:{name}"), person, source, DAY, None)
    yield parties.PartyOrganisationDissolved(Ref("party_organisation:b"), LATER)


async def test_secretaries_count_who_lead_a_branch_that_stands(writer: asyncpg.Connection) -> None:
    await Chronicle().record(writer, opened(), compound(A), *branches())
    await catch_up(writer, LEDGER)
    assert [value for value, _, _ in await versions(writer, "branchSecretaries")] == [0, 1, 2, 1]
    assert [value for value, _, _ in await versions(writer, "compoundPartyBranches")] == [0, 1, 2, 1]
    assert await figure(writer, "propertyFirmBranches") == (1, None)


async def test_a_compound_with_two_bodies_is_one_governed_compound(writer: asyncpg.Connection) -> None:
    management, owners = (Ref[Any](f"committee:{name}") for name in ("m", "o"))
    await Chronicle().record(
        writer,
        opened(),
        *map(compound, (A, B, C)),
        committees.ManagementCommitteeFormed(management, A, 7, 4, DAY, None),
        committees.OwnersCommitteeElected(owners, A, 5, 3, DAY, DAY, None),
        committees.CommitteeDissolved(management, A, DAY, LATER, late=False),
    )
    await catch_up(writer, LEDGER)
    assert await figure(writer, "governingBodyCoverage") == (1, 3)
    assert (await figure(writer, "ownersCommittees"), await figure(writer, "propertyManagementCommittees")) == (
        (1, None),
        (0, None),
    )


async def test_a_thing_that_one_row_names_instead_of_another_is_no_new_version(writer: asyncpg.Connection) -> None:
    """The communities of a town do not change when the event is about something else, however it is cut."""
    one, chronicle = Projector(writer, LEDGER, batch=1), Chronicle()
    await chronicle.record(writer, opened(), places.TownRegistered(TOWN, "镇"), compound(A), served(A, MARKET))
    await one.catch_up()
    await chronicle.record(writer, compounds.CompoundOriginClassified(A, compounds.Origin.OTHER))
    await one.catch_up()
    assert [position for _, _, position in await versions(writer, "compounds")] == [1, 3]


AREAS = (
    venue("a", TOWN_CENTRE, 130000),
    venue("b", TOWN_CENTRE, None),
    measured("b", 120005),
    measured("a", 140000),
    closed("b"),
)


@pytest.mark.parametrize("batch", [1, 3, 100])
async def test_a_sum_and_its_mean_follow_what_is_measured_again_and_what_closes_x42(
    writer: asyncpg.Connection, batch: int
) -> None:
    """What is not measured is in neither number of the mean; a sum moves only when what it sums does."""
    await Chronicle().record(writer, opened(), places.TownRegistered(TOWN, "镇"), *AREAS, compound(A))
    await Projector(writer, LEDGER, batch=batch).catch_up()
    assert await versions(writer, "townCentreArea") == [
        (0, None, 1),
        (130000, None, 3),
        (250005, None, 5),
        (260005, None, 6),
        (140000, None, 7),
    ]
    assert (await versions(writer, "townCentreMeanArea"))[1:] == [
        (130000, 1, 3),
        (250005, 2, 5),
        (260005, 2, 6),
        (140000, 1, 7),
    ]
    assert await evidence(writer, "townCentreArea") == {"venue:a": (1, 6), "venue:b": (0, 7)}


async def least_at(connection: asyncpg.Connection, position: int) -> int | None:
    """The least that counted at a position, as readers look for it."""
    found: int | None = await connection.fetchval(
        """select min(amount) from (
            select amount, n, known_since, null::bigint as known_until, figure from counted
            union all select amount, n, known_since, known_until, figure from counted_history) c
        where figure = 'communityCentreMinArea' and n > 0
            and known_since <= $1 and coalesce($1 < known_until, true)""",
        position,
    )
    return found


@pytest.mark.parametrize("batch", [1, 3, 100])
async def test_the_least_is_right_when_the_smallest_grows_or_closes_x43(writer: asyncpg.Connection, batch: int) -> None:
    centres = [venue(name, CENTRE, area) for name, area in (("a", 50000), ("b", 52000), ("c", 51000))]
    await Chronicle().record(writer, opened(), *centres, measured("a", 53000), closed("c"), measured("b", 49999))
    await Projector(writer, LEDGER, batch=batch).catch_up()
    least = [await least_at(writer, position) for position in range(1, 8)]
    assert least == [None, 50000, 50000, 50000, 51000, 52000, 49999]
    assert {thing for thing, (n, _) in (await evidence(writer, "communityCentreMinArea")).items() if n} == {
        "venue:a",
        "venue:b",
    }


def test_a_figure_is_declared_once() -> None:
    with pytest.raises(Misdeclared, match="two figures named compounds"):
        counts("compounds", "小区", "Compounds", Compound)


def test_a_ratio_is_of_figures_that_count() -> None:
    with pytest.raises(Misdeclared, match="nonsense: communityCount is no figure that counts"):
        ratio("nonsense", "无", "Nonsense", of="communityCount", over="compounds")
    with pytest.raises(Misdeclared, match="nonsense: marketServiceShare is no figure that counts"):
        ratio("nonsense", "无", "Nonsense", of="marketServiceShare", over="compounds")


def test_a_mean_is_of_a_figure_that_sums_and_one_that_counts() -> None:
    with pytest.raises(Misdeclared, match="nonsense: marketServiceShare is no figure that sums or counts"):
        mean("nonsense", "无", "Nonsense", of="townCentreArea", over="marketServiceShare")
    assert (FIGURES["townCentreMeanArea"].is_mean, FIGURES["marketServiceShare"].is_mean) == (True, False)


def test_a_row_may_make_several_things_count_or_none() -> None:
    spec = FigureSpec("x", FIGURES["compounds"].words, Unit.COUNT, Compound, thing=lambda row: row.problems)
    row = Compound(id=A, community=COMMUNITY, town=None, name="a", divided=False)
    assert (spec.things(None), spec.things(row)) == ((), ())
