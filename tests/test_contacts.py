"""Each county leader keeps contact with one community and one compound, each place with one leader (BR-63)."""

from typing import Any

import pytest

from domain.contacts import (
    ContactAssigned,
    ContactEnded,
    LeaderEngaged,
    NotInContact,
    PlaceHasLeader,
    PlaceUnnamed,
    assign_contact,
    end_contact,
)
from domain.events import Ref
from domain.periods import AlreadySo, PeriodReversed
from domain.specification import Scenario, given
from tests.county import C1, C2, COUNTY, DAY, K1, K2, LI, LIES_IN_C1, TOWN, WANG, days


def led() -> Scenario:
    return given(*COUNTY, ContactAssigned(C1, WANG, DAY), ContactAssigned(K1, WANG, DAY))


def test_a_leader_takes_a_community_and_a_compound_and_the_same_again_records_nothing() -> None:
    both = given(*COUNTY).when(assign_contact, person=WANG, community=C1, compound=K1, since=DAY)
    both.then(ContactAssigned(C1, WANG, DAY), ContactAssigned(K1, WANG, DAY))
    both.tagged({C1, WANG, TOWN}, {K1, WANG, *LIES_IN_C1})
    both.when(assign_contact, person=WANG, community=C1, compound=K1, since=DAY).then()
    both.when(assign_contact, person=WANG, community=C1, compound=K1, since=days(5)).refused(AlreadySo(DAY))


def test_a_contact_is_with_some_place_br_63() -> None:
    given(*COUNTY).when(assign_contact, person=WANG, since=DAY).refused(PlaceUnnamed)
    led().when(end_contact, person=WANG, ended=days(1)).refused(PlaceUnnamed)


def test_the_leader_of_a_compound_is_not_the_leader_of_its_community() -> None:
    """The compound's events carry the community's tag too."""
    one = given(*COUNTY, ContactAssigned(K1, WANG, DAY))
    one.when(assign_contact, person=LI, community=C1, since=DAY).then(ContactAssigned(C1, LI, DAY))


@pytest.mark.parametrize(
    ("second", "held"), [({"community": C2}, C1), ({"compound": K2}, K1)], ids=["community", "compound"]
)
def test_a_leader_has_no_second_place_of_a_kind_br_63(second: dict[str, Any], held: Ref[Any]) -> None:
    led().when(assign_contact, person=WANG, **second, since=days(1)).refused(LeaderEngaged(held, DAY))


@pytest.mark.parametrize("taken", [{"community": C1}, {"compound": K1}], ids=["community", "compound"])
def test_a_place_has_no_second_leader_br_63(taken: dict[str, Any]) -> None:
    (place,) = taken.values()
    led().when(assign_contact, person=LI, **taken, since=days(1)).refused(PlaceHasLeader(place, WANG, DAY))


def test_a_leader_who_is_transferred_leaves_both_places_the_same_day_br_63() -> None:
    gone = led().when(end_contact, person=WANG, community=C1, compound=K1, ended=days(9))
    gone.then(ContactEnded(C1, WANG, DAY, days(9)), ContactEnded(K1, WANG, DAY, days(9)))
    gone.tagged({C1, WANG, TOWN}, {K1, WANG, *LIES_IN_C1})
    gone.when(end_contact, person=WANG, community=C1, compound=K1, ended=days(9)).then()
    gone.when(end_contact, person=WANG, community=C1, ended=days(10)).refused(NotInContact(C1))


def test_a_place_passes_on_no_earlier_than_it_was_left_br_63() -> None:
    left = given(*COUNTY, ContactAssigned(K1, WANG, DAY), ContactEnded(K1, WANG, DAY, days(9)))
    left.when(assign_contact, person=LI, compound=K1, since=days(8)).refused(PlaceHasLeader(K1, WANG, DAY))
    left.when(assign_contact, person=LI, compound=K1, since=days(9)).then(ContactAssigned(K1, LI, days(9)))


def test_a_leader_takes_another_place_no_earlier_than_the_last_was_left_br_63() -> None:
    left = given(*COUNTY, ContactAssigned(K1, WANG, DAY), ContactEnded(K1, WANG, DAY, days(9)))
    left.when(assign_contact, person=WANG, compound=K2, since=days(8)).refused(LeaderEngaged(K1, DAY))
    left.when(assign_contact, person=WANG, compound=K2, since=days(9)).then(ContactAssigned(K2, WANG, days(9)))


def test_only_a_leader_in_contact_ends_it() -> None:
    led().when(end_contact, person=LI, compound=K1, ended=days(1)).refused(NotInContact(K1))
    led().when(end_contact, person=WANG, compound=K2, ended=days(1)).refused(NotInContact(K2))


def test_a_contact_does_not_end_before_it_begins() -> None:
    led().when(end_contact, person=WANG, compound=K1, ended=days(-1)).refused(PeriodReversed(DAY, days(-1)))
