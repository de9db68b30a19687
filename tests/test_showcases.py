"""A signature project is cultivated, brought in, discovered and made known (X87)."""

from typing import Any

import pytest

from domain.events import Ref
from domain.periods import AlreadySo, PeriodReversed
from domain.showcases import (
    ShowcaseStage,
    SignatureProjectAdvanced,
    SignatureProjectRegistered,
    advance,
    register,
)
from domain.specification import born, given
from tests.counties import Counties
from tests.county import C1, COUNTY, DAY, days
from tests.hometown import settled

PROJECT = Ref[Any]("signature_project:p")


def test_a_project_advances_in_order() -> None:
    given(*COUNTY).when(register, community=C1, name="课堂", showcase_stage=ShowcaseStage.CULTIVATED, since=DAY).then(
        SignatureProjectRegistered(born("signature_project"), C1, "课堂", ShowcaseStage.CULTIVATED, DAY)
    )
    there = given(*COUNTY, SignatureProjectRegistered(PROJECT, C1, "课堂", ShowcaseStage.CULTIVATED, DAY))
    known: dict[str, Any] = {"signature_project": PROJECT, "showcase_stage": ShowcaseStage.PUBLICISED}
    told = there.when(advance, **known, since=days(2))
    told.then(SignatureProjectAdvanced(PROJECT, C1, ShowcaseStage.PUBLICISED, days(2)))
    told.when(advance, **known, since=days(2)).then()
    told.when(advance, **known, since=days(3)).refused(AlreadySo(days(2)))
    there.when(advance, **known, since=days(-1)).refused(PeriodReversed(DAY, days(-1)))


@pytest.mark.xdist_group("wilds")
async def test_signature_projects_by_community_x87(wilds: Counties) -> None:
    """X87: which signature projects has each community, and how far are they?"""
    home = await settled(wilds)
    project = {"name": "课堂", "showcaseStage": "CULTIVATED", "since": "2025-03-01"}
    made = await home.staff.do("signatureProjectRegister", community=home.c1, **project)
    later = {"signatureProject": made, "showcaseStage": "PUBLICISED", "since": "2025-06-01"}
    await home.staff.do("signatureProjectAdvance", **later)
    found = await home.read(home.public, "signatureProjects", "name showcaseStage", community=home.c1)
    assert found == [{"name": "课堂", "showcaseStage": "PUBLICISED"}]
    await home.far.refused("signatureProjectAdvance", "NOT_PERMITTED", **later)
