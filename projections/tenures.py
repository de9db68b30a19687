"""Tenures as people see them: who held which post of a community, and where single seats are empty."""

from datetime import date
from typing import ClassVar

from domain import people, places, tenures
from domain.events import Ref
from domain.tenures import CadrePost, Route, Talent
from projections.gaps import gap
from projections.rows import Changes, Row, by, its, new, put


def tenure(event: tenures.TenureBegan | tenures.TenureEnded) -> str:
    return f"{event.community}@{event.person}@{event.cadre_post.name}@{event.since}"


class Tenure(Row, frozen=True, kw_only=True):
    """A person in a post of a community; `until` is the end of the term, `ended` the day it was left.
    社区干部的一段任职；until 为任期届满日，ended 为离任日。"""

    id: str
    community: Ref[places.Community]
    person: Ref[people.Person]
    cadre_post: CadrePost
    route: Route
    talent: Talent | None
    full_term: bool
    acting: bool
    recalled: bool = False
    since: date
    until: date | None
    ended: date | None = None

    on: ClassVar[Changes] = {
        tenures.TenureBegan: new(key=tenure),
        tenures.TenureEnded: put(key=tenure, ended=its.ended, recalled=its.recalled),
    }
    lists: ClassVar = (by("community"), by("person"), by("cadre_post"), by("route"), by("talent"), by("acting"))
    orders: ClassVar = ("since", "until")
    ends: ClassVar = ("ended",)


class SeatVacancy(Row, frozen=True, kw_only=True):
    """A single seat of a community that was empty for sixty days.
    社区单人岗位空缺满六十日的登记。"""

    id: str
    community: Ref[places.Community]
    cadre_post: CadrePost
    vacant_since: date

    on: ClassVar[Changes] = {
        tenures.SeatLeftVacant: new(key=lambda e: f"{e.community}@{e.cadre_post.name}@{e.vacant_since}")
    }
    plural: ClassVar = "seatVacancies"
    lists: ClassVar = (by("community"), by("cadre_post"))
    orders: ClassVar = ("vacant_since",)


gap(
    Tenure,
    "PAST_TERM",
    "任期届满未离任",
    "Past the term and not left",
    "{a}.until <= {on} and coalesce({on} < {a}.ended, true)",
    columns=("until", "ended"),
    held=False,
)
