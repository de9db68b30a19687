"""Tenancies: how a station came to its rooms: built by itself, rented until a day, or shared with a firm or a unit.

A station has one tenancy at a time; the next begins on a later day and ends the one before.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, Self

from domain.decisions import decision
from domain.events import Event, Ref
from domain.firms import Firm
from domain.periods import PeriodReversed
from domain.refusals import Refusal
from domain.roles import Role
from domain.units import PartnerUnit
from domain.venues import Venue, VenueClosed, VenueRegistered
from domain.words import Labelled, describe

describe(
    tenure_kind=("How the venue came to its rooms.", "场地来源。"),
    shared_with=("The firm or unit that it shares them with.", "共用场地的物业企业或单位。"),
)


class TenureKind(Labelled):
    """How a venue came to its rooms.
    场地来源。"""

    OWN_BUILT = "Built by itself", "自建"
    RENTED = "Rented", "租赁"
    SHARED = "Shared with a firm or unit", "共用"


class TenancyBegan(Event):
    """A venue uses its rooms in a way from a date on; a lease has an end.
    确定阵地场地来源。"""

    venue: Ref[Venue]
    tenure_kind: TenureKind
    shared_with: Ref[Firm | PartnerUnit] | None
    since: date
    until: date | None


class TenancyEnded(Event):
    """A venue that used its rooms in a way since one date no longer does from another on.
    场地使用终止。"""

    venue: Ref[Venue]
    tenure_kind: TenureKind
    since: date
    ended: date


class TenancyUnfit(Refusal):
    """A lease has an end, and only rooms that are shared are shared with somebody.
    租赁须有期限，仅共用场地须指明共用方。"""

    rule = "BR-93"
    tenure_kind: str


class TenancyLater(Refusal):
    """The present tenancy began on {latest}; the next begins later.
    现有场地使用自 {latest} 起，后续须更晚开始。"""

    rule = "BR-93"
    since: date
    latest: date


class Housing(Venue):
    """How a venue is housed at present.
    阵地现用场地。"""

    id: Ref[Venue]
    present: TenancyBegan | None = None

    def evolve(self, event: VenueRegistered | VenueClosed | TenancyBegan | TenancyEnded) -> Self:
        match event:
            case TenancyBegan():
                return replace(self, present=event)
            case TenancyEnded():
                return replace(self, present=None)
        return super().evolve(event)


@decision(roles={Role.TOWN, Role.COMMUNITY, Role.BRANCH})
def house(
    venue: Housing,
    firm: Firm | None = None,
    unit: PartnerUnit | None = None,
    *,
    tenure_kind: TenureKind,
    since: date,
    until: date | None = None,
) -> Iterator[Event]:
    """Record how a venue came to its rooms: built, rented until a day, or shared with a firm or unit.
    登记阵地场地来源：自建、租赁（注明期限）或与物业企业、单位共用。"""
    shared: Ref[Any] | None = firm.id if firm else unit.id if unit else None
    if (tenure_kind is TenureKind.SHARED) is not (shared is not None) or (firm and unit):
        raise TenancyUnfit(tenure_kind.name)
    if (tenure_kind is TenureKind.RENTED) is not (until is not None):
        raise TenancyUnfit(tenure_kind.name)
    if until is not None and until <= since:
        raise PeriodReversed(since, until)
    venue.check_open(since)
    begun = TenancyBegan(venue.id, tenure_kind, shared, since, until)
    if (present := venue.present) is not None:
        if present == begun:
            return
        if since <= present.since:
            raise TenancyLater(since, present.since)
        yield TenancyEnded(venue.id, present.tenure_kind, present.since, since)
    yield begun
