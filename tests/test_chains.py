"""Two counties' chains are data; none closes, every compound has one branch, nothing relied on is dissolved (BR-66)."""

from typing import Any

import pytest

from domain.chains import (
    AlreadyAttached,
    AlreadyLed,
    LeaderNotAbove,
    LeaderOfAnotherCommunity,
    LeadershipEnded,
    LeadershipSet,
    NotAttached,
    OutsideCommunity,
    PartyKindUnfit,
    PlaceAttached,
    PlaceDetached,
    StillReliedOn,
    attach_to_branch,
    attach_to_group,
    detach_from_group,
    dissolve,
    place_under,
)
from domain.events import Event, Ref
from domain.grids import EffectiveDateOrder, GridDelineated, GridOver, GridRetired
from domain.parties import (
    PartyKind,
    PartyOrganisationDissolved,
    PartyOrganisationEstablished,
    PartyOrganisationNotYet,
    PartyOrganisationOver,
)
from domain.periods import AlreadySo, PeriodReversed
from domain.secretaries import SecretaryAppointed, SecretaryLeft, SecretarySource
from domain.specification import Scenario, given
from tests.county import BUILDINGS, C1, C2, DAY, FAR, FIRM, G1, G2, G3, GRIDS, K1, K2, LIES_IN_C1, TOWN, WANG, days


def organisation(name: str) -> Ref[Any]:
    return Ref(f"party_organisation:{name}")


COMMITTEE, OTHER_COMMITTEE = organisation("committee"), organisation("other-committee")
BRANCH, JOINT, GROUP, HOUSEHOLD, FIRM_BRANCH = map(organisation, ("branch", "joint", "group", "household", "firm"))


def established(of: Ref[Any], seat: Ref[Any], kind: PartyKind, level: int) -> Event:
    community = {C2: C2, FIRM: None, BUILDINGS[K1][0]: None}.get(seat, C1)
    return PartyOrganisationEstablished(of, seat, str(of), kind, level, DAY, community)


PARTIES: tuple[Event, ...] = (
    *GRIDS,
    established(COMMITTEE, C1, PartyKind.COMMUNITY_COMMITTEE, 1),
    established(OTHER_COMMITTEE, C2, PartyKind.COMMUNITY_COMMITTEE, 1),
    established(BRANCH, K1, PartyKind.COMPOUND_BRANCH, 2),
    established(JOINT, C1, PartyKind.JOINT_BRANCH, 2),
    established(GROUP, G1, PartyKind.GRID_GROUP, 3),
    established(HOUSEHOLD, BUILDINGS[K1][0], PartyKind.CENTRAL_HOUSEHOLD, 4),
    established(FIRM_BRANCH, FIRM, PartyKind.FIRM_BRANCH, 3),
)


def chain(*links: tuple[Ref[Any], Ref[Any]]) -> Scenario:
    """A county whose organisations are led as the links say, the led first."""
    return given(*PARTIES, *(LeadershipSet(led, leader, DAY) for led, leader in links))


@pytest.mark.parametrize(
    "links",
    [
        pytest.param(
            ((BRANCH, COMMITTEE), (GROUP, BRANCH), (HOUSEHOLD, GROUP)), id="襄垣: four levels to the household"
        ),
        pytest.param(((FIRM_BRANCH, COMMITTEE), (HOUSEHOLD, FIRM_BRANCH)), id="沁县: through the firm's branch"),
        pytest.param(((FIRM_BRANCH, BRANCH),), id="a firm's branch under the compound's"),
    ],
)
def test_a_county_shapes_its_chain_as_it_likes_br_66(links: tuple[tuple[Ref[Any], Ref[Any]], ...]) -> None:
    county = chain()
    for led, leader in links:
        county = county.when(place_under, party_organisation=led, parent=leader, since=DAY)
        county.then(LeadershipSet(led, leader, DAY))
        county.when(place_under, party_organisation=led, parent=leader, since=DAY).then()
        county.when(place_under, party_organisation=led, parent=leader, since=days(1)).refused(AlreadySo(DAY))


