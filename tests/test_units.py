"""Units take part in governance under the name they were registered by (X38, X83, X85, X90)."""

from domain.specification import born, given
from domain.units import UnitKind, UnitRegistered, register
from tests.county import COUNTY


def test_a_unit_is_registered_with_its_kind() -> None:
    registered = given(*COUNTY).when(register, name="县交通运输局", unit_kind=UnitKind.COUNTY_UNIT)
    registered.then(UnitRegistered(born("partner_unit"), "县交通运输局", UnitKind.COUNTY_UNIT)).tagged(
        {born("partner_unit")}
    )
