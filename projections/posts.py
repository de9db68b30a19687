"""Posts as people see them: who holds and held which post in the grids, from when to when."""

from datetime import date
from typing import Any, ClassVar

from domain import people, places, posts
from domain.events import Ref
from domain.posts import PostKind
from projections.figures import counts
from projections.rows import Changes, Row, around, by, its, new, put

KINDS = frozenset({PostKind.GRID_LEADER, PostKind.GRID_WORKER, PostKind.CHECKER})
"""The posts within a grid; a town leader keeps contact from outside."""


def holding(event: posts.PostFilled | posts.PostVacated) -> str:
    return f"{event.seat}@{event.person}@{event.post_kind.name}@{event.since}"


class Post(Row, frozen=True, kw_only=True):
    """A person in a post of a grid, micro-grid or building, from a date to a date.
    网格、微网格或楼栋岗位的一次任职。"""

    id: str
    seat: Ref[Any]
    community: Ref[places.Community] | None
    person: Ref[people.Person]
    post_kind: PostKind
    full_time: bool
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        posts.PostFilled: new(key=holding, community=around("community")),
        posts.PostVacated: put(key=holding, until=its.ended),
    }
    lists: ClassVar = (by("seat"), by("person"), by("post_kind"), by("community"))


def holds(row: Post, *kinds: PostKind) -> bool:
    return row.until is None and row.post_kind in kinds


counts(
    "fullTimeGridWorkers",
    "专职网格员",
    "Full-time grid workers",
    Post,
    where=lambda row: holds(row, PostKind.GRID_WORKER) and row.full_time,
    thing=lambda row: row.person,
)
counts(
    "microGridLeaders",
    "微网格长",
    "Micro-grid leaders",
    Post,
    where=lambda row: holds(row, PostKind.MICRO_GRID_LEADER),
    thing=lambda row: row.person,
)
counts(
    "gridPostKinds",
    "网格岗位类别",
    "Kinds of posts in grids",
    Post,
    where=lambda row: holds(row, *KINDS),
    thing=lambda row: row.post_kind.name,
)
