"""Rows: declared beside the events that change them; what is declared wrongly says where."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any, ClassVar, cast

import msgspec
import pytest

import projections.rooms  # noqa: F401
from domain import compounds, coverages, grants, grids, ledgers, people, places, posts
from domain.bodies import CHINA
from domain.events import Audience, Confidential, Event, Personal, Ref
from domain.roles import Role
from domain.words import Undescribed
from projections.exhibits import Exhibit
from projections.grants import Grant
from projections.modules import ModuleList
from projections.people import Person
from projections.rows import (
    ROWS,
    Changes,
    Misdeclared,
    Row,
    add,
    around,
    at,
    becomes,
    by,
    changing,
    columns,
    declared,
    its,
    kind_of,
    left,
    new,
    plans,
    public_columns,
    put,
    shape,
    table_of,
)
from projections.steps import many_keys

DAY = date(2025, 3, 1)
COMPOUND, COMMUNITY = Ref[places.Compound]("compound:1"), Ref[places.Community]("community:1")
REGISTERED = places.CompoundRegistered(COMPOUND, COMMUNITY, "永安", divided=False)
FACTS = SimpleNamespace(position=7, occurred_at=datetime(2025, 3, 1, tzinfo=CHINA), tags=("community:1", "town:1"))


def apply(row: type[Row], before: Any, key: str, event: Event, position: int = 7) -> Any:
    plan = next(plan for plan in plans(row) if plan.event is type(event))
    return plan.apply(before, key, event, SimpleNamespace(**{**vars(FACTS), "position": position}))


def keys(row: type[Row], event: Event) -> list[str]:
    return [key for plan in plans(row) if plan.event is type(event) for key in plan.keys(event)]


class Place(Row, frozen=True, kw_only=True):
    """A compound, for the tests of this file.
    测试用小区。"""

    registered: ClassVar = False
    id: Ref[places.Compound]
    community: Ref[places.Community]
    town: Ref[places.Town] | None = None
    name: str
    since: datetime | None = None
    revision: int = 0
    grid: Ref[grids.Grid] | None = None

    on: ClassVar[Changes] = {
        places.CompoundRegistered: new(since=at, town=around("town"), name=lambda _, event: event.name.upper()),
        places.CompoundDivided: add(revision=1),
        compounds.CompoundFileRevised: put(revision=its.revision),
        compounds.CompoundProblemTagged: add(revision=lambda row, _: row.revision),
        compounds.CompoundOriginClassified: lambda row, _: row,
        coverages.GridCoverageBegan: put(key="place", grid=its.grid),
        coverages.GridCoverageEnded: put(key="place", grid=left("grid")),
    }


class Tally(Row, frozen=True, kw_only=True):
    """How many compounds a community has.
    社区小区数。"""

    registered: ClassVar = False
    id: Ref[places.Community]
    seats: int = 0
    level: int = 0

    on: ClassVar[Changes] = {
        places.CompoundRegistered: add(seats=1),
        places.BuildingRegistered: becomes(
            lambda row, _: row and Tally(id=row.id, seats=row.seats, level=row.level + 1)
        ),
    }


def test_every_row_declared_is_sound_and_has_a_table_of_its_own() -> None:
    assert set(declared()) == set(ROWS)
    assert {table_of(row) for row in ROWS} >= {"ledger", "person", "grant", "micro_grid", "party_organisation"}
    assert len({row.plural for row in ROWS}) == len(ROWS)


def test_columns_are_told_with_the_key_first_and_without_the_machinery() -> None:
    assert [column.name for column in columns(Place)] == [
        *("id", "community", "town", "name", "since", "revision", "grid")
    ]
    assert changing(Place) == {"revision", "grid"} | {c.name for c in columns(Place)[1:]}


def test_a_row_that_begins_with_something_else_than_its_thing_may_begin_afresh() -> None:
    """A platform's list is of the ledger, which is opened once; the list is published again and again."""
    assert changing(ModuleList) == {"modules", "since"}
    assert changing(Exhibit) == frozenset()


def test_a_row_has_the_kind_of_its_key_and_the_plural_and_table_of_its_name() -> None:
    assert (Person.plural, table_of(Grant), kind_of(Place)) == ("people", "grant", "compound")


