"""What a compound or station has to have is shown, verified in another role, and may lapse (X24, Q40)."""

from typing import Any

import pytest

from domain.checklists import (
    ChecklistAdopted,
    ChecklistKind,
    ChecklistUnfit,
    EvidenceSubmitted,
    ItemLapsed,
    ItemsUnknown,
    ItemVerified,
    NothingShown,
    NotVerified,
    VerifierIsSubmitter,
    adopt_checklist,
    lapse_items,
    lapse_items_venue,
    submit_evidence,
    submit_evidence_venue,
    verify_items,
    verify_items_venue,
)
from domain.events import Confidential, Ref
from domain.execution import Actor, Unauthenticated
from domain.exhibits import ExhibitKept, MediaType, keep
from domain.grants import GrantGiven
from domain.ledgers import ITSELF
from domain.periods import PeriodReversed
from domain.roles import Role
from domain.specification import Scenario, given
from domain.venues import VenueKind, VenueRegistered
from tests.counties import Counties
from tests.county import COUNTY, DAY, K1, LI, WANG, days
from tests.hometown import settled
from tests.recording import command

FIVE = ChecklistKind.FIVE_HAVES
NAMES = ("党组织", "活动场所", "党员信息台账", "联系服务机制", "应急动员预案")
STATION = Ref[Any]("venue:v")
PHOTO = Ref[Any]("exhibit:p")
NOTE = Confidential("台账")
KIND: dict[str, Any] = {"checklist_kind": FIVE}
SECRETARY, CLERK = Actor(LI), Actor(WANG)
GRANTS = (
    GrantGiven(Ref("grant:branch"), LI, Role.BRANCH, None, DAY),
    GrantGiven(Ref("grant:community"), WANG, Role.COMMUNITY, None, DAY),
)
BOTH = GrantGiven(Ref("grant:both"), LI, Role.COMMUNITY, None, DAY)


def listed(*more: Any) -> Scenario:
    venue = VenueRegistered(STATION, K1, VenueKind.STATION, "站", None, DAY)
    photo = ExhibitKept(PHOTO, "0" * 64, 5, MediaType.JPEG)
    return given(*COUNTY, *GRANTS, ChecklistAdopted(ITSELF, FIVE, NAMES, DAY), venue, photo, *more).on(days(9))


def test_versions_are_adopted_in_order() -> None:
    adopted = given(*COUNTY).when(adopt_checklist, **KIND, items=NAMES, since=DAY)
    adopted.then(ChecklistAdopted(ITSELF, FIVE, NAMES, DAY))
    adopted.when(adopt_checklist, **KIND, items=NAMES, since=days(1)).then()
    adopted.when(adopt_checklist, **KIND, items=NAMES[::-1], since=days(-1)).refused(PeriodReversed(DAY, days(-1)))


@pytest.mark.parametrize("items", [(), NAMES[:4], (*NAMES, "第六项"), (*NAMES[:4], NAMES[0])])
def test_a_checklist_has_as_many_different_items_as_its_name_says(items: tuple[str, ...]) -> None:
    wish = given(*COUNTY).when(adopt_checklist, **KIND, items=items, since=DAY)
    wish.refused(ChecklistUnfit(len(items), len(set(items)), 5))


def test_rules_of_a_station_are_as_many_as_the_county_has() -> None:
    rules: dict[str, Any] = {"checklist_kind": ChecklistKind.OPERATING_RULES, "since": DAY}
    assert given(*COUNTY).when(adopt_checklist, **rules, items=("值班", "工作")).refusal is None
    given(*COUNTY).when(adopt_checklist, **rules, items=()).refused(ChecklistUnfit(0, 0, 1))


def test_only_items_of_the_list_are_shown_and_only_once() -> None:
    shown = listed().when(
        submit_evidence, actor=SECRETARY, compound=K1, **KIND, met=(1, 1), note=NOTE, evidence=(PHOTO,), since=DAY
    )
    shown.then(EvidenceSubmitted(K1, FIVE, 1, NOTE, (PHOTO,), LI, DAY))
    shown.when(submit_evidence, actor=SECRETARY, compound=K1, **KIND, met=(1,), note=NOTE, since=DAY).then()
    listed().when(submit_evidence, actor=SECRETARY, compound=K1, **KIND, met=(0, 5, 6), note=NOTE, since=DAY).refused(
        ItemsUnknown((0, 6), 5)
    )
    at_station = listed().when(
        submit_evidence_venue, actor=SECRETARY, venue=STATION, **KIND, met=(2,), note=NOTE, since=DAY
    )
    at_station.then(EvidenceSubmitted(STATION, FIVE, 2, NOTE, (), LI, DAY))
    at_station.when(verify_items, actor=CLERK, compound=K1, **KIND, met=(2,), since=DAY).refused(NothingShown((2,)))
    at_station.when(verify_items_venue, actor=CLERK, venue=STATION, **KIND, met=(2,), since=DAY).then(
        ItemVerified(STATION, FIVE, 2, WANG, DAY)
    )


