"""Ballots: each owner votes once, on whatever way; what and who stays sealed (BR-07, BR-09, BR-10).

A ballot bears an id that only the ledger's secret links to its owner, another in each assembly, and the choices are
sealed under the assembly's key, all of one length. Whoever votes in their own name, or for another, is in no entry.
What everybody sees is the turnout; whoever watches it by the minute sees the areas come in, one by one.
"""

from collections.abc import Callable, Iterator
from dataclasses import field, replace
from datetime import datetime
from typing import Annotated

from domain.assemblies import (
    CONVENERS,
    Assembly,
    ElectorAdmitted,
    Proceeding,
    TooEarly,
)
from domain.bodies import CHINA
from domain.decisions import Acting, Open, Text, Veil, decision
from domain.employments import Employed
from domain.events import Audience, Event, Hundredths, Personal, Purpose, Ref
from domain.exhibits import check_digest
from domain.firms import Firm
from domain.people import Person
from domain.refusals import Refusal
from domain.states import State
from domain.words import Labelled, describe

describe(
    ballot=("The ballot: an id that nobody else can link to its owner.", "选票编号，他人无法与业主对应。"),
    ballot_channel=("In which way it was cast.", "投票方式。"),
    sealed_choices=("The choices, sealed, all of one length.", "逐项表决意见（密封、等长）。"),
    choices=("The choices, one for each question, by the order of their numbers.", "逐项表决意见，按事项序号排列。"),
    agent=("Who votes for the owner.", "受托代理人。"),
    proof_sha256=(
        "The SHA-256 of the proof of delivery, which the convener keeps.",
        "送达凭证的 SHA-256，原件由召集人保管。",
    ),
    authority_sha256=(
        "The SHA-256 of the written authority, which the convener keeps.",
        "书面委托书的 SHA-256，原件由召集人保管。",
    ),
)


class Choice(Labelled):
    """How an owner votes on a question.
    表决意见。"""

    FOR = "For", "同意"
    AGAINST = "Against", "反对"
    ABSTAIN = "Abstains", "弃权"


class BallotChannel(Labelled):
    """In which way a ballot is cast.
    投票方式。"""

    ONLINE = "Online", "线上"
    PAPER = "On paper", "书面"
    AT_THE_DOOR = "At the door", "上门征询"
    ON_SITE = "On site", "现场"
    BY_PROXY = "By an agent", "委托代理"


class Vote(Purpose):
    """What owners vote, sealed under the key of their assembly.
    业主的表决意见，以会议密钥密封。"""

    under = "assembly"


class ProxyGranted(Event, sealed=True):
    """An owner gave somebody written authority to vote as they say.
    业主书面委托他人按其意见投票。"""

    assembly: Ref[Assembly]
    owner: Ref[Person]
    agent: Ref[Person]
    authority_sha256: str
    sealed_choices: Personal[Vote]


class ProxyRevoked(Event, audience=Audience.STAFF):
    """An owner took back the authority.
    业主撤回委托。"""

    assembly: Ref[Assembly]
    owner: Ref[Person]
    agent: Ref[Person]


class BallotCast(Event, sealed=True):
    """A ballot was cast.
    投票。"""

    assembly: Ref[Assembly]
    ballot: Ref["Ballot"]
    ballot_channel: BallotChannel
    exclusive_area: Hundredths
    sealed_choices: Personal[Vote]


class BallotRecast(Event, sealed=True):
    """A ballot was changed, where the rules let this be done.
    改票。"""

    assembly: Ref[Assembly]
    ballot: Ref["Ballot"]
    sealed_choices: Personal[Vote]


class BallotDelivered(Event, sealed=True):
    """A ballot paper was delivered to an owner, and that can be proved.
    选票已送达业主并留存凭证。"""

    assembly: Ref[Assembly]
    ballot: Ref["Ballot"]
    exclusive_area: Hundredths
    proof_sha256: str


IN_PERSON = frozenset({BallotChannel.PAPER, BallotChannel.AT_THE_DOOR, BallotChannel.ON_SITE})


class ChannelUnfit(Refusal):
    """What owners gave on paper, at the door or on site is entered; nobody else votes for them as {ballot_channel}.
    仅可录入业主书面、上门或现场选票，不得以 {ballot_channel} 方式代录。"""

    rule = "BR-09"
    ballot_channel: str


class NotElector(Refusal):
    """Only who is on the frozen roster votes in this assembly.
    只有冻结名册中的业主可以参加本次表决。"""

    rule = "BR-01"


class BallotAlreadyCast(Refusal):
    """This owner's ballot was cast already; the receipt is told to the owner: {receipt}.
    该业主已投票，回执仅告知本人：{receipt}。"""

    rule = "BR-09"
    receipt: Ref["Ballot"] | None


class SilenceNotCounted(Refusal):
    """By these rules of procedure who does not vote does not count, whatever was delivered.
    议事规则未规定未表决业主计入多数意见，无须登记送达。"""

    rule = "BR-08"


