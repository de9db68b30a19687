"""A project rests on what was agreed on and is in effect; nobody of the contractor accepts its work (BR-16, BR-90)."""

from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

import pytest

from domain.assemblies import AssemblyProposed
from domain.bodies import CHINA
from domain.employments import EmploymentBegun, EmploymentKind
from domain.events import Confidential, Event, Hundredths, Ref
from domain.execution import Actor
from domain.firms import completed
from domain.grants import GrantGiven
from domain.matters import AssemblyRequired, ForumHeld, ForumKind, MatterCleared, MatterRaised, MatterVerified
from domain.pairings import UnitPaired
from domain.polls import DecisionNotEffective, QuestionDecided, ResultPosted
from domain.projects import (
    AcceptedAlready,
    AcceptorIsContractor,
    AssemblyUnfit,
    MatterNotAgreed,
    NoSuchWork,
    NotCompleted,
    NotPairedUnit,
    ProjectAccepted,
    ProjectOver,
    ProjectStarted,
    WorkItemAccepted,
    WorkItemAdded,
    WorkItemCompleted,
    WorkKind,
    accept_work,
    add_work,
    clear,
    complete_work,
    start,
)
from domain.roles import Role
from domain.specification import Scenario, born, given
from domain.tallies import Item, Outcome
from domain.units import UnitKind, UnitRegistered
from infra.reacting import Reactor
from tests.acting import PLAINLY, Acting
from tests.counties import Counties
from tests.county import C1, COUNTY, DAY, FIRM, K1, K2, LI, WANG, days
from tests.hometown import Hometown, of, own_name, settled
from tests.test_voting import RULES, told
from tests.voters import Calendar, Voters, all_of, rostered

PROJECT, MATTER, ASSEMBLY = Ref[Any]("project:p"), Ref[Any]("matter:m"), Ref[Any]("assembly:a")
STARTED = ProjectStarted(PROJECT, None, C1, "改造", (), None, None, None, FIRM, DAY)
WORKS = tuple(WorkItemAdded(PROJECT, n, WorkKind.GATE, "大门") for n in (1, 2))
COMPLETED = tuple(WorkItemCompleted(PROJECT, n, days(1)) for n in (1, 2))
HERE: tuple[Event, ...] = (
    *COUNTY,
    GrantGiven(Ref("grant:li"), LI, Role.BRANCH, None, DAY),
    GrantGiven(Ref("grant:wang"), WANG, Role.BRANCH, None, DAY),
)
JUDGE: dict[str, Any] = {"project": PROJECT, "actor": Actor(LI), "now": datetime(2025, 3, 9, 12, tzinfo=CHINA)}


def started(*more: Event) -> Scenario:
    return given(*HERE, STARTED, *more)


def test_a_work_is_completed_and_then_accepted_and_the_last_ends_the_project() -> None:
    one = started(*WORKS).when(complete_work, project=PROJECT, work_no=1, completed_on=days(1), now=JUDGE["now"])
    one.then(COMPLETED[0])
    one.when(complete_work, project=PROJECT, work_no=1, completed_on=days(1), now=JUDGE["now"]).then()
    first = started(*WORKS, *COMPLETED).when(accept_work, **JUDGE, work_no=1, accepted_on=days(2))
    first.then(WorkItemAccepted(PROJECT, 1, LI, days(2)))
    first.when(accept_work, **JUDGE, work_no=1, accepted_on=days(2)).then()
    last = first.when(accept_work, **JUDGE, work_no=2, accepted_on=days(3))
    last.then(WorkItemAccepted(PROJECT, 2, LI, days(3)), ProjectAccepted(PROJECT, days(3)))
    backwards = started(*WORKS, *COMPLETED).when(accept_work, **JUDGE, work_no=1, accepted_on=days(5))
    backwards.when(accept_work, **JUDGE, work_no=2, accepted_on=days(3)).then(
        WorkItemAccepted(PROJECT, 2, LI, days(3)), ProjectAccepted(PROJECT, days(5))
    )
    other = JUDGE | {"actor": Actor(WANG)}
    first.when(accept_work, **other, work_no=1, accepted_on=days(2)).refused(AcceptedAlready(1))
    last.when(add_work, project=PROJECT, work_kind=WorkKind.GATE, work_text="又一门").refused(ProjectOver(days(3)))


