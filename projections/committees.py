"""Committees as people see them: the body that acts for a compound's owners, its term, its filing and its end."""

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

from domain import committees, lapses, places
from domain.committees import CommitteeKind
from domain.events import Ref
from domain.lapses import Lapse
from domain.words import describe
from projections.compounds import Compound
from projections.figures import counts, ratio
from projections.gaps import gap, without
from projections.rows import Changes, Row, around, by, its, new, put

describe(
    committee_kind=("The kind of body.", "治理机构类别。"),
    filed_late=("Whether it was filed after the last day.", "是否逾期备案。"),
    ended_late=("Whether it was dissolved after the last day.", "是否逾期解散。"),
    filing_missed=("The last day to file it, if that went by unfiled.", "逾期未备案的，为备案的最迟日期。"),
    handover_missed=("The last day to hand over, if that went by.", "逾期未移交解散的，为最迟日期。"),
    term_passed=("The end of its term, if it sat on.", "任期届满未换届的，为届满之日。"),
)


def unless(lapse: Lapse, missed: Callable[[Any], date | None]) -> Callable[[Any, Any], date | None]:
    """What it was, but for the lapse that turned out to be none."""
    return lambda row, event: None if event.lapse is lapse else missed(row)


class Committee(Row, frozen=True, kw_only=True):
    """An owners' committee or a property management committee; `until` is the end of its term.
    业主委员会或物业管理委员会；任期至 until 止。"""

    id: Ref[committees.Committee]
    compound: Ref[places.Compound]
    community: Ref[places.Community] | None
    committee_kind: CommitteeKind
    seats: int
    party_seats: int | None = None
    owner_seats: int | None = None
    elected: date | None = None
    filed: date | None = None
    filed_late: bool | None = None
    due: date | None = None
    since: date
    until: date | None = None
    ended: date | None = None
    ended_late: bool | None = None
    filing_missed: date | None = None
    handover_missed: date | None = None
    term_passed: date | None = None

    on: ClassVar[Changes] = {
        committees.OwnersCommitteeElected: new(
            committee_kind=CommitteeKind.OWNERS_COMMITTEE, community=around("community")
        ),
        committees.ManagementCommitteeFormed: new(
            committee_kind=CommitteeKind.MANAGEMENT_COMMITTEE, community=around("community")
        ),
        committees.CommitteeFiled: put(filed=its.filed, filed_late=its.late),
        committees.HandoverDue: put(due=its.due),
        committees.CommitteeDissolved: put(ended=its.ended, ended_late=its.late),
        lapses.FilingMissed: put(filing_missed=its.due),
        lapses.HandoverMissed: put(handover_missed=its.due),
        lapses.CommitteeTermPassed: put(term_passed=its.until),
        lapses.LapseVoided: put(
            filing_missed=unless(Lapse.FILING, lambda row: row.filing_missed),
            handover_missed=unless(Lapse.HANDOVER, lambda row: row.handover_missed),
            term_passed=unless(Lapse.TERM, lambda row: row.term_passed),
        ),
    }
    lists: ClassVar = (by("compound"), by("community"), by("committee_kind"))
    orders: ClassVar = ("since", "until")
    measures: ClassVar = ("seats", "party_seats", "owner_seats")
    ends: ClassVar = ("ended", "until")


def sits(row: Committee, *kinds: CommitteeKind) -> bool:
    return row.ended is None and row.committee_kind in kinds


counts(
    "ownersCommittees",
    "业委会",
    "Owners' committees",
    Committee,
    where=lambda row: sits(row, CommitteeKind.OWNERS_COMMITTEE),
)
counts(
    "propertyManagementCommittees",
    "物管会",
    "Property management committees",
    Committee,
    where=lambda row: sits(row, CommitteeKind.MANAGEMENT_COMMITTEE),
)
counts(
    "governedCompounds",
    "有业委会或物管会的小区",
    "Compounds with a body of the owners",
    Committee,
    where=lambda row: sits(row, *CommitteeKind),
    thing=lambda row: row.compound,
)
ratio(
    "governingBodyCoverage",
    "业委会物管会覆盖率",
    "Compounds with a body of the owners, of all",
    of="governedCompounds",
    over="compounds",
)
counts(
    "filingsMissed",
    "逾期未备案的业委会",
    "Owners' committees past the last day to file",
    Committee,
    where=lambda row: row.filing_missed is not None and row.filed is None and row.ended is None,
)
counts(
    "handoversMissed",
    "逾期未移交解散的物管会",
    "Management committees past the last day to hand over",
    Committee,
    where=lambda row: row.handover_missed is not None and row.ended is None,
)
counts(
    "committeesPastTerm",
    "任期届满未换届的业委会、物管会",
    "Bodies of owners past their term",
    Committee,
    where=lambda row: row.term_passed is not None and row.ended is None,
)

without(
    Compound,
    "WITHOUT_GOVERNING_BODY",
    "无业委会或物管会",
    "No owners' committee and no property management committee",
    what=Committee,
    by="compound",
)
gap(
    Committee,
    "TERM_ENDS_WITHIN_90_DAYS",
    "任期九十日内届满",
    "Its term ends within ninety days",
    "{a}.until > {on} and {a}.until <= {on} + 90",
    columns=("until",),
)
gap(
    Committee,
    "PAST_TERM",
    "任期届满未换届",
    "Past its term and neither replaced nor dissolved",
    "{a}.until <= {on} and coalesce({on} < {a}.ended, true)",
    columns=("until", "ended"),
    held=False,
)
