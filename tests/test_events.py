"""Events are bare values whose fields are of a closed set of types, mean one thing everywhere, and give the tags."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest

from domain.coverages import GridCoverageBegan
from domain.decisions import DECISIONS, tags_of
from domain.events import (
    EVENTS,
    Audience,
    Event,
    Field,
    Hundredths,
    Personal,
    Ref,
    UnfitField,
    UnfitKind,
    field_of,
    fields_of,
    refs_of,
)
from domain.execution import tagged
from domain.grids import Grid
from domain.people import Contact, Identity, Person, PersonRegistered
from domain.places import Building, BuildingRegistered
from domain.rooms import ROOMS
from domain.secretaries import SecretaryAppointed, SecretarySource

B, K, C = Ref[Any]("building:b"), Ref[Any]("compound:k"), Ref[Any]("community:c")


@pytest.mark.parametrize(
    ("hint", "field"),
    [
        (Ref[Grid], Field("x", Ref, Grid, many=False, optional=False)),
        (Ref[Grid | Building], Field("x", Ref, (Grid, Building), many=False, optional=False)),
        (tuple[Ref[Grid | Building], ...] | None, Field("x", Ref, (Grid, Building), many=True, optional=True)),
        (Ref[Any] | None, Field("x", Ref, Any, many=False, optional=True)),
        (tuple[Ref[Building], ...], Field("x", Ref, Building, many=True, optional=False)),
        (tuple[str, ...] | None, Field("x", str, None, many=True, optional=True)),
        (Personal[Identity], Field("x", Personal, Identity, many=False, optional=False)),
        (Hundredths, Field("x", Hundredths, None, many=False, optional=False)),
        (SecretarySource | None, Field("x", SecretarySource, None, many=False, optional=True)),
        *((plain, Field("x", plain, None, many=False, optional=False)) for plain in (str, bool, int, date, datetime)),
    ],
)
def test_a_field_type_is_taken_apart(hint: Any, field: Field) -> None:
    assert field_of("x", hint) == field


@pytest.mark.parametrize("hint", [float, bytes, list[str], dict[str, str], str | int, Any, Event])
def test_other_types_are_no_fields(hint: Any) -> None:
    with pytest.raises(UnfitField):
        field_of("x", hint)


def described() -> Iterator[tuple[str, tuple[Any, ...], str]]:
    """Each field name with what it is, and where."""
    for event in EVENTS.values():
        for field in fields_of(event):
            yield field.name, (field.type, field.many, field.optional), event.__name__


def test_a_field_name_has_one_type_in_all_events() -> None:
    meanings: dict[str, dict[tuple[Any, ...], list[str]]] = {}
    for name, what, where in described():
        meanings.setdefault(name, {}).setdefault(what, []).append(where)
    assert {name: found for name, found in meanings.items() if len(found) > 1} == {}


def test_a_reference_of_one_name_is_to_one_kind_in_all_events_or_to_one_of_several() -> None:
    kinds: dict[str, set[Any]] = {}
    for field in (field for event in EVENTS.values() for field in fields_of(event) if field.type is Ref):
        kinds.setdefault(field.name, set()).add(field.of if len(field.kinds) == 1 else "several")
    assert {name: found for name, found in kinds.items() if len(found) > 1} == {}


def test_a_person_is_not_one_of_several_kinds() -> None:
    made = type("Met", (Event,), {"__annotations__": {"met": Ref[Person | Grid]}})
    del EVENTS["Met"]
    with pytest.raises(UnfitField):
        fields_of(made)


def test_an_event_that_refers_to_a_thing_of_another_kind_is_a_bug() -> None:
    with pytest.raises(UnfitKind):
        list(tagged([BuildingRegistered(K, K, C, "1号楼")], []))
    with pytest.raises(UnfitKind):
        list(tagged([GridCoverageBegan(C, Ref("grid:1"), date(2025, 1, 1))], []))
    assert list(tagged([GridCoverageBegan(K, Ref("grid:1"), date(2025, 1, 1))], []))


def test_a_plain_parameter_named_like_a_field_has_the_fields_type() -> None:
    types = {name: what[:2] for name, what, _ in described()}
    plain = (p for made in DECISIONS.values() for p in made.parameters if p.value and p.name in types)
    assert [p.name for p in plain if p.value and types[p.name] != (p.value.type, p.many)] == []


def test_all_rooms_are_there() -> None:
    modules = {event.__module__ for event in EVENTS.values() if event.__module__.startswith("domain.")}
    assert modules <= {room.__name__ for room in ROOMS}


def test_an_event_refers_to_what_its_fields_name() -> None:
    registered = BuildingRegistered(B, K, C, "1号楼")
    assert list(refs_of(registered)) == [B, K, C]
    appointed = SecretaryAppointed(K, B, SecretarySource.EMPLOYEE, date(2025, 1, 1), None)
    assert list(refs_of(appointed)) == [K, B]


def test_the_tags_are_the_references_and_what_lies_around_them_each_once() -> None:
    around: dict[str, dict[str, str]] = {B: {"compound": K, "community": C, "town": "town:t"}}
    assert tags_of(BuildingRegistered(B, K, C, "1号楼"), around) == (B, K, C, "town:t")


def test_a_reference_is_a_kind_and_an_id() -> None:
    assert Ref[Any]("micro_grid:3fa9:x").kind == "micro_grid"


def test_personal_fields_name_their_purpose() -> None:
    found = {field.name: field.of for field in fields_of(PersonRegistered) if field.type is Personal}
    assert found == {"full_name": Identity, "phone": Contact}
    assert [field.of for field in fields_of(PersonRegistered) if field.name == "person"] == [Person]


def test_two_events_of_one_name_are_a_mistake() -> None:
    with pytest.raises(UnfitField):
        type("GridRetired", (Event,), {"__annotations__": {}})
    assert EVENTS["GridRetired"].__module__ == "domain.grids"


def test_each_later_audience_reads_what_the_earlier_may() -> None:
    order = [Audience.PUBLIC, Audience.PARTIES, Audience.STAFF, Audience.LEGAL]
    assert list(Audience) == order
    assert [[reader.sees(level) for level in order] for reader in order] == [
        [True, False, False, False],
        [True, True, False, False],
        [True, True, True, False],
        [True, True, True, True],
    ]
