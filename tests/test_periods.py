"""Periods are half-open: what ends on a day neither holds on it nor overlaps what begins then (BR-64, BR-65)."""

from datetime import date, timedelta

import pytest

from domain.periods import Spell, Spells

DAY = date(2025, 3, 1)


def days(after: int) -> date:
    return DAY + timedelta(after)


@pytest.mark.parametrize(("on", "holds"), [(-1, False), (0, True), (4, True), (5, False)])
def test_a_spell_holds_from_its_first_day_to_the_one_before_its_last(on: int, *, holds: bool) -> None:
    assert Spell("a", DAY, days(5)).holds(days(on)) is holds
    assert Spell("a", DAY).holds(days(on)) is (on >= 0)


@pytest.mark.parametrize(
    ("since", "until", "overlaps"),
    [(-5, 0, False), (-5, 1, True), (4, 9, True), (5, 9, False), (5, None, False), (-5, None, True)],
)
def test_spells_overlap_if_they_have_a_day_in_common(since: int, until: int | None, *, overlaps: bool) -> None:
    other = None if until is None else days(until)
    assert Spell("a", DAY, days(5)).overlaps(days(since), other) is overlaps


def test_spells_are_remembered_until_they_are_over_and_after() -> None:
    held = Spells().begun("a", DAY).begun("b", days(2))
    assert (held.present("a"), held.present()) == (Spell("a", DAY), Spell("b", days(2)))
    over = held.over("a", DAY, days(3))
    assert (over.present("a"), over.on(days(2), "a")) == (None, Spell("a", DAY, days(3)))
    assert over.ended("a", days(3))
    assert not over.ended("a", days(4))
    assert over.overlapping(days(1), of="a") == Spell("a", DAY, days(3))
    assert over.overlapping(days(3), of="a") is None
    assert held.present("a") == Spell("a", DAY)
