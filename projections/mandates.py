"""Mandates as people see them: which firm serves which compound by contract, from when to when, and how it ended."""

from datetime import date
from typing import ClassVar

from domain import exhibits, firms, mandates, places
from domain.events import Ref
from domain.words import describe
from projections.compounds import Compound
from projections.figures import counts
from projections.gaps import gap, holding
from projections.rows import Changes, Row, around, by, its, new, put

describe(
    term_until=("The end of its term; none: without term.", "合同期限届满之日；空为不定期。"),
    ran_on=("Whether its term ran out and it runs on.", "是否期满后继续有效。"),
)


class ServiceContract(Row, frozen=True, kw_only=True):
    """A property service contract of a firm for a compound; it holds until it ends, beyond its term if need be.
    企业与小区的物业服务合同；期满未决的继续有效。"""

    id: Ref[mandates.ServiceContract]
    compound: Ref[places.Compound]
    community: Ref[places.Community] | None
    firm: Ref[firms.Firm]
    preliminary: bool
    since: date
    term_until: date | None
    ran_on: bool = False
    noticed: date | None = None
    effective: date | None = None
    end_ground: mandates.EndGround | None = None
    until: date | None = None
    evidence: tuple[Ref[exhibits.Exhibit], ...] = ()

    on: ClassVar[Changes] = {
        mandates.ServiceContractSigned: new(community=around("community"), term_until=its.until, until=None),
        mandates.ContractEndNoticed: put(noticed=its.noticed, effective=its.effective, end_ground=its.end_ground),
        mandates.ServiceContractRanOn: put(ran_on=True),
        mandates.ServiceContractEnded: put(until=its.ended, end_ground=its.end_ground),
    }
    lists: ClassVar = (by("firm"), by("compound"), by("community"), by("end_ground"), by("ran_on"))
    orders: ClassVar = ("since", "term_until")


counts(
    "serviceContracts",
    "现行物业服务合同",
    "Property service contracts in force",
    ServiceContract,
    where=lambda row: row.until is None,
)
gap(
    Compound,
    "MARKET_WITHOUT_CONTRACT",
    "市场化服务而无合同",
    "Serviced by the market, and by no firm under contract",
    f"{{a}}.service_mode = 'MARKET' and not exists (select from {holding(ServiceContract, 'compound')})",
    reads=(ServiceContract,),
    columns=("id", "service_mode"),
)
gap(
    ServiceContract,
    "TERM_ENDS_SOON",
    "九十日内期满",
    "Its term ends within ninety days, and nobody gave notice",
    "{a}.term_until > {on} and {a}.term_until <= {on} + 90 and {a}.noticed is null",
    columns=("term_until", "noticed"),
)
