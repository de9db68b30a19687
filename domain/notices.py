"""Notices: what is posted where everybody sees it, for how long, who looked, and who objects (BR-62, BR-91).

What a notice announces takes effect when it has been up, and seen to be up, for its days with no objection open. Taken
down before, it is void. One of a grid shows the grid, its extent, its worker and two telephones; when the worker or
the extent changes it is stale until it is posted anew.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from domain.bodies import CHINA
from domain.calendars import Calendars
from domain.coverages import GridRedrawn
from domain.decisions import Acting, New, Past, Text, decision
from domain.events import Confidential, Event, Ref
from domain.exhibits import Exhibit
from domain.grids import Grid, GridRetired
from domain.limits import Limit, LimitUnit
from domain.people import Person
from domain.periods import in_order
from domain.places import Community
from domain.polls import lapse_posting
from domain.posts import PostCorrected, PostFilled, PostKind, PostVacated, PostVoided
from domain.reactions import Act, act, act_on, reaction
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State, key_of
from domain.words import Labelled, describe

describe(
    notice=("The notice.", "公示。"),
    notice_kind=("What kind of notice it is.", "公示类别。"),
    poster=("Who posted it.", "发布人。"),
    answered_on=("The day of the answer.", "答复日期。"),
    about=("What it is about.", "公示对象。"),
    posted_at=("The places where it is posted.", "张贴位置。"),
    shown_facts=("What it shows.", "公示内容要素。"),
    least_days=("How many days it is up at least.", "最短公示天数。"),
    up_until=("The day on which its days are over.", "公示期满之日。"),
    made_on=("The day on which the information was made or changed.", "信息形成或变更日期。"),
    disclosed_late=("Whether it was posted later than twenty work days after that.", "是否超过二十个工作日公开。"),
    photograph=("A photograph of it.", "张贴照片。"),
    seen_on=("The day on which it was seen to be up.", "核验张贴日期。"),
    objection_no=("The number of the objection, from 1 on.", "异议序号，自 1 起。"),
    objector=("Who objects.", "异议人。"),
    objection_answer=("What is answered; only staff may read it.", "答复内容，仅工作人员可见。"),
    sustained=("Whether the objection was found right.", "异议是否成立。"),
    taken_down_early=(
        "Whether it was taken down before its days were over, and is void.",
        "是否提前撤除（公示无效）。",
    ),
    in_effect_on=("The day from which on what it announces has effect.", "公示事项生效日期。"),
)

DISCLOSURE = Limit(20, LimitUnit.WORK_DAY)
"""Government Information Regulations art. 26."""
LONGEST = 365


class NoticeKind(Labelled):
    """A kind of notice.
    公示类别。"""

    GRID = "A grid and its worker", "网格公示"
    CENTRAL_HOUSEHOLD = "Party-member central households", "党员中心户公示"
    GOVERNMENT_INFORMATION = "Government information", "政府信息公开"
    DECISION = "A decision before it takes effect", "决定事项公示"
    RESULT = "A result", "结果公示"


class ShownFact(Labelled):
    """Something that a notice shows.
    公示内容要素。"""

    GRID_NAME = "Name of the grid", "网格名称"
    EXTENT = "Extent", "网格范围"
    WORKER = "Name of the worker", "网格员姓名"
    WORK_PHONE = "Work telephone", "工作电话"
    SUPERVISION_PHONE = "Telephone for complaints", "监督电话"
    PARTY_ORGANISATION = "Party organisation", "党组织"
    WHOLE_TEXT = "The whole text", "全文"


GRID_FACTS = (
    ShownFact.GRID_NAME,
    ShownFact.EXTENT,
    ShownFact.WORKER,
    ShownFact.WORK_PHONE,
    ShownFact.SUPERVISION_PHONE,
)


class NoticePublished(Event):
    """A notice was posted.
    发布公示。"""

    notice: Ref["Notice"]
    community: Ref[Community]
    about: Ref[Any]
    notice_kind: NoticeKind
    title: str
    posted_at: tuple[str, ...]
    shown_facts: tuple[ShownFact, ...]
    least_days: int
    since: date
    up_until: date
    made_on: date | None
    disclosed_late: bool
    poster: Ref[Person]


class PostingVerified(Event):
    """A notice was seen to be up, with a photograph.
    核验张贴。"""

    notice: Ref["Notice"]
    photograph: Ref[Exhibit]
    seen_on: date


class NoticeStale(Event):
    """What a notice shows is no longer so.
    公示内容已变更，待重新张贴。"""

    notice: Ref["Notice"]
    about: Ref[Any]


class NoticePostedAnew(Event):
    """A notice that was stale was posted anew.
    重新张贴公示。"""

    notice: Ref["Notice"]
    about: Ref[Any]
    since: date
    up_until: date


class NoticeObjected(Event):
    """Somebody objects to what a notice announces.
    对公示提出异议。"""

    notice: Ref["Notice"]
    objection_no: int
    objector: Ref[Person]
    objection_text: Confidential


class NoticeObjectionAnswered(Event):
    """An objection to a notice was answered.
    答复公示异议。"""

    notice: Ref["Notice"]
    objection_no: int
    sustained: bool
    objection_answer: Confidential
    answered_on: date


class NoticeTakenDown(Event):
    """A notice was taken down.
    撤除公示。"""

    notice: Ref["Notice"]
    about: Ref[Any]
    ended: date
    taken_down_early: bool


class NoticeTookEffect(Event):
    """What a notice announced has effect.
    公示期满生效。"""

    notice: Ref["Notice"]
    about: Ref[Any]
    in_effect_on: date


class FactsMissing(Refusal):
    """A notice of a grid shows this too: {missing_facts}.
    网格公示还须载明：{missing_facts}。"""

    code, rule = "NOTICE_INCOMPLETE", "BR-62"
    missing_facts: tuple[ShownFact, ...]


class NowhereToBeSeen(Refusal):
    """A notice is posted somewhere, for 1 to {longest} days.
    公示须有张贴位置，张贴 1 至 {longest} 日。"""

    rule = "BR-91"
    least_days: int
    longest: int


class SubjectUnfit(Refusal):
    """A notice of a grid is about one, and none is about a private person.
    网格公示须针对网格，任何公示不得针对个人。"""

    rule = "BR-91"


class MadeOnMissing(Refusal):
    """Of government information it is told when it was made; of nothing else.
    政府信息须注明形成日期，其他公示不填。"""

    rule = "BR-91"


class NoticeDown(Refusal):
    """This notice was taken down on {ended}.
    该公示已于 {ended} 撤除。"""

    rule = "BR-91"
    ended: date


class NoticeInEffect(Refusal):
    """What this notice announced has had effect since {in_effect_on}.
    公示事项已于 {in_effect_on} 生效。"""

    rule = "BR-91"
    in_effect_on: date


class PosterVerifies(Refusal):
    """Whoever posted a notice is not who sees whether it is up.
    发布人不得核验本人发布的公示。"""

    rule = "BR-91"


class NoSuchObjection(Refusal):
    """There is no open objection of this number.
    没有该序号的待答复异议。"""

    rule = "BR-91"
    objection_no: int


class NotInEffect(Refusal):
    """What this notice announced does not have effect yet.
    公示事项尚未生效。"""

    rule = "BR-91"


class Notice(State, within=Community):
    """A notice.
    公示。"""

    id: Ref["Notice"]
    said: NoticePublished | None = None
    since: date = date.min
    up_until: date = date.max
    seen: date | None = None
    stale: bool = False
    objections: tuple[bool | None, ...] = ()
    """By number: whether each was found right; None: open."""
    answered: date = date.min
    """The day of the last answer."""
    down: NoticeTakenDown | None = None
    in_effect: date | None = None

    def evolve(
        self,
        event: NoticePublished
        | PostingVerified
        | NoticeStale
        | NoticePostedAnew
        | NoticeObjected
        | NoticeObjectionAnswered
        | NoticeTakenDown
        | NoticeTookEffect,
    ) -> "Notice":
        changes: dict[str, Any] = {}
        match event:
            case NoticePublished():
                changes = {"said": event, "since": event.since, "up_until": event.up_until}
            case PostingVerified():
                changes = {"seen": event.seen_on}
            case NoticeStale():
                changes = {"stale": True}
            case NoticePostedAnew():
                changes = {"stale": False, "since": event.since, "up_until": event.up_until}
                changes |= {"seen": None, "in_effect": None}
            case NoticeObjected():
                changes = {"objections": (*self.objections, None)}
            case NoticeObjectionAnswered(objection_no=n):
                answered = (*self.objections[: n - 1], event.sustained, *self.objections[n:])
                changes = {"objections": answered, "answered": event.answered_on}
            case NoticeTakenDown():
                changes = {"down": event}
            case NoticeTookEffect():
                changes = {"in_effect": event.in_effect_on}
        return replace(self, **changes)

    @property
    def about(self) -> Ref[Any]:
        return self.said.about if self.said else Ref()

    def check_up(self) -> None:
        if self.down:
            raise NoticeDown(self.down.ended)

    def effective_from(self, today: date) -> bool:
        """Whether its days are over, it was seen to be up and nobody's objection is open or right."""
        undisputed = all(found is False for found in self.objections)
        standing = not (self.stale or self.down or self.in_effect)
        return self.up_until <= today and self.seen is not None and undisputed and standing

    def effect(self) -> Event:
        """That it takes effect, on the first day on which nothing stood in the way."""
        return NoticeTookEffect(self.id, self.about, max(self.up_until, self.seen or self.up_until, self.answered))


