"""A case is reported by anybody, taken up or not, once, and corrected in the open (BR-34, BR-35, BR-84)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.cases import (
    BeforeTheLast,
    CaseAccepted,
    CaseCorrected,
    CaseDecided,
    CaseItself,
    CaseMerged,
    CaseNotAccepted,
    Channel,
    GridElsewhere,
    Unaccepted,
    accept,
    correct,
    decline,
    merge,
    report,
    report_for,
)
from domain.corrections import CorrectsNothing
from domain.events import Position
from domain.execution import Unauthenticated
from domain.grants import NotPermitted
from domain.grids import GridDelineated
from domain.specification import born, given
from tests.casework import (
    ACCEPTED,
    CASE,
    HANDLER,
    HERE,
    MONDAY,
    OTHER_CASE,
    RAISER,
    REPORTED,
    SECRETARY,
    STAIRS,
    TEXT,
    WALLS,
    WHY,
    street,
)
from tests.county import C2, DAY, FAR, G1, K1, LI, ZHAO

INPUTS: dict[str, Any] = {"compound": K1, "category": STAIRS, "channel": Channel.ONLINE, "matter_text": TEXT}
TWIN = replace(REPORTED, case=OTHER_CASE)


def test_anybody_reports_in_their_own_name_and_staff_for_others() -> None:
    new = replace(REPORTED, case=born("case"), serving_firm=None)
    given(*HERE).when(report, actor=RAISER, now=MONDAY, **INPUTS).then(new)
    for_zhao = {**INPUTS, "raiser": ZHAO, "channel": Channel.HOTLINE}
    given(*HERE).when(report_for, actor=SECRETARY, now=MONDAY, **for_zhao).then(replace(new, channel=Channel.HOTLINE))
    given(*HERE).when(report_for, actor=RAISER, now=MONDAY, **for_zhao).refused(NotPermitted)
    given(*HERE).when(report, now=MONDAY, **INPUTS).refused(Unauthenticated)


def test_a_case_lies_in_a_grid_of_its_community_br_60() -> None:
    elsewhere = given(*HERE, GridDelineated(G1, C2, "远网格", DAY))
    elsewhere.when(report, actor=RAISER, now=MONDAY, grid=G1, **INPUTS).refused(GridElsewhere(C2))


def test_it_is_decided_once_whether_a_case_is_taken_up_br_35() -> None:
    taken = street().when(accept, case=CASE, actor=SECRETARY, now=MONDAY).then(CaseAccepted(CASE, LI))
    taken.when(accept, case=CASE, actor=SECRETARY, now=MONDAY).then()
    taken.when(accept, case=CASE, actor=HANDLER, now=MONDAY).refused(CaseDecided)
    taken.when(decline, case=CASE, unaccepted_kind=Unaccepted.EMERGENCY, now=MONDAY).refused(CaseDecided)
    not_taken = street().when(decline, case=CASE, unaccepted_kind=Unaccepted.EMERGENCY, now=MONDAY)
    not_taken.then(CaseNotAccepted(CASE, Unaccepted.EMERGENCY))
    not_taken.when(decline, case=CASE, unaccepted_kind=Unaccepted.EMERGENCY, now=MONDAY).then()
    not_taken.when(decline, case=CASE, unaccepted_kind=Unaccepted.ELSEWHERE, now=MONDAY).refused(CaseDecided)
    street().when(accept, case=CASE, actor=RAISER, now=MONDAY).refused(NotPermitted)
    early = MONDAY - timedelta(minutes=1)
    street().when(accept, case=CASE, actor=SECRETARY, now=early).refused(BeforeTheLast(early, MONDAY))
    street().when(decline, case=CASE, unaccepted_kind=Unaccepted.EMERGENCY, now=early).refused(
        BeforeTheLast(early, MONDAY)
    )


def test_a_duplicate_goes_into_the_case_that_it_is_the_same_as() -> None:
    both = street(TWIN)
    merged = both.when(merge, case=OTHER_CASE, into=CASE).then(CaseMerged(OTHER_CASE, CASE))
    merged.when(merge, case=OTHER_CASE, into=CASE).then()
    merged.when(merge, case=CASE, into=OTHER_CASE).refused(CaseItself(OTHER_CASE))
    merged.when(accept, case=OTHER_CASE, actor=SECRETARY, now=MONDAY).refused(CaseDecided)
    merged.when(accept, case=CASE, actor=SECRETARY, now=MONDAY).then(ACCEPTED)
    both.when(merge, case=CASE, into=CASE).refused(CaseItself(CASE))
    street(replace(TWIN, compound=FAR)).when(merge, case=OTHER_CASE, into=CASE).refused(CaseItself(CASE))
    street(TWIN, ACCEPTED).when(merge, case=CASE, into=OTHER_CASE).refused(CaseDecided)


def test_a_wrong_category_is_corrected_and_what_was_said_stays_br_84() -> None:
    right: dict[str, Any] = {"case": CASE, "category": WALLS, "reason": WHY}
    at = len(HERE)
    made = street().when(correct, corrects=at, **right).then(CaseCorrected(Position(at), CASE, WALLS, WHY))
    made.when(correct, corrects=at, **right).then()
    street().when(correct, corrects=1, **right).refused(CorrectsNothing(1, (at,)))
