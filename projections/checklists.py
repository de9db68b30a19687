"""Checklists as people see them: the versions in force, and which items a compound or venue has verified on a day."""

from collections.abc import Callable
from datetime import date
from typing import ClassVar

from domain import checklists, exhibits, ledgers, places, venues
from domain.checklists import ChecklistKind
from domain.events import Confidential, Ref
from domain.words import describe
from projections.compounds import Compound
from projections.figures import counts
from projections.gaps import gap
from projections.rows import Changes, Row, around, by, its, new, put

describe(of_ledger=("The county that adopted it.", "制定的县。"))

FIVE = range(1, 6)


class Checklist(Row, frozen=True, kw_only=True):
    """A version of a checklist, in force from a date on until the next of its kind.
    标准清单的一版，至同类下一版为止。"""

    id: str
    of_ledger: Ref[ledgers.Ledger]
    checklist_kind: ChecklistKind
    items: tuple[str, ...]
    since: date

    on: ClassVar[Changes] = {
        checklists.ChecklistAdopted: new(
            key=lambda event: f"{event.checklist_kind.name}@{event.since}", of_ledger=its.ledger
        )
    }
    lists: ClassVar = (by("checklist_kind"),)
    orders: ClassVar = ("since",)
    until_next: ClassVar = "checklist_kind"


class ChecklistInForce(Row, frozen=True, kw_only=True):
    """The version of a checklist that was adopted last.
    各类标准清单最近一版。"""

    id: str
    checklist_kind: ChecklistKind
    items: tuple[str, ...]

    on: ClassVar[Changes] = {checklists.ChecklistAdopted: new(key=lambda event: event.checklist_kind.name)}
    plural: ClassVar = "checklistsInForce"
    lists: ClassVar = (by("checklist_kind"),)


def item_key(event: checklists.EvidenceSubmitted | checklists.ItemVerified | checklists.ItemLapsed) -> str:
    return f"{event.checked_subject}@{event.checklist_kind.name}@{event.item}@{event.since}"


class ShownItem(Row, frozen=True, kw_only=True):
    """Evidence of an item of a checklist.
    达标事项的佐证。"""

    id: str
    checked_subject: Ref[places.Compound | venues.Venue]
    community: Ref[places.Community] | None
    checklist_kind: ChecklistKind
    item: int
    note: Confidential
    evidence: tuple[Ref[exhibits.Exhibit], ...]
    since: date

    on: ClassVar[Changes] = {
        checklists.EvidenceSubmitted: new(
            key=item_key,
            community=around("community"),
        )
    }
    lists: ClassVar = (by("checked_subject"), by("community"), by("checklist_kind"), by("item"))


class Attainment(Row, frozen=True, kw_only=True):
    """An item of a checklist that a compound or venue has verified, from a date to a date.
    小区、阵地达标事项的一段时期。"""

    id: str
    checked_subject: Ref[places.Compound | venues.Venue]
    community: Ref[places.Community] | None
    checklist_kind: ChecklistKind
    item: int
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        checklists.ItemVerified: new(
            key=item_key,
            community=around("community"),
        ),
        checklists.ItemLapsed: put(key=item_key, until=its.ended),
    }
    lists: ClassVar = (by("checked_subject"), by("community"), by("checklist_kind"), by("item"))
    orders: ClassVar = ("since", "item")


class FiveHaves(Row, frozen=True, kw_only=True):
    """Which of the five haves a compound has verified at present.
    小区“五有”现状。"""

    id: Ref[places.Compound]
    met: tuple[int, ...] = ()

    on: ClassVar[Changes] = {
        places.CompoundRegistered: new(),
        checklists.ItemVerified: put(key="checked_subject", met=lambda row, event: with_item(row.met, event)),
        checklists.ItemLapsed: put(key="checked_subject", met=lambda row, event: without_item(row.met, event)),
    }
    plural: ClassVar = "fiveHaves"
    lists: ClassVar = (by("met"),)


def with_item(met: tuple[int, ...], event: checklists.ItemVerified) -> tuple[int, ...]:
    return tuple(sorted({*met, event.item})) if event.checklist_kind is ChecklistKind.FIVE_HAVES else met


def without_item(met: tuple[int, ...], event: checklists.ItemLapsed) -> tuple[int, ...]:
    mine = event.checklist_kind is ChecklistKind.FIVE_HAVES
    return tuple(item for item in met if not (mine and item == event.item))


counts(
    "compoundsWithFiveHaves",
    "“五有”小区",
    "Compounds with all five haves",
    FiveHaves,
    where=lambda row: row.met == tuple(FIVE),
)


def items_of(kind: ChecklistKind) -> Callable[[ChecklistInForce], list[str]]:
    return lambda row: [f"{n}" for n in range(len(row.items))] if row.checklist_kind is kind else []


counts("stationHaves", "八有", "Haves of a station", ChecklistInForce, thing=items_of(ChecklistKind.EIGHT_HAVES))
counts(
    "stationFunctions",
    "八大功能",
    "Functions of a station",
    ChecklistInForce,
    thing=items_of(ChecklistKind.EIGHT_FUNCTIONS),
)
counts(
    "stationOperatingSystems",
    "值班、工作、服务制度",
    "Operating rules of a station",
    ChecklistInForce,
    thing=items_of(ChecklistKind.OPERATING_RULES),
)
gap(
    Compound,
    "WITHOUT_FIVE_HAVES",
    "未达到“五有”",
    "Not all five haves verified",
    """(select count(distinct x.item) from {Attainment} x where x.ledger = {a}.ledger and x.checked_subject = {a}.id
        and x.checklist_kind = 'FIVE_HAVES' and x.since <= {on} and coalesce({on} < x.until, true)) < 5""",
    reads=(Attainment,),
)