def test_what_was_shown_is_verified_once_and_lapses_with_a_reason() -> None:
    shown = listed(EvidenceSubmitted(K1, FIVE, 1, NOTE, (), LI, DAY))
    fit = shown.when(verify_items, actor=CLERK, compound=K1, **KIND, met=(1,), since=days(1)).then(
        ItemVerified(K1, FIVE, 1, WANG, days(1))
    )
    fit.when(verify_items, actor=CLERK, compound=K1, **KIND, met=(1,), since=days(2)).then()
    why = Confidential("场所停用")
    gone: dict[str, Any] = {"compound": K1, **KIND, "met": (1,), "lapse_reason": why}
    lapsed = fit.when(lapse_items, **gone, ended=days(5)).then(ItemLapsed(K1, FIVE, 1, why, days(1), days(5)))
    lapsed.when(lapse_items, **gone, ended=days(5)).refused(NotVerified((1,)))
    lapsed.when(verify_items, actor=CLERK, compound=K1, **KIND, met=(1,), since=days(6)).refused(NothingShown((1,)))
    fit.when(lapse_items, **gone, ended=DAY).refused(PeriodReversed(days(1), DAY))
    venue: dict[str, Any] = {"venue": STATION, **KIND, "met": (1,), "lapse_reason": why, "ended": DAY}
    listed().when(lapse_items_venue, **venue).refused(NotVerified((1,)))


def test_nobody_verifies_what_they_showed_themselves_br_30() -> None:
    """The same person in another role is still the same person; the system is nobody who could verify."""
    shown = listed(EvidenceSubmitted(K1, FIVE, 1, NOTE, (), LI, DAY), BOTH)
    verify: dict[str, Any] = {"compound": K1, **KIND, "met": (1,), "since": days(1)}
    shown.when(verify_items, actor=SECRETARY, **verify).refused(VerifierIsSubmitter(1))
    shown.when(verify_items, **verify).refused(Unauthenticated)
    shown.when(verify_items, actor=CLERK, **verify).then(ItemVerified(K1, FIVE, 1, WANG, days(1)))


