"""Categories of cases: by when each is handled, and whether it is on the duty list of communities (BR-31, BR-36).

The county adopts the catalogue category by category, in revisions; a case keeps what its category said when it was
dispatched (BR-87).
"""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from typing import Any, NamedTuple

from domain.decisions import New, decision
from domain.events import Event, Ref
from domain.ledgers import Ledger
from domain.limits import Limit, LimitUnit
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import describe

describe(
    category=("The category of a case.", "事件类别。"),
    limit_number=("In how many of the unit a case is handled.", "办理时限的数值。"),
    limit_unit=("In what the limit is counted.", "办理时限的单位。"),
    rework_number=("In how many of the unit it is handled again if it failed.", "返工时限的数值。"),
    rework_unit=("In what the limit of rework is counted.", "返工时限的单位。"),
    claim_hours=("After how many hours without progress a claim lapses.", "领单后无进展即失效的小时数。"),
    community_duty=("Whether it is on the duty list of communities.", "是否属于社区职责清单。"),
)


class CategoryAdopted(Event):
    """The county adopted a category of cases, or a new revision of it.
    制定或修订事件类别。"""

    ledger: Ref[Ledger]
    category: Ref["Category"]
    revision: int
    name: str
    limit_number: int
    limit_unit: LimitUnit
    rework_number: int
    rework_unit: LimitUnit
    claim_hours: int
    community_duty: bool


class LimitMissing(Refusal):
    """Every limit is at least one of its unit.
    各项时限至少为一个单位。"""

    rule = "BR-31"
    limit_number: int
    rework_number: int
    claim_hours: int


class Category(State):
    """A category of cases.
    事件类别。"""

    id: Ref["Category"]
    latest: CategoryAdopted | None = None

    def evolve(self, event: CategoryAdopted) -> "Category":
        return replace(self, latest=event)


class Terms(NamedTuple):
    """What a revision of a category says."""

    revision: int
    limit: Limit
    rework: Limit
    claim_hours: int
    community_duty: bool


class Catalogue(State):
    """The categories of a county, as their latest revisions have them.
    县级事件类别目录。"""

    id: Ref[Ledger]
    terms: Mapping[Ref[Any], Terms] = field(default_factory=dict)

    def evolve(self, event: CategoryAdopted) -> "Catalogue":
        limit = Limit(event.limit_number, event.limit_unit)
        rework = Limit(event.rework_number, event.rework_unit)
        terms = Terms(event.revision, limit, rework, event.claim_hours, event.community_duty)
        return replace(self, terms={**self.terms, event.category: terms})


@decision(roles={Role.COUNTY})
def adopt(
    category: New[Category],
    ledger: Ledger,
    *,
    name: str,
    limit_number: int,
    limit_unit: LimitUnit,
    rework_number: int,
    rework_unit: LimitUnit,
    claim_hours: int = 24,
    community_duty: bool,
) -> Iterator[Event]:
    """Adopt a category of cases with its limits.
    制定事件类别及其时限。"""
    limits = (limit_number, limit_unit, rework_number, rework_unit, claim_hours)
    yield _made(ledger.id, category.id, 1, name, limits, community_duty=community_duty)


@decision(roles={Role.COUNTY})
def revise(
    category: Category,
    ledger: Ledger,
    *,
    name: str,
    limit_number: int,
    limit_unit: LimitUnit,
    rework_number: int,
    rework_unit: LimitUnit,
    claim_hours: int = 24,
    community_duty: bool,
) -> Iterator[Event]:
    """Adopt a new revision of a category; cases that are dispatched keep their limits.
    修订事件类别；已派遣的事件时限不变。"""
    if (latest := category.latest) is None:
        return
    limits = (limit_number, limit_unit, rework_number, rework_unit, claim_hours)
    made = _made(ledger.id, category.id, latest.revision, name, limits, community_duty=community_duty)
    if made != latest:
        yield replace(made, revision=latest.revision + 1)


def _made(
    ledger: Ref[Any],
    category: Ref[Any],
    revision: int,
    name: str,
    limits: tuple[int, LimitUnit, int, LimitUnit, int],
    *,
    community_duty: bool,
) -> CategoryAdopted:
    number, _, rework, _, hours = limits
    if not (number and rework and hours):
        raise LimitMissing(number, rework, hours)
    return CategoryAdopted(ledger, category, revision, name, *limits, community_duty)
