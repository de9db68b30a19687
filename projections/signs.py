"""Signs as people see them: what hangs where, and what may not."""

from datetime import date
from typing import ClassVar

from domain import places, signs, venues
from domain.events import Ref
from domain.ledgers import Ledger
from domain.words import describe
from projections.gaps import gap
from projections.rows import Changes, Row, around, by, its, new, put
from projections.venues import VenueName

describe(ledger_of=("The county that adopted them.", "作出规定的县。"))


class SignWordings(Row, frozen=True, kw_only=True):
    """What any venue may hang from a date on, until other wordings are adopted; of two on one day the last.
    自某日起统一规定的牌匾名称，至下次规定为止。"""

    id: str
    ledger_of: Ref[Ledger]
    wordings: tuple[str, ...]
    since: date

    on: ClassVar[Changes] = {signs.SignWordingsAdopted: new(key=lambda event: str(event.since), ledger_of=its.ledger)}
    plural: ClassVar = "signWordings"
    orders: ClassVar = ("since",)
    until_next: ClassVar = "ledger_of"


class Sign(Row, frozen=True, kw_only=True):
    """A signboard at a venue.
    阵地牌匾。"""

    id: Ref[signs.Sign]
    venue: Ref[venues.Venue]
    community: Ref[places.Community] | None
    wording: str
    width_mm: int
    height_mm: int
    rank: int
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        signs.SignHung: new(community=around("community")),
        signs.SignRemoved: put(until=its.ended),
    }
    lists: ClassVar = (by("venue"), by("community"), by("wording"))
    orders: ClassVar = ("rank", "since")


gap(
    Sign,
    "UNAUTHORISED",
    "既非阵地正式名称，也不在统一规定之列",
    "Neither the venue's official name nor a wording that was adopted",
    """{a}.wording is distinct from (select x.name from {VenueName} x
            where x.ledger = {a}.ledger and x.venue = {a}.venue and x.since <= {on}
            order by x.since desc, x.born desc, x.id desc limit 1)
        and not coalesce((select {a}.wording = any(w.wordings) from {SignWordings} w
            where w.ledger = {a}.ledger and w.since <= {on}
            order by w.since desc, w.born desc, w.id desc limit 1), false)""",
    reads=(VenueName, SignWordings),
    columns=("wording", "venue"),
)
