"""Needs and resources as people see them: what is open, what is claimed, what was done."""

from datetime import date
from typing import Any, ClassVar

from domain import activities, needs, places
from domain.events import Hundredths, Ref
from domain.words import describe
from projections.gaps import gap
from projections.rows import Changes, Row, by, its, new, put

describe(
    claimed=("How many are claimed and not used yet.", "已认领未落实数。"),
    met_quantity=("How many were met.", "已落实数。"),
    remaining=("How many are neither met nor claimed.", "尚未对接数。"),
    withdrawn=("Whether it was withdrawn.", "是否撤回。"),
    match_lapsed=("Whether what was claimed lapsed.", "认领是否失效。"),
    last_used_on=("The day on which something of it was used last.", "最近使用日期。"),
)


class Need(Row, frozen=True, kw_only=True):
    """A need on the list.
    需求清单条目。"""

    id: Ref[needs.Need]
    community: Ref[places.Community]
    need_text: str
    quantity: int
    listed_on: date
    claimed: int = 0
    met_quantity: int = 0
    remaining: int
    need_score: Hundredths | None = None
    withdrawn: bool = False

    on: ClassVar[Changes] = {
        needs.NeedListed: new(remaining=its.quantity),
        needs.NeedMatched: put(
            claimed=lambda row, event: row.claimed + event.quantity,
            remaining=lambda row, event: row.remaining - event.quantity,
        ),
        needs.MatchLapsed: put(
            claimed=lambda row, event: row.claimed - event.quantity,
            remaining=lambda row, event: row.remaining + event.quantity,
        ),
        needs.NeedMet: put(
            claimed=lambda row, event: row.claimed - event.quantity,
            met_quantity=lambda row, event: row.met_quantity + event.quantity,
        ),
        needs.NeedEvaluated: put(need_score=its.need_score),
        needs.NeedWithdrawn: put(withdrawn=True),
    }
    lists: ClassVar = (by("community"), by("withdrawn"))
    orders: ClassVar = ("listed_on",)


class Resource(Row, frozen=True, kw_only=True):
    """A resource on the list.
    资源清单条目。"""

    id: Ref[needs.Resource]
    community: Ref[places.Community]
    offered_by: Ref[Any]
    resource_text: str
    quantity: int
    listed_on: date
    claimed: int = 0
    met_quantity: int = 0
    last_used_on: date | None = None

    on: ClassVar[Changes] = {
        needs.ResourceListed: new(),
        needs.NeedMatched: put(key="resource", claimed=lambda row, event: row.claimed + event.quantity),
        needs.MatchLapsed: put(key="resource", claimed=lambda row, event: row.claimed - event.quantity),
        needs.NeedMet: put(
            key="resource",
            claimed=lambda row, event: row.claimed - event.quantity,
            met_quantity=lambda row, event: row.met_quantity + event.quantity,
            last_used_on=lambda row, event: max(row.last_used_on or event.met_on, event.met_on),
        ),
    }
    lists: ClassVar = (by("community"), by("offered_by"))
    orders: ClassVar = ("listed_on",)


class NeedMeeting(Row, frozen=True, kw_only=True):
    """Some of a need that was met, out of which resource and by which activity.
    需求落实记录。"""

    id: str
    need: Ref[needs.Need]
    resource: Ref[needs.Resource]
    met_no: int
    by_activity: Ref[activities.Activity] | None
    quantity: int
    met_on: date

    on: ClassVar[Changes] = {needs.NeedMet: new(key=lambda event: f"{event.need}@{event.met_no}")}
    lists: ClassVar = (by("need"), by("resource"), by("by_activity"))


gap(
    Need,
    "UNMATCHED_FOR_A_MONTH",
    "列入三十日仍未对接",
    "Not matched in full for thirty days",
    "{a}.remaining > 0 and not {a}.withdrawn and {a}.need_score is null and {a}.listed_on < {on} - 30",
    columns=("remaining", "withdrawn", "need_score", "listed_on"),
    held=False,
)
gap(
    Resource,
    "IDLE",
    "资源闲置",
    "Claimed by nobody and not used",
    "{a}.claimed = 0 and {a}.met_quantity = 0 and {a}.listed_on <= {on}",
    columns=("claimed", "met_quantity", "listed_on"),
    held=False,
)
