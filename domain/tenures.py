"""Tenures: who holds a post of a community's two committees, elected, recommended or recruited, for which term.

The secretary's and the director's seats are single: nobody takes one while another holds it, acting or not (BR-67). A
term is full or the rest of another's. A seat that falls empty is a vacancy; left so for sixty days, that is recorded.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from domain.bodies import CHINA
from domain.decisions import decision
from domain.events import Event, Ref
from domain.people import Person
from domain.periods import AlreadySo, PeriodReversed, in_order
from domain.places import Community
from domain.reactions import Act, Happened, act_on, reaction
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(
    cadre_post=("The post of a community cadre.", "社区干部岗位。"),
    route=("How the person came to the post.", "任用途径。"),
    talent=("What the person is known for.", "人才类型。"),
    full_term=("Whether it is a full term, and not the rest of another's.", "是否完整任期（非补选剩余任期）。"),
    acting=("Whether the person only acts for a holder.", "是否代理。"),
    recalled=("Whether the person was recalled.", "是否被罢免。"),
    vacant_since=("The first day on which nobody held it.", "空缺起始日。"),
)

FILLING = timedelta(days=60)
"""How long a single seat may stay empty before that is recorded: a policy value."""


class CadrePost(Labelled):
    """A post of a community's two committees.
    社区“两委”岗位。"""

    COMMUNITY_SECRETARY = "Secretary of the community Party organisation", "社区党组织书记"
    DEPUTY_SECRETARY = "Deputy secretary", "副书记"
    COMMITTEE_DIRECTOR = "Director of the residents' committee", "居委会主任"
    COMMITTEE_MEMBER = "Member of the two committees", "“两委”委员"


SINGLE = frozenset({CadrePost.COMMUNITY_SECRETARY, CadrePost.COMMITTEE_DIRECTOR})
RESIDENTS = frozenset({CadrePost.COMMITTEE_DIRECTOR, CadrePost.COMMITTEE_MEMBER})
"""The posts of the residents' committee."""


class Route(Labelled):
    """How somebody comes to a post.
    任用途径。"""

    ELECTION = "Lawful election", "依法选任"
    RECOMMENDATION = "Recommendation by the organisation", "组织推荐"
    RECRUITMENT = "Open recruitment", "公开招聘"


class Talent(Labelled):
    """What somebody who enters the two committees is known for.
    进入“两委”的人才类型。"""

    ENTERPRISING = "Gets things done", "干事创业"
    PROSPEROUS = "Leads others to prosperity", "致富能手"
    NEW_ERA = "Person of the new era", "时代新人"


class TenureBegan(Event):
    """A person holds a post of a community from a date on.
    任社区干部。"""

    community: Ref[Community]
    person: Ref[Person]
    cadre_post: CadrePost
    route: Route
    talent: Talent | None
    full_term: bool
    acting: bool
    since: date
    until: date | None


class TenureEnded(Event):
    """A person who held a post of a community since one date left it on another.
    社区干部离任。"""

    community: Ref[Community]
    person: Ref[Person]
    cadre_post: CadrePost
    recalled: bool
    since: date
    ended: date


class SeatLeftVacant(Event):
    """A single seat of a community has been empty for sixty days.
    社区单人岗位空缺满六十日。"""

    community: Ref[Community]
    cadre_post: CadrePost
    vacant_since: date


class CadreSeatTaken(Refusal):
    """This seat is held since {since}; name the holder as replaced, or end the tenure first.
    该岗位自 {since} 起已有人担任，须指明接替或先行离任。"""

    rule = "BR-67"
    holder: Ref[Person]
    since: date


class NotInCadrePost(Refusal):
    """This person does not hold this post.
    该人员未担任该岗位。"""

    rule = "BR-67"
    person: Ref[Person]


class Tenure(NamedTuple):
    """A tenure as the community remembers it."""

    person: Ref[Person]
    post: CadrePost
    since: date
    ended: date | None = None
    terms: tuple[Route, Talent | None, bool, bool, date | None] | None = None
    """Route, talent, whether it is a full term and whether acting, and the end of the term."""


