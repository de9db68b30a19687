"""Owners decide by area and by heads at once, in integers (BR-04 to BR-08, BR-11, BR-13, BR-19a, BR-19b)."""

from datetime import date

import pytest
from hypothesis import given, strategies

from domain.tallies import (
    Comparison,
    Item,
    ItemClass,
    Outcome,
    Weight,
    earliest_opening,
    is_fifth,
    joined,
    least_fifth,
    passes_unless_dissented,
    result,
    total,
    unanimous,
)

ITEMS = tuple(Item)
"""Item 5 of the law is the fifth."""
HOMES = Weight(230, 2_400_000)
EQUALS = Weight(3, 9_999)
CROWD = Weight(100, 1_590_000)
ADOPTED, REJECTED, NO_QUORUM = Outcome.ADOPTED, Outcome.REJECTED, Outcome.NO_QUORUM

VECTORS = [
    ("GHMZ-1", 5, HOMES, Weight(159, 1_590_000), Weight(159, 1_590_000), NO_QUORUM),
    ("GHMZ-2", 5, HOMES, Weight(160, 1_600_000), Weight(81, 810_000), ADOPTED),
    ("GHMZ-3", 5, HOMES, Weight(160, 1_600_000), Weight(80, 800_000), REJECTED),
    ("GHMZ-4", 8, HOMES, Weight(160, 1_600_000), Weight(120, 1_200_000), ADOPTED),
    ("GHMZ-5", 8, HOMES, Weight(160, 1_600_000), Weight(119, 1_190_000), REJECTED),
    ("GHMZ-6", 9, HOMES, Weight(160, 1_600_000), Weight(119, 1_190_000), ADOPTED),
    ("GHMZ-7", 5, HOMES, Weight(160, 1_600_000), Weight(80, 800_000), REJECTED),
    ("GHMZ-8", 5, HOMES, Weight(152, 1_600_000), Weight(152, 1_600_000), NO_QUORUM),
    ("GHMZ-9", 5, HOMES, Weight(154, 1_640_000), Weight(154, 1_640_000), ADOPTED),
    ("SPLIT-1", 5, CROWD, Weight(100, 1_590_000), Weight(41, 1_000_000), REJECTED),
    ("SPLIT-2", 5, CROWD, Weight(100, 1_590_000), Weight(60, 600_000), REJECTED),
    ("EDGE-2", 6, EQUALS, Weight(2, 6_666), Weight(2, 6_666), ADOPTED),
    ("EDGE-4", 5, EQUALS, Weight(0, 0), Weight(0, 0), NO_QUORUM),
]


@pytest.mark.parametrize(("_case", "item", "everybody", "took_part", "agreed", "outcome"), VECTORS)
def test_both_quorums_and_both_majorities_decide_br_04_br_05_br_06(
    _case: str, item: int, everybody: Weight, took_part: Weight, agreed: Weight, outcome: Outcome
) -> None:
    assert result(ITEMS[item - 1].item_class, everybody, took_part, agreed).outcome is outcome


@pytest.mark.parametrize(
    ("item", "took_part", "agreed", "met"),
    [
        (5, Weight(159, 1_590_000), Weight(159, 1_590_000), (True, False, True, True)),
        (5, Weight(160, 1_600_000), Weight(80, 800_000), (True, True, False, False)),
        (8, Weight(160, 1_600_000), Weight(119, 1_190_000), (True, True, False, False)),
        (5, Weight(154, 1_640_000), Weight(154, 1_640_000), (True, True, True, True)),
        (5, Weight(0, 0), Weight(0, 0), (False, False, False, False)),
    ],
)
def test_each_comparison_is_told_with_both_sides_br_04(
    item: int, took_part: Weight, agreed: Weight, met: tuple[bool, ...]
) -> None:
    _, *comparisons = result(ITEMS[item - 1].item_class, HOMES, took_part, agreed)
    assert tuple(each.met for each in comparisons) == met