class GridNotices(State):
    """The notices of a grid that are up and not stale.
    网格现行公示。"""

    id: Ref[Grid]
    up: tuple[Ref[Notice], ...] = ()

    def evolve(self, event: NoticePublished | NoticeStale | NoticePostedAnew | NoticeTakenDown) -> "GridNotices":
        if isinstance(event, NoticePublished) and event.notice_kind is not NoticeKind.GRID:
            return self
        others = tuple(each for each in self.up if each != event.notice)
        there = isinstance(event, NoticePublished | NoticePostedAnew)
        return replace(self, up=(*others, event.notice) if there else others)


POSTERS = frozenset({Role.COUNTY, Role.TOWN, Role.COMMUNITY, Role.BRANCH, Role.COMMITTEE})


@decision(roles=POSTERS)
def publish(
    notice: New[Notice],
    community: Community,
    about: State,
    calendars: Calendars,
    poster: Acting[Person],
    *,
    notice_kind: NoticeKind,
    title: Annotated[str, Text(200)],
    posted_at: tuple[str, ...],
    shown_facts: tuple[ShownFact, ...],
    least_days: int,
    since: Past,
    made_on: date | None = None,
) -> Iterator[Event]:
    """Post a notice; it names no private person but who works for the public.
    发布公示，不得载明工作人员以外的个人信息。"""
    if notice_kind is NoticeKind.GRID and (missing := tuple(f for f in GRID_FACTS if f not in shown_facts)):
        raise FactsMissing(missing)
    subject = key_of(about).refs[0]
    if subject.kind == "person" or (notice_kind is NoticeKind.GRID and subject.kind != "grid"):
        raise SubjectUnfit
    if not (posted_at and 1 <= least_days <= LONGEST):
        raise NowhereToBeSeen(least_days, LONGEST)
    if (notice_kind is NoticeKind.GOVERNMENT_INFORMATION) is not (made_on is not None):
        raise MadeOnMissing
    late = False
    if made_on is not None:
        in_order(made_on, since)
        begun = datetime(made_on.year, made_on.month, made_on.day, tzinfo=CHINA)
        late = calendars.on(made_on).time.due(begun, DISCLOSURE).astimezone(CHINA).date() < since
    said = (notice_kind, title, posted_at, shown_facts, least_days, since, since + timedelta(days=least_days))
    yield NoticePublished(notice.id, community.id, subject, *said, made_on, late, poster.id)