def test_a_project_carries_out_what_was_agreed_on_about_a_matter_of_its_compound() -> None:
    raised = MatterRaised(MATTER, K1, C1, None, WANG, Confidential("更换大门"), DAY)
    verified = MatterVerified(MATTER, needs_assembly=False)
    forum = ForumHeld(MATTER, K1, 1, ForumKind.HALL, (), (), forum_valid=True, conclusion="同意", forum_on=DAY)
    wish: dict[str, Any] = {"compound": K1, "matter": MATTER, "project_name": "改造", "begun_on": DAY}
    agreed = given(*HERE, raised, verified, forum)
    agreed.when(start, **wish).then(ProjectStarted(born("project"), K1, C1, "改造", (), MATTER, None, None, None, DAY))
    agreed.when(start, **{**wish, "compound": K2}).refused(MatterNotAgreed)
    given(*HERE, raised, verified).when(start, **wish).refused(MatterNotAgreed)


RAISED = MatterRaised(MATTER, K1, C1, None, WANG, Confidential("更换大门"), DAY)
FORUM = ForumHeld(MATTER, K1, 1, ForumKind.HALL, (), (), forum_valid=True, conclusion="同意", forum_on=DAY)
GATED: tuple[Event, ...] = (MatterVerified(MATTER, needs_assembly=True), FORUM, AssemblyRequired(MATTER, K1))
OWNERS_ASKED = (*HERE, RAISED, *GATED)
PROPOSED = AssemblyProposed(ASSEMBLY, K1, C1, extraordinary=False, on_matter=MATTER)
NONE = Hundredths(0)
COUNTS: tuple[Any, ...] = (False, 3, NONE, 0, NONE, 0, NONE, 3, NONE)
ADOPTED = QuestionDecided(ASSEMBLY, 1, Item.OTHER_MATTER, Outcome.ADOPTED, *COUNTS)
POSTED = ResultPosted(ASSEMBLY, K1, DAY, notice_late=False, effective_on=days(7))
WISH: dict[str, Any] = {"compound": K1, "matter": MATTER, "project_name": "改造", "begun_on": days(7)}


def test_what_the_owners_have_to_decide_waits_for_their_decision_br_16() -> None:
    """Named, of this matter and compound, adopted, posted and in effect on the day on which the project begins."""
    wish: dict[str, Any] = WISH | {"now": JUDGE["now"]}
    there = given(*OWNERS_ASKED, PROPOSED, ADOPTED, POSTED)
    made = there.when(start, **wish, by_assembly=ASSEMBLY)
    made.then(
        MatterCleared(MATTER, ASSEMBLY),
        ProjectStarted(born("project"), K1, C1, "改造", (), MATTER, ASSEMBLY, None, None, days(7)),
    )
    there.when(start, **wish).refused(AssemblyUnfit)
    early = there.when(start, **wish | {"begun_on": days(6)}, by_assembly=ASSEMBLY)
    early.refused(DecisionNotEffective(1, days(6)))
    there.when(start, **wish, by_assembly=ASSEMBLY, question_no=2).refused(DecisionNotEffective(2, days(7)))
    for other in (replace(PROPOSED, on_matter=None), replace(PROPOSED, compound=K2)):
        elsewhere = given(*OWNERS_ASKED, other, ADOPTED, POSTED)
        elsewhere.when(start, **wish, by_assembly=ASSEMBLY).refused(AssemblyUnfit)
    rejected = given(*OWNERS_ASKED, PROPOSED, replace(ADOPTED, outcome=Outcome.REJECTED), POSTED)
    rejected.when(start, **wish, by_assembly=ASSEMBLY).refused(DecisionNotEffective(1, days(7)))
    cleared = there.when(clear, matter=MATTER, by_assembly=ASSEMBLY, actor=Actor(LI), now=JUDGE["now"])
    cleared.then(MatterCleared(MATTER, ASSEMBLY))
    cleared.when(clear, matter=MATTER, by_assembly=ASSEMBLY, actor=Actor(LI), now=JUDGE["now"]).then()
    cleared.when(start, **wish).refused(AssemblyUnfit)


