"""An event survives the way to JSON and back, whatever it says."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.bodies import CHINA, EventUnknown, from_body, personal_fields, to_body
from domain.events import EVENTS, Confidential, Event, Field, Hundredths, Personal, Position, Ref, fields_of
from domain.grants import GrantGiven
from domain.people import PersonRegistered
from domain.roles import Role
from domain.rooms import ROOMS

PEOPLES_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    Ref: st.from_regex(r"[a-z_]{1,12}:[0-9a-f]{1,24}", fullmatch=True).map(Ref),
    Personal: PEOPLES_TEXT.map(Personal),
    Confidential: PEOPLES_TEXT.map(Confidential),
    str: PEOPLES_TEXT,
    bool: st.booleans(),
    int: st.integers(),
    Hundredths: st.integers(),
    Position: st.integers(1),
    date: st.dates(),
    datetime: st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.sampled_from([UTC, CHINA])),  # noqa: DTZ001 - bounds are naive
}


def values(field: Field) -> st.SearchStrategy[Any]:
    one = VALUES[field.type] if field.type in VALUES else st.sampled_from(field.type)
    many = st.lists(one, max_size=4).map(tuple) if field.many else one
    return st.none() | many if field.optional else many


def events(event: type[Event]) -> st.SearchStrategy[Event]:
    return st.builds(event, **{field.name: values(field) for field in fields_of(event)})


@pytest.mark.parametrize(
    "event", [event for room in ROOMS for event in EVENTS.values() if event.__module__ == room.__name__]
)
@given(data=st.data())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_an_event_comes_back_from_its_body_as_it_was(event: type[Event], data: st.DataObject) -> None:
    happened = data.draw(events(event))
    body = json.loads(json.dumps(to_body(happened)))
    returned = from_body(event.__name__, body, event.version)
    assert returned == happened
    assert [type(getattr(returned, f.name)) for f in fields_of(event)] == [
        type(getattr(happened, f.name)) for f in fields_of(event)
    ]


def test_a_body_says_enums_by_name_references_by_tag_and_dates_in_iso() -> None:
    given_ = GrantGiven(Ref("grant:g"), Ref("person:p"), Role.TOWN, None, date(2025, 3, 1))
    assert to_body(given_) == {
        "grant": "grant:g",
        "person": "person:p",
        "role": "TOWN",
        "scope": None,
        "since": "2025-03-01",
        "until": None,
    }


def test_fields_that_a_former_shape_lacked_take_their_defaults() -> None:
    body = {"person": "person:p", "full_name": "sealed"}
    assert from_body("PersonRegistered", body, 1) == PersonRegistered(Ref("person:p"), Personal("sealed"), None)


def test_an_event_that_this_release_does_not_know_is_named() -> None:
    with pytest.raises(EventUnknown, match="GridFlown"):
        from_body("GridFlown", {}, 1)


def test_personal_fields_are_known_with_their_purposes() -> None:
    assert personal_fields(PersonRegistered) == (("full_name", "IDENTITY", "person"), ("phone", "CONTACT", "person"))
    assert personal_fields(GrantGiven) == ()
