"""A community engages social organisations, and no other unit, from a day until it ends (X90)."""

from typing import Any

import pytest

from domain.engagements import (
    EngagementEnded,
    EngagementOver,
    NoSocialOrganisation,
    SocialOrganisationEngaged,
    end,
    engage,
)
from domain.events import Ref
from domain.periods import PeriodReversed
from domain.specification import Scenario, born, given
from domain.units import UnitKind, UnitRegistered
from tests.counties import Counties
from tests.county import C1, COUNTY, DAY, days
from tests.hometown import settled

ENGAGED, SOCIETY, BUREAU = (
    Ref[Any]("engagement:e"),
    Ref[Any]("partner_unit:s"),
    Ref[Any]("partner_unit:b"),
)


def there(*more: Any) -> Scenario:
    society = UnitRegistered(SOCIETY, "志愿服务社", UnitKind.SOCIAL_ORGANISATION)
    return given(*COUNTY, society, UnitRegistered(BUREAU, "局", UnitKind.COUNTY_UNIT), *more)


def test_only_social_organisations_are_engaged() -> None:
    wish: dict[str, Any] = {"community": C1, "service_scope": "志愿服务", "since": DAY}
    there().when(engage, unit=SOCIETY, **wish).then(
        SocialOrganisationEngaged(born("engagement"), C1, SOCIETY, "志愿服务", DAY, None)
    )
    there().when(engage, unit=BUREAU, **wish).refused(NoSocialOrganisation("COUNTY_UNIT"))
    there().when(engage, unit=SOCIETY, **wish, until=DAY).refused(PeriodReversed(DAY, DAY))


def test_an_engagement_ends_once() -> None:
    held = there(SocialOrganisationEngaged(ENGAGED, C1, SOCIETY, "志愿服务", DAY, None))
    over = held.when(end, engagement=ENGAGED, ended=days(3)).then(EngagementEnded(ENGAGED, C1, DAY, days(3)))
    over.when(end, engagement=ENGAGED, ended=days(3)).then()
    over.when(end, engagement=ENGAGED, ended=days(4)).refused(EngagementOver(days(3)))
    held.when(end, engagement=ENGAGED, ended=days(-1)).refused(PeriodReversed(DAY, days(-1)))


@pytest.mark.xdist_group("wilds")
async def test_contracts_with_social_organisations_x90(wilds: Counties) -> None:
    """X90: which social organisations work for the community on a day?"""
    home = await settled(wilds)
    society = {"name": "志愿服务社", "unitKind": "SOCIAL_ORGANISATION"}
    unit = await home.county.do("partnerUnitRegister", ledger=home.ledger, **society)
    wish = {"community": home.c1, "unit": unit, "serviceScope": "志愿服务", "since": "2025-03-01"}
    made = await home.staff.do("engagementEngage", **wish, until="2026-03-01")
    await home.staff.do("engagementEnd", engagement=made, ended="2025-09-01")
    for on, count in (("2025-08-31", 1), ("2025-09-01", 0)):
        found = await home.read(home.public, "engagements", "unit { name }", community=home.c1, asOf=on)
        assert len(found) == count
    await home.far.refused("engagementEngage", "NOT_PERMITTED", **wish)