def test_both_sides_are_integers_br_04() -> None:
    told = result(ItemClass.SPECIAL, HOMES, Weight(160, 1_600_000), Weight(120, 1_200_000))
    assert told.quorum_heads == Comparison(480, 460)
    assert told.quorum_area == Comparison(4_800_000, 4_800_000)
    assert told.pass_heads == Comparison(480, 480)
    assert told.pass_area == Comparison(4_800_000, 4_800_000)


def test_an_abstention_stays_in_the_denominator_br_07() -> None:
    """GHMZ-7: 80 for, 40 against and 40 abstaining; without the abstentions it would be adopted."""
    votes = Weight(80, 800_000), Weight(40, 400_000), Weight(40, 400_000)
    assert result(ItemClass.GENERAL, HOMES, total(votes), votes[0]).outcome is REJECTED


def test_silent_owners_join_nobody_br_08() -> None:
    """The 70 who are silent make no majority: 80 of 160 stays half."""
    assert not result(ItemClass.GENERAL, HOMES, Weight(160, 1_600_000), Weight(80, 800_000)).pass_heads.met


@pytest.mark.parametrize(
    ("took_part", "agreed", "silent", "whole", "with_them"),
    [
        pytest.param(Weight(3, 30), Weight(2, 20), Weight(2, 20), Weight(5, 50), Weight(4, 40), id="both"),
        pytest.param(Weight(4, 40), Weight(2, 20), Weight(2, 20), Weight(6, 60), Weight(2, 20), id="half is none"),
        pytest.param(Weight(3, 30), Weight(2, 15), Weight(2, 20), Weight(5, 50), Weight(2, 15), id="of heads alone"),
        pytest.param(Weight(3, 30), Weight(1, 20), Weight(2, 20), Weight(5, 50), Weight(1, 20), id="of area alone"),
        pytest.param(Weight(0, 0), Weight(0, 0), Weight(9, 90), Weight(0, 0), Weight(0, 0), id="nobody voted"),
    ],
)
def test_where_the_rules_say_so_the_silent_join_the_majority_br_08(
    took_part: Weight, agreed: Weight, silent: Weight, whole: Weight, with_them: Weight
) -> None:
    assert joined(took_part, agreed, silent) == (whole, with_them)


def test_the_matters_of_the_law_are_general_but_three_br_05_br_06() -> None:
    special = [n for n, item in enumerate(Item, 1) if item.item_class is ItemClass.SPECIAL]
    general = [n for n, item in enumerate(Item, 1) if item.item_class is ItemClass.GENERAL]
    assert (special, general) == ([6, 7, 8], [1, 2, 3, 4, 5, 9])


@pytest.mark.parametrize(("interested", "agreed", "all_agree"), [(12, 12, True), (12, 11, False), (0, 0, False)])
def test_business_in_a_flat_needs_every_interested_owner_br_19a(
    interested: int, agreed: int, *, all_agree: bool
) -> None:
    assert Item.BUSINESS_USE.item_class is ItemClass.UNANIMOUS_INTERESTED
    assert unanimous(interested, agreed) is all_agree


@pytest.mark.parametrize(
    ("dissented", "passes"),
    [(Weight(1, 3_333), True), (Weight(2, 3_333), False), (Weight(1, 3_334), False), (Weight(0, 0), True)],
)
def test_a_third_may_dissent_by_either_measure_br_19b(dissented: Weight, *, passes: bool) -> None:
    assert passes_unless_dissented(EQUALS, dissented) is passes
    assert not passes_unless_dissented(Weight(0, 0), Weight(0, 0))


@pytest.mark.parametrize(("proposers", "heads", "enough"), [(45, 230, False), (46, 230, True), (0, 0, False)])
def test_a_fifth_of_the_owners_may_call_a_meeting_br_13(proposers: int, heads: int, *, enough: bool) -> None:
    assert is_fifth(proposers, heads) is enough


@given(strategies.integers(1, 10_000))
def test_the_least_fifth_is_the_first_that_is_one_br_13(heads: int) -> None:
    least = least_fifth(heads)
    assert is_fifth(least, heads)
    assert not is_fifth(least - 1, heads)


def test_the_day_of_notice_is_not_counted_br_11() -> None:
    assert earliest_opening(date(2025, 5, 1)) == date(2025, 5, 16)
