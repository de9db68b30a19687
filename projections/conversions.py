"""Conversions as people see them: which homes are to become business premises, and what came of it."""

from typing import ClassVar

from domain import conversions, owners, people, places
from domain.events import Audience, Ref
from domain.tallies import Outcome
from domain.words import describe
from projections.gaps import gap
from projections.rows import Changes, Row, by, its, new, put

describe(answer_given=("Whether the owner agrees; none: not answered yet.", "是否同意；尚未答复为空。"))


class Conversion(Row, frozen=True, kw_only=True):
    """A home that is to become business premises.
    住宅改为经营性用房事项。"""

    id: Ref[conversions.Conversion]
    compound: Ref[places.Compound]
    community: Ref[places.Community]
    building: Ref[places.Building]
    owners_roster: Ref[owners.OwnersRoster]
    business_use: str
    interested_heads: int = 0
    agreed_heads: int | None = None
    outcome: Outcome | None = None

    on: ClassVar[Changes] = {
        conversions.ConversionSought: new(),
        conversions.InterestedOwnerNamed: put(
            key="conversion", interested_heads=lambda row, _: row.interested_heads + 1
        ),
        conversions.ConversionDecided: put(agreed_heads=its.agreed_heads, outcome=its.outcome),
    }
    lists: ClassVar = (by("compound"), by("community"), by("building"), by("owners_roster"), by("outcome"))


def interest(event: conversions.InterestedOwnerNamed | conversions.InterestedOwnerAnswered) -> str:
    return f"{event.conversion}@{event.owner}"


class InterestedOwner(Row, frozen=True, kw_only=True):
    """An owner whose consent a conversion needs, and the answer.
    有利害关系的业主及其答复。"""

    id: str
    conversion: Ref[conversions.Conversion]
    owner: Ref[people.Person]
    by_harm: bool
    answer_given: bool | None = None

    on: ClassVar[Changes] = {
        conversions.InterestedOwnerNamed: new(key=interest),
        conversions.InterestedOwnerAnswered: put(key=interest, answer_given=its.agrees),
    }
    lists: ClassVar = (by("conversion"), by("owner"), by("answer_given"))
    audience: ClassVar = Audience.STAFF
    own: ClassVar = ("owner",)


gap(
    InterestedOwner,
    "UNANSWERED",
    "尚未答复",
    "Has not answered yet",
    "{a}.answer_given is null",
    columns=("answer_given",),
    held=False,
)
