"""Party organisations as people see them: their kind, seat and level, and who leads them."""

from datetime import date
from typing import Any, ClassVar

from msgspec.structs import replace

from domain import chains, parties, people, places, secretaries
from domain.chains import BRANCHES
from domain.events import Ref
from domain.parties import PartyKind
from domain.words import describe
from projections.figures import counts
from projections.gaps import doubled
from projections.rows import Changes, Row, around, becomes, by, its, left, new, put

describe(
    secretary=("The secretary in office.", "在任书记。"),
    secretary_since=("Since when the secretary is in office.", "书记任职起始日。"),
)


def appointed(row: Any, event: secretaries.SecretaryAppointed) -> Any:
    """The one whose term began last; an earlier term may be entered later."""
    if row.secretary_since is not None and event.since < row.secretary_since:
        return row
    return replace(row, secretary=event.person, secretary_since=event.since)


def gone(row: Any, event: secretaries.SecretaryLeft) -> Any:
    return replace(row, secretary=None, secretary_since=None) if row.secretary_since == event.since else row


class PartyOrganisation(Row, frozen=True, kw_only=True):
    """A Party organisation of any kind.
    各类党组织。"""

    id: Ref[parties.PartyOrganisation]
    seat: Ref[parties.Seat]
    community: Ref[places.Community] | None
    name: str
    party_kind: PartyKind
    level: int
    parent: Ref[parties.PartyOrganisation] | None = None
    secretary: Ref[people.Person] | None = None
    secretary_since: date | None = None
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        parties.PartyOrganisationEstablished: new(community=around("community")),
        chains.LeadershipSet: put(parent=its.parent),
        chains.LeadershipEnded: put(parent=left("parent")),
        secretaries.SecretaryAppointed: becomes(lambda row, event: row and appointed(row, event)),
        secretaries.SecretaryLeft: becomes(lambda row, event: row and gone(row, event)),
        parties.PartyOrganisationDissolved: put(until=its.ended, secretary=None, secretary_since=None),
    }
    lists: ClassVar = (by("seat"), by("community"), by("party_kind"), by("parent"), by("secretary"))
    orders: ClassVar = ("name", "level", "since")


doubled(
    PartyOrganisation,
    "SECOND_COMMITTEE",
    "同一社区重复设立社区党委",
    "Another Party committee stands in the same community",
    same=("seat", "party_kind"),
    where="{a}.party_kind = 'COMMUNITY_COMMITTEE'",
)


def stands(row: PartyOrganisation, *kinds: PartyKind) -> bool:
    return row.until is None and row.party_kind in kinds


counts(
    "communityPartyCommittees",
    "社区党委",
    "Community Party committees",
    PartyOrganisation,
    where=lambda row: stands(row, PartyKind.COMMUNITY_COMMITTEE),
)
counts(
    "compoundPartyBranches",
    "小区党支部",
    "Party branches of compounds, joint ones too",
    PartyOrganisation,
    where=lambda row: stands(row, *BRANCHES),
)
counts(
    "gridPartyGroups",
    "网格党小组",
    "Grid Party groups",
    PartyOrganisation,
    where=lambda row: stands(row, PartyKind.GRID_GROUP),
)
counts(
    "propertyFirmBranches",
    "物业公司党支部",
    "Property-firm Party branches",
    PartyOrganisation,
    where=lambda row: stands(row, PartyKind.FIRM_BRANCH),
)
counts(
    "branchSecretaries",
    "小区党支部书记",
    "Secretaries of compounds' Party branches",
    PartyOrganisation,
    where=lambda row: stands(row, *BRANCHES),
    thing=lambda row: row.secretary,
)
