"""Targets as people see them: what each of the four teams of a compound set out to do, and how far it is."""

from datetime import date
from typing import ClassVar

from domain import places, targets
from domain.events import Ref
from projections.gaps import gap
from projections.rows import Changes, Row, by, its, new, put


class Target(Row, frozen=True, kw_only=True):
    """A target of one of the four teams.
    四方班子目标任务。"""

    id: Ref[targets.Target]
    compound: Ref[places.Compound]
    team: targets.Team
    target_text: str
    aimed_at: int
    reached: int = 0
    target_due: date
    reached_on: date | None = None

    on: ClassVar[Changes] = {
        targets.TargetSet: new(),
        targets.TargetAdvanced: put(reached=its.reached, reached_on=its.reached_on),
    }
    lists: ClassVar = (by("compound"), by("team"))
    orders: ClassVar = ("target_due",)
    measures: ClassVar = ("aimed_at", "reached")


gap(
    Target,
    "BEHIND",
    "逾期未完成",
    "Not reached by its last day",
    "{a}.target_due < {on} and ({a}.reached < {a}.aimed_at or {a}.reached_on > {on})",
    columns=("target_due", "reached", "reached_on", "aimed_at"),
    held=False,
)
