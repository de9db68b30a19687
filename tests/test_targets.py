"""The four teams of a compound set themselves targets; Party organisations of firms and committees stand under it."""

from typing import Any

import pytest

from domain.events import Ref
from domain.firms import completed
from domain.periods import PeriodReversed
from domain.specification import born, given
from domain.targets import TargetAdvanced, TargetBackwards, TargetSet, Team, advance, set_target
from tests.counties import Counties
from tests.county import COUNTY, DAY, K1, days
from tests.hometown import settled

ONE = Ref[Any]("target:one")
SET = TargetSet(ONE, K1, Team.FIRM, "更换路灯", 10, DAY, days(30))


def test_a_target_is_reached_step_by_step_and_never_back_q66() -> None:
    wish: dict[str, Any] = {"compound": K1, "team": Team.FIRM, "target_text": "更换路灯", "since": DAY}
    made = given(*COUNTY).when(set_target, **wish, aimed_at=10, target_due=days(30))
    made.then(TargetSet(born("target"), K1, Team.FIRM, "更换路灯", 10, DAY, days(30)))
    given(*COUNTY).when(set_target, **wish, aimed_at=0, target_due=days(30)).refused(TargetBackwards(0, 0))
    given(*COUNTY).when(set_target, **wish, aimed_at=1, target_due=days(-1)).refused(PeriodReversed(DAY, days(-1)))
    six = given(*COUNTY, SET).when(advance, target=ONE, reached=6, reached_on=DAY).then(TargetAdvanced(ONE, 6, DAY))
    six.when(advance, target=ONE, reached=6, reached_on=DAY).then()
    for unfit in (5, 11):
        six.when(advance, target=ONE, reached=unfit, reached_on=DAY).refused(TargetBackwards(6, 10))


@pytest.mark.xdist_group("wilds")
async def test_four_teams_with_targets_under_one_leadership_x57_x58_q59_q66_q67(wilds: Counties) -> None:
    """X57, X58, Q59, Q66, Q67: the industry committee and its firms' branches, firms without one, organisations that no
    compound's leads, and how far each team is."""
    home = await settled(wilds)
    k1 = home.compounds[0]
    firms = [
        await home.county.do(
            "firmRegister", ledger=home.ledger, name=f"物业{n}", creditCode=completed(f"91140423DEM00000{n}")
        )
        for n in (1, 2)
    ]

    async def organisation(seat: str, kind: str, level: int) -> str:
        founded = {"seat": seat, "name": kind, "partyKind": kind, "level": level, "since": "2025-03-01"}
        return await home.county.do("partyOrganisationEstablish", **founded)

    [itself] = (await home.public.ask("query ($l: ID!) { ledger(code: $l) { id } }", l=home.ledger)).values()
    industry = await organisation(itself["id"], "INDUSTRY_COMMITTEE", 1)
    branch = await organisation(k1, "COMPOUND_BRANCH", 2)
    firm_branch = await organisation(firms[0], "FIRM_BRANCH", 3)
    gaps = """query ($l: ID!, $on: Date!) { ledger(code: $l) {
        firms(gap: WITHOUT_BRANCH, asOf: $on) { edges { node { id } } }
        partyOrganisations(gap: NOT_UNDER_A_COMPOUND_ORGANISATION, asOf: $on) { edges { node { id } } } } }"""

    async def found(on: str) -> tuple[list[str], list[str]]:
        told = (await home.public.ask(gaps, l=home.ledger, on=on))["ledger"]
        return tuple([edge["node"]["id"] for edge in told[name]["edges"]] for name in ("firms", "partyOrganisations"))  # type: ignore[return-value]

    assert await found("2025-03-02") == ([firms[1]], [firm_branch])
    placed = {"partyOrganisation": firm_branch, "parent": branch, "since": "2025-04-01"}
    await home.county.do("partyOrganisationPlaceUnder", **placed)
    assert await found("2025-04-01") == ([firms[1]], [])
    set_ = {"compound": k1, "targetText": "更换路灯", "since": "2025-03-01", "targetDue": "2025-06-30"}
    for team, aimed, reached in (("FIRM", 10, 6), ("COMMITTEE", 4, 4), ("COMMUNITY", 3, 0), ("BRANCH", 2, 1)):
        target = await home.staff.do("targetSet", **set_, team=team, aimedAt=aimed)
        if reached:
            await home.staff.do("targetAdvance", target=target, reached=reached, reachedOn="2025-05-01")
    query = """query ($id: ID!) { node(id: $id) { ... on Compound {
        targets { measures { aimedAt { sum } reached { sum } } }
        behind: targets(gap: BEHIND, asOf: "2025-07-01") { totalCount } } } }"""
    told = (await home.public.ask(query, id=k1))["node"]
    assert told == {
        "targets": {"measures": {"aimedAt": {"sum": 19}, "reached": {"sum": 11}}},
        "behind": {"totalCount": 3},
    }
    await home.county.do("partyOrganisationPlaceUnder", partyOrganisation=branch, parent=industry, since="2025-05-01")
    under = await home.read(home.public, "leaderships", "partyOrganisation { id }", parent=industry)
    assert under == [{"partyOrganisation": {"id": branch}}]
