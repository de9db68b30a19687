"""Only who is paired that day acts jointly (X39, BR-64)."""

from datetime import date
from typing import Any

import pytest

from domain.actions import JointActionKind, JointActionLogged, log
from domain.pairings import NotPaired, PairingEnded, UnitPaired
from domain.periods import DayAhead
from domain.specification import NOON, born, given
from tests.county import K1, days
from tests.test_pairings import BUREAU, TREASURY, UNITS


@pytest.mark.parametrize(
    ("on", "fits"), [(days(-31), False), (days(-30), True), (days(-10), True), (days(-9), False), (days(-1), False)]
)
def test_an_action_falls_within_the_pairing(on: date, *, fits: bool) -> None:
    pair = given(*UNITS, UnitPaired(K1, BUREAU, days(-30)), PairingEnded(K1, BUREAU, days(-30), days(-9)))
    done = pair.when(log, compound=K1, unit=BUREAU, joint_action_kind=JointActionKind.ORDER, acted_on=on)
    if fits:
        done.then(JointActionLogged(born("joint_action"), K1, BUREAU, JointActionKind.ORDER, on))
    else:
        done.refused(NotPaired(K1, BUREAU))


def test_nothing_is_done_ahead_or_by_another_unit() -> None:
    pair = given(*UNITS, UnitPaired(K1, BUREAU, days(-30)))
    kind: dict[str, Any] = {"compound": K1, "joint_action_kind": JointActionKind.SERVICES}
    pair.when(log, **kind, unit=BUREAU, acted_on=days(1)).refused(DayAhead(days(1), NOON.date()))
    pair.when(log, **kind, unit=TREASURY, acted_on=days(0)).refused(NotPaired(K1, TREASURY))
