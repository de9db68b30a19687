"""Committees as people see them: the body that acts for a compound's owners, its term, its filing and its end."""

from datetime import date
from typing import ClassVar

from domain import committees, places
from domain.committees import CommitteeKind
from domain.events import Ref
from domain.words import describe
from projections.figures import counts, ratio
from projections.rows import Changes, Row, around, by, its, new, put

describe(
    committee_kind=("The kind of body.", "治理机构类别。"),
    filed_late=("Whether it was filed after the last day.", "是否逾期备案。"),
    ended_late=("Whether it was dissolved after the last day.", "是否逾期解散。"),
)


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
