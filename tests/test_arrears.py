"""Who owes fees where is on record; it takes no voice away (BR-54)."""

from typing import Any

from domain.arrears import FeesFellDue, FeesPaid, NothingOwed, OwedAlready, record_arrears, settle_arrears
from domain.periods import AlreadySo, PeriodReversed
from tests.county import COUNTY, DAY, K1, LI, afterwards, days

OWES, HERE = FeesFellDue(LI, K1, DAY), dict[str, Any](compound=K1, person=LI)


def test_fees_are_owed_and_paid_once_br_54() -> None:
    owing = afterwards(*COUNTY).when(record_arrears, **HERE, since=DAY).then(OWES)
    owing.when(record_arrears, **HERE, since=DAY).then()
    owing.when(record_arrears, **HERE, since=days(1)).refused(AlreadySo(DAY))
    paid = afterwards(*COUNTY, OWES).when(settle_arrears, **HERE, ended=days(9)).then(FeesPaid(LI, K1, DAY, days(9)))
    paid.when(settle_arrears, **HERE, ended=days(9)).then()
    paid.when(settle_arrears, **HERE, ended=days(8)).refused(NothingOwed(K1))
    paid.when(record_arrears, **HERE, since=days(8)).refused(OwedAlready(DAY, days(9)))
    afterwards(*COUNTY, OWES).when(settle_arrears, **HERE, ended=days(-1)).refused(PeriodReversed(DAY, days(-1)))
