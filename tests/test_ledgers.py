"""A county's ledger begins with its opening."""

from domain.decisions import ThingExists
from domain.ledgers import LedgerOpened, open_ledger
from domain.specification import born, given


def test_a_ledger_is_opened_once_and_is_real_unless_said_otherwise() -> None:
    ledger = born("ledger")
    opened = given().when(open_ledger, code="140423", name="襄垣县")
    opened.then(LedgerOpened(ledger, "140423", "襄垣县", demo=False)).tagged({ledger})
    opened.when(open_ledger, code="140423", name="襄垣县", demo=True).refused(ThingExists(ledger))


def test_only_the_system_opens_a_ledger() -> None:
    assert open_ledger.roles == frozenset()
