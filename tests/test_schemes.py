"""An elderly-care scheme is launched with a minimum age, and its impact is assessed once (BR-72)."""

from typing import Any

import pytest

from domain.decisions import NumberUnfit
from domain.events import Ref
from domain.periods import AlreadySo
from domain.schemes import CareImpactAssessed, CareSchemeLaunched, assess_impact, launch
from domain.specification import born
from tests.counties import Counties
from tests.county import C1, COUNTY, DAY, FIRM, TOWN, afterwards, days
from tests.hometown import settled

SCHEME = Ref[Any]("care_scheme:s")


def test_a_scheme_is_launched() -> None:
    made = afterwards(*COUNTY).when(launch, community=C1, provider=FIRM, name="原居安老", minimum_age=60, since=DAY)
    made.then(CareSchemeLaunched(born("care_scheme"), C1, FIRM, "原居安老", 60, DAY))
    made.tagged({born("care_scheme"), C1, TOWN, FIRM})


def test_a_scheme_is_for_people_that_there_are() -> None:
    old: dict[str, Any] = {"community": C1, "name": "原居安老", "minimum_age": 131, "since": DAY}
    afterwards(*COUNTY).when(launch, **old).refused(NumberUnfit("minimum_age", 131, 130))


def test_its_impact_is_assessed_once() -> None:
    begun = afterwards(*COUNTY, CareSchemeLaunched(SCHEME, C1, None, "原居安老", 60, DAY))
    done = begun.when(assess_impact, care_scheme=SCHEME, assessed=DAY).then(CareImpactAssessed(SCHEME, DAY))
    done.when(assess_impact, care_scheme=SCHEME, assessed=DAY).then()
    done.when(assess_impact, care_scheme=SCHEME, assessed=days(1)).refused(AlreadySo(DAY))


@pytest.mark.xdist_group("wilds")
async def test_a_scheme_with_its_minimum_age_q62(wilds: Counties) -> None:
    """Q62: a community's care scheme, and from what age on."""
    home = await settled(wilds)
    plan = {"community": home.c1, "name": "原居安老", "minimumAge": 60, "since": "2025-01-01"}
    scheme = await home.staff.do("careSchemeLaunch", **plan)
    await home.staff.do("careSchemeAssessImpact", careScheme=scheme, assessed="2025-01-05")
    rows = await home.read(home.public, "careSchemes", "minimumAge assessed", community=home.c1)
    assert rows == [{"minimumAge": 60, "assessed": "2025-01-05"}]
    await home.far.refused("careSchemeLaunch", "NOT_PERMITTED", **plan)
    elsewhere = await settled(wilds)
    await elsewhere.staff.refused("careSchemeAssessImpact", "NOT_FOUND", careScheme=scheme, assessed="2025-01-05")
