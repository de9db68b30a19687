"""Triads as people see them, and what the three did together, of which kind and with which evidence."""

from datetime import date
from typing import ClassVar

from domain import exhibits, firms, parties, places, triads
from domain.events import Ref
from projections.rows import Changes, Row, around, by, its, new, put


class Triad(Row, frozen=True, kw_only=True):
    """A branch, a grid group and a firm that work as three in a compound.
    小区党支部、网格党小组、物业公司三方结对。"""

    id: Ref[triads.Triad]
    compound: Ref[places.Compound]
    branch: Ref[parties.PartyOrganisation]
    grid_group: Ref[parties.PartyOrganisation]
    firm: Ref[firms.Firm]
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {triads.TriadFormed: new(), triads.TriadEnded: put(until=its.ended)}
    lists: ClassVar = (by("compound"), by("branch"), by("grid_group"), by("firm"))
    orders: ClassVar = ("since",)


class TriadAction(Row, frozen=True, kw_only=True):
    """Something that the three of a triad did together.
    三方联合行动。"""

    id: Ref[triads.TriadAction]
    triad: Ref[triads.Triad]
    compound: Ref[places.Compound]
    community: Ref[places.Community] | None
    triad_action_kind: triads.TriadActionKind
    acted_on: date
    evidence: tuple[Ref[exhibits.Exhibit], ...] = ()

    on: ClassVar[Changes] = {triads.TriadActionLogged: new(community=around("community"))}
    lists: ClassVar = (by("triad"), by("compound"), by("community"), by("triad_action_kind"))
    orders: ClassVar = ("acted_on",)
