"""Inspections: one firm over all compounds that it has to do with on a day: who sent it, what is open, what is overdue.

An inspector reads beside it, of the same firm, its ratings over time, its findings one by one, and who of its staff are
in the way of one another.
"""

from datetime import date
from typing import ClassVar

from domain import mandates, places
from domain.events import Ref
from domain.words import describe
from projections.cases import OPEN, Case
from projections.compounds import PropertyService
from projections.disclosures import DisclosureDuty
from projections.findings import Finding
from projections.firms import Firm
from projections.mandates import ServiceContract
from projections.reports import Report

describe(
    in_compound=("The compound.", "小区。"),
    serves_there=("Whether the firm serves there that day.", "当日是否服务该小区。"),
    under_contract=("The contract in force that day.", "当日有效的服务合同。"),
    open_cases=("Cases that it serves or was handed and that are not handled.", "在办事件数。"),
    overdue_cases=("How many of them are beyond their limit.", "其中逾期数。"),
    open_findings=("Findings that are not verified as put right.", "未销号问题数。"),
    overdue_findings=("How many of them are past their last day.", "其中逾期数。"),
    disclosures_missed=("Last days of disclosure that went by.", "逾期未公示次数。"),
)

OVER = "x.since <= {on} and coalesce({on} < x.until, true)"
LATE = "x.due_at < (({on} + 1)::timestamp at time zone 'Asia/Shanghai') and x.phase <> 'PAUSED'"
OPEN_CASES = f"""select x.compound, {LATE} as late from {{Case}} x where x.ledger = {{ledger}}
    and (x.serving_firm = {{id}} or x.executor = {{id}}) and {OPEN.replace("{a}", "x")}"""
OPEN_FINDINGS = f"""select x.compound, x.due < {{on}} as late from {{Finding}} x where x.ledger = {{ledger}}
    and x.firm = {{id}} and {OVER}"""
SERVED = """select x.compound from {PropertyService} x
    where x.ledger = {ledger} and x.provider = {id} and x.since <= {on} and not exists (
        select from {PropertyService} y where y.ledger = x.ledger and y.compound = x.compound
            and y.since <= {on} and (y.since, y.born, y.id) > (x.since, x.born, x.id))"""


class Inspection(Report):
    """What an inspector asks of a firm on a day, compound by compound.
    督查视角：某日物业企业在各小区的合同、事件与问题。"""

    in_compound: Ref[places.Compound]
    serves_there: bool
    under_contract: Ref[mandates.ServiceContract] | None
    term_until: date | None
    open_cases: int
    overdue_cases: int
    open_findings: int
    overdue_findings: int
    disclosures_missed: int

    of: ClassVar = Firm
    name: ClassVar = "inspection"
    many: ClassVar = True
    rows: ClassVar = (Case, DisclosureDuty, Finding, PropertyService, ServiceContract)
    sql: ClassVar = f"""
        with served as ({SERVED}), cases as materialized ({OPEN_CASES}), found as materialized ({OPEN_FINDINGS}),
            bound as (select distinct on (x.compound) x.compound, x.id, x.term_until from {{ServiceContract}} x
                where x.ledger = {{ledger}} and x.firm = {{id}} and {OVER} order by x.compound, x.since desc, x.id),
            place as (select compound from served union select compound from cases union select compound from found
                union select compound from bound),
        line as (select p.compound as in_compound,
            exists (select from served s where s.compound = p.compound) as serves_there,
            b.id as under_contract, b.term_until,
            (select count(*)::int from cases c where c.compound = p.compound) as open_cases,
            (select count(*)::int from cases c where c.compound = p.compound and c.late) as overdue_cases,
            (select count(*)::int from found f where f.compound = p.compound) as open_findings,
            (select count(*)::int from found f where f.compound = p.compound and f.late) as overdue_findings,
            (select count(*)::int from {{DisclosureDuty}} d where d.ledger = {{ledger}} and d.compound = p.compound
                and d.disclosure_missed <= {{on}}
                and exists (select from served s where s.compound = p.compound)) as disclosures_missed
        from place p left join bound b on b.compound = p.compound), told as (
        select l.*, row_number() over (order by l.overdue_cases desc, l.overdue_findings desc, l.in_compound) as n
            from line l)
        select * from told"""
