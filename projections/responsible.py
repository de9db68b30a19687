"""Who was responsible for a compound on a day: everybody and every body that answers for it, across the contexts."""

from datetime import date
from typing import Any, ClassVar

from domain import people
from domain.events import Position, Ref
from domain.words import Labelled, describe
from projections.chains import PartyCoverage
from projections.committees import Committee
from projections.compounds import Compound, PropertyService
from projections.contacts import LeaderContact
from projections.coverages import GridCoverage
from projections.employments import Employment
from projections.gaps import gap
from projections.pairings import Pairing
from projections.parties import PartyOrganisation
from projections.places import Building, Community
from projections.posts import Post
from projections.reports import Report
from projections.secretaries import Secretary
from projections.tenures import Tenure

describe(
    duty=("In what capacity it is answered for.", "责任身份。"),
    body=("The body that answers, where it is no person.", "责任单位或组织（非个人时）。"),
    assigned=("The event by which it was so assigned.", "据以确定责任的事件。"),
)


class Duty(Labelled):
    """In what capacity somebody answers for a compound.
    对小区负责的身份。"""

    COUNTY_LEADER = "County leader in contact with the compound", "包联小区的县级领导"
    COMMUNITY_LEADER = "County leader in contact with its community", "包联社区的县级领导"
    TOWN_LEADER = "Town leader in contact with its grid", "联系网格的乡镇领导"
    BRANCH_SECRETARY = "Secretary of its Party branch", "小区党支部书记"
    GRID_LEADER = "Leader of its grid", "网格长"
    GRID_WORKER = "Worker of its grid", "网格员"
    CHECKER = "Checker of its grid", "排查员"
    PAIRED_UNIT = "County unit paired with it", "结对共建单位"
    GOVERNING_BODY = "Body of its owners", "业委会或物管会"
    PROPERTY_FIRM = "Property firm that serves it", "物业服务企业"


HOLDS = "x.since <= {on} and coalesce({on} < x.until, true)"
GRIDS = f"""select distinct x.grid from {{GridCoverage}} x where x.ledger = {{ledger}} and {HOLDS}
    and (x.place = {{id}} or x.place in
        (select b.id from {{Building}} b where b.ledger = {{ledger}} and b.compound = {{id}}))"""
BRANCH = f"""select x.party_organisation from {{PartyCoverage}} x
    where x.ledger = {{ledger}} and x.place = {{id}} and {HOLDS}"""


class ResponsibilityReport(Report):
    """Somebody who, or a body that, answers for a compound on a day (X11, X12, X15, X30, X38).
    某日对小区负责的人员或单位。"""

    duty: Duty
    place: Ref[Any] | None
    person: Ref[people.Person] | None
    body: Ref[Any] | None
    since: date
    assigned: Position

    of: ClassVar = Compound
    name: ClassVar = "responsible"
    many: ClassVar = True
    rows: ClassVar = (
        *(Building, Compound, GridCoverage, PartyCoverage, Post, Secretary),
        *(LeaderContact, Pairing, Committee, PropertyService),
    )
    sql: ClassVar = f"""
        select 'COUNTY_LEADER' as duty, x.place, x.person, null as body, x.since, x.born as assigned, 1 as n
            from {{LeaderContact}} x where x.ledger = {{ledger}} and x.place = {{id}} and {HOLDS}
        union all
        select 'COMMUNITY_LEADER', x.place, x.person, null, x.since, x.born, 2
            from {{LeaderContact}} x join {{Compound}} c on c.ledger = x.ledger and c.community = x.place
            where c.ledger = {{ledger}} and c.id = {{id}} and {HOLDS}
        union all
        select x.post_kind, x.seat, x.person, null, x.since, x.born,
                case x.post_kind when 'TOWN_LEADER' then 3 when 'GRID_LEADER' then 5 else 6 end
            from {{Post}} x where x.ledger = {{ledger}} and x.seat in ({GRIDS}) and not x.voided and {HOLDS}
        union all
        select 'BRANCH_SECRETARY', x.party_organisation, x.person, null, x.since, x.born, 4
            from {{Secretary}} x where x.ledger = {{ledger}} and x.party_organisation in ({BRANCH}) and {HOLDS}
        union all
        select 'PAIRED_UNIT', x.compound, null, x.unit, x.since, x.born, 7
            from {{Pairing}} x where x.ledger = {{ledger}} and x.compound = {{id}} and {HOLDS}
        union all
        select 'GOVERNING_BODY', x.compound, null, x.id, x.since, x.born, 8
            from {{Committee}} x where x.ledger = {{ledger}} and x.compound = {{id}}
                and x.since <= {{on}} and coalesce({{on}} < coalesce(x.ended, x.until), true)
        union all
        (select 'PROPERTY_FIRM', x.compound, null, x.provider, x.since, x.born, 9
            from {{PropertyService}} x
            where x.ledger = {{ledger}} and x.compound = {{id}} and x.since <= {{on}} and x.provider is not null
                and not exists (select from {{PropertyService}} y where y.ledger = x.ledger and y.compound = x.compound
                    and y.since <= {{on}} and (y.since, y.born, y.id) > (x.since, x.born, x.id)))"""