def test_personal_columns_are_not_public() -> None:
    assert Person.audience is Audience.STAFF
    assert [column.name for column in public_columns(Person)] == ["id"]


def test_a_row_is_born_with_the_events_fields_and_its_stamps() -> None:
    row = apply(Place, None, COMPOUND, REGISTERED)
    assert row == Place(
        born=7,
        known_since=7,
        id=COMPOUND,
        community=COMMUNITY,
        town=Ref("town:1"),
        name="永安",
        since=FACTS.occurred_at,
    )


def test_a_changed_row_keeps_its_birth_and_the_former_stays_as_it_was() -> None:
    before = apply(Place, None, COMPOUND, REGISTERED)
    after = apply(
        Place,
        before,
        COMPOUND,
        compounds.CompoundFileRevised(COMPOUND, compounds.CompoundFile.BASIC, 3, Confidential(""), ""),
        9,
    )
    assert (after.born, after.known_since, after.revision) == (7, 9, 3)
    assert (before.known_since, before.revision) == (7, 0)
    assert apply(Place, after, COMPOUND, places.CompoundDivided(COMPOUND, DAY), 10).revision == 4


@pytest.mark.parametrize(
    "event",
    [
        compounds.CompoundFileRevised(COMPOUND, compounds.CompoundFile.BASIC, 0, Confidential(""), ""),
        compounds.CompoundProblemTagged(COMPOUND, compounds.Problem.MIXED_POPULATION),
        compounds.CompoundOriginClassified(COMPOUND, compounds.Origin.OTHER),
        coverages.GridCoverageEnded(COMPOUND, Ref("grid:other"), DAY, DAY),
    ],
)
def test_a_row_left_as_it_was_is_the_very_same(event: Event) -> None:
    before = apply(Place, None, COMPOUND, REGISTERED)
    assert apply(Place, before, COMPOUND, event, 9) is before


def test_a_row_of_nothing_but_defaults_begins_with_what_first_concerns_it() -> None:
    row = apply(Tally, None, COMMUNITY, REGISTERED)
    assert row == Tally(born=7, known_since=7, id=COMMUNITY, seats=1)


def test_a_row_that_must_be_told_at_birth_does_not_begin_otherwise() -> None:
    with pytest.raises(LookupError, match="Place compound:1"):
        apply(Place, None, COMPOUND, places.CompoundDivided(COMPOUND, DAY))


def test_a_function_may_stand_in_for_a_verb() -> None:
    event = places.BuildingRegistered(Ref("building:1"), COMPOUND, COMMUNITY, "1号楼")
    assert apply(Tally, None, COMMUNITY, event) is None
    after = apply(Tally, apply(Tally, None, COMMUNITY, REGISTERED), COMMUNITY, event, 9)
    assert after == Tally(born=7, known_since=9, id=COMMUNITY, seats=1, level=1)


def test_a_reference_to_another_kind_of_thing_is_no_business_of_the_row() -> None:
    assert keys(Place, coverages.GridCoverageBegan(COMPOUND, Ref("grid:1"), DAY)) == [COMPOUND]
    assert keys(Place, coverages.GridCoverageBegan(Ref("building:1"), Ref("grid:1"), DAY)) == []


def test_a_row_may_be_keyed_by_what_a_function_makes_of_the_event() -> None:
    post = next(row for row in ROWS if row.__name__ == "Post")
    event = posts.PostFilled(Ref("grid:1"), Ref("person:1"), posts.PostKind.CHECKER, full_time=False, since=DAY)
    assert keys(post, event) == ["grid:1@person:1@CHECKER@2025-03-01"]


def test_a_list_of_references_means_each_row_of_the_kind_once() -> None:
    seen = many_keys("places", "compound:")(
        SimpleNamespace(places=("compound:1", "building:1", "compound:2", "compound:1"))
    )
    assert list(seen) == ["compound:1", "compound:2"]
    assert list(many_keys("places", "compound:")(SimpleNamespace(places=None))) == []


