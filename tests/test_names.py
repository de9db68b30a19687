"""Names hold still: a context is called the same in every layer, and a file tells in one order what it has."""

import re
from pathlib import Path
from types import ModuleType

import pytest

from api.catalogue import product
from domain.decisions import Decision
from domain.events import Event
from domain.refusals import Refusal
from domain.rooms import ORDER, ROOMS
from domain.states import State

HOME = Path(__file__).parent.parent
MACHINERY = {
    "domain": """bodies decisions events execution limits memo periods reactions recording refusals roles rooms
        specification states tallies views words""",
    "projections": """batches changes counting ddl exchanging figures flushing folding gaps hashing indicators
        inspections leases loading log memory owning projector reading rebuilding records replaying reports responsible
        rooms rows scopes sources steps tables verbs waiting yearbooks""",
    "api": """advancing app catalogue changes citations cli codes commands composition connections contents costs
        days declared differences documents downloads errors events execution failures figures files
        following gaps groups happenings http identity languages limits lingering listed lists logs measures
        metrics moments mutations naming nodes nullability operating orders owning pages pools progress
        projecting ranges reacting reading reports requests resultsheets roots scalars schema selections
        serving statement tokens unions uploads values versions viewers ways""",
}
"""What is no context; everything else is one and is called as in the domain."""
BANNED = re.compile(r"(util|common|core|base|helper|service|manager)s?")
KINDS = (Event, Refusal, State, Decision)


def modules(layer: str) -> set[str]:
    return {file.stem for file in (HOME / layer).glob("*.py")} - {"__init__"}


@pytest.mark.parametrize("layer", MACHINERY)
def test_what_is_no_machinery_is_called_as_its_context(layer: str) -> None:
    known = set(MACHINERY[layer].split())
    assert known <= modules(layer)
    assert modules(layer) - known <= set(ORDER), "a context is in domain/rooms.py; machinery is named above"
    assert not known & set(ORDER)


def test_every_context_has_its_rules_and_its_tests() -> None:
    assert set(ORDER) <= modules("domain")
    assert {f"test_{context}" for context in ORDER} <= modules("tests")


def test_no_file_is_called_by_a_word_that_says_nothing() -> None:
    files = [file for layer in ("api", "domain", "infra", "projections", "tests") for file in (HOME / layer).rglob("*")]
    assert [str(file) for file in files if BANNED.fullmatch(file.stem)] == []
    assert BANNED.fullmatch("helpers")


@pytest.mark.parametrize("room", ROOMS, ids=ORDER)
def test_a_context_tells_events_then_refusals_then_states_then_decisions(room: ModuleType) -> None:
    own = [thing for thing in vars(room).values() if _module(thing) == room.__name__]
    order = [number for thing in own if (number := _kind(thing)) is not None]
    assert order == sorted(order)
    assert order


def test_an_event_is_named_for_what_happened_and_a_refusal_for_what_is() -> None:
    events, refusals = product().events, [refusal.__name__ for refusal in product().refusals]
    assert [name for name in events if re.search(r"(Event|Changed|Updated|Created|Deleted|Modified)$", name)] == []
    assert [name for name in refusals if re.search(r"(Error|Exception|Failed)$", name)] == []


def _module(thing: object) -> str | None:
    return getattr(thing.function if isinstance(thing, Decision) else thing, "__module__", None)


def _kind(thing: object) -> int | None:
    for number, kind in enumerate(KINDS):
        if isinstance(thing, kind) or (isinstance(thing, type) and issubclass(thing, kind)):
            return number
    return None
