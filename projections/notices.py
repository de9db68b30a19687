"""Notices as people see them: where they are, since when, whether they are stale, disputed or in effect."""

from datetime import date
from typing import Any, ClassVar

from domain import exhibits, notices, people, places
from domain.events import Audience, Confidential, Ref
from domain.words import describe
from projections.gaps import gap
from projections.rows import Changes, Row, by, its, new, put

describe(
    stale=("Whether what it shows is no longer so.", "内容是否已变更待重贴。"),
    open_objections=("How many objections wait for an answer.", "待答复异议数。"),
    objections_sustained=("How many objections were found right.", "成立的异议数。"),
)


class Notice(Row, frozen=True, kw_only=True):
    """A notice where everybody sees it.
    公示。"""

    id: Ref[notices.Notice]
    community: Ref[places.Community]
    about: Ref[Any]
    notice_kind: notices.NoticeKind
    title: str
    posted_at: tuple[str, ...]
    shown_facts: tuple[notices.ShownFact, ...]
    least_days: int
    since: date
    until: date | None = None
    up_until: date
    made_on: date | None
    disclosed_late: bool
    poster: Ref[people.Person]
    seen_on: date | None = None
    photograph: Ref[exhibits.Exhibit] | None = None
    stale: bool = False
    open_objections: int = 0
    objections_sustained: int = 0
    taken_down_early: bool = False
    in_effect_on: date | None = None

    on: ClassVar[Changes] = {
        notices.NoticePublished: new(),
        notices.PostingVerified: put(seen_on=its.seen_on, photograph=its.photograph),
        notices.NoticeStale: put(stale=True),
        notices.NoticePostedAnew: put(
            stale=False, since=its.since, up_until=its.up_until, seen_on=None, photograph=None, in_effect_on=None
        ),
        notices.NoticeObjected: put(open_objections=lambda row, _: row.open_objections + 1),
        notices.NoticeObjectionAnswered: put(
            open_objections=lambda row, _: row.open_objections - 1,
            objections_sustained=lambda row, event: row.objections_sustained + event.sustained,
        ),
        notices.NoticeTakenDown: put(until=its.ended, taken_down_early=its.taken_down_early),
        notices.NoticeTookEffect: put(in_effect_on=its.in_effect_on),
    }
    lists: ClassVar = (
        *(by("community"), by("about"), by("notice_kind"), by("stale")),
        *(by("disclosed_late"), by("taken_down_early")),
    )
    orders: ClassVar = ("since", "up_until")
    origins: ClassVar = ("about",)


class NoticeObjection(Row, frozen=True, kw_only=True):
    """An objection to a notice.
    对公示的异议。"""

    id: str
    notice: Ref[notices.Notice]
    objection_no: int
    objector: Ref[people.Person]
    objection_text: Confidential
    sustained: bool | None = None
    objection_answer: Confidential | None = None

    on: ClassVar[Changes] = {
        notices.NoticeObjected: new(key=lambda event: f"{event.notice}@{event.objection_no}"),
        notices.NoticeObjectionAnswered: put(
            key=lambda event: f"{event.notice}@{event.objection_no}",
            sustained=its.sustained,
            objection_answer=its.objection_answer,
        ),
    }
    lists: ClassVar = (by("notice"), by("objector"), by("sustained"))
    audience: ClassVar = Audience.STAFF
    own: ClassVar = ("objector",)


gap(
    Notice,
    "NOT_SEEN_UP",
    "未核验张贴",
    "Nobody has seen it up",
    "coalesce({a}.seen_on > {on}, true)",
    columns=("seen_on",),
)
gap(Notice, "STALE", "内容过期待重贴", "What it shows is no longer so", "{a}.stale", columns=("stale",))
