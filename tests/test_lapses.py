"""A last day that a compound's body let go by is recorded once (BR-20, BR-22 to BR-24)."""

from datetime import date
from typing import Any

import pytest

from domain.committees import (
    CommitteeDissolved,
    CommitteeFiled,
    HandoverDue,
    ManagementCommitteeFormed,
    OwnersCommitteeElected,
    dissolve,
    file_committee,
)
from domain.events import Position
from domain.lapses import (
    CommitteeTermPassed,
    FilingMissed,
    HandoverMissed,
    Lapse,
    LapseVoided,
    miss_filing,
    miss_handover,
    pass_term,
    void_lapses,
    watch_filing,
    watch_handover,
)
from domain.reactions import act_on
from tests.county import DAY, K1, days
from tests.test_committees import ELECTED, FORMED, LATER, MANAGEMENT, OWNERS, compound


@pytest.mark.parametrize(("filed", "missed"), [(None, True), (days(31), True), (days(30), False), (DAY, False)])
def test_a_committee_that_is_not_filed_within_thirty_days_missed_it_once_br_23(filed: date | None, missed: Any) -> None:
    filings = () if filed is None else (CommitteeFiled(OWNERS, K1, filed, late=filed > days(30)),)
    looked = compound(ELECTED, *filings).when(miss_filing, committee=OWNERS)
    looked.then(*((FilingMissed(OWNERS, K1, days(30)),) if missed else ()))
    looked.when(miss_filing, committee=OWNERS).then()


def test_last_days_are_looked_at_on_the_day_after_br_20_br_23() -> None:
    assert list(watch_filing(ELECTED)) == [act_on(days(31), miss_filing, committee=OWNERS)]
    due = HandoverDue(MANAGEMENT, K1, days(30))
    assert list(watch_handover(due)) == [act_on(days(31), miss_handover, committee=MANAGEMENT)]


def test_a_committee_that_was_dissolved_before_the_last_day_has_nothing_to_file_br_23() -> None:
    gone = CommitteeDissolved(OWNERS, K1, DAY, days(30), late=False)
    compound(ELECTED, gone).when(miss_filing, committee=OWNERS).then()
    compound(FORMED).when(miss_filing, committee=MANAGEMENT).then()


@pytest.mark.parametrize(("ended", "missed"), [(None, True), (days(41), True), (days(40), False)])
def test_a_management_committee_that_sits_on_missed_its_last_day_once_br_20(ended: date | None, missed: Any) -> None:
    gone = () if ended is None else (CommitteeDissolved(MANAGEMENT, K1, DAY, ended, late=ended > days(40)),)
    looked = compound(FORMED, HandoverDue(MANAGEMENT, K1, days(40)), *gone).when(miss_handover, committee=MANAGEMENT)
    looked.then(*((HandoverMissed(MANAGEMENT, K1, days(40)),) if missed else ()))
    looked.when(miss_handover, committee=MANAGEMENT).then()
    compound(FORMED).when(miss_handover, committee=MANAGEMENT).then()


@pytest.mark.parametrize("body", [ELECTED, FORMED])
@pytest.mark.parametrize(("ended", "passed"), [(None, True), (date(2028, 3, 2), True), (LATER, False)])
def test_a_body_that_sits_beyond_its_term_is_past_it_once_br_22_br_24(
    body: OwnersCommitteeElected | ManagementCommitteeFormed, ended: date | None, passed: Any
) -> None:
    gone = () if ended is None else (CommitteeDissolved(body.committee, K1, DAY, ended, late=False),)
    looked = compound(body, *gone).when(pass_term, committee=body.committee)
    looked.then(*((CommitteeTermPassed(body.committee, K1, LATER),) if passed else ()))
    looked.when(pass_term, committee=body.committee).then()


@pytest.mark.parametrize(("filed", "kept"), [(days(20), True), (days(30), True), (days(31), False)])
def test_a_filing_in_time_that_is_entered_late_voids_the_miss_once_br_23_br_84(filed: date, kept: Any) -> None:
    missed = compound(ELECTED).when(miss_filing, committee=OWNERS)
    entered = missed.when(file_committee, compound=K1, filed=filed)
    voided = LapseVoided(Position(len(missed.history)), OWNERS, K1, Lapse.FILING)
    settled = entered.when(void_lapses, committee=OWNERS).then(*((voided,) if kept else ()))
    settled.when(void_lapses, committee=OWNERS).then()
    settled.when(miss_filing, committee=OWNERS).then()


@pytest.mark.parametrize(("ended", "kept"), [(days(40), True), (days(41), False)])
def test_a_handover_in_time_that_is_entered_late_voids_the_miss_br_20_br_84(ended: date, kept: Any) -> None:
    due = compound(FORMED, HandoverDue(MANAGEMENT, K1, days(40)))
    missed = due.when(miss_handover, committee=MANAGEMENT)
    entered = missed.when(dissolve, committee=MANAGEMENT, ended=ended)
    voided = LapseVoided(Position(len(missed.history)), MANAGEMENT, K1, Lapse.HANDOVER)
    entered.when(void_lapses, committee=MANAGEMENT).then(*((voided,) if kept else ()))


@pytest.mark.parametrize(("ended", "kept"), [(LATER, True), (date(2028, 3, 2), False)])
def test_an_end_with_the_term_that_is_entered_late_voids_its_passing_br_22_br_84(ended: date, kept: Any) -> None:
    passed = compound(ELECTED).when(miss_filing, committee=OWNERS).when(pass_term, committee=OWNERS)
    entered = passed.when(dissolve, committee=OWNERS, ended=ended)
    voided = LapseVoided(Position(len(passed.history)), OWNERS, K1, Lapse.TERM)
    entered.when(void_lapses, committee=OWNERS).then(*((voided,) if kept else ()))
