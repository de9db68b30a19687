"""Mandates: the contract by which a property firm serves a compound, and how it ends (BR-19).

One area has one firm. Owners dismiss a firm by sixty days' written notice (Civil Code art. 946); a firm that will not
renew gives ninety days (art. 947); after the term without a decision the contract runs on without one (art. 948). A
preliminary contract gives way to the owners' own (art. 940).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from domain.compounds import ServiceMode, ServiceModeSet
from domain.decisions import Acting, New, Past, decision
from domain.employments import Employed, EmploymentKind
from domain.events import Event, Ref
from domain.exhibits import Exhibit
from domain.firms import Firm
from domain.periods import PeriodReversed, check_same, in_order
from domain.places import Compound
from domain.reactions import Act, act_on, reaction
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(
    service_contract=("The property service contract.", "物业服务合同。"),
    preliminary=("Whether the developer signed it, before there were owners.", "是否为前期物业服务合同。"),
    noticed=("The day on which written notice was given.", "书面通知日期。"),
    effective=("The day from which on it takes effect.", "生效之日。"),
    end_ground=("Why it ends.", "终止原因。"),
    firm_manager=("Who acts for the firm.", "代表企业办理的人员。"),
)


class EndGround(Labelled):
    """Why a property service contract ends.
    物业服务合同终止原因。"""

    DISMISSED = "Dismissed by the owners", "业主解聘"
    NOT_RENEWED = "Not renewed by the firm", "企业不再续签"
    EXPIRED = "Followed by another at the end of its term", "到期续签或改聘"
    GAVE_WAY = "A preliminary contract gave way to the owners' own", "前期合同因业主另行选聘而终止"


NOTICE = {EndGround.DISMISSED: timedelta(days=60), EndGround.NOT_RENEWED: timedelta(days=90)}


class ServiceContractSigned(Event):
    """A firm is to serve a compound by contract from a date on.
    签订物业服务合同。"""

    service_contract: Ref["ServiceContract"]
    compound: Ref[Compound]
    firm: Ref[Firm]
    preliminary: bool
    since: date
    until: date | None
    evidence: tuple[Ref[Exhibit], ...] = ()


class ContractEndNoticed(Event):
    """Written notice was given that a contract ends on a day.
    书面通知终止物业服务合同。"""

    service_contract: Ref["ServiceContract"]
    compound: Ref[Compound]
    firm: Ref[Firm]
    end_ground: EndGround
    noticed: date
    effective: date
    evidence: tuple[Ref[Exhibit], ...] = ()


class ServiceContractRanOn(Event):
    """A contract's term ran out, nothing was decided, and it runs on without term (Civil Code art. 948).
    合同期满未作决定，继续有效为不定期合同。"""

    service_contract: Ref["ServiceContract"]
    compound: Ref[Compound]
    firm: Ref[Firm]
    until: date | None


class ServiceContractEnded(Event):
    """A contract in force since one date no longer is on another.
    物业服务合同终止。"""

    service_contract: Ref["ServiceContract"]
    compound: Ref[Compound]
    firm: Ref[Firm]
    since: date
    ended: date
    end_ground: EndGround


class CompoundContracted(Refusal):
    """{firm} serves this compound by contract since {since}; one area has one firm.
    该小区自 {since} 起已由 {firm} 按合同服务，一个物业管理区域由一个企业服务。"""

    rule = "BR-19"
    firm: Ref[Firm]
    since: date
    until: date | None


class NoticeTooShort(Refusal):
    """This takes {least} days' written notice; from {noticed} to {effective} it is {given}.
    须提前 {least} 日书面通知，{noticed} 至 {effective} 仅 {given} 日。"""

    code, rule = "FIRM_NOTICE_TOO_SHORT", "BR-19"
    noticed: date
    effective: date
    given: int
    least: int


class NoticeUnproved(Refusal):
    """The owners' decision and the written notice are to be shown.
    须附业主共同决定及书面通知。"""

    rule = "BR-19"
    service_contract: Ref["ServiceContract"]


class ContractOver(Refusal):
    """This contract ends or ended on {ended}.
    该合同已定于或已于 {ended} 终止。"""

    rule = "BR-19"
    ended: date


class ContractNoTermLeft(Refusal):
    """Only a contract that has a term still to run is not renewed; its term: {until}.
    仅期限未满的合同可以不再续签，其期限至 {until}。"""

    rule = "BR-19"
    until: date | None


class NotOfFirm(Refusal):
    """This is for who works for {firm}, in a fitting post.
    须由 {firm} 的相应人员办理。"""

    rule = "BR-19"
    firm: Ref[Firm]


Course = ServiceContractSigned | ContractEndNoticed | ServiceContractRanOn | ServiceContractEnded


class ServiceContract(State, within=Compound):
    """A property service contract and what became of it.
    物业服务合同。"""

    id: Ref["ServiceContract"]
    signed: ServiceContractSigned | None = None
    notice: ContractEndNoticed | None = None
    ran_on: bool = False
    ended: date | None = None

    def evolve(self, event: Course) -> "ServiceContract":
        match event:
            case ServiceContractSigned():
                return replace(self, signed=event)
            case ContractEndNoticed():
                return replace(self, notice=event)
            case ServiceContractRanOn():
                return replace(self, ran_on=True)
            case ServiceContractEnded():
                return replace(self, ended=event.ended)

    @property
    def over(self) -> date | None:
        """The day it ended, or is to end by a notice."""
        return self.ended or (self.notice.effective if self.notice else None)


class Mandated(State):
    """The latest contract of a compound, and how the compound is serviced.
    小区的物业服务合同与服务方式。"""

    id: Ref[Compound]
    service: ServiceModeSet | None = None
    latest: ServiceContract | None = None

    def evolve(self, event: ServiceModeSet | Course) -> "Mandated":
        match event:
            case ServiceModeSet():
                return replace(self, service=event)
            case ServiceContractSigned():
                return replace(self, latest=ServiceContract(event.service_contract).evolve(event))
            case _ if self.latest is not None and self.latest.id == event.service_contract:
                return replace(self, latest=self.latest.evolve(event))
        return self


@decision(roles={Role.TOWN, Role.COMMUNITY})
def sign(
    service_contract: New[ServiceContract],
    compound: Mandated,
    firm: Firm,
    *,
    preliminary: bool = False,
    since: date,
    until: date | None = None,
    evidence: tuple[Exhibit, ...] = (),
) -> Iterator[Event]:
    """Record that a firm signed to serve a compound; service is by the market from that day on.
    登记物业服务合同，小区自该日起为市场化服务。"""
    if until is not None and until <= since:
        raise PeriodReversed(since, until)
    yield from _made_way(compound.latest, since)
    proofs = tuple(each.id for each in evidence)
    yield ServiceContractSigned(service_contract.id, compound.id, firm.id, preliminary, since, until, proofs)
    service = compound.service
    if service is None or (service.service_mode, service.provider) != (ServiceMode.MARKET, firm.id):
        in_order(service.since if service else date.min, since)
        yield ServiceModeSet(compound.id, ServiceMode.MARKET, firm.id, since)


@decision(roles={Role.TOWN, Role.COMMUNITY, Role.COMMITTEE})
def dismiss(
    service_contract: ServiceContract, *, noticed: Past, effective: date, evidence: tuple[Exhibit, ...]
) -> Iterator[Event]:
    """Give a firm the sixty days' written notice that the owners, who decided so, dismiss it.
    依业主共同决定解聘，提前六十日书面通知企业。"""
    if not evidence:
        raise NoticeUnproved(service_contract.id)
    yield from _noticed(service_contract, EndGround.DISMISSED, noticed, effective, evidence)


@decision(anyone=True)
def decline_renewal(
    service_contract: ServiceContract,
    firm_manager: Acting[Employed],
    *,
    noticed: Past,
    evidence: tuple[Exhibit, ...] = (),
) -> Iterator[Event]:
    """Give ninety days' written notice, as the firm's manager, that it will not renew; the contract ends with its term.
    企业负责人提前九十日书面通知不再续签，合同期满终止。"""
    signed = service_contract.signed
    if signed is None or firm_manager.by(signed.firm, noticed) is not EmploymentKind.MANAGER:
        raise NotOfFirm(signed.firm if signed else Ref())
    if signed.until is None or service_contract.ran_on:
        raise ContractNoTermLeft(signed.until)
    yield from _noticed(service_contract, EndGround.NOT_RENEWED, noticed, signed.until, evidence)


@decision()
def run_on(service_contract: ServiceContract) -> Iterator[Event]:
    """Record that a contract's term ran out without a decision, and that it runs on (BR-19).
    登记合同期满未决、继续有效。"""
    signed = service_contract.signed
    if signed and not service_contract.ran_on and service_contract.over is None:
        yield ServiceContractRanOn(service_contract.id, signed.compound, signed.firm, signed.until)


@decision()
def conclude(service_contract: ServiceContract) -> Iterator[Event]:
    """Record that a contract ended on the day of which notice was given (BR-19).
    登记合同依通知终止。"""
    if service_contract.notice and service_contract.ended is None:
        yield from _ended(service_contract, service_contract.notice.effective, service_contract.notice.end_ground)


@reaction
def watch_term(event: ServiceContractSigned) -> Iterator[Act]:
    """On the first day after its term a contract has ended, or it runs on (Civil Code art. 948).
    合同期满之日仍未终止的，转为不定期。"""
    if event.until:
        yield act_on(event.until, run_on, service_contract=event.service_contract)


@reaction
def watch_notice(event: ContractEndNoticed) -> Iterator[Act]:
    """On the day of which notice was given the contract ends.
    通知所定之日合同终止。"""
    yield act_on(event.effective, conclude, service_contract=event.service_contract)


def _noticed(
    contract: ServiceContract, ground: EndGround, noticed: date, effective: date, evidence: tuple[Exhibit, ...]
) -> Iterator[Event]:
    if contract.notice and contract.notice.end_ground is ground and contract.notice.effective == effective:
        check_same(noticed, contract.notice.noticed)
        return
    if contract.over is not None:
        raise ContractOver(contract.over)
    if signed := contract.signed:
        in_order(signed.since, noticed)
        if effective - noticed < NOTICE[ground]:
            raise NoticeTooShort(noticed, effective, (effective - noticed).days, NOTICE[ground].days)
        proofs = tuple(each.id for each in evidence)
        yield ContractEndNoticed(contract.id, signed.compound, signed.firm, ground, noticed, effective, proofs)


def _made_way(latest: ServiceContract | None, since: date) -> Iterator[Event]:
    """The former contract ends that day at the latest, or it stands in the way."""
    if latest is None or latest.signed is None:
        return
    signed = latest.signed
    if latest.over is not None and latest.over <= since:
        if latest.ended is None and latest.notice:
            yield from _ended(latest, latest.over, latest.notice.end_ground)
    elif signed.preliminary and signed.since < since and latest.over is None:
        yield from _ended(latest, since, EndGround.GAVE_WAY)
    elif signed.until and signed.until <= since and not latest.ran_on and latest.over is None:
        yield from _ended(latest, since, EndGround.EXPIRED)
    else:
        raise CompoundContracted(signed.firm, signed.since, latest.over or signed.until)


def _ended(contract: ServiceContract, ended: date, ground: EndGround) -> Iterator[Event]:
    if signed := contract.signed:
        yield ServiceContractEnded(contract.id, signed.compound, signed.firm, signed.since, ended, ground)
