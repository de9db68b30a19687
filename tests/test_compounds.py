"""A compound's origin, problems, service and files are kept as they change, and only when they change."""

from typing import Any

import pytest

from domain.compounds import (
    CompoundFile,
    CompoundFileRevised,
    CompoundOriginClassified,
    CompoundProblemCleared,
    CompoundProblemTagged,
    Origin,
    Problem,
    ServiceFirmUnfit,
    ServiceMode,
    ServiceModeSet,
    classify,
    clear_problem,
    revise_file,
    set_service,
    tag_problem,
)
from domain.events import Confidential, Ref
from domain.exhibits import ExhibitKept, MediaType
from domain.periods import AlreadySo, PeriodReversed
from domain.specification import Scenario, given
from tests.county import COUNTY, DAY, FIRM, K1, K2, LIES_IN_C1, OTHER_FIRM, days

WHY = Confidential("季度更新")


def test_a_compound_is_classified_by_origin_and_the_same_again_records_nothing() -> None:
    classified = given(*COUNTY).when(classify, compound=K1, origin=Origin.WORK_UNIT)
    classified.then(CompoundOriginClassified(K1, Origin.WORK_UNIT)).tagged({K1, *LIES_IN_C1})
    classified.when(classify, compound=K1, origin=Origin.WORK_UNIT).then()
    again = classified.when(classify, compound=K1, origin=Origin.RESETTLEMENT)
    again.then(CompoundOriginClassified(K1, Origin.RESETTLEMENT))


def test_a_problem_is_tagged_once_and_cleared_once() -> None:
    weak = Problem.WEAK_INFRASTRUCTURE
    tagged = given(*COUNTY).when(tag_problem, compound=K1, problem=weak).then(CompoundProblemTagged(K1, weak))
    tagged.when(tag_problem, compound=K1, problem=weak).then()
    cleared = tagged.when(clear_problem, compound=K1, problem=weak).then(CompoundProblemCleared(K1, weak))
    cleared.when(clear_problem, compound=K1, problem=weak).then()
    cleared.when(tag_problem, compound=K1, problem=weak).then(CompoundProblemTagged(K1, weak))


def test_a_compound_may_have_several_problems() -> None:
    both = given(*COUNTY, CompoundProblemTagged(K1, Problem.NO_PROPERTY_MANAGEMENT))
    both.when(tag_problem, compound=K1, problem=Problem.MIXED_POPULATION).then(
        CompoundProblemTagged(K1, Problem.MIXED_POPULATION)
    )


def served(mode: ServiceMode, firm: Any, after: int = 0) -> Scenario:
    return given(*COUNTY, ServiceModeSet(K1, mode, firm, days(after)))


def test_market_service_is_by_a_firm_br_19() -> None:
    market = given(*COUNTY).when(set_service, compound=K1, provider=FIRM, service_mode=ServiceMode.MARKET, since=DAY)
    market.then(ServiceModeSet(K1, ServiceMode.MARKET, FIRM, DAY)).tagged({K1, FIRM, *LIES_IN_C1})
    again = market.when(set_service, compound=K1, provider=FIRM, service_mode=ServiceMode.MARKET, since=days(9))
    again.refused(AlreadySo(DAY))
    market.when(set_service, compound=K1, provider=FIRM, service_mode=ServiceMode.MARKET, since=DAY).then()


@pytest.mark.parametrize("mode", [mode for mode in ServiceMode if mode is not ServiceMode.MARKET])
def test_other_service_is_by_no_firm_br_19(mode: ServiceMode) -> None:
    none = given(*COUNTY).when(set_service, compound=K1, service_mode=mode, since=DAY)
    none.then(ServiceModeSet(K1, mode, None, DAY))
    firm = given(*COUNTY).when(set_service, compound=K1, provider=FIRM, service_mode=mode, since=DAY)
    firm.refused(ServiceFirmUnfit(mode.name, FIRM))


def test_market_service_without_a_firm_is_refused_br_19() -> None:
    given(*COUNTY).when(set_service, compound=K1, service_mode=ServiceMode.MARKET, since=DAY).refused(
        ServiceFirmUnfit("MARKET", None)
    )


def test_a_compound_changes_its_firm_on_a_day() -> None:
    changed = served(ServiceMode.MARKET, FIRM).when(
        set_service, compound=K1, provider=OTHER_FIRM, service_mode=ServiceMode.MARKET, since=days(30)
    )
    changed.then(ServiceModeSet(K1, ServiceMode.MARKET, OTHER_FIRM, days(30)))


def test_a_new_mode_does_not_begin_before_the_one_it_ends() -> None:
    former = served(ServiceMode.UNIT, None, 10)
    early = former.when(set_service, compound=K1, service_mode=ServiceMode.NONE, since=days(9))
    early.refused(PeriodReversed(days(10), days(9)))
    same_day = former.when(set_service, compound=K1, service_mode=ServiceMode.NONE, since=days(10))
    same_day.then(ServiceModeSet(K1, ServiceMode.NONE, None, days(10)))


def test_each_file_of_each_compound_counts_its_own_revisions() -> None:
    def revise(s: Scenario, file: CompoundFile, text: str) -> Scenario:
        return s.when(revise_file, compound=K1, file=file, reason=WHY, text=text)

    party, basic = CompoundFile.PARTY_BUILDING, CompoundFile.BASIC
    first = revise(given(*COUNTY, CompoundFileRevised(K2, party, 7, Confidential("初建"), "甲")), party, "甲")
    first.then(CompoundFileRevised(K1, party, 1, WHY, "甲"))
    revise(first, party, "甲").then()
    revise(first, basic, "甲").then(CompoundFileRevised(K1, basic, 1, WHY, "甲"))
    second = revise(first, party, "乙").then(CompoundFileRevised(K1, party, 2, WHY, "乙"))
    revise(second, party, "甲").then(CompoundFileRevised(K1, party, 3, WHY, "甲"))


def test_a_revision_may_have_files_that_prove_it() -> None:
    photo = Ref[Any]("exhibit:p")
    kept = given(*COUNTY, ExhibitKept(photo, "a" * 64, 1, MediaType.JPEG))
    basic: dict[str, Any] = {"compound": K1, "file": CompoundFile.BASIC, "reason": WHY, "text": "甲"}
    kept.when(revise_file, **basic, evidence=(photo,)).then(
        CompoundFileRevised(K1, CompoundFile.BASIC, 1, WHY, "甲", (photo,))
    )