@decision(roles=POSTERS | {Role.GRID_WORKER, Role.INSPECTOR})
def verify_posting(notice: Notice, photograph: Exhibit, verifier: Acting[Person], *, seen_on: Past) -> Iterator[Event]:
    """Verify on the spot that a notice is up, with a photograph.
    现场核验公示已张贴并留存照片。"""
    notice.check_up()
    if notice.said and verifier.id == notice.said.poster:
        raise PosterVerifies
    in_order(notice.since, seen_on)
    if notice.seen is None:
        yield PostingVerified(notice.id, photograph.id, seen_on)


@decision(roles=POSTERS)
def repost(notice: Notice, *, since: Past) -> Iterator[Event]:
    """Post a notice anew, with what it has to show now; its days begin again.
    按现状重新张贴公示，期限重新计算。"""
    notice.check_up()
    in_order(notice.since, since)
    if notice.stale and notice.said:
        yield NoticePostedAnew(notice.id, notice.about, since, since + timedelta(days=notice.said.least_days))


@decision(anyone=True)
def object_to(
    notice: Notice, objector: Acting[Person], *, objection_text: Annotated[Confidential, Text(2_000)]
) -> Iterator[Event]:
    """Object to what a notice announces; it does not take effect before the answer.
    对公示提出异议，答复前不生效。"""
    notice.check_up()
    if notice.in_effect:
        raise NoticeInEffect(notice.in_effect)
    yield NoticeObjected(notice.id, len(notice.objections) + 1, objector.id, objection_text)