def declare(columns: Mapping[str, Any] | None = None, key: Any = Ref[grants.Grant], **told: Any) -> type[Row]:
    """A row of grants with these things said of it."""
    fields = {"id": key, "person": Ref[people.Person], "role": Role, "since": date, **(columns or {})}
    said = {"__doc__": "Wrong.\n错误。", "registered": False, **told}
    named = list(fields.items())
    made = msgspec.defstruct("Wrong", named, bases=(Row,), namespace=said, module=__name__, frozen=True, kw_only=True)
    return cast("type[Row]", made)


def wrongly() -> Iterator[tuple[str, dict[str, Any]]]:
    given, ended = grants.GrantGiven, grants.GrantEnded
    yield "Wrong on GrantGiven: level is left without a value", {"on": {given: new()}, "columns": {"level": int}}
    yield "Wrong on GrantGiven: until is no column", {"on": {given: new(until=None)}}
    yield "Wrong on GrantGiven: id is no column", {"on": {given: new(id=its.grant)}}
    yield "Wrong on GrantEnded: untl is no field of the event", {"on": {ended: put(since=its.untl)}}
    yield "Wrong on GrantEnded: since cannot hold the event's person", {"on": {ended: put(since=its.person)}}
    yield "Wrong on GrantGiven: since cannot hold the event's until", {"on": {given: new(since=its.until)}}
    yield "Wrong on GrantGiven: person cannot hold the event's grant", {"on": {given: new(person=its.grant)}}
    yield "Wrong on GrantEnded: role cannot hold None", {"on": {ended: put(role=None)}}
    yield "Wrong on GrantEnded: role cannot hold 'COUNTY'", {"on": {ended: put(role="COUNTY")}}
    yield "Wrong on GrantEnded: since cannot hold At()", {"on": {ended: put(since=at)}}
    yield "Wrong on GrantEnded: person cannot hold Around", {"on": {ended: put(person=around("person"))}}
    yield "Wrong on GrantEnded: role is not a number to add to", {"on": {ended: add(role=1)}}
    yield "Wrong on LedgerOpened: grant is no field of the event", {"on": {ledgers.LedgerOpened: put()}}
    yield "Wrong on GrantGiven: since is no reference", {"on": {given: new(key="since")}}
    yield "Wrong on GrantGiven: person refers to no grant", {"on": {given: new(key="person")}}
    yield "Wrong: nonsense is not described", {"on": {}, "columns": {"nonsense": str}}
    yield "Wrong: lists by nonsense, which is no column", {"on": {}, "lists": (by("nonsense"),)}
    yield "Wrong: role gives no order", {"on": {}, "orders": ("since", "role")}
    yield "Wrong: role is no number", {"on": {}, "measures": ("role",)}
    yield "Wrong: holds until the next by nonsense, which not every row has", {"on": {}, "until_next": "nonsense"}
    town: dict[str, Any] = {"columns": {"town": Ref[places.Town] | None}, "until_next": "town"}
    yield "Wrong: holds until the next by town, which not every row has", {"on": {}, **town}
    void: dict[str, Any] = {"columns": {"voided": bool}, "until_next": "person"}
    yield "Wrong: holds until the next, which may be void", {"on": {}, **void}
    for name in ("known_until", "ledger", "cursor", "rn"):
        yield "`id` comes first", {"on": {}, "columns": {name: int}}


@pytest.mark.parametrize(
    ("message", "told"), list(wrongly()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_wrong_declaration_is_told_with_row_event_and_field(message: str, told: dict[str, Any]) -> None:
    with pytest.raises(Misdeclared) as raised:
        shape(declare(**told)).check()
    assert message in str(raised.value)


def test_a_row_that_is_not_told_in_both_languages_is_refused() -> None:
    with pytest.raises(Undescribed, match="Wrong"):
        shape(declare(on={}, __doc__="English only.")).check()


def test_a_sound_declaration_passes() -> None:
    row = declare(on={grants.GrantGiven: new(), grants.GrantEnded: put(since=its.ended)}, lists=(by("person"),))
    shape(row).check()
    assert changing(row) == {"since"}


def test_a_sealed_column_takes_only_what_is_sealed_for_its_purpose() -> None:
    sealed = {"full_name": Personal[people.Contact]}
    row = declare(sealed, Ref[people.Person], on={people.PersonRegistered: new()})
    with pytest.raises(Misdeclared):
        shape(row).check()