def test_a_unit_supports_a_project_of_the_compound_that_it_is_paired_with_br_64() -> None:
    unit, other = Ref[Any]("partner_unit:u"), Ref[Any]("partner_unit:v")
    units = (UnitRegistered(each, "某局", UnitKind.COUNTY_UNIT) for each in (unit, other))
    agreed = (*HERE, *units, RAISED, MatterVerified(MATTER, needs_assembly=False), FORUM)
    paired = given(*agreed, UnitPaired(K1, unit, days(7)))
    made = paired.when(start, **WISH, now=JUDGE["now"], supporter=unit)
    made.then(ProjectStarted(born("project"), K1, C1, "改造", (), MATTER, None, unit, None, days(7)))
    paired.when(start, **WISH, now=JUDGE["now"], supporter=other).refused(NotPairedUnit(K1, other))
    early = WISH | {"begun_on": days(6)}
    paired.when(start, **early, now=JUDGE["now"], supporter=unit).refused(NotPairedUnit(K1, unit))


def test_work_items_are_numbered_from_one() -> None:
    made = started().when(add_work, project=PROJECT, work_kind=WorkKind.GATE, work_text="大门").then(WORKS[0])
    made.when(add_work, project=PROJECT, work_kind=WorkKind.GATE, work_text="大门").then(WORKS[1])


def test_what_is_not_there_or_not_completed_is_not_accepted() -> None:
    started(*WORKS).when(accept_work, **JUDGE, work_no=3, accepted_on=days(2)).refused(NoSuchWork(3, 2))
    started(*WORKS).when(accept_work, **JUDGE, work_no=1, accepted_on=days(2)).refused(NotCompleted(1))
    started().when(complete_work, project=PROJECT, work_no=1, completed_on=DAY, now=JUDGE["now"]).refused(
        NoSuchWork(1, 0)
    )


@pytest.mark.parametrize("kind", EmploymentKind)
def test_nobody_of_the_contractor_accepts_its_work(kind: EmploymentKind) -> None:
    staff = started(*WORKS, *COMPLETED, EmploymentBegun(LI, FIRM, kind, DAY))
    staff.when(accept_work, **JUDGE, work_no=1, accepted_on=days(2)).refused(AcceptorIsContractor(FIRM))


@pytest.mark.xdist_group("wilds")
async def test_s3_an_old_compound_is_renovated_in_one_chain_x79_x81_x82(wilds: Counties, calendar: Calendar) -> None:
    """S3 steps 1 to 6: X74, X79, X81, X82, Q73: the committee sends it to the owners, who decide on parking; the paired
    bureau supports; five works."""
    recorder = wilds.services.recorder
    before = recorder.clock
    try:
        await _renovated(wilds, Calendar(recorder))
    finally:
        recorder.clock = before


class Renovation(NamedTuple):
    """A compound whose owners renovate it."""

    home: Hometown
    calendar: Calendar
    voters: Voters
    branch: Acting
    matter: str
    assembly: str
    bureau: str
    builder: str

    def begun(self) -> dict[str, Any]:
        on = {"compound": self.voters.compound, "matter": self.matter, "byAssembly": self.assembly}
        return {**on, "projectName": "改造", "contractor": self.builder, "begunOn": self.calendar.day()}


async def _renovated(wilds: Counties, calendar: Calendar) -> None:
    here = await _deliberated(wilds, calendar)
    await _voted(here)
    await _built(here)
    await here.branch.do("matterFinish", matter=here.matter, finishedOn=calendar.day())
    await here.voters.owners[0].do("matterRate", matter=here.matter, publicScore="91.00")
    await here.branch.do("matterCloseEvaluation", matter=here.matter)
    assert await told(here.home.public, here.assembly, "assemblyStep") == {"assemblyStep": "CLOSED"}
    await _one_chain(here.home.public, here.matter)


