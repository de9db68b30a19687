"""Schemes: elderly-care schemes of a community, launched with a minimum age.

Care uses health data, so a scheme's impact assessment is recorded before anybody is enrolled (BR-72).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.decisions import New, NumberUnfit, Past, decision
from domain.events import Event, Ref
from domain.exhibits import Exhibit
from domain.firms import Firm
from domain.periods import check_same
from domain.places import Community
from domain.roles import Role
from domain.states import State
from domain.words import describe

describe(
    care_scheme=("The elderly-care scheme.", "养老服务项目。"),
    minimum_age=("The age in years from which on one may be enrolled.", "最低参加年龄（周岁）。"),
    assessed=("The day of the impact assessment.", "个人信息保护影响评估日期。"),
)


OLDEST = 130
"""Nobody on record is older."""


class CareSchemeLaunched(Event):
    """An elderly-care scheme began in a community, with a property firm if it takes part.
    启动社区养老服务项目。"""

    care_scheme: Ref["CareScheme"]
    community: Ref[Community]
    provider: Ref[Firm] | None
    name: str
    minimum_age: int
    since: date


class CareImpactAssessed(Event):
    """What the scheme does with personal data was assessed.
    完成项目的个人信息保护影响评估。"""

    care_scheme: Ref["CareScheme"]
    assessed: date
    evidence: tuple[Ref[Exhibit], ...] = ()


class CareScheme(State, within=Community):
    """An elderly-care scheme of a community.
    社区养老服务项目。"""

    id: Ref["CareScheme"]
    community: Ref[Community] = Ref()
    minimum_age: int = 0
    since: date = date.min
    assessed: date | None = None

    def evolve(self, event: CareSchemeLaunched | CareImpactAssessed) -> "CareScheme":
        match event:
            case CareSchemeLaunched():
                launched = replace(self, community=event.community, since=event.since)
                return replace(launched, minimum_age=event.minimum_age)
            case CareImpactAssessed():
                return replace(self, assessed=event.assessed)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def launch(
    care_scheme: New[CareScheme],
    community: Community,
    provider: Firm | None = None,
    *,
    name: str,
    minimum_age: int,
    since: date,
) -> Iterator[Event]:
    """Launch an elderly-care scheme in a community.
    启动社区养老服务项目。"""
    if minimum_age > OLDEST:
        raise NumberUnfit("minimum_age", minimum_age, OLDEST)
    firm = provider.id if provider else None
    yield CareSchemeLaunched(care_scheme.id, community.id, firm, name, minimum_age, since)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def assess_impact(care_scheme: CareScheme, evidence: tuple[Exhibit, ...] = (), *, assessed: Past) -> Iterator[Event]:
    """Record the impact assessment of an elderly-care scheme.
    登记养老服务项目的个人信息保护影响评估。"""
    if care_scheme.assessed is not None:
        check_same(assessed, care_scheme.assessed)
        return
    yield CareImpactAssessed(care_scheme.id, assessed, tuple(each.id for each in evidence))
