"""A Party organisation of each kind is seated in a place that befits it, and lies where its seat does (BR-66)."""

from typing import Any

import pytest

from domain.committees import OwnersCommitteeElected
from domain.events import Ref
from domain.grids import EffectiveDateOrder, GridOver, GridRetired, MicroGridRetired
from domain.parties import SEATS, PartyKind, PartyOrganisationEstablished, SeatUnfit, establish
from domain.specification import born, given
from tests.county import BUILDINGS, C1, DAY, FIRM, G1, GRIDS, K1, LEDGER, LIES_IN_C1, M1, TOWN, days

COMMITTEE = Ref[Any]("committee:k1")
THINGS = {
    "ledger": (LEDGER, set()),
    "community": (C1, {TOWN}),
    "compound": (K1, {*LIES_IN_C1}),
    "building": (BUILDINGS[K1][0], {K1, *LIES_IN_C1}),
    "grid": (G1, {*LIES_IN_C1}),
    "micro_grid": (M1, {G1, *LIES_IN_C1}),
    "firm": (FIRM, set()),
    "committee": (COMMITTEE, {K1, *LIES_IN_C1}),
}
HERE = given(*GRIDS, OwnersCommitteeElected(COMMITTEE, K1, 5, 0, DAY, DAY, days(700)))
FIT = [(kind, seat) for kind, seats in SEATS.items() for seat in seats]
UNFIT = [(kind, seat) for kind, seats in SEATS.items() for seat in THINGS if seat not in seats]


def test_every_kind_of_organisation_has_its_kinds_of_seat() -> None:
    assert SEATS.keys() == set(PartyKind)


@pytest.mark.parametrize(("kind", "seat_kind"), FIT)
def test_an_organisation_is_established_in_a_place_and_lies_there(kind: PartyKind, seat_kind: str) -> None:
    (seat, around), organisation = THINGS[seat_kind], born("party_organisation")
    established = HERE.when(establish, seat=seat, name="党组织", party_kind=kind, level=2, since=DAY)
    community = C1 if seat_kind in {"community", "compound", "grid"} else None
    established.then(PartyOrganisationEstablished(organisation, seat, "党组织", kind, 2, DAY, community))
    established.tagged({organisation, seat, *around})


@pytest.mark.parametrize(("kind", "seat_kind"), UNFIT)
def test_an_organisation_is_not_seated_where_its_kind_does_not_belong_br_66(kind: PartyKind, seat_kind: str) -> None:
    seat, _ = THINGS[seat_kind]
    established = HERE.when(establish, seat=seat, name="党组织", party_kind=kind, level=2, since=DAY)
    established.refused(SeatUnfit(seat, SEATS[kind]))


def test_no_organisation_is_seated_in_a_grid_that_is_over_or_not_there_yet_br_60() -> None:
    seats = ((G1, PartyKind.GRID_GROUP), (M1, PartyKind.CENTRAL_HOUSEHOLD))
    over = given(*GRIDS, MicroGridRetired(M1, days(5)), GridRetired(G1, days(5)))
    for seat, kind in seats:
        how: dict[str, Any] = {"seat": seat, "name": "党组织", "party_kind": kind, "level": 3}
        over.when(establish, **how, since=days(9)).refused(GridOver(days(5)))
        HERE.when(establish, **how, since=days(-1)).refused(EffectiveDateOrder(days(-1), DAY))