async def _deliberated(wilds: Counties, calendar: Calendar) -> Renovation:
    """Steps 1 to 3: what was agreed on needs the owners, so an assembly is proposed, once."""
    home = await settled(wilds)
    voters = await rostered(home, 4, several=0)
    compound = voters.compound
    for owner in voters.owners:
        lives = {"person": of(owner), "residenceKind": "OWNER", "since": "2024-01-01"}
        await home.staff.do("compoundRegisterResident", compound=compound, **lives)
    branch = await home.acting(Role.BRANCH, home.c1)
    matter = await voters.owners[0].do("matterRaise", compound=compound, matterText="更换线路、大门，划停车位")
    await branch.do("matterVerify", matter=matter)
    committee = await home.acting(Role.COMMITTEE, compound)
    await committee.do("matterGate", matter=matter, toAssembly=True)
    parties = ["BRANCH", "COMMITTEE", "RESIDENTS", "COMMUNITY"]
    held = {"forumKind": "HALL", "forumParties": parties, "forumOn": calendar.day()}
    for conclusion in (None, "同意划线", "同意改造"):
        await branch.do("matterDeliberate", matter=matter, **held, conclusion=conclusion)
    await branch.refused("matterHandOut", "MATTER_NEEDS_ASSEMBLY", matter=matter, inCharge=home.c1)
    await Reactor(wilds.services.writer_pool, wilds.services.recorder, home.ledger).catch_up()
    [proposed] = await home.read(home.public, "assemblies", "id onMatter { id }", compound=compound)
    assert proposed["onMatter"]["id"] == matter
    unit = {"ledger": home.ledger, "name": "县交通运输局", "unitKind": "COUNTY_UNIT"}
    bureau = await home.county.do("partnerUnitRegister", **unit)
    await home.staff.do("compoundPair", compound=compound, unit=bureau, since="2025-01-01")
    firm = {"ledger": home.ledger, "name": "施工企业", "creditCode": completed("91140423DEM000001")}
    builder = await home.county.do("firmRegister", **firm)
    return Renovation(home, calendar, voters, branch, matter, proposed["id"], bureau, builder)


async def _voted(here: Renovation) -> None:
    """Step 3: nothing is started before the owners' decision is in effect."""
    staff, voters, calendar, assembly = here.home.staff, here.voters, here.calendar, here.assembly
    await staff.refused("projectStart", "DECISION_NOT_EFFECTIVE", **here.begun())
    await staff.do("ownersRosterFreeze", ownersRoster=voters.roster)
    await staff.do("compoundAdoptRulebook", compound=voters.compound, **RULES)
    item = {"questionItem": "COMMON_PARTS_USE", "question": "公共场地划停车位"}
    await staff.do("assemblyPutQuestion", assembly=assembly, **item)
    noticed = {"assembly": assembly, "ownersRoster": voters.roster, "committeeTold": True}
    noticed |= {"compound": voters.compound}
    await staff.do("assemblyNotify", **noticed, opensOn=calendar.day(15), closesAt=calendar.moment(20))
    calendar.pass_(15)
    opening = {"assembly": assembly, "ownersRoster": voters.roster, "compound": voters.compound}
    await staff.do("assemblyOpenVoting", **opening)
    await all_of(owner.do("ballotCast", assembly=assembly, choices=["FOR"]) for owner in voters.owners)
    calendar.pass_(6)
    await staff.do("assemblyCloseVoting", assembly=assembly)
    await staff.do("assemblyPostResult", assembly=assembly)
    await staff.refused("projectStart", "DECISION_NOT_EFFECTIVE", **here.begun())
    calendar.pass_(7)