def test_none_is_led_from_another_community_br_66() -> None:
    wish = given(*PARTIES).when(place_under, party_organisation=BRANCH, parent=OTHER_COMMITTEE, since=DAY)
    wish.refused(LeaderOfAnotherCommunity(C2, C1))


def test_leadership_lies_where_both_organisations_do() -> None:
    under = chain().when(place_under, party_organisation=FIRM_BRANCH, parent=BRANCH, since=DAY)
    under.tagged({FIRM_BRANCH, BRANCH, K1, *LIES_IN_C1})


@pytest.mark.parametrize(
    ("led", "leader", "levels"),
    [
        pytest.param(COMMITTEE, BRANCH, (1, 2), id="its own follower"),
        pytest.param(COMMITTEE, GROUP, (1, 3), id="its follower's follower"),
        pytest.param(BRANCH, JOINT, (2, 2), id="its equal"),
        pytest.param(BRANCH, BRANCH, (2, 2), id="itself"),
    ],
)
def test_no_chain_closes_into_a_ring_br_66(led: Ref[Any], leader: Ref[Any], levels: tuple[int, int]) -> None:
    ring = chain((BRANCH, COMMITTEE), (GROUP, BRANCH))
    ring.when(place_under, party_organisation=led, parent=leader, since=DAY).refused(LeaderNotAbove(*levels))


def test_an_organisation_has_one_leader_and_changes_it_on_a_day_br_66() -> None:
    led = chain((FIRM_BRANCH, COMMITTEE))
    move: dict[str, Any] = {"party_organisation": FIRM_BRANCH, "parent": BRANCH}
    led.when(place_under, **move, since=days(4)).refused(AlreadyLed(COMMITTEE, DAY))
    led.when(place_under, **move, leaving=JOINT, since=days(4)).refused(AlreadyLed(COMMITTEE, DAY))
    moved = led.when(place_under, **move, leaving=COMMITTEE, since=days(4))
    moved.then(LeadershipEnded(FIRM_BRANCH, COMMITTEE, DAY, days(4)), LeadershipSet(FIRM_BRANCH, BRANCH, days(4)))
    moved.tagged({FIRM_BRANCH, COMMITTEE, *LIES_IN_C1}, {FIRM_BRANCH, BRANCH, K1, *LIES_IN_C1})
    moved.when(place_under, **move, leaving=COMMITTEE, since=days(4)).then()
    late = given(*PARTIES, LeadershipSet(FIRM_BRANCH, COMMITTEE, days(4)))
    early = late.when(place_under, **move, leaving=COMMITTEE, since=days(3))
    early.refused(PeriodReversed(days(4), days(3)))


def test_a_compound_is_attached_to_a_branch_of_its_own_or_a_joint_one() -> None:
    own = chain().when(attach_to_branch, compound=K1, party_organisation=BRANCH, since=DAY)
    own.then(PlaceAttached(K1, BRANCH, DAY)).tagged({K1, BRANCH, *LIES_IN_C1})
    own.when(attach_to_branch, compound=K1, party_organisation=BRANCH, since=DAY).then()
    own.when(attach_to_branch, compound=K1, party_organisation=BRANCH, since=days(1)).refused(AlreadySo(DAY))
    own.when(attach_to_branch, compound=K2, party_organisation=JOINT, since=DAY).then(PlaceAttached(K2, JOINT, DAY))


def test_a_grid_is_attached_to_a_grid_group() -> None:
    attached = chain().when(attach_to_group, grid=G2, party_organisation=GROUP, since=DAY)
    attached.then(PlaceAttached(G2, GROUP, DAY)).tagged({G2, GROUP, *LIES_IN_C1})


def test_a_compound_is_attached_to_exactly_one_branch_br_66() -> None:
    attached = given(*PARTIES, PlaceAttached(K1, JOINT, days(1)))
    second = attached.when(attach_to_branch, compound=K1, party_organisation=BRANCH, since=days(2))
    second.refused(AlreadyAttached(JOINT, days(1)))
    wrong = attached.when(attach_to_branch, compound=K1, party_organisation=BRANCH, leaving=COMMITTEE, since=days(2))
    wrong.refused(AlreadyAttached(JOINT, days(1)))
    moved = attached.when(attach_to_branch, compound=K1, party_organisation=BRANCH, leaving=JOINT, since=days(2))
    moved.then(PlaceDetached(K1, JOINT, days(1), days(2)), PlaceAttached(K1, BRANCH, days(2)))
    early = attached.when(attach_to_branch, compound=K1, party_organisation=BRANCH, leaving=JOINT, since=DAY)
    early.refused(PeriodReversed(days(1), DAY))


