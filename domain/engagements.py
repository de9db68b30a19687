"""Engagements: social organisations that a community engaged by contract, from a day until it ends (X90)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.decisions import New, decision
from domain.events import Event, Ref
from domain.periods import PeriodReversed, in_order
from domain.places import Community
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.units import PartnerUnit, UnitKind
from domain.words import describe

describe(
    engagement=("The engagement of a social organisation.", "社会组织合作。"),
    service_scope=("What it is engaged for.", "服务内容。"),
)


class SocialOrganisationEngaged(Event):
    """A community engaged a social organisation.
    社区引入社会组织。"""

    engagement: Ref["Engagement"]
    community: Ref[Community]
    unit: Ref[PartnerUnit]
    service_scope: str
    since: date
    until: date | None


class EngagementEnded(Event):
    """The engagement of a social organisation, begun on one date, ended on another.
    社会组织合作终止。"""

    engagement: Ref["Engagement"]
    community: Ref[Community]
    since: date
    ended: date


class NoSocialOrganisation(Refusal):
    """Only social organisations are engaged so; this is another kind of unit.
    仅可引入社会组织，该单位属于其他类别。"""

    unit_kind: str


class EngagementOver(Refusal):
    """This engagement ended on {ended}.
    该合作已于 {ended} 终止。"""

    ended: date


class Engagement(State, within=Community):
    """The engagement of a social organisation.
    社会组织合作。"""

    id: Ref["Engagement"]
    community: Ref[Community] = Ref()
    since: date = date.min
    ended: date | None = None

    def evolve(self, event: SocialOrganisationEngaged | EngagementEnded) -> "Engagement":
        if isinstance(event, EngagementEnded):
            return replace(self, ended=event.ended)
        return replace(self, community=event.community, since=event.since)


@decision(roles={Role.COMMUNITY})
def engage(
    engagement: New[Engagement],
    community: Community,
    unit: PartnerUnit,
    *,
    service_scope: str,
    since: date,
    until: date | None = None,
) -> Iterator[Event]:
    """Engage a social organisation for a community.
    社区引入社会组织。"""
    if unit.kind is not UnitKind.SOCIAL_ORGANISATION:
        raise NoSocialOrganisation(unit.kind.name)
    if until is not None and until <= since:
        raise PeriodReversed(since, until)
    yield SocialOrganisationEngaged(engagement.id, community.id, unit.id, service_scope, since, until)


@decision(roles={Role.COMMUNITY})
def end(engagement: Engagement, *, ended: date) -> Iterator[Event]:
    """End the engagement of a social organisation.
    终止社会组织合作。"""
    if engagement.ended == ended:
        return
    if engagement.ended is not None:
        raise EngagementOver(engagement.ended)
    in_order(engagement.since, ended)
    yield EngagementEnded(engagement.id, engagement.community, engagement.since, ended)