async def _built(here: Renovation) -> None:
    """Steps 4 and 5: who is not paired supports nothing, and the contractor does not accept its own work."""
    home, staff, day = here.home, here.home.staff, here.calendar.day()
    unit = {"ledger": home.ledger, "name": "县教育局", "unitKind": "COUNTY_UNIT"}
    other = await home.county.do("partnerUnitRegister", **unit)
    await staff.refused("projectStart", "NOT_PAIRED_UNIT", **here.begun(), supporter=other)
    nameless = {**here.begun(), "byAssembly": None}
    await staff.refused("projectStart", "ASSEMBLY_NOT_OF_MATTER", **nameless, supporter=here.bureau)
    project = await staff.do("projectStart", **here.begun(), supporter=here.bureau)
    await here.branch.do("matterHandOut", matter=here.matter, inCharge=here.builder)
    for work in ("DEMOLITION", "WIRING", "GREENERY", "GATE", "PARKING"):
        await staff.do("projectAddWork", project=project, workKind=work, workText=work)
    for number in range(1, 6):
        await staff.do("projectCompleteWork", project=project, workNo=number, completedOn=day)
    for number in range(1, 5):
        await here.branch.do("projectAcceptWork", project=project, workNo=number, acceptedOn=day)
    progress = "workCount acceptedCount acceptedPercent acceptedOn"
    [four] = await home.read(home.public, "projects", progress)
    assert four == {"workCount": 5, "acceptedCount": 4, "acceptedPercent": 80, "acceptedOn": None}
    last = {"project": project, "workNo": 5, "acceptedOn": day}
    own = await (await _mason(here)).refused("projectAcceptWork", "ACCEPTOR_IS_CONTRACTOR", **last)
    assert own == {"contractor": here.builder}
    await here.branch.do("projectAcceptWork", **last)
    [whole] = await home.read(home.public, "projects", f"{progress} supporter {{ id }}", ofMatter=here.matter)
    ended = {"workCount": 5, "acceptedCount": 5, "acceptedPercent": 100, "acceptedOn": day}
    assert whole == {**ended, "supporter": {"id": here.bureau}}


async def _mason(here: Renovation) -> Acting:
    """Somebody of the contractor who is a grid worker too."""
    home = here.home
    mason = await own_name(home, "施工员")
    works = {"person": of(mason), "employmentKind": "STAFF", "since": "2025-01-01"}
    await home.county.do("firmEmploy", firm=here.builder, **works)
    administrator = await home.acting(Role.ADMINISTRATOR)
    granted = {"person": of(mason), "role": "GRID_WORKER", "scope": home.c1, "since": "2025-01-01"}
    await administrator.do("grantGive", **granted)
    assert mason.viewer
    viewer = mason.viewer._replace(role=Role.GRID_WORKER, audience=Role.GRID_WORKER.audience)
    return Acting(home.counties, home.ledger, viewer)


async def _one_chain(public: Acting, matter: str) -> None:
    """The chain tells all of it in order, however it is executed."""
    query = """query ($id: ID!) { PLAIN node(id: $id) { ... on Matter {
        chain(first: 500) { totalCount edges { node { type } } } } } }"""
    compiled = await public.ask(query.replace("PLAIN", ""), id=matter)
    plainly = await public.ask(query.replace("PLAIN", PLAINLY), id=matter)
    assert plainly["node"] == compiled["node"]
    edges = compiled["node"]["chain"]["edges"]
    types = list(dict.fromkeys(edge["node"]["type"] for edge in edges))
    assert types == [
        *("MatterRaised", "MatterVerified", "MajorMatterGated", "ForumHeld", "AssemblyRequired", "AssemblyProposed"),
        *(
            "QuestionPut",
            "AssemblyNotified",
            "VotingOpened",
            "VotingClosed",
            "QuestionDecided",
            "ResultPosted",
            "MatterCleared",
        ),
        *("ProjectStarted", "MatterHandedOut", "WorkItemAdded", "WorkItemCompleted", "WorkItemAccepted"),
        *("ProjectAccepted", "MatterDone", "MatterRated", "MatterEvaluated"),
    ]
