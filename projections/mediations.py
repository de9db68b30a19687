"""Mediations as people see them: how many disputes were settled, and at which level (Q17)."""

from datetime import date
from typing import ClassVar

from domain import cases, grids, mediations, people, places
from domain.events import Confidential, Ref
from domain.mediations import Level
from projections.rows import Changes, Row, around, by, its, new, put


class Mediation(Row, frozen=True, kw_only=True):
    """The mediation of a dispute.
    矛盾纠纷调解。"""

    id: Ref[mediations.Mediation]
    grid: Ref[grids.Grid]
    community: Ref[places.Community] | None
    about_case: Ref[cases.Case] | None
    mediator: Ref[people.Person]
    dispute: Confidential
    mediation_level: Level = Level.GRID
    opened: date
    settled: date | None = None
    is_settled: bool = False

    on: ClassVar[Changes] = {
        mediations.MediationOpened: new(community=around("community")),
        mediations.MediationEscalated: put(mediation_level=its.mediation_level),
        mediations.MediationSettled: put(settled=its.settled, is_settled=True),
    }
    lists: ClassVar = (by("grid"), by("community"), by("mediation_level"), by("is_settled"))
    orders: ClassVar = ("opened",)