def test_a_branch_may_cover_several_compounds_of_its_community_br_66() -> None:
    """X19: 56 branches for 156 compounds."""
    chain().when(attach_to_branch, compound=K2, party_organisation=BRANCH, since=DAY).then(
        PlaceAttached(K2, BRANCH, DAY)
    )


def test_no_organisation_covers_places_of_another_community_br_66() -> None:
    for branch in (BRANCH, JOINT):
        far = chain().when(attach_to_branch, compound=FAR, party_organisation=branch, since=DAY)
        far.refused(OutsideCommunity(FAR, C2, C1))
    elsewhere = given(*PARTIES, GridDelineated(G3, C2, "城北网格", DAY))
    far = elsewhere.when(attach_to_group, grid=G3, party_organisation=GROUP, since=DAY)
    far.refused(OutsideCommunity(G3, C2, C1))


def test_a_grid_is_detached_from_its_group_once_so_that_both_may_end_br_66() -> None:
    detached = given(*PARTIES, PlaceAttached(G2, GROUP, DAY)).when(
        detach_from_group, grid=G2, leaving=GROUP, ended=days(5)
    )
    detached.then(PlaceDetached(G2, GROUP, DAY, days(5))).tagged({G2, GROUP, *LIES_IN_C1})
    detached.when(detach_from_group, grid=G2, leaving=GROUP, ended=days(5)).then()
    detached.when(detach_from_group, grid=G2, leaving=GROUP, ended=days(6)).refused(NotAttached(G2, GROUP))
    detached.when(dissolve, party_organisation=GROUP, ended=days(4)).refused(EffectiveDateOrder(days(4), days(5)))
    detached.when(dissolve, party_organisation=GROUP, ended=days(5)).then(PartyOrganisationDissolved(GROUP, days(5)))
    back: dict[str, Any] = {"grid": G2, "party_organisation": GROUP}
    detached.when(attach_to_group, **back, since=days(4)).refused(AlreadyAttached(GROUP, DAY))
    detached.when(attach_to_group, **back, since=days(5)).then(PlaceAttached(G2, GROUP, days(5)))


def test_only_the_group_that_covers_a_grid_is_left_and_no_earlier_than_joined_br_66() -> None:
    attached = given(*PARTIES, PlaceAttached(G2, GROUP, DAY))
    attached.when(detach_from_group, grid=G2, leaving=BRANCH, ended=DAY).refused(NotAttached(G2, BRANCH))
    attached.when(detach_from_group, grid=G1, leaving=GROUP, ended=DAY).refused(NotAttached(G1, GROUP))
    early = attached.when(detach_from_group, grid=G2, leaving=GROUP, ended=days(-1))
    early.refused(PeriodReversed(DAY, days(-1)))


def test_no_grid_is_attached_before_it_begins_or_once_it_is_retired_br_60() -> None:
    late = given(*PARTIES, GridDelineated(G3, C1, "第三网格", days(3)), GridRetired(G2, days(5)))
    early = late.when(attach_to_group, grid=G3, party_organisation=GROUP, since=days(2))
    early.refused(EffectiveDateOrder(days(2), days(3)))
    late.when(attach_to_group, grid=G2, party_organisation=GROUP, since=days(6)).refused(GridOver(days(5)))


def test_nothing_concerns_an_organisation_before_it_is_founded_br_66() -> None:
    yet = PartyOrganisationNotYet(DAY)
    chain().when(place_under, party_organisation=BRANCH, parent=COMMITTEE, since=days(-1)).refused(yet)
    chain().when(attach_to_branch, compound=K1, party_organisation=BRANCH, since=days(-1)).refused(yet)
    chain().when(dissolve, party_organisation=JOINT, ended=days(-1)).refused(yet)