class NoBallotYet(Refusal):
    """There is no ballot to change, or the rules do not let one be changed.
    尚未投票，或议事规则不允许改票。"""

    rule = "BR-09"


class ChoicesUnfit(Refusal):
    """There are {question_count} questions; a ballot has a choice for each.
    共 {question_count} 项表决事项，须逐项表态。"""

    rule = "BR-07"
    question_count: int
    choice_count: int


class AgentIsFirmStaff(Refusal):
    """This person is with the firm that serves the compound and may vote for no owner.
    该人员在为本小区服务的物业企业任职，不得代理业主投票。"""

    rule = "BR-10"
    firm: Ref[Firm]


class AgentUnfit(Refusal):
    """Nobody votes for themselves as an agent, and who gave their own vote away takes no other's.
    不得自任代理人；已委托他人投票的，不得再代理他人。"""

    rule = "BR-10"


class TooManyProxies(Refusal):
    """An agent votes for {most_proxies} owners at most.
    一名代理人最多代理 {most_proxies} 名业主。"""

    rule = "BR-10"
    most_proxies: int


class ProxyGiven(Refusal):
    """This owner has given the authority to somebody; it is taken back first.
    该业主已委托他人，须先撤回委托。"""

    rule = "BR-10"


class NoProxy(Refusal):
    """This owner has not given the authority.
    该业主没有此项委托。"""

    rule = "BR-10"


def encoded(choices: tuple[Choice, ...]) -> Personal[Vote]:
    """Two letters a question, so that all ballots of an assembly are equally long."""
    return Personal("".join(choice.name[:2] for choice in choices))


def decoded(text: str) -> tuple[Choice, ...]:
    by_letters = {choice.name[:2]: choice for choice in Choice}
    return tuple(by_letters[text[n : n + 2]] for n in range(0, len(text), 2))


class Booth(State):
    """An assembly and the authorities given in it.
    会议及其委托情况。"""

    id: Ref[Assembly]
    assembly: Assembly = Assembly(Ref())
    proxies: tuple[ProxyGranted, ...] = ()
    opening: Callable[[str], str] = field(default=str, compare=False)

    def evolve(
        self,
        event: Proceeding | ProxyGranted | ProxyRevoked,
    ) -> "Booth":
        match event:
            case ProxyGranted():
                return replace(self, proxies=(*self.proxies, event))
            case ProxyRevoked():
                return replace(self, proxies=tuple(each for each in self.proxies if each.owner != event.owner))
        return replace(self, assembly=self.assembly.evolve(event))

    def opened(self, opening: Callable[[str], str]) -> "Booth":
        return replace(self, opening=opening)

    def proxy_of(self, owner: Ref[Person]) -> ProxyGranted | None:
        return next((each for each in self.proxies if each.owner == owner), None)

    def check_choices(self, choices: tuple[Choice, ...]) -> Personal[Vote]:
        """The choices as they are sealed, or a refusal."""
        if len(choices) != len(self.assembly.questions):
            raise ChoicesUnfit(len(self.assembly.questions), len(choices))
        return encoded(choices)


class Elector(State):
    """What an owner may vote with in an assembly.
    业主在本次会议的表决权。"""

    assembly: Ref[Assembly]
    person: Ref[Person]
    area: Hundredths | None = None

    def evolve(self, event: ElectorAdmitted) -> "Elector":
        return replace(self, area=event.exclusive_area)

    def check(self) -> Hundredths:
        if self.area is None:
            raise NotElector
        return self.area


class Ballot(State):
    """An owner's ballot in an assembly.
    选票。"""

    id: Ref["Ballot"]
    cast: bool = False
    delivered: bool = False

    def evolve(self, event: BallotCast | BallotDelivered) -> "Ballot":
        return replace(self, delivered=True) if isinstance(event, BallotDelivered) else replace(self, cast=True)

    def check_free(self, *, for_owner: bool = True) -> None:
        """Refuse a second ballot; only the owner is told which the first is."""
        if self.cast:
            raise BallotAlreadyCast(self.id if for_owner else None)


@decision(anyone=True)
def cast(
    ballot: Annotated[Ballot, Veil("elector")],
    assembly: Booth,
    elector: Acting[Elector],
    *,
    choices: tuple[Choice, ...],
    now: datetime,
) -> Iterator[Event]:
    """Cast one's ballot; the answer is its receipt.
    投票，返回选票编号作为回执。"""
    yield from _cast(ballot, assembly, elector, BallotChannel.ONLINE, choices, now)


@decision(roles=CONVENERS)
def cast_on_paper(
    ballot: Annotated[Ballot, Veil("owner")],
    assembly: Booth,
    elector: Elector,
    owner: Person,  # noqa: ARG001 - whose ballot it is
    *,
    ballot_channel: BallotChannel,
    choices: tuple[Choice, ...],
    at: datetime,
) -> Iterator[Event]:
    """Enter a ballot that an owner gave on paper, at the door or on site.
    录入业主的书面、上门或现场选票。"""
    if ballot_channel not in IN_PERSON:
        raise ChannelUnfit(ballot_channel.name)
    voting = assembly.assembly.voting
    if voting and at < voting.opened_at:
        raise TooEarly(voting.opened_at.astimezone(CHINA).date())
    yield from _cast(ballot, assembly, elector, ballot_channel, choices, at)