gap(
    Community,
    "WITHOUT_SECRETARY",
    "社区党组织书记空缺",
    "No secretary of the community Party organisation",
    """not exists (select from {Tenure} x where x.ledger = {a}.ledger and x.community = {a}.id
            and x.cadre_post = 'COMMUNITY_SECRETARY' and x.since <= {on} and coalesce({on} < x.ended, true))
        and not exists (select from {Secretary} x join {PartyOrganisation} p
                on p.ledger = x.ledger and p.id = x.party_organisation
            where x.ledger = {a}.ledger and p.seat = {a}.id and p.party_kind = 'COMMUNITY_COMMITTEE'
                and x.since <= {on} and coalesce({on} < x.until, true))""",
    reads=(PartyOrganisation, Secretary, Tenure),
)


SERVING = """coalesce((select s.provider from {{PropertyService}} s where s.ledger = x.ledger and s.compound = x.place
    and s.since <= {on} order by s.since desc, s.born desc limit 1), '') = {a}.firm"""
gap(
    Employment,
    "SUPERVISES_OWN_FIRM",
    "任书记并任职于所辖小区物业企业",
    "Is secretary where this firm serves",
    f"""exists (select from (
            select l.ledger, x.place from {{Secretary}} l join {{PartyCoverage}} x
                on x.ledger = l.ledger and x.party_organisation = l.party_organisation
                where l.ledger = {{a}}.ledger and l.person = {{a}}.person
                    and l.since <= {{on}} and coalesce({{on}} < l.until, true)
                    and x.since <= {{on}} and coalesce({{on}} < x.until, true)
            union all
            select l.ledger, c.id from {{Secretary}} l join {{PartyOrganisation}} p
                on p.ledger = l.ledger and p.id = l.party_organisation
                join {{Compound}} c on c.ledger = p.ledger and p.seat in (c.id, c.community)
                where l.ledger = {{a}}.ledger and l.person = {{a}}.person
                    and l.since <= {{on}} and coalesce({{on}} < l.until, true)
            union all
            select t.ledger, c.id from {{Tenure}} t join {{Compound}} c
                on c.ledger = t.ledger and c.community = t.community
                where t.ledger = {{a}}.ledger and t.person = {{a}}.person and t.cadre_post = 'COMMUNITY_SECRETARY'
                    and t.since <= {{on}} and coalesce({{on}} < t.ended, true)) x
        where {SERVING.replace("{{", "{").replace("}}", "}")})""",
    reads=(Compound, PartyCoverage, PartyOrganisation, PropertyService, Secretary, Tenure),
    columns=("person", "firm"),
)
