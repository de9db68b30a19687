"""Folding: events and rows to changed rows, every former version at its exact position."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

import projections.rooms  # noqa: F401
from domain import compounds, grants, people, places
from domain.bodies import to_body
from domain.events import Event, Personal, Ref
from domain.execution import tagged
from projections.compounds import Compound
from projections.folding import Batch, Former, Loaded, Stopped, fold, planned, wanted
from projections.people import Person
from projections.places import Town
from projections.reading import Recorded, decoded
from projections.rows import Row
from tests.histories import BEGAN, COMMUNITY, COMPOUND, DAY, LEDGER, LI, TOWN, entry, opened

WEAK, MIXED = compounds.Problem.WEAK_INFRASTRUCTURE, compounds.Problem.MIXED_POPULATION
REGISTERED = places.CompoundRegistered(COMPOUND, COMMUNITY, "永安", divided=False)
DIVIDED = places.CompoundDivided(COMPOUND, DAY)


def recorded(*events: Event, after: int = 0) -> list[Recorded]:
    told = enumerate(tagged(events, []), after + 1)
    stored = [
        (
            at,
            type(e.event).__name__,
            entry(LEDGER, at, type(e.event).__name__, to_body(e.event), tags=sorted(e.tags)),
            b"",
        )
        for at, e in told
    ]
    return list(decoded(stored, LEDGER, after))  # type: ignore[arg-type]


def folded(events: Sequence[Event], rows: Sequence[Row] = (), after: int = 0) -> Batch:
    told = recorded(*events, after=after)
    steps = planned(told)
    keys: Loaded = {row: dict.fromkeys(keys) for row, keys in wanted(steps).items()}
    there = {type(row): {row.id: row} for row in rows}  # type: ignore[attr-defined]
    return fold(told, steps, after, {row: {**found, **there.get(row, {})} for row, found in keys.items()})


def compound(**told: Any) -> Compound:
    return Compound(**{"id": COMPOUND, "community": COMMUNITY, "town": None, "name": "永安", "divided": False, **told})


def test_the_keys_of_all_rows_concerned_are_known_before_folding() -> None:
    steps = planned(recorded(opened(), REGISTERED, DIVIDED, people.PersonRegistered(LI, Personal("sealed"))))
    found = {row.__name__: keys for row, keys in wanted(steps).items()}
    assert found == {"Ledger": {f"ledger:{LEDGER}"}, "Compound": {COMPOUND}, "FiveHaves": {COMPOUND}, "Person": {LI}}


def test_a_row_is_born_and_changes_within_one_batch() -> None:
    share = folded([REGISTERED, DIVIDED]).shares[Compound]
    assert share.now == {COMPOUND: compound(divided=True, divided_since=DAY, born=1, known_since=2)}
    assert share.former == [Former(compound(born=1, known_since=1), 2)]


def test_a_row_that_is_there_changes_from_what_it_is() -> None:
    before = compound(born=3, known_since=5, problems=(WEAK,))
    share = folded([compounds.CompoundProblemTagged(COMPOUND, MIXED)], [before], after=8).shares[Compound]
    assert share.now == {COMPOUND: compound(born=3, known_since=9, problems=(WEAK, MIXED))}
    assert share.former == [Former(before, 9)]


def test_every_version_has_its_exact_position() -> None:
    classified = [compounds.CompoundOriginClassified(COMPOUND, origin) for origin in compounds.Origin]
    share = folded([REGISTERED, *classified]).shares[Compound]
    spans = [(former.row.known_since, former.until) for former in share.former]
    assert spans == [(at, at + 1) for at in range(1, 1 + len(classified))]


def test_a_row_left_as_it_was_has_no_new_version() -> None:
    share = folded([REGISTERED, DIVIDED, DIVIDED, compounds.CompoundProblemCleared(COMPOUND, WEAK)]).shares[Compound]
    assert share.now[COMPOUND].known_since == 2
    assert len(share.former) == 1


def test_columns_that_one_event_changes_together_are_one_version() -> None:
    mode = compounds.ServiceModeSet(COMPOUND, compounds.ServiceMode.MARKET, Ref("firm:1"), DAY)
    share = folded([REGISTERED, mode]).shares[Compound]
    after = share.now[COMPOUND]
    assert (after.service_mode, after.provider, after.service_since) == (mode.service_mode, "firm:1", DAY)
    assert len(share.former) == 1


def test_every_event_is_in_the_log_once_and_under_each_of_its_tags() -> None:
    batch = folded([REGISTERED, DIVIDED], after=4)
    assert [(row.position, row.type) for row in batch.log] == [(5, "CompoundRegistered"), (6, "CompoundDivided")]
    assert [(tag.tag, tag.position) for tag in batch.tags] == [
        ("community:1", 5),
        ("community:1", 6),
        ("compound:1", 5),
        ("compound:1", 6),
    ]
    assert (batch.after, batch.position) == (4, 6)


def test_an_event_that_no_row_can_take_is_named_with_its_projection() -> None:
    with pytest.raises(Stopped) as raised:
        folded([REGISTERED, grants.GrantEnded(Ref("grant:1"), LI, None, DAY)], after=10)
    stopped = raised.value
    assert (stopped.position, stopped.event, stopped.projection) == (12, "GrantEnded", "Grant")


def test_folding_leaves_the_rows_that_it_was_given_alone() -> None:
    before = compound(born=1, known_since=1)
    rows: dict[type[Row], dict[str, Row | None]] = {Compound: {COMPOUND: before}}
    told = recorded(DIVIDED, after=1)
    fold(told, planned(told), 1, rows)
    assert rows == {Compound: {COMPOUND: before}}
    assert not before.divided


def test_rows_take_what_the_event_holds_sealed_or_not() -> None:
    batch = folded([people.PersonRegistered(LI, Personal("v1.sealed")), places.TownRegistered(TOWN, "古韩镇")])
    assert batch.shares[Person].now[LI].full_name == "v1.sealed"
    assert batch.shares[Town].now[TOWN].name == "古韩镇"


def test_times_come_from_the_entry() -> None:
    event = recorded(opened())[0]
    assert event.entry.occurred_at - BEGAN == timedelta(0)