def test_only_branches_cover_compounds_and_only_grid_organisations_cover_grids_br_66() -> None:
    chain().when(attach_to_branch, compound=K1, party_organisation=GROUP, since=DAY).refused(
        PartyKindUnfit("GRID_GROUP", ("COMPOUND_BRANCH", "JOINT_BRANCH"))
    )
    chain().when(attach_to_group, grid=G1, party_organisation=BRANCH, since=DAY).refused(
        PartyKindUnfit("COMPOUND_BRANCH", ("GRID_BRANCH", "GRID_GROUP"))
    )


def test_an_organisation_that_others_rely_on_is_not_dissolved_br_66() -> None:
    relied_on = given(
        *PARTIES,
        LeadershipSet(BRANCH, COMMITTEE, DAY),
        PlaceAttached(K1, BRANCH, DAY),
        LeadershipSet(GROUP, BRANCH, DAY),
    )
    relied_on.when(dissolve, party_organisation=BRANCH, ended=days(5)).refused(StillReliedOn((K1, GROUP)))
    attached = relied_on.when(dissolve, party_organisation=GROUP, leaving=BRANCH, ended=days(5))
    attached.tagged({GROUP, BRANCH, K1, *LIES_IN_C1}, {GROUP, *LIES_IN_C1})
    attached.when(dissolve, party_organisation=BRANCH, ended=days(5)).refused(StillReliedOn((K1,)))
    free = attached.when(attach_to_branch, compound=K1, party_organisation=JOINT, leaving=BRANCH, since=days(5))
    free.when(dissolve, party_organisation=BRANCH, ended=days(5)).refused(AlreadyLed(COMMITTEE, DAY))
    dissolved = free.when(dissolve, party_organisation=BRANCH, leaving=COMMITTEE, ended=days(5))
    dissolved.then(LeadershipEnded(BRANCH, COMMITTEE, DAY, days(5)), PartyOrganisationDissolved(BRANCH, days(5)))
    dissolved.tagged({BRANCH, COMMITTEE, K1, *LIES_IN_C1}, {BRANCH, K1, *LIES_IN_C1})


@pytest.mark.parametrize(("took_office", "left"), [(0, 5), (9, 9)], ids=["in office", "to take office later"])
def test_the_secretary_leaves_with_the_organisation(took_office: int, left: int) -> None:
    appointed = SecretaryAppointed(JOINT, WANG, SecretarySource.EMPLOYEE, days(took_office), None)
    dissolved = given(*PARTIES, appointed).when(dissolve, party_organisation=JOINT, ended=days(5))
    dissolved.then(
        SecretaryLeft(JOINT, WANG, days(took_office), days(left)), PartyOrganisationDissolved(JOINT, days(5))
    )
    gone = given(*PARTIES, appointed, SecretaryLeft(JOINT, WANG, days(took_office), days(took_office)))
    gone.when(dissolve, party_organisation=JOINT, ended=days(5)).then(PartyOrganisationDissolved(JOINT, days(5)))


def test_a_dissolved_organisation_leads_and_covers_nothing() -> None:
    over = given(*PARTIES, PartyOrganisationDissolved(JOINT, days(5)))
    for refused in (
        over.when(place_under, party_organisation=GROUP, parent=JOINT, since=days(6)),
        over.when(place_under, party_organisation=JOINT, parent=COMMITTEE, since=days(6)),
        over.when(attach_to_branch, compound=K1, party_organisation=JOINT, since=days(6)),
        over.when(dissolve, party_organisation=JOINT, ended=days(6)),
    ):
        refused.refused(PartyOrganisationOver(days(5)))
    over.when(dissolve, party_organisation=JOINT, ended=days(5)).then()


def test_a_dissolution_carries_where_the_organisation_lay() -> None:
    dissolved = chain().when(dissolve, party_organisation=HOUSEHOLD, ended=days(1))
    dissolved.then(PartyOrganisationDissolved(HOUSEHOLD, days(1))).tagged({HOUSEHOLD, K1, C1, TOWN})