@decision(roles=CONVENERS)
def prove_delivery(
    ballot: Annotated[Ballot, Veil("owner")],
    assembly: Booth,
    elector: Elector,
    owner: Person,  # noqa: ARG001 - whose ballot it is
    *,
    proof_sha256: Annotated[str, Text(64)],
    at: datetime,
) -> Iterator[Event]:
    """Record that an owner's ballot paper was delivered, with the SHA-256 of the proof; where the silent join the
    majority, only such owners do.
    登记选票已送达业主及送达凭证的 SHA-256；未表决业主计入多数意见的，以送达为限。"""
    voting, area = assembly.assembly.check_voting(at), elector.check()
    if not voting.silent_join:
        raise SilenceNotCounted
    check_digest(proof_sha256)
    if not ballot.delivered:
        yield BallotDelivered(assembly.id, ballot.id, area, proof_sha256)


@decision(anyone=True)
def cast_by_proxy(
    ballot: Annotated[Ballot, Veil("owner")],
    assembly: Annotated[Booth, Open(Vote)],
    elector: Elector,
    owner: Person,
    agent: Acting[Employed],
    *,
    now: datetime,
) -> Iterator[Event]:
    """Cast an owner's ballot as their agent, as they said in writing.
    代理人按委托人书面意见投票。"""
    proxy = assembly.proxy_of(owner.id)
    if proxy is None or proxy.agent != agent.id:
        raise NoProxy
    _check_agent(assembly, agent, now)
    said = decoded(assembly.opening(proxy.sealed_choices))
    yield from _cast(ballot, assembly, elector, BallotChannel.BY_PROXY, said, now)


@decision(anyone=True)
def change(
    ballot: Annotated[Ballot, Veil("elector")],
    assembly: Booth,
    elector: Acting[Elector],
    *,
    choices: tuple[Choice, ...],
    now: datetime,
) -> Iterator[Event]:
    """Change one's ballot before the end, where the rules let this be done.
    截止前改票（议事规则允许时）。"""
    voting = assembly.assembly.check_voting(now)
    elector.check()
    if not (voting.ballots_changeable and ballot.cast):
        raise NoBallotYet
    yield BallotRecast(assembly.id, ballot.id, assembly.check_choices(choices))


@decision(anyone=True)
def grant_proxy(
    assembly: Booth,
    ballot: Annotated[Ballot, Veil("elector")],
    elector: Acting[Elector],
    agent: Employed,
    *,
    authority_sha256: Annotated[str, Text(64)],
    choices: tuple[Choice, ...],
    now: datetime,
) -> Iterator[Event]:
    """Give somebody written authority to vote as one says.
    书面委托他人按本人意见投票。"""
    voting, said = assembly.assembly.check_voting(now), assembly.check_choices(choices)
    check_digest(authority_sha256)
    elector.check()
    ballot.check_free()
    owner = elector.person
    if assembly.proxy_of(owner):
        raise ProxyGiven
    _check_agent(assembly, agent, now)
    agents = [each.agent for each in assembly.proxies]
    if agent.id == owner or assembly.proxy_of(agent.id) or owner in agents:
        raise AgentUnfit
    if agents.count(agent.id) >= voting.most_proxies:
        raise TooManyProxies(voting.most_proxies)
    yield ProxyGranted(assembly.id, owner, agent.id, authority_sha256, said)


@decision(anyone=True)
def revoke_proxy(
    assembly: Booth, ballot: Annotated[Ballot, Veil("owner")], owner: Acting[Person], *, now: datetime
) -> Iterator[Event]:
    """Take back the authority, as long as the agent has not voted.
    撤回委托（代理人尚未投票时）。"""
    assembly.assembly.check_voting(now)
    proxy = assembly.proxy_of(owner.id)
    if proxy is None:
        raise NoProxy
    ballot.check_free()
    yield ProxyRevoked(assembly.id, owner.id, proxy.agent)


def _check_agent(booth: Booth, agent: Employed, now: datetime) -> None:
    """Nobody of the serving firm is an agent, neither when asked nor when voting."""
    firm = booth.assembly.voting.serving_firm if booth.assembly.voting else None
    if firm and agent.by(firm, now.astimezone(CHINA).date()):
        raise AgentIsFirmStaff(firm)


def _cast(  # noqa: PLR0917 - what every way of casting has in common
    ballot: Ballot, booth: Booth, elector: Elector, channel: BallotChannel, choices: tuple[Choice, ...], at: datetime
) -> Iterator[Event]:
    booth.assembly.check_voting(at)
    sealed, area = booth.check_choices(choices), elector.check()
    ballot.check_free(for_owner=channel is BallotChannel.ONLINE)
    yield BallotCast(booth.id, ballot.id, channel, area, sealed)
