"""Chains as people see them: which Party organisation led which and covered which places, from when to when."""

from datetime import date
from typing import ClassVar

from domain import chains, grids, parties, places
from domain.events import Ref
from domain.words import describe
from projections.compounds import Compound
from projections.firms import Firm
from projections.gaps import gap, without
from projections.grids import Grid
from projections.parties import PartyOrganisation
from projections.places import Community, Town
from projections.reports import Report
from projections.rows import Changes, Row, by, its, new, put

describe(
    grids_covered=("How many of them a Party organisation covers.", "党组织已覆盖的网格数。"),
    grids_uncovered=("Those that none covers.", "党组织未覆盖的网格。"),
)


def leadership(event: chains.LeadershipSet | chains.LeadershipEnded) -> str:
    return f"{event.party_organisation}@{event.parent}@{event.since}"


class Leadership(Row, frozen=True, kw_only=True):
    """A Party organisation led by another, from a date to a date.
    党组织隶属关系的一段时期。"""

    id: str
    party_organisation: Ref[parties.PartyOrganisation]
    parent: Ref[parties.PartyOrganisation]
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        chains.LeadershipSet: new(key=leadership),
        chains.LeadershipEnded: put(key=leadership, until=its.ended),
    }
    lists: ClassVar = (by("party_organisation"), by("parent"))
    orders: ClassVar = ("since",)


def attachment(event: chains.PlaceAttached | chains.PlaceDetached) -> str:
    return f"{event.place}@{event.party_organisation}@{event.since}"


class PartyCoverage(Row, frozen=True, kw_only=True):
    """A compound or grid covered by a Party organisation, from a date to a date.
    小区、网格编入党组织的一段时期。"""

    id: str
    place: Ref[places.Compound | grids.Grid]
    party_organisation: Ref[parties.PartyOrganisation]
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        chains.PlaceAttached: new(key=attachment),
        chains.PlaceDetached: put(key=attachment, until=its.ended),
    }
    lists: ClassVar = (by("place"), by("party_organisation"))
    orders: ClassVar = ("since",)


without(Compound, "WITHOUT_BRANCH", "无党支部覆盖", "Covered by no Party branch", what=PartyCoverage, by="place")
without(
    Grid,
    "WITHOUT_PARTY_ORGANISATION",
    "无党组织覆盖",
    "Covered by no Party organisation",
    what=PartyCoverage,
    by="place",
)
without(
    Community,
    "WITHOUT_PARTY_COMMITTEE",
    "无社区党委",
    "No community Party committee",
    what=PartyOrganisation,
    by="seat",
    where="x.party_kind = 'COMMUNITY_COMMITTEE'",
)
without(
    Firm,
    "WITHOUT_BRANCH",
    "无党支部",
    "No Party branch",
    what=PartyOrganisation,
    by="seat",
    where="x.party_kind = 'FIRM_BRANCH'",
)


gap(
    PartyOrganisation,
    "CHAIN_BROKEN",
    "四级组织链条未贯通",
    "Led by no chain up to a community committee",
    """{a}.party_kind in ('COMPOUND_BRANCH', 'JOINT_BRANCH', 'GRID_BRANCH', 'GRID_GROUP', 'CENTRAL_HOUSEHOLD')
        and not exists (
            with recursive up as (
                select {a}.id as id
                union
                select l.parent from up join {Leadership} l on l.ledger = {a}.ledger and l.party_organisation = up.id
                    and l.since <= {on} and coalesce({on} < l.until, true))
            select from up join {PartyOrganisation} p on p.ledger = {a}.ledger and p.id = up.id
                and p.party_kind = 'COMMUNITY_COMMITTEE')""",
    reads=(Leadership, PartyOrganisation),
    columns=("id", "party_kind"),
)


gap(
    PartyOrganisation,
    "NOT_UNDER_A_COMPOUND_ORGANISATION",
    "未纳入小区党组织统一领导",
    "A committee's or firm's organisation that no compound's leads",
    """{a}.party_kind in ('FIRM_BRANCH', 'COMMITTEE_ORGANISATION') and not exists (
        select from {Leadership} l join {PartyOrganisation} p on p.ledger = l.ledger and p.id = l.parent
        where l.ledger = {a}.ledger and l.party_organisation = {a}.id and l.since <= {on}
            and coalesce({on} < l.until, true) and p.party_kind in ('COMPOUND_BRANCH', 'JOINT_BRANCH'))""",
    reads=(Leadership, PartyOrganisation),
    columns=("id", "party_kind"),
)


Uncovered = Ref[grids.Grid]


class PartyCoverageReport(Report):
    """How many grids of a town are covered by a Party organisation on a day, as an assessment asks (Q51).
    乡镇网格党组织某日的覆盖情况。"""

    grids: int
    grids_covered: int
    grids_uncovered: tuple[Uncovered, ...]

    of: ClassVar[type[Row]] = Town
    name: ClassVar = "partyCoverage"
    rows: ClassVar = (Grid, PartyCoverage)
    sql: ClassVar = """
        with net as (
            select g.id, exists (select from {PartyCoverage} p where p.ledger = g.ledger and p.place = g.id
                    and p.since <= {on} and coalesce({on} < p.until, true)) as covered
            from {Grid} g where g.ledger = {ledger} and g.town = {id}
                and g.since <= {on} and coalesce({on} < g.until, true))
        select count(*)::int as grids, (count(*) filter (where covered))::int as grids_covered,
            coalesce(array_agg(id order by id) filter (where not covered), array[]::text[]) as grids_uncovered
        from net"""


class CommunityPartyCoverageReport(PartyCoverageReport):
    """How many grids of a community are covered by a Party organisation on a day (Q51).
    社区网格党组织某日的覆盖情况。"""

    of: ClassVar = Community
    sql: ClassVar = PartyCoverageReport.sql.replace("g.town", "g.community")