@pytest.mark.xdist_group("wilds")
async def test_which_compounds_lack_which_of_the_five_x24(wilds: Counties) -> None:
    """X24, X26, Q09, Q10, Q39, Q40, Q42: what each compound lacks on a day; stations by what they have."""
    home = await settled(wilds)
    since = "2025-03-01"
    lists = {"FIVE_HAVES": list(NAMES), "EIGHT_HAVES": [f"第{n}项" for n in range(1, 9)]}
    lists |= {"EIGHT_FUNCTIONS": lists["EIGHT_HAVES"], "THREE_UNIFICATIONS": ["规划", "制度牌匾", "协调"]}
    lists |= {"THREE_GUARANTEES": ["有人管事", "有地活动", "服务常在"], "THREE_SUPPORTS": ["阵地", "制度", "人员"]}
    for kind, items in lists.items():
        listed_ = {"checklistKind": kind, "items": items, "since": since}
        await home.county.do("ledgerAdoptChecklist", ledger=home.ledger, **listed_)
    k1, k2, *_ = home.compounds
    branch = await home.acting(Role.BRANCH, home.c1)
    shown: dict[str, Any] = {"checklistKind": "FIVE_HAVES", "note": "台账", "since": since}
    for compound, met in ((k1, [1, 2, 3, 4, 5]), (k2, [1, 2])):
        await branch.do("compoundSubmitEvidence", compound=compound, met=met, **shown)
        given_: dict[str, Any] = {"checklistKind": "FIVE_HAVES", "met": met, "since": "2025-03-05"}
        await home.staff.do("compoundVerifyItems", compound=compound, **given_)
    verify: dict[str, Any] = {"checklistKind": "FIVE_HAVES", "met": [3], "since": "2025-03-05"}
    assert await home.staff.refused("compoundVerifyItems", "NOTHING_SHOWN", compound=k2, **verify) == {"met": [3]}
    await branch.refused("compoundVerifyItems", "NOT_PERMITTED", compound=k2, **verify)
    lapse: dict[str, Any] = {"checklistKind": "FIVE_HAVES", "met": [2], "lapseReason": "停用", "ended": "2025-06-01"}
    await home.staff.do("compoundLapseItems", compound=k1, **lapse)

    async def lacking(on: str) -> list[str]:
        found = await home.read(home.public, "compounds", "name", community=home.c1, gap="WITHOUT_FIVE_HAVES", asOf=on)
        return sorted(each["name"] for each in found)

    assert await lacking("2025-03-04") == ["K1", "K2", "K3"]
    assert await lacking("2025-05-31") == ["K2", "K3"]
    assert await lacking("2025-06-01") == ["K1", "K2", "K3"]
    held = await home.read(home.public, "attainments", "item", checkedSubject=k1, asOf="2025-06-01")
    assert {each["item"] for each in held} == {1, 3, 4, 5}
    assert await home.read(home.public, "shownItems", "note", checkedSubject=k2, item=1) == [{"note": None}]
    station = {"venueKind": "STATION", "name": "站", "since": since}
    venue = await home.staff.do("venueRegister", location=k1, **station)
    for kind in ("THREE_GUARANTEES", "EIGHT_HAVES"):
        at: dict[str, Any] = {"venue": venue, "checklistKind": kind, "met": [1, 2], "since": since}
        await branch.do("venueSubmitEvidence", note="照片", **at)
        await home.staff.do("venueVerifyItems", **at)
    query = """query ($id: ID!) { node(id: $id) { ... on Venue {
        attainments(asOf: "2025-04-01") { groups(by: CHECKLIST_KIND) { value count } } } } }"""
    groups = (await home.public.ask(query, id=venue))["node"]["attainments"]["groups"]
    assert {each["value"]: each["count"] for each in groups} == {"THREE_GUARANTEES": 2, "EIGHT_HAVES": 2}
    keys = 'keys: ["compoundsWithFiveHaves", "stationHaves", "stationFunctions"]'
    query = f"query ($l: ID!) {{ ledger(code: $l) {{ figures({keys}) {{ value }} }} }}"
    told = (await home.public.ask(query, l=home.ledger))["ledger"]["figures"]
    assert [each["value"] for each in told] == [0, 8, 8]


@pytest.mark.xdist_group("wilds")
async def test_a_photo_shows_what_it_proves_x24(wilds: Counties) -> None:
    """X24, Q46: evidence of an item is an exhibit, whose history tells what it was shown for."""
    home = await settled(wilds)
    adopted = {"checklistKind": "FIVE_HAVES", "items": list(NAMES), "since": "2025-03-01"}
    await home.county.do("ledgerAdoptChecklist", ledger=home.ledger, **adopted)
    photo = command(keep, sha256="a" * 64, size=5, media_type=MediaType.JPEG)
    await home.counties.services.recorder.record(home.ledger, [photo])
    exhibit = f"{home.ledger}:exhibit:{'a' * 64}"
    branch = await home.acting(Role.BRANCH, home.c1)
    shown: dict[str, Any] = {"checklistKind": "FIVE_HAVES", "met": [2], "note": "台账", "since": "2025-03-01"}
    at = {"compound": home.compounds[0], **shown}
    await branch.refused("compoundSubmitEvidence", "NOT_FOUND", **at, evidence=[f"strange:exhibit:{'a' * 64}"])
    await branch.do("compoundSubmitEvidence", **at, evidence=[exhibit])
    found = await home.read(home.public, "shownItems", "item evidence { id }", checkedSubject=home.compounds[0])
    assert found == [{"item": 2, "evidence": [{"id": exhibit}]}]
    query = "query ($i: ID!) { node(id: $i) { ... on Exhibit { history { edges { node { type } } } } } }"
    edges = (await home.county.ask(query, i=exhibit))["node"]["history"]["edges"]
    assert {each["node"]["type"] for each in edges} == {"ExhibitKept", "EvidenceSubmitted"}
