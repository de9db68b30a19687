"""The conflict matrix, cell by cell (BR-54)."""

from datetime import date

import pytest

from domain.conflicts import ConflictOfInterest, RatedKind, RaterClass, Tie, check_free, cooled_off, in_the_way

FIRM, BRANCH, SECRETARY, WORKER, HANDLER, COMMITTEE = RatedKind
SELF, PUBLIC, COMMUNITY, DEPARTMENT, ADVISORY = RaterClass
PEERS, NOBODY, OTHERS = {PUBLIC, COMMUNITY}, set[RaterClass](), set(RaterClass) - {SELF}
CELLS = [
    *((Tie.ITSELF, kind, {SELF}) for kind in RatedKind),
    *((tie, kind, NOBODY) for tie in (Tie.EMPLOYED_BY, Tie.LEFT_LATELY, Tie.KIN_EMPLOYED) for kind in RatedKind),
    *((Tie.INSPECTS, kind, NOBODY) for kind in RatedKind),
    *((Tie.SITS_ON_COMMITTEE, kind, PEERS) for kind in (BRANCH, SECRETARY, WORKER, HANDLER)),
    (Tie.SITS_ON_COMMITTEE, FIRM, {COMMUNITY}),
    (Tie.SITS_ON_COMMITTEE, COMMITTEE, NOBODY),
    *((Tie.SECRETARY_ON_STAFF, kind, OTHERS if kind is BRANCH else NOBODY) for kind in RatedKind),
    *((Tie.DISPATCHED_IT, kind, NOBODY if kind is HANDLER else OTHERS) for kind in RatedKind),
    *((Tie.PAIRED_WITH, kind, NOBODY if kind is HANDLER else {ADVISORY}) for kind in RatedKind),
    *((Tie.NOMINATED_BY, kind, NOBODY if kind in {HANDLER, SECRETARY} else {ADVISORY}) for kind in RatedKind),
]


@pytest.mark.parametrize(("tie", "kind", "classes"), CELLS)
def test_each_cell_says_as_what_one_so_tied_may_rate_br_54(tie: Tie, kind: RatedKind, classes: set[RaterClass]) -> None:
    assert {each for each in RaterClass if in_the_way(kind, each, {tie}) is None} == classes


def test_every_cell_of_the_matrix_is_told() -> None:
    assert {(tie, kind) for tie, kind, _ in CELLS} == {(tie, kind) for tie in Tie for kind in RatedKind}


@pytest.mark.parametrize("kind", RatedKind)
@pytest.mark.parametrize("as_class", OTHERS)
def test_who_is_not_tied_rates(kind: RatedKind, as_class: RaterClass) -> None:
    check_free(kind, as_class, {})


def test_a_firms_manager_evaluates_it_and_an_inspector_never_scores_br_54() -> None:
    assert in_the_way(FIRM, SELF, {Tie.ITSELF, Tie.EMPLOYED_BY}) is None
    assert in_the_way(FIRM, PUBLIC, {Tie.ITSELF, Tie.EMPLOYED_BY}) is Tie.ITSELF
    assert in_the_way(FIRM, SELF, {Tie.ITSELF, Tie.INSPECTS}) is Tie.INSPECTS
    with pytest.raises(ConflictOfInterest) as refused:
        check_free(FIRM, PUBLIC, {Tie.EMPLOYED_BY: "firm:f1"})
    assert refused.value.details == {"tie": "EMPLOYED_BY", "relation": "firm:f1"}


@pytest.mark.parametrize(
    ("left", "months", "free"),
    [
        (date(2025, 3, 31), 1, date(2025, 4, 30)),
        (date(2024, 12, 15), 6, date(2025, 6, 15)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2025, 1, 1), 0, date(2025, 1, 1)),
    ],
)
def test_the_cool_off_is_in_months_br_54(left: date, months: int, free: date) -> None:
    assert cooled_off(left, free, months)
    assert not cooled_off(left, date.fromordinal(free.toordinal() - 1), months)
