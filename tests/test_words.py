"""Everything of the domain is told in English and in Chinese, and refusals with the numbers that failed."""

import re
from collections.abc import Iterator
from string import Formatter
from typing import Any

import pytest

from domain.decisions import DECISIONS, TextUnfit
from domain.events import EVENTS, Purpose, fields_of
from domain.refusals import REFUSALS, Refusal
from domain.roles import Role
from domain.rooms import ROOMS
from domain.states import KINDS, State, key_fields
from domain.words import WORDS, Labelled, Undescribed, Words, describe, snake, words_of

CHINESE = re.compile("[\u3400-\u9fff]")
RULE = re.compile(r"BR-\d\d[a-z]?")


def descendants(of: type[Any]) -> Iterator[type[Any]]:
    for child in of.__subclasses__():
        if child.__module__.startswith("domain."):
            yield child
        yield from descendants(child)


def ours(things: Any) -> list[Any]:
    return [thing for thing in things if thing.__module__.startswith("domain.")]


ENUMS, PURPOSES = (list(descendants(of)) for of in (Labelled, Purpose))
STATES = ours(KINDS.values())
FUNCTIONS = ours(made.function for made in DECISIONS.values())
TOLD = [*ours(EVENTS.values()), *ours(REFUSALS.values()), *STATES, *ENUMS, *PURPOSES, *FUNCTIONS]


def are_words(words: Words) -> bool:
    return bool(words.en and CHINESE.search(words.zh) and not CHINESE.search(words.en))


def test_there_is_something_to_tell() -> None:
    assert len(ROOMS) > 10
    assert all((len(EVENTS) > 30, len(REFUSALS) > 30, len(STATES) > 10, len(ENUMS) > 8, len(FUNCTIONS) > 40))


@pytest.mark.parametrize("thing", TOLD, ids=lambda thing: f"{thing.__module__}.{thing.__qualname__}")
def test_every_class_and_decision_is_told_in_both_languages(thing: Any) -> None:
    assert are_words(words_of(thing))


def test_every_enum_member_is_told_in_both_languages() -> None:
    members = [member for enum in ENUMS for member in enum]
    assert [member for member in members if not are_words(member.words)] == []


def test_every_field_of_every_event_is_described() -> None:
    names = {field.name for event in ours(EVENTS.values()) for field in fields_of(event)}
    assert sorted(name for name in names if name not in WORDS or not are_words(WORDS[name])) == []


def test_every_input_of_every_decision_is_described() -> None:
    """A state with several keys is no input: it is found by the others; nor are who acts and the ledger itself."""
    names = {
        parameter.name
        for made in DECISIONS.values()
        if made.function in FUNCTIONS
        for parameter in made.parameters
        if not parameter.acting and parameter.name not in made.itself
        if parameter.state in (None, State) or (parameter.state and len(key_fields(parameter.state)) == 1)
    }
    assert sorted(name for name in names if name not in WORDS or not are_words(WORDS[name])) == []


@pytest.mark.parametrize("refusal", ours(REFUSALS.values()), ids=lambda refusal: refusal.__name__)
def test_a_refusal_tells_only_numbers_that_it_has_and_names_a_by_law(refusal: Any) -> None:
    fields = set(refusal.__dataclass_fields__)
    told = {name for text in words_of(refusal) for _, name, _, _ in Formatter().parse(text) if name}
    assert told <= fields
    assert refusal.rule is None or RULE.fullmatch(refusal.rule)


def test_a_refusal_speaks_the_language_asked_for() -> None:
    refusal = TextUnfit("name", 3, 2, nfc=True)
    assert refusal.message("en-GB") != refusal.message("zh-CN") == refusal.message()
    assert refusal.details == {"field": "name", "length": 3, "longest": 2, "nfc": True}
    assert str(refusal).startswith("TEXT_UNFIT: A text is blank")


def test_two_refusals_of_one_code_are_a_mistake() -> None:
    with pytest.raises(TypeError):
        type("TextUnfit", (Refusal,), {"__annotations__": {}})
    assert REFUSALS["TEXT_UNFIT"] is TextUnfit


def test_an_enum_member_is_its_name() -> None:
    assert (Role.TOWN.value, repr(Role.TOWN), Role["TOWN"]) == ("TOWN", "Role.TOWN", Role.TOWN)


def test_a_name_means_one_thing() -> None:
    known = WORDS["since"]
    describe(since=known)
    with pytest.raises(Undescribed):
        describe(since=("Something else.", "别的。"))
    assert WORDS["since"] == known


def test_a_class_told_in_one_language_is_a_mistake() -> None:
    class OnlyEnglish:
        """English."""

    with pytest.raises(Undescribed):
        words_of(OnlyEnglish)


def test_english_may_take_several_lines() -> None:
    class Long:
        """English,
        and more of it.
        中文，
        还有。"""

    assert words_of(Long) == Words("English, and more of it.", "中文，还有。")


@pytest.mark.parametrize(("name", "told"), [("MicroGrid", "micro_grid"), ("gridPosts", "grid_posts"), ("Ref", "ref")])
def test_snake_case(name: str, told: str) -> None:
    assert snake(name) == told
