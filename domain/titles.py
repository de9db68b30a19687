"""Titles: benchmark branches, model civilised compounds and civilised families: nominated, awarded, and lapsed or
revoked by an event, so that a count of a day never changes (X25, X71, X73, BR-57).

A branch is named by the county, a compound applies, a family is nominated by who lives in its compound. Of a family
only its compound is told: who it is, staff know. Each holds a title of a kind once at a time.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from domain.decisions import Acting, New, Past, decision
from domain.events import Confidential, Event, Ref
from domain.openings import Led
from domain.parties import PartyOrganisation
from domain.people import Person
from domain.periods import in_order
from domain.places import Compound
from domain.reactions import Act, act_on, reaction
from domain.refusals import Refusal
from domain.residents import Resident
from domain.roles import Role
from domain.rounds import today_of
from domain.states import State
from domain.words import Labelled, describe

describe(
    honour=("The title.", "称号。"),
    honour_kind=("The kind of title.", "称号类别。"),
    titled=("The branch that is titled; none where a compound or family is.", "授予称号的党支部；其他为空。"),
    titled_family=("A person of the family, if it is one.", "家庭代表；非家庭称号为空。"),
    nominator=("Who nominates.", "推荐人。"),
    grounds=("Why it deserves the title.", "事迹理由。"),
    nominated_on=("The day of the nomination.", "推荐（申报）日期。"),
    lapses_on=(
        "The first day on which the title no longer holds, if it is for a term.",
        "称号期满之日（不含）；长期为空。",
    ),
)


class HonourKind(Labelled):
    """A kind of title.
    称号类别。"""

    BENCHMARK_BRANCH = "Benchmark Party branch", "标杆党支部"
    MODEL_COMPOUND = "Model civilised compound", "文明示范小区"
    CIVILISED_FAMILY = "Civilised family", "文明家庭"


class HonourNominated(Event):
    """A branch, compound or family was nominated for a title.
    推荐（申报）称号。"""

    honour: Ref["Honour"]
    honour_kind: HonourKind
    compound: Ref[Compound]
    titled: Ref[PartyOrganisation] | None
    titled_family: Ref[Person] | None
    grounds: Confidential
    nominated_on: date


class HonourAwarded(Event):
    """The title was awarded from a date on.
    授予称号。"""

    honour: Ref["Honour"]
    honour_kind: HonourKind
    since: date
    lapses_on: date | None


class HonourRevoked(Event):
    """The title, held since one date, was revoked on another.
    撤销称号。"""

    honour: Ref["Honour"]
    since: date
    ended: date
    reason: Confidential


class HonourLapsed(Event):
    """The term of the title is over.
    称号期满。"""

    honour: Ref["Honour"]
    since: date
    ended: date


class HonourHeld(Refusal):
    """It is nominated for this title already, or holds it: {honour}.
    已推荐或已获得该称号：{honour}。"""

    rule = "BR-57"
    honour: Ref["Honour"]


class HonourNotHeld(Refusal):
    """This title is not held: it was never awarded, or ended on {ended}.
    该称号未授予，或已于 {ended} 终止。"""

    rule = "BR-57"
    ended: date | None


class NotOfCompound(Refusal):
    """{compound} is not where it belongs by what is recorded.
    按登记情况，其不属于该小区（{compound}）。"""

    rule = "BR-57"
    compound: Ref[Compound]


class Honour(State, within=Compound):
    """A title that a branch, compound or family is nominated for or holds.
    称号。"""

    id: Ref["Honour"]
    kind: HonourKind = HonourKind.BENCHMARK_BRANCH
    since: date | None = None
    lapses: date | None = None
    ended: date | None = None
    nominated: date = date.max

    def evolve(self, event: HonourNominated | HonourAwarded | HonourRevoked | HonourLapsed) -> "Honour":
        match event:
            case HonourNominated():
                return replace(self, kind=event.honour_kind, nominated=event.nominated_on)
            case HonourAwarded():
                return replace(self, since=event.since, lapses=event.lapses_on)
            case HonourRevoked() | HonourLapsed():
                return replace(self, ended=event.ended)

    @property
    def held_since(self) -> date:
        if self.since is None or self.ended is not None:
            raise HonourNotHeld(self.ended)
        return self.since


class Honours(State):
    """The titles in a compound that somebody is nominated for or holds, each with whose it is.
    小区内推荐或持有的称号。"""

    id: Ref[Compound]
    current: tuple[HonourNominated, ...] = ()

    def evolve(self, event: HonourNominated | HonourRevoked | HonourLapsed) -> "Honours":
        if isinstance(event, HonourNominated):
            return replace(self, current=(*self.current, event))
        return replace(self, current=tuple(each for each in self.current if each.honour != event.honour))

    def nominated(self, new: HonourNominated) -> Iterator[Event]:
        whose = new.honour_kind, new.titled, new.titled_family
        for each in self.current:
            if (each.honour_kind, each.titled, each.titled_family) == whose:
                raise HonourHeld(each.honour)
        yield new


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def nominate_branch(
    honour: New[Honour], compound: Honours, party_organisation: Led, *, grounds: Confidential, now: datetime
) -> Iterator[Event]:
    """Nominate a compound's Party branch as a benchmark.
    推荐标杆小区党支部。"""
    if party_organisation.seat != compound.id:
        raise NotOfCompound(compound.id)
    today, kind = today_of(now), HonourKind.BENCHMARK_BRANCH
    yield from compound.nominated(
        HonourNominated(honour.id, kind, compound.id, party_organisation.id, None, grounds, today)
    )


@decision(roles={Role.COMMUNITY, Role.BRANCH, Role.COMMITTEE})
def apply_for_compound(
    honour: New[Honour], compound: Honours, *, grounds: Confidential, now: datetime
) -> Iterator[Event]:
    """Apply for a compound to be a model civilised one.
    申报文明示范小区。"""
    yield from compound.nominated(
        HonourNominated(honour.id, HonourKind.MODEL_COMPOUND, compound.id, None, None, grounds, today_of(now))
    )


@decision(anyone=True)
def nominate_family(
    honour: New[Honour],
    compound: Honours,
    person: Resident,
    nominator: Acting[Resident],
    *,
    grounds: Confidential,
    now: datetime,
) -> Iterator[Event]:
    """Nominate a family of one's own compound as a civilised one.
    居民推荐本小区文明家庭。"""
    here, today = frozenset({compound.id}), today_of(now)
    if not (person.among(here, today) and nominator.among(here, today)):
        raise NotOfCompound(compound.id)
    kind = HonourKind.CIVILISED_FAMILY
    yield from compound.nominated(HonourNominated(honour.id, kind, compound.id, None, person.id, grounds, today))


@decision(roles={Role.COUNTY, Role.TOWN, Role.BRANCH})
def award(honour: Honour, *, since: Past, lapses_on: date | None = None) -> Iterator[Event]:
    """Award a title that was nominated for, for good or for a term.
    授予称号。"""
    if (honour.since, honour.lapses, honour.ended) == (since, lapses_on, None):
        return
    if honour.since is not None:
        raise HonourHeld(honour.id)
    in_order(honour.nominated, since)
    if lapses_on is not None:
        in_order(since, lapses_on)
    yield HonourAwarded(honour.id, honour.kind, since, lapses_on)


@decision(roles={Role.COUNTY, Role.TOWN})
def revoke(honour: Honour, *, ended: Past, reason: Confidential) -> Iterator[Event]:
    """Revoke a title, with the reason; what was counted on an earlier day stays.
    撤销称号并说明理由；此前各日的统计不变。"""
    if honour.ended == ended:
        return
    since = honour.held_since
    in_order(since, ended)
    yield HonourRevoked(honour.id, since, ended, reason)


@decision()
def lapse(honour: Honour) -> Iterator[Event]:
    """Record that the term of a title is over.
    登记称号期满。"""
    if honour.since and honour.lapses and honour.ended is None:
        yield HonourLapsed(honour.id, honour.since, honour.lapses)


@reaction
def watch_term_of_honour(event: HonourAwarded) -> Iterator[Act]:
    """On the first day after its term a title has lapsed (BR-57).
    称号期满之日即行终止。"""
    if event.lapses_on:
        yield act_on(event.lapses_on, lapse, honour=event.honour)
