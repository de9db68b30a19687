"""An owners' assembly to test rules in: a compound of four units and three owners, its roster, rules and notice."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.assemblies import (
    AssemblyNotified,
    AssemblyProposed,
    ElectorAdmitted,
    QuestionPut,
    VotingOpened,
)
from domain.ballots import BallotCast, BallotChannel, Choice, encoded
from domain.bodies import CHINA
from domain.decisions import veiled_ref
from domain.events import Confidential, Event, Hundredths, Ref
from domain.grants import GrantGiven
from domain.owners import (
    AreaSource,
    OwnedUnitEntered,
    OwnersRosterDrafted,
    OwnersRosterFrozen,
    UnitUse,
    digest_of,
)
from domain.owners import OwnersRoster as Roster
from domain.people import PersonRegistered
from domain.roles import Role
from domain.rulebooks import RulebookAdopted
from domain.specification import Scenario, given
from domain.tallies import Item
from tests.casework import QIAN, SUN
from tests.county import C1, COUNTY, DAY, FIRM, K1, LI, WANG, ZHAO

ROSTER, ASSEMBLY, AUTHORITY = Ref[Any]("owners_roster:r"), Ref[Any]("assembly:a"), "a" * 64
OWNERS = (ZHAO, QIAN, SUN)
FOR, AGAINST, ABSTAIN = Choice.FOR, Choice.AGAINST, Choice.ABSTAIN


def at(moment: str) -> datetime:
    """`05-16 09:00` of 2025."""
    return datetime.fromisoformat(f"2025-{moment}").replace(tzinfo=CHINA)


def unit(number: str, owner: Ref[Any], area: int | None = 100_00, **more: Any) -> OwnedUnitEntered:
    source = None if area is None else AreaSource.REGISTER
    entered = OwnedUnitEntered(
        ROSTER, Confidential(number), UnitUse.HOME, owner, None, None if area is None else Hundredths(area), source
    )
    return replace(entered, **more)


UNITS = (unit("101", ZHAO), unit("102", QIAN), unit("103", SUN), unit("201", SUN))
DRAFTED = OwnersRosterDrafted(ROSTER, K1, C1, LI, parking_counted=False)


def rostered(*units: OwnedUnitEntered) -> Roster:
    roster = Roster(ROSTER).evolve(DRAFTED)
    for each in units:
        roster = roster.evolve(each)
    return roster


DIGEST = digest_of(rostered(*UNITS))
FROZEN = OwnersRosterFrozen(ROSTER, K1, C1, 4, 3, Hundredths(400_00), DIGEST)
RULES = RulebookAdopted(
    K1,
    C1,
    1,
    parking_counted=False,
    ballots_changeable=False,
    extension_allowed=True,
    fund_by_dissent=False,
    most_proxies=1,
    posting_days=7,
)
PROPOSED = AssemblyProposed(ASSEMBLY, K1, C1, extraordinary=False, on_matter=None)
PUT = QuestionPut(ASSEMBLY, 1, Item.COMMON_PARTS_USE, "北侧绿地出租广告位")
OPENS, ENDS = at("05-16 00:00").date(), at("05-30 18:00")
NOTIFIED = AssemblyNotified(
    ASSEMBLY, K1, ROSTER, at("05-01 09:00").date(), OPENS, ENDS, committee_told=True, rules_revision=1
)
OPENED = VotingOpened(
    *(ASSEMBLY, K1, ROSTER, DIGEST, 3, Hundredths(400_00), 1, False, True, False, 1, 7, FIRM),
    opened_at=at("05-16 09:00"),
    closes_at=ENDS,
)
ADMITTED = tuple(
    ElectorAdmitted(ASSEMBLY, owner, Hundredths(area))
    for owner, area in sorted({ZHAO: 100_00, QIAN: 100_00, SUN: 200_00}.items())
)
HERE: tuple[Event, ...] = (
    *COUNTY,
    *(PersonRegistered(person, "某人") for person in (QIAN, SUN)),  # type: ignore[arg-type]
    GrantGiven(Ref("grant:convener"), WANG, Role.COMMUNITY, None, DAY),
)
BEFORE: tuple[Event, ...] = (*HERE, RULES, DRAFTED, *UNITS, FROZEN, PROPOSED, PUT)
VOTING = (*BEFORE, NOTIFIED, OPENED, *ADMITTED)


def ballot_of(owner: Ref[Any]) -> Ref[Any]:
    """As the pure tests have it, where no secret veils it."""
    return veiled_ref("ballot", b"", ASSEMBLY, owner)


def cast_by(
    owner: Ref[Any], *choices: Choice, area: int = 100_00, way: BallotChannel = BallotChannel.ONLINE
) -> BallotCast:
    return BallotCast(ASSEMBLY, ballot_of(owner), way, Hundredths(area), encoded(choices))


def voting(*more: Event) -> Scenario:
    return given(*VOTING, *more)
