"""The round of scenario S6: firm F1 in compound K1, by the rubric FIVE_GOOD, with people who may and may not rate."""

from dataclasses import fields
from datetime import date, datetime
from typing import Any

from domain.bodies import CHINA
from domain.compounds import ServiceMode, ServiceModeSet
from domain.conflicts import RatedKind
from domain.employments import EmploymentBegun, EmploymentKind
from domain.events import Event, Hundredths, Personal, Ref
from domain.execution import Actor
from domain.grants import GrantGiven
from domain.people import PersonRegistered
from domain.residents import ResidenceKind, ResidentRegistered
from domain.roles import Role
from domain.rounds import RatingRoundOpened, RoundTermsBound
from domain.rubrics import Document, RubricAdopted, RubricTakenIntoUse
from tests.county import C1, COUNTY, DAY, FIRM, K1
from tests.test_rubrics import FIVE_GOOD

RUBRIC, ROUND = Ref[Any]("rubric:five-good"), Ref[Any]("rating_round:rr1")
CUTOFF, CLOSES = date(2025, 6, 30), date(2025, 7, 20)
NOW = datetime(2025, 7, 10, 12, tzinfo=CHINA)
GUARD, MANAGER, STAFF, TOWNSMAN = (Ref[Any](f"person:{name}") for name in ("guard", "manager", "staff", "townsman"))
RESIDENTS = tuple(Ref[Any](f"person:r{n}") for n in range(41))
ADOPTED = RubricAdopted(RUBRIC, 1, **FIVE_GOOD)
OPENED = RatingRoundOpened(ROUND, RUBRIC, 1, RatedKind.FIRM, FIRM, None, K1, C1, (FIRM,), None, CUTOFF, CLOSES)
DOCUMENT = Document.of(ADOPTED)
BOUND = RoundTermsBound(ROUND, **{each.name: getattr(DOCUMENT, each.name) for each in fields(Document)})


def lives(person: Ref[Any], kind: ResidenceKind = ResidenceKind.OWNER) -> Event:
    return ResidentRegistered(person, K1, C1, K1, kind, DAY)


def role(person: Ref[Any], granted: Role, scope: Ref[Any] | None) -> Event:
    return GrantGiven(Ref(f"grant:{person.partition(':')[2]}-{granted.name}"), person, granted, scope, DAY)


BEFORE: tuple[Event, ...] = (
    *COUNTY,
    *(PersonRegistered(p, Personal(str(p)), None) for p in (GUARD, MANAGER, STAFF, TOWNSMAN, *RESIDENTS)),
    ServiceModeSet(K1, ServiceMode.MARKET, FIRM, DAY),
    EmploymentBegun(GUARD, FIRM, EmploymentKind.GUARD, DAY),
    EmploymentBegun(MANAGER, FIRM, EmploymentKind.MANAGER, DAY),
    *map(lives, (GUARD, *RESIDENTS)),
    role(STAFF, Role.COMMUNITY, C1),
    role(TOWNSMAN, Role.TOWN, None),
    ADOPTED,
)
HISTORY: tuple[Event, ...] = (*BEFORE, RubricTakenIntoUse(RUBRIC, 1), OPENED, BOUND)


def by(person: Ref[Any]) -> dict[str, Any]:
    return {"actor": Actor(person), "now": NOW}


def points(whole: int) -> tuple[Hundredths, ...]:
    """So many points in all, by the two criteria of 40 and 60."""
    first = whole * 100 * 4 // 10
    return Hundredths(first), Hundredths(whole * 100 - first)
