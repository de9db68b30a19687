"""Entries are canonical JSON, the same bytes for the same content, and nothing else passes."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from unicodedata import normalize
from uuid import UUID

import pytest
from eventsourcing.dcb.api import DCBEvent
from hypothesis import given
from hypothesis import strategies as st

from domain.events import Ref
from domain.recording import EntryTooLarge
from infra.entries import (
    LONGEST,
    Entry,
    EntryActor,
    EntryBackdated,
    EntryUnfit,
    NewEvent,
    Stamp,
    Stored,
    body_of,
    canonical,
    draft,
    is_canonical,
    moment,
    new_id,
    parse,
    recorded,
    stored,
)
from infra.merkle import leaf_hash

LEDGER = "140423"
NOON = datetime(2025, 3, 1, 4, tzinfo=UTC)
AT = moment(NOON).encode()
WANG = EntryActor(person="person:7", role="GRID_WORKER", grant="grant:9")
EVENT = NewEvent(
    "CaseReported",
    canonical({"case": "case:1", "what": "路灯不亮", "floor": 3, "seen": None}),
    ["compound:2", "case:1"],
    "0195501a-7c00-7000-8000-000000000001",
    2,
    Stamp(WANG, NOON, "report-1", None, "0195501a-7c00-7000-8000-000000000000"),
)
LINE = (
    '{"actor":{"grant":"grant:9","organisation":null,"person":"person:7","role":"GRID_WORKER"},'
    '"body":{"case":"case:1","floor":3,"seen":null,"what":"路灯不亮"},'
    '"causationId":"0195501a-7c00-7000-8000-000000000000","commandId":"report-1","correlationId":null,'
    '"id":"0195501a-7c00-7000-8000-000000000001","ledger":"140423","occurredAt":"2025-03-01T12:00:00.000000+08:00",'
    '"position":12,"recordedAt":"2025-03-01T12:00:00.000000+08:00","tags":["case:1","compound:2"],'
    '"type":"CaseReported","version":2}'
)
texts = st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0x2FFF)).map(lambda text: normalize("NFC", text))
scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts
bodies = st.dictionaries(
    st.from_regex("[a-z_]{1,12}", fullmatch=True), scalars | st.lists(scalars, max_size=4), max_size=6
)


def entry_of(body: dict[str, Any], position: int = 1) -> bytes:
    return draft(LEDGER, NewEvent("CaseReported", canonical(body), ["case:1"]), NOON).entry(position, AT)


def test_an_entry_reads_as_it_is_published() -> None:
    assert draft(LEDGER, EVENT, NOON).entry(12, AT).decode() == LINE


def test_a_back_dated_entry_says_so_right_after_its_actor_br_82() -> None:
    stamp = EVENT.stamp._replace(backdated=EntryBackdated(2, "纸质台账补录"))
    line = LINE.replace('"body":', '"backdated":{"policy":2,"reason":"纸质台账补录"},"body":', 1)
    assert draft(LEDGER, replace(EVENT, stamp=stamp), NOON).entry(12, AT).decode() == line
    assert is_canonical(line.encode())
    assert recorded(line.encode()).backdated == EntryBackdated(2, "纸质台账补录")
    assert recorded(LINE.encode()).backdated is None


@pytest.mark.parametrize(
    "told", ["null", "{}", '{"policy":2}', '{"policy":2,"reason":"a","why":1}', '{"reason":"a","policy":2}']
)
def test_an_entry_that_tells_it_otherwise_is_not_canonical_br_82(told: str) -> None:
    assert not is_canonical(LINE.replace('"body":', f'"backdated":{told},"body":', 1).encode())


def test_what_readers_get_is_what_was_recorded() -> None:
    event = recorded(LINE.encode())
    assert (event.position, event.type, event.tags, event.command_id) == (
        12,
        "CaseReported",
        ("case:1", "compound:2"),
        "report-1",
    )
    assert event.body == {"case": "case:1", "what": "路灯不亮", "floor": 3, "seen": None}
    assert (event.actor, event.occurred_at, event.recorded_at) == (WANG, NOON, NOON)
    assert event.leaf == leaf_hash(LINE.encode())


@given(bodies)
def test_python_s_own_json_with_sorted_keys_writes_the_same_bytes(body: dict[str, Any]) -> None:
    assert canonical(body).decode() == json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@given(bodies, st.integers(1, 2**63 - 1))
def test_a_body_comes_back_from_its_entry(body: dict[str, Any], position: int) -> None:
    entry = entry_of(body, position)
    assert recorded(entry).body == body
    assert body_of(entry) == canonical(body)
    assert parse(entry).position == position
    assert is_canonical(entry)


@given(st.data())
def test_an_entry_with_a_bit_changed_is_another_leaf_and_no_entry_or_another(data: st.DataObject) -> None:
    entry = bytearray(LINE.encode())
    entry[data.draw(st.integers(0, len(entry) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert leaf_hash(bytes(entry)) != leaf_hash(LINE.encode())
    if is_canonical(bytes(entry)):
        assert parse(bytes(entry)) != parse(LINE.encode())


@pytest.mark.parametrize(
    "line",
    [
        LINE.replace(',"position"', ', "position"'),
        LINE.replace('"floor":3', '"floor":3.0'),
        LINE.replace('"floor":3,"seen":null', '"seen":null,"floor":3'),
        LINE.replace("路", "\\u8def"),
        LINE.replace('"version":2', '"version":2,"why":1'),
        LINE.replace('"correlationId":null,', ""),
        LINE + "\n",
        "",
    ],
)
def test_the_same_content_written_otherwise_is_not_canonical(line: str) -> None:
    assert not is_canonical(line.encode())


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        2**53,
        -(2**53),
        float("nan"),
        NOON,
        b"bytes",
        {1: 2},
        {"ключ": 1},
        [1, [2.5]],
        {"in": {"out": 0.5}},
        "\ud800",
    ],
)
def test_what_json_readers_disagree_about_is_no_body(value: object) -> None:
    with pytest.raises(EntryUnfit):
        canonical({"field": value})


@pytest.mark.parametrize("data", [b"{}x", b"[]", b'{"b":1,"a":2}', b'{"a": 1}', b'{"a":1.0}', b"", b"\xff"])
def test_opaque_data_is_taken_in_canonical_form_only(data: bytes) -> None:
    with pytest.raises(EntryUnfit):
        draft(LEDGER, DCBEvent("CaseReported", data, []), NOON)


def test_opaque_data_in_canonical_form_gets_an_id_and_the_time_of_the_append() -> None:
    entry = parse(draft(LEDGER, DCBEvent("CaseReported", b'{"a":1}', ["b", "a", "b"]), NOON).entry(1, AT))
    assert (bytes(entry.body), entry.tags, entry.occurred_at) == (b'{"a":1}', ["a", "b"], AT.decode())
    assert entry.id[14] == "7"


@pytest.mark.parametrize(
    "event",
    [
        NewEvent("CaseReported", canonical({"what": "e\u0301"})),
        NewEvent("CaseReported", canonical({}), ["case:e\u0301"]),
        NewEvent("CaseReported", canonical({}), ["case:\x1f"]),
        NewEvent("CaseReported", canonical({}), ["case:\0"]),
        NewEvent("CaseReported", canonical({}), ["case:\ud800"]),
    ],
)
def test_text_that_is_not_nfc_and_tags_that_cannot_be_kept_are_a_bug(event: NewEvent) -> None:
    with pytest.raises(EntryUnfit):
        draft(LEDGER, event, NOON)


def test_the_largest_entry_fits_at_any_position_and_one_byte_more_is_refused() -> None:
    rest = len(entry_of({"text": ""}, 2**63 - 1))
    assert len(entry_of({"text": "x" * (LONGEST - rest)}, 2**63 - 1)) == LONGEST
    with pytest.raises(EntryTooLarge) as refusal:
        entry_of({"text": "x" * (LONGEST - rest + 1)})
    assert (refusal.value.size, refusal.value.longest) == (LONGEST + 1, 65_535)


def test_references_are_tags() -> None:
    event = NewEvent("CaseReported", canonical({}), [Ref("compound:2"), Ref("case:1")])
    assert parse(draft(LEDGER, event, NOON).entry(1, AT)).tags == ["case:1", "compound:2"]


def test_an_entry_s_fields_are_declared_in_the_order_of_their_names() -> None:
    names = Entry.__struct_encode_fields__
    assert list(names) == sorted(names)
    assert list(EntryActor.__struct_encode_fields__) == sorted(EntryActor.__struct_encode_fields__)


def test_times_are_written_in_one_way() -> None:
    assert moment(NOON) == moment(NOON.astimezone()) == "2025-03-01T12:00:00.000000+08:00"


def test_an_id_tells_when_it_was_made_to_the_millisecond() -> None:
    made = UUID(new_id(NOON.replace(microsecond=123_000)))
    assert (made.version, made.int >> 80) == (7, int(NOON.timestamp() * 1000) + 123)


def test_a_draft_and_a_reader_know_what_the_entry_says() -> None:
    made = draft(LEDGER, EVENT, NOON)
    assert (made.type, made.tags, made.occurred_at) == ("CaseReported", ("case:1", "compound:2"), NOON)
    assert recorded(LINE.encode()).id == EVENT.id
    assert stored(7, LINE.encode(), "CaseReported", ["case:1"]) == Stored(
        7, "CaseReported", 2, frozenset({"case:1"}), bytes(EVENT.data)
    )
