"""What any ledger may hold is read for ever: a released event keeps its shape, and a new shape is a new version."""

import json
from pathlib import Path

import pytest

from api.catalogue import product
from domain.bodies import from_body, personal_fields, to_body
from domain.events import EVENTS, refs_of
from infra.entries import Entry, is_canonical, parse
from infra.seals import parse_token
from tests import released
from tests.released import ENTRIES, SHAPES, add_missing, complaints, entries, lines, shapes

LINES = lines(ENTRIES)


def told(line: str) -> Entry:
    return parse(line.encode())


def test_no_event_changes_its_shape_without_a_new_version() -> None:
    assert list(complaints(lines(SHAPES), shapes())) == []


def test_every_version_of_every_event_has_a_recorded_entry() -> None:
    kept = [(told(line).type, told(line).version) for line in LINES]
    assert len(kept) == len(set(kept))
    assert set(kept) == {(name, int(version)) for name, version, *_ in (s.split() for s in lines(SHAPES) if " " in s)}
    assert entries().keys() <= set(kept), "run make printed"


@pytest.mark.parametrize("line", LINES, ids=[f"{told(line).type} {told(line).version}" for line in LINES])
def test_a_released_entry_is_canonical_and_still_the_event_it_was(line: str) -> None:
    entry = told(line)
    assert is_canonical(line.encode())
    body = json.loads(bytes(entry.body))
    event = from_body(entry.type, body, entry.version)
    assert type(event) is product().events[entry.type]
    assert set(refs_of(event)) <= set(entry.tags)
    if entry.version == event.version:
        assert json.loads(json.dumps(to_body(event))) == body
    for name, purpose, _ in personal_fields(type(event)):
        sealed = parse_token(getattr(event, name))
        assert (sealed.field, sealed.purpose) == (name, purpose)


RELEASED = ["GridRetired 1 PUBLIC ended:date grid:Ref[Grid]", "Origin.OTHER", "Origin.WORK_UNIT"]


@pytest.mark.parametrize(
    ("present", "says"),
    [
        (["GridRetired 1 PUBLIC ended:date? grid:Ref[Grid]"], "released in another shape; add version=2"),
        (["GridRetired 1 STAFF ended:date grid:Ref[Grid]"], "released in another shape; add version=2"),
        (["GridRetired 2 PUBLIC ended:date grid:Ref[Grid] why:str?"], "run make printed"),
        (["GridSold 1 PUBLIC grid:Ref[Grid]", RELEASED[0]], "GridSold 1 .* run make printed"),
        ([], "GridRetired 1 .*: ledgers hold it, so it stays"),
    ],
)
def test_a_change_of_shape_is_told_with_what_to_do(present: list[str], says: str) -> None:
    with pytest.raises(AssertionError, match=says):
        assert "\n".join(complaints(RELEASED, [*present, *RELEASED[1:]])) == ""


def test_a_choice_that_was_released_stays_and_others_may_come() -> None:
    assert list(complaints(RELEASED, RELEASED)) == []
    assert list(complaints(RELEASED, RELEASED[:2])) == ["Origin.WORK_UNIT: ledgers hold it, so it stays as it is"]
    (one,) = complaints(RELEASED, [*RELEASED, "Origin.MIXED"])
    assert one.startswith("Origin.MIXED: not released yet")


def test_the_former_version_of_a_shape_stays_beside_the_present_one() -> None:
    later = "GridRetired 2 PUBLIC ended:date grid:Ref[Grid] why:str?"
    assert list(complaints([*RELEASED, later], [later, *RELEASED[1:]])) == []


def test_adding_what_is_missing_leaves_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ENTRIES", "SHAPES"):
        monkeypatch.setattr(released, name, tmp_path / name)
    (tmp_path / "ENTRIES").write_text(f"{LINES[3]}\n", "utf-8")
    (tmp_path / "SHAPES").write_text("BuildingRegistered 1 PUBLIC other:shape\n", "utf-8")
    add_missing()
    first = [(tmp_path / name).read_bytes() for name in ("ENTRIES", "SHAPES")]
    assert LINES[3] in lines(tmp_path / "ENTRIES")
    assert len(lines(tmp_path / "ENTRIES")) == len(entries())
    assert "BuildingRegistered 1 PUBLIC other:shape" in lines(tmp_path / "SHAPES")
    add_missing()
    assert [(tmp_path / name).read_bytes() for name in ("ENTRIES", "SHAPES")] == first


def test_events_of_the_tests_are_not_released() -> None:
    assert {event.__module__.partition(".")[0] for event in product().events.values()} == {"domain"}
    assert set(product().events) <= set(EVENTS)
