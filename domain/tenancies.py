"""Tenancies: how a station came to its rooms: built by itself, rented until a day, or shared with a firm or a unit.

A station has one tenancy at a time; the next begins on a later day and ends the one before, unless its lease ran out
earlier. A tenancy ends with the venue.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, Self

from domain.decisions import decision
from domain.events import Event, Ref
from domain.firms import Firm
from domain.periods import PeriodReversed, check_same, in_order
from domain.reactions import Act, act, reaction
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
    """What is known of its tenancies goes to {latest}; the next begins later.
    已登记的场地使用至 {latest}，后续须更晚开始。"""

    rule = "BR-93"
    since: date
    latest: date


class TenancyOut(Refusal):
    """The lease ran out on {until}.
    租期已于 {until} 届满。"""

    rule = "BR-93"
    until: date


class NoTenancy(Refusal):
    """This venue has no tenancy that has not ended.
    该阵地没有尚未终止的场地使用。"""

    rule = "BR-93"
    venue: Ref[Venue]


class Housing(Venue):
    """How a venue is housed at present, and when it last left its rooms.
    阵地现用场地及最近一次终止日。"""

    id: Ref[Venue]
    present: TenancyBegan | None = None
    left: date | None = None

    def evolve(self, event: VenueRegistered | VenueClosed | TenancyBegan | TenancyEnded) -> Self:
        match event:
            case TenancyBegan():
                return replace(self, present=event)
            case TenancyEnded():
                return replace(self, present=None, left=event.ended)
        return super().evolve(event)

    def leaves(self, ended: date) -> Iterator[Event]:
        """The present tenancy ends, if its lease has not run out by then."""
        if (held := self.present) and (held.until is None or ended < held.until):
            yield TenancyEnded(self.id, held.tenure_kind, held.since, ended)


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
    if venue.present == begun:
        return
    latest = venue.present.since if venue.present else None
    if latest is not None and since <= latest:
        raise TenancyLater(since, latest)
    if latest is None and venue.left is not None and since < venue.left:
        raise TenancyLater(since, venue.left)
    yield from venue.leaves(since)
    yield begun


@decision(roles={Role.TOWN, Role.COMMUNITY, Role.BRANCH})
def end_tenancy(venue: Housing, *, ended: date) -> Iterator[Event]:
    """Record that a venue left its rooms: before the end of its lease, if it has one.
    登记阵地终止使用现有场地；租赁的，早于租期届满。"""
    held = venue.present
    if held is None:
        if venue.left is None:
            raise NoTenancy(venue.id)
        check_same(ended, venue.left)
        return
    in_order(held.since, ended)
    if held.until is not None and held.until <= ended:
        raise TenancyOut(held.until)
    yield from venue.leaves(ended)


@decision()
def end_with_venue(venue: Housing, *, ended: date) -> Iterator[Event]:
    """Record that a venue that closed left its rooms.
    阵地关闭，场地使用同时终止。"""
    if venue.present:
        yield from venue.leaves(max(venue.present.since, ended))


@reaction
def follow_venue(event: VenueClosed) -> Iterator[Act]:
    """A venue that closes leaves its rooms that day.
    阵地关闭的，场地使用同日终止。"""
    yield act(end_with_venue, venue=event.venue, ended=event.ended)
