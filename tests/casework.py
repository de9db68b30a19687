"""A case to test rules on: reported by ZHAO in K1, limit five work hours, rework two; who acts, with their grants."""

from datetime import datetime
from typing import Any

from domain.bodies import CHINA
from domain.calendars import CalendarAdopted
from domain.cases import CaseAccepted, CaseReported, Channel
from domain.categories import CategoryAdopted
from domain.events import Confidential, Event, Ref
from domain.execution import Actor
from domain.grants import GrantGiven
from domain.ledgers import ITSELF
from domain.limits import LimitUnit
from domain.people import PersonRegistered
from domain.registrations import MemberRegistered
from domain.roles import Role
from domain.specification import Scenario, given
from domain.stages import CaseClaimed, CaseDispatched
from domain.units import UnitKind, UnitRegistered
from tests.county import C1, C2, COUNTY, DAY, FIRM, K1, LI, WANG, ZHAO

CASE, OTHER_CASE = Ref[Any]("case:one"), Ref[Any]("case:two")
STAIRS, WALLS = Ref[Any]("category:stairs"), Ref[Any]("category:walls")
BUREAU = Ref[Any]("partner_unit:bureau")
QIAN, SUN = Ref[Any]("person:qian"), Ref[Any]("person:sun")
TEXT, WHY = Confidential("自行车堵塞楼道"), Confidential("缺少条件")
HOURS = ("09:00-12:00", "13:00-17:00")

SECRETARY, CHECKER, HANDLER, RAISER, MEMBER = (Actor(person) for person in (LI, WANG, QIAN, ZHAO, SUN))


def at(moment: str) -> datetime:
    """`03-03 10:00` of 2025, a Monday."""
    return datetime.fromisoformat(f"2025-{moment}").replace(tzinfo=CHINA)


MONDAY = at("03-03 09:00")
REPORTED = CaseReported(CASE, K1, C1, None, STAIRS, Channel.ONLINE, ZHAO, FIRM, TEXT, None, MONDAY)
ACCEPTED = CaseAccepted(CASE, LI)
DISPATCHED = CaseDispatched(
    *(CASE, C1, None, 1, 1, 5, LimitUnit.WORK_HOUR, at("03-03 10:00"), at("03-03 15:00"), at("03-03 16:00"))
)
CLAIMED = CaseClaimed(CASE, QIAN, at("03-03 10:05"), at("03-04 10:05"))
HERE: tuple[Event, ...] = (
    *COUNTY,
    *(PersonRegistered(person, "某人") for person in (QIAN, SUN)),  # type: ignore[arg-type]
    GrantGiven(Ref("grant:secretary"), LI, Role.BRANCH, None, DAY),
    GrantGiven(Ref("grant:checker"), WANG, Role.GRID_WORKER, None, DAY),
    GrantGiven(Ref("grant:handler"), QIAN, Role.BRANCH, None, DAY),
    CalendarAdopted(ITSELF, 1, (), (), HOURS, DAY),
    CategoryAdopted(ITSELF, STAIRS, 1, "楼道", 5, LimitUnit.WORK_HOUR, 2, LimitUnit.WORK_HOUR, 24, True),  # noqa: FBT003
    CategoryAdopted(ITSELF, WALLS, 1, "违建", 15, LimitUnit.WORK_DAY, 5, LimitUnit.WORK_DAY, 24, False),  # noqa: FBT003
    UnitRegistered(BUREAU, "县教育局", UnitKind.COUNTY_UNIT),
    MemberRegistered(QIAN, C1, BUREAU, DAY),
    MemberRegistered(SUN, C2, BUREAU, DAY),
    REPORTED,
)


def street(*more: Event) -> Scenario:
    return given(*HERE, *more)


def claimed(*more: Event) -> Scenario:
    return street(ACCEPTED, DISPATCHED, CLAIMED, *more)
