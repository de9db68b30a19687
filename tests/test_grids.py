"""Each micro-grid lies in one grid, from a date to a date (BR-60)."""

from domain.grids import (
    EffectiveDateOrder,
    GridOver,
    GridRetired,
    MicroGridDelineated,
    delineate_micro_grid,
)
from domain.specification import born, given
from tests.county import DAY, G1, GRIDS, LIES_IN_C1, days


def test_a_micro_grid_is_delineated_in_a_grid() -> None:
    delineated = given(*GRIDS).when(delineate_micro_grid, grid=G1, name="第三微网格", since=DAY)
    micro_grid = born("micro_grid")
    delineated.then(MicroGridDelineated(micro_grid, G1, "第三微网格", DAY)).tagged({micro_grid, G1, *LIES_IN_C1})


def test_a_micro_grid_does_not_begin_before_its_grid_br_60() -> None:
    early = given(*GRIDS).when(delineate_micro_grid, grid=G1, name="x", since=days(-1))
    early.refused(EffectiveDateOrder(days(-1), DAY))


def test_a_retired_grid_takes_no_micro_grid_br_60() -> None:
    retired = given(*GRIDS, GridRetired(G1, days(5)))
    retired.when(delineate_micro_grid, grid=G1, name="x", since=days(9)).refused(GridOver(days(5)))
