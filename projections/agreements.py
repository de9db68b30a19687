"""Agreements as people see them, and which firms have none."""

from datetime import date
from typing import ClassVar

from domain import agreements, exhibits, firms, parties, places
from domain.events import Ref
from domain.words import describe
from projections.firms import Firm
from projections.ledgers import Ledger
from projections.reports import Report
from projections.rows import Changes, Row, around, by, its, new, put

describe(firms_without_agreement=("The firms that have no agreement that day.", "当日没有联建协议的物业企业。"))


class JointBuilding(Row, frozen=True, kw_only=True):
    """An agreement of a firm's branch and a community committee to build together.
    物业公司党支部与社区党委的党建联建协议。"""

    id: Ref[agreements.JointBuilding]
    firm: Ref[firms.Firm]
    firm_branch: Ref[parties.PartyOrganisation]
    community_committee: Ref[parties.PartyOrganisation]
    community: Ref[places.Community] | None
    since: date
    until: date | None = None
    evidence: tuple[Ref[exhibits.Exhibit], ...] = ()

    on: ClassVar[Changes] = {
        agreements.JointBuildingSigned: new(community=around("community")),
        agreements.JointBuildingEnded: put(until=its.ended),
    }
    lists: ClassVar = (by("firm"), by("firm_branch"), by("community_committee"), by("community"))
    orders: ClassVar = ("since",)


FirmWithout = Ref[firms.Firm]


class JointBuildingReport(Report):
    """Which firms have no joint-building agreement on a day (X59).
    某日没有党建联建协议的物业企业。"""

    firms_without_agreement: tuple[FirmWithout, ...]

    of: ClassVar = Ledger
    name: ClassVar = "jointBuilding"
    rows: ClassVar = (Firm, JointBuilding)
    sql: ClassVar = """
        select array(select f.id from {Firm} f where f.ledger = {ledger} and f.id not in (
            select j.firm from {JointBuilding} j where j.ledger = {ledger}
                and j.since <= {on} and coalesce({on} < j.until, true)) order by f.id) as firms_without_agreement"""