class CadreSeats(State):
    """Who held which post of a community, and when; and since when a single seat is recorded as empty.
    社区干部任职情况。"""

    id: Ref[Community]
    tenures: tuple[Tenure, ...] = ()
    vacant: frozenset[tuple[CadrePost, date]] = frozenset()

    def evolve(self, event: TenureBegan | TenureEnded | SeatLeftVacant) -> "CadreSeats":
        match event:
            case TenureBegan():
                terms = event.route, event.talent, event.full_term, event.acting, event.until
                begun = Tenure(event.person, event.cadre_post, event.since, terms=terms)
                return replace(self, tenures=(*self.tenures, begun))
            case TenureEnded():
                which = (event.person, event.cadre_post, event.since)
                ended = (t._replace(ended=event.ended) if t[:3] == which else t for t in self.tenures)
                return replace(self, tenures=tuple(ended))
            case SeatLeftVacant():
                return replace(self, vacant=self.vacant | {(event.cadre_post, event.vacant_since)})

    def present(self, post: CadrePost, person: Ref[Person]) -> Tenure | None:
        return next((t for t in self.tenures if t[:2] == (person, post) and t.ended is None), None)

    def left(self, post: CadrePost, person: Ref[Person], ended: date, *, recalled: bool = False) -> Iterator[Event]:
        held = self.present(post, person)
        if held is None and not any(t[:2] == (person, post) and t.ended == ended for t in self.tenures):
            raise NotInCadrePost(person)
        if held is not None:
            in_order(held.since, ended)
            yield TenureEnded(self.id, person, post, recalled, held.since, ended)

    def serves(self, person: Ref[Person], on: date) -> bool:
        """Whether the person is of the residents' committee on a day."""
        mine = (t for t in self.tenures if t.person == person and t.post in RESIDENTS)
        return any(t.since <= on and (t.ended is None or on < t.ended) for t in mine)

    def held_in(self, year: int, post: CadrePost, person: Ref[Person]) -> bool:
        """Whether the person held the post on a day of that year."""
        mine = (t for t in self.tenures if t[:2] == (person, post))
        return any(t.since.year <= year and (t.ended is None or date(year, 1, 1) < t.ended) for t in mine)

    def rivals(self, post: CadrePost, person: Ref[Person], since: date) -> Iterator[Tenure]:
        """Tenures that one from that day on would overlap: of single seats anybody's, else only the person's own."""
        for each in self.tenures:
            mine = each.post is post and (post in SINGLE or each.person == person)
            if mine and (each.ended is None or since < each.ended):
                yield each

    def is_vacant(self, post: CadrePost, since: date) -> bool:
        later = any(t.post is post and (t.ended is None or since < t.ended) for t in self.tenures)
        return not later and (post, since) not in self.vacant


@decision(roles={Role.COUNTY, Role.TOWN})
def begin_tenure(
    community: CadreSeats,
    person: Person,
    replacing: Person | None = None,
    *,
    cadre_post: CadrePost,
    route: Route,
    talent: Talent | None = None,
    full_term: bool,
    acting: bool = False,
    since: date,
    until: date | None = None,
) -> Iterator[Event]:
    """Record that a person holds a post of a community's two committees for a term.
    登记社区“两委”任职。"""
    if until is not None and until <= since:
        raise PeriodReversed(since, until)
    held = community.present(cadre_post, person.id)
    if held is not None and held.since == since:
        if held.terms != (route, talent, full_term, acting, until):
            raise AlreadySo(since)
        return
    leaving = community.present(cadre_post, replacing.id) if replacing else None
    if replacing:
        yield from community.left(cadre_post, replacing.id, since)
    for rival in community.rivals(cadre_post, person.id, since):
        if rival != leaving:
            raise CadreSeatTaken(rival.person, rival.since)
    yield TenureBegan(community.id, person.id, cadre_post, route, talent, full_term, acting, since, until)


@decision(roles={Role.COUNTY, Role.TOWN})
def end_tenure(
    community: CadreSeats, person: Person, *, cadre_post: CadrePost, recalled: bool = False, ended: date
) -> Iterator[Event]:
    """Record that a person leaves a post of a community's two committees.
    登记社区“两委”离任。"""
    yield from community.left(cadre_post, person.id, ended, recalled=recalled)


@decision()
def note_vacancy(community: CadreSeats, *, cadre_post: CadrePost, vacant_since: date) -> Iterator[Event]:
    """Record that a single seat has been empty for sixty days.
    登记单人岗位空缺满六十日。"""
    if community.is_vacant(cadre_post, vacant_since):
        yield SeatLeftVacant(community.id, cadre_post, vacant_since)


@reaction
def watch_vacancy(event: TenureEnded, happened: Happened) -> Iterator[Act]:
    """Sixty days after a single seat fell empty it is filled, or that is recorded (BR-67); what is entered only after
    that is looked at on the day after it was entered, so that the successor can be entered too.
    单人岗位空缺六十日仍未补齐的，即予登记；逾期补录的，于补录次日核对。"""
    if event.cadre_post in SINGLE:
        entered = happened.recorded_at.astimezone(CHINA).date()
        looked_at = max(event.ended + FILLING, entered + timedelta(days=1))
        given = {"community": event.community, "cadre_post": event.cadre_post, "vacant_since": event.ended}
        yield act_on(looked_at, note_vacancy, **given)