@decision(roles=POSTERS)
def answer_objection(
    notice: Notice,
    *,
    objection_no: int,
    sustained: bool,
    objection_answer: Annotated[Confidential, Text(2_000)],
    now: datetime,
) -> Iterator[Event]:
    """Answer an objection; one that is found right keeps the notice from taking effect.
    答复异议，异议成立的公示事项不生效。"""
    if not 1 <= objection_no <= len(notice.objections) or notice.objections[objection_no - 1] is not None:
        raise NoSuchObjection(objection_no)
    on = now.astimezone(CHINA).date()
    yield NoticeObjectionAnswered(notice.id, objection_no, sustained, objection_answer, on)


@decision(roles=POSTERS)
def take_down(notice: Notice, *, ended: Past) -> Iterator[Event]:
    """Take down a notice; before its days are over this makes it void.
    撤除公示，期满前撤除的公示无效。"""
    if notice.down and notice.down.ended == ended:
        return
    notice.check_up()
    in_order(notice.since, ended)
    early = ended < notice.up_until and notice.in_effect is None
    yield NoticeTakenDown(notice.id, notice.about, ended, early)


@decision(roles=POSTERS)
def take_effect(notice: Notice, *, now: datetime) -> Iterator[Event]:
    """Record that what a notice announced has effect, its days being over.
    登记公示期满生效。"""
    if notice.in_effect:
        return
    notice.check_up()
    today = now.astimezone(CHINA).date()
    if not notice.effective_from(today):
        raise NotInEffect
    yield notice.effect()


@decision()
def take_effect_by_itself(notice: Notice, *, now: datetime) -> Iterator[Event]:
    """The same, on the day on which its days are over (BR-91).
    公示期满当日自动生效。"""
    if notice.effective_from(now.astimezone(CHINA).date()):
        yield notice.effect()


@decision()
def go_stale(grid: GridNotices) -> Iterator[Event]:
    """What the notices of a grid show has changed (BR-62).
    网格公示内容已变更。"""
    for each in grid.up:
        yield NoticeStale(each, grid.id)


@reaction
def watch_notice(event: NoticePublished | NoticePostedAnew) -> Iterator[Act]:
    """When a notice's days are over, what it announced takes effect.
    公示期满即生效。"""
    yield act_on(event.up_until, take_effect_by_itself, notice=event.notice)


@reaction
def follow_grid(
    event: PostFilled | PostVacated | PostCorrected | PostVoided | GridRedrawn | GridRetired,
) -> Iterator[Act]:
    """When the worker or the extent of a grid changes, its notices are stale.
    网格员或网格范围变更后，网格公示须重新张贴。"""
    if isinstance(event, GridRedrawn | GridRetired):
        yield act(go_stale, grid=event.grid)
    elif event.post_kind is PostKind.GRID_WORKER and event.seat.kind == "grid":
        yield act(go_stale, grid=event.seat)


@reaction
def follow_posting(event: NoticeTakenDown) -> Iterator[Act]:
    """A vote's result whose notice is taken down early is to be posted anew (BR-16).
    表决结果公示被提前撤除的，须重新公示。"""
    if event.taken_down_early and event.about.kind == "assembly":
        yield act(lapse_posting, assembly=event.about)
