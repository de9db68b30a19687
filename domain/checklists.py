"""Checklists: what a compound or a station has to have, in versions; what it showed, who verified it, and what lapsed.

A list of a kind is adopted in versions, each in force from a later date than the one before. Evidence is submitted item
by item and verified by somebody else; a new version does not judge anew what was verified under an old one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import date
from typing import Annotated, Any, NamedTuple

from domain.decisions import Acting, Past, Text, decision
from domain.events import Confidential, Event, Ref
from domain.exhibits import Exhibit
from domain.ledgers import Ledger
from domain.people import Person
from domain.periods import in_order
from domain.places import Compound
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.venues import Venue
from domain.words import Labelled, describe

describe(
    checklist_kind=("The kind of checklist.", "标准清单类别。"),
    items=("The items, in order; what is not named has a number only.", "清单各项，依次序；未列名的仅有编号。"),
    checked_subject=("The compound or venue that is checked.", "对照检查的小区或阵地。"),
    met=("The items concerned, by number from 1 on.", "所涉各项序号，自 1 起。"),
    item=("The number of the item, from 1 on.", "事项序号，自 1 起。"),
    note=("What it shows.", "说明。"),
    lapse_reason=("Why it no longer holds.", "失效事由。"),
    submitter=("Who showed it.", "提交人。"),
    verifier=("Who verified it.", "核验人。"),
)


class ChecklistKind(Labelled):
    """A kind of checklist.
    标准清单类别。"""

    FIVE_HAVES = "Five haves of a compound", "小区“五有”"
    EIGHT_HAVES = "Eight haves of a station", "站点“八有”"
    EIGHT_FUNCTIONS = "Eight functions of a station", "站点八大功能"
    THREE_UNIFICATIONS = "Three unifications", "三统一"
    THREE_GUARANTEES = "Three guarantees of a station", "有人管事、有地活动、服务常在"
    THREE_SUPPORTS = "Three supports", "阵地、制度、人员三项支撑"
    OPERATING_RULES = "Operating rules of a station", "值班、工作、服务制度"


class ChecklistAdopted(Event):
    """The county adopted a version of a checklist.
    制定标准清单。"""

    ledger: Ref[Ledger]
    checklist_kind: ChecklistKind
    items: tuple[str, ...]
    since: date


class EvidenceSubmitted(Event):
    """A compound or venue showed an item of a checklist.
    提交达标佐证。"""

    checked_subject: Ref[Compound | Venue]
    checklist_kind: ChecklistKind
    item: int
    note: Confidential
    evidence: tuple[Ref[Exhibit], ...]
    submitter: Ref[Person]
    since: date


class ItemVerified(Event):
    """An item that a compound or venue showed was verified.
    达标事项核验通过。"""

    checked_subject: Ref[Compound | Venue]
    checklist_kind: ChecklistKind
    item: int
    verifier: Ref[Person]
    since: date


class ItemLapsed(Event):
    """An item that was verified no longer holds from a date on.
    达标事项失效。"""

    checked_subject: Ref[Compound | Venue]
    checklist_kind: ChecklistKind
    item: int
    lapse_reason: Confidential
    since: date
    ended: date


COUNTS = {
    ChecklistKind.FIVE_HAVES: 5,
    ChecklistKind.EIGHT_HAVES: 8,
    ChecklistKind.EIGHT_FUNCTIONS: 8,
    ChecklistKind.THREE_UNIFICATIONS: 3,
    ChecklistKind.THREE_GUARANTEES: 3,
    ChecklistKind.THREE_SUPPORTS: 3,
}
"""How many items a kind has by its name."""


class ChecklistUnfit(Refusal):
    """This checklist has {most} different items; given were {count}, {different} of them different.
    该类清单应有 {most} 项且互不重复；所列 {count} 项，其中不同的 {different} 项。"""

    count: int
    different: int
    most: int


class ItemsUnknown(Refusal):
    """The list in force has {count} items; these are none of them.
    现行清单共 {count} 项，所列序号不在其中。"""

    met: tuple[int, ...]
    count: int


class NothingShown(Refusal):
    """No evidence was submitted for these items.
    下列事项尚未提交佐证。"""

    met: tuple[int, ...]


class VerifierIsSubmitter(Refusal):
    """Who showed an item does not verify it.
    提交人不得核验本人提交的事项。"""

    rule = "BR-30"
    item: int


class NotVerified(Refusal):
    """These items are not verified, so they cannot lapse.
    下列事项未经核验，无从失效。"""

    met: tuple[int, ...]


class Lists(State):
    """The checklists in force.
    现行标准清单。"""

    id: Ref[Ledger]
    present: tuple[ChecklistAdopted, ...] = ()

    def evolve(self, event: ChecklistAdopted) -> "Lists":
        others = tuple(each for each in self.present if each.checklist_kind is not event.checklist_kind)
        return replace(self, present=(*others, event))

    def of(self, kind: ChecklistKind) -> ChecklistAdopted | None:
        return next((each for each in self.present if each.checklist_kind is kind), None)


class Item(NamedTuple):
    """An item of a kind."""

    kind: ChecklistKind
    number: int


class Checked(State):
    """What a compound or venue showed and what of it is verified."""

    id: Ref[Any]
    shown: Mapping[Item, Ref[Person]] = field(default_factory=dict)
    """What was shown, and by whom."""
    verified: tuple[tuple[Item, date], ...] = ()

    def evolve(self, event: EvidenceSubmitted | ItemVerified | ItemLapsed) -> "Checked":
        if event.checked_subject != self.id:  # a venue's events also carry its compound's tag
            return self
        item = Item(event.checklist_kind, event.item)
        match event:
            case EvidenceSubmitted():
                return replace(self, shown={**self.shown, item: event.submitter})
            case ItemVerified():
                return replace(self, verified=(*self.verified, (item, event.since)))
            case ItemLapsed():
                others = tuple(each for each in self.verified if each[0] != item)
                shown = {each: by for each, by in self.shown.items() if each != item}
                return replace(self, verified=others, shown=shown)

    @property
    def since(self) -> dict[Item, date]:
        """Since when each item that holds is verified."""
        return dict(self.verified)


class CompoundChecked(Checked):
    """What a compound showed and what of it is verified.
    小区达标情况。"""

    id: Ref[Compound]


class VenueChecked(Checked):
    """What a venue showed and what of it is verified.
    阵地达标情况。"""

    id: Ref[Venue]


Items = tuple[int, ...]


@decision(roles={Role.COUNTY})
def adopt_checklist(
    ledger: Lists, *, checklist_kind: ChecklistKind, items: tuple[str, ...], since: date
) -> Iterator[Event]:
    """Adopt a version of a checklist, in place of the former one of its kind.
    制定标准清单，取代同类的前一版。"""
    former = ledger.of(checklist_kind)
    different, most = len(set(items)), COUNTS.get(checklist_kind, len(items) or 1)
    if not len(items) == different == most:
        raise ChecklistUnfit(len(items), different, most)
    if former is None or former.items != items:
        in_order(former.since if former else date.min, since)
        yield ChecklistAdopted(ledger.id, checklist_kind, items, since)


@decision(roles={Role.BRANCH, Role.GRID_WORKER})
def submit_evidence(
    compound: CompoundChecked,
    submitter: Acting[Person],
    ledger: Lists,
    *,
    checklist_kind: ChecklistKind,
    met: Items,
    note: Annotated[Confidential, Text(500)],
    evidence: tuple[Exhibit, ...] = (),
    since: Past,
) -> Iterator[Event]:
    """Show that a compound meets items of a checklist.
    提交小区达标佐证。"""
    proofs = tuple(each.id for each in evidence)
    for item in _unshown(compound, ledger, checklist_kind, met):
        yield EvidenceSubmitted(compound.id, checklist_kind, item, note, proofs, submitter.id, since)


@decision(roles={Role.BRANCH, Role.GRID_WORKER})
def submit_evidence_venue(
    venue: VenueChecked,
    submitter: Acting[Person],
    ledger: Lists,
    *,
    checklist_kind: ChecklistKind,
    met: Items,
    note: Annotated[Confidential, Text(500)],
    evidence: tuple[Exhibit, ...] = (),
    since: Past,
) -> Iterator[Event]:
    """Show that a venue meets items of a checklist.
    提交阵地达标佐证。"""
    proofs = tuple(each.id for each in evidence)
    for item in _unshown(venue, ledger, checklist_kind, met):
        yield EvidenceSubmitted(venue.id, checklist_kind, item, note, proofs, submitter.id, since)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def verify_items(
    compound: CompoundChecked, verifier: Acting[Person], *, checklist_kind: ChecklistKind, met: Items, since: Past
) -> Iterator[Event]:
    """Verify what a compound showed.
    核验小区达标事项。"""
    yield from _verified(compound, verifier, checklist_kind, met, since)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def verify_items_venue(
    venue: VenueChecked, verifier: Acting[Person], *, checklist_kind: ChecklistKind, met: Items, since: Past
) -> Iterator[Event]:
    """Verify what a venue showed.
    核验阵地达标事项。"""
    yield from _verified(venue, verifier, checklist_kind, met, since)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def lapse_items(
    compound: CompoundChecked, *, checklist_kind: ChecklistKind, met: Items, lapse_reason: Confidential, ended: Past
) -> Iterator[Event]:
    """Record that what was verified of a compound no longer holds.
    登记小区达标事项失效。"""
    yield from _lapsed(compound, checklist_kind, met, lapse_reason, ended)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def lapse_items_venue(
    venue: VenueChecked, *, checklist_kind: ChecklistKind, met: Items, lapse_reason: Confidential, ended: Past
) -> Iterator[Event]:
    """Record that what was verified of a venue no longer holds.
    登记阵地达标事项失效。"""
    yield from _lapsed(venue, checklist_kind, met, lapse_reason, ended)


def _unshown(subject: Checked, lists: Lists, kind: ChecklistKind, met: Items) -> Items:
    """Those of the items that were not shown yet; refuses what the list in force does not have."""
    adopted = lists.of(kind)
    count = len(adopted.items) if adopted else 0
    if strangers := tuple(item for item in met if not 1 <= item <= count):
        raise ItemsUnknown(strangers, count)
    return tuple(item for item in dict.fromkeys(met) if Item(kind, item) not in subject.shown)


def _verified(subject: Checked, verifier: Person, kind: ChecklistKind, met: Items, since: date) -> Iterator[Event]:
    if missing := tuple(item for item in met if Item(kind, item) not in subject.shown):
        raise NothingShown(missing)
    for item in dict.fromkeys(met):
        if Item(kind, item) in subject.since:
            continue
        if subject.shown[Item(kind, item)] == verifier.id:
            raise VerifierIsSubmitter(item)
        yield ItemVerified(subject.id, kind, item, verifier.id, since)


def _lapsed(subject: Checked, kind: ChecklistKind, met: Items, reason: Confidential, ended: date) -> Iterator[Event]:
    if missing := tuple(item for item in met if Item(kind, item) not in subject.since):
        raise NotVerified(missing)
    for item in dict.fromkeys(met):
        since = subject.since[Item(kind, item)]
        in_order(since, ended)
        yield ItemLapsed(subject.id, kind, item, reason, since, ended)
